#pragma once
/// Steps: setting security up, as data. The terminal, switches and the API walk the same ones.
/// Everything here is pure: what was answered and what is configured say what is asked next, and
/// what is wrong with it. Nothing is changed before apply() (apply.h).

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "config/document.h"
#include "crypto/secret.h"
#include "providers/provider.h"

namespace rhumb::wizard {

using Json = nlohmann::ordered_json;

/// The steps by their identifiers, in their order.
inline constexpr std::string_view users_step = "users";
inline constexpr std::string_view roles_step = "roles";
inline constexpr std::string_view connection_step = "connection";
/// Only when roles are kept in another place outside than users.
inline constexpr std::string_view roles_connection_step = "roles_connection";
inline constexpr std::string_view settings_step = "settings";
inline constexpr std::string_view administrator_step = "administrator";
inline constexpr std::string_view summary_step = "summary";

/// The field of a step that connects: goes on although the connection could not be made.
inline constexpr std::string_view in_spite = "in_spite_of_test";

/// The field of a database: has tables of Rhumb's own made there with the rest, where there are
/// none.
inline constexpr std::string_view make_tables = "make_tables";

struct Choice {
    std::string value{};
    std::string label{};
    std::string help{};
};

/// One question.
struct Field {
    enum class Kind {
        choice,
        text,
        number,  ///< a whole one
        secret,
        list,   ///< texts; people part them with commas
        words,  ///< a command: people part its words with blanks, "…" keeps some together
        yes_no,
    };

    std::string id{};  ///< a key of the configuration, where it is one
    std::string label{};
    Kind kind = Kind::text;
    std::string help{};
    std::vector<Choice> choices{};
    /// What it is now, and stays without an answer; null: nothing. Never of a secret.
    Json present = nullptr;
    bool is_kept = false;  ///< a secret that there is already, and that stays without an answer
    bool is_made = false;  ///< a secret that is made here: people type it twice
    bool is_required = false;
    bool is_rare = false;  ///< most people leave it as it is
};

std::string_view to_text(Field::Kind kind);

struct Step {
    std::string id{};
    std::string title{};
    std::string sentence{};
    std::vector<std::string> notes{};
    std::vector<Field> fields{};  ///< none: there is nothing to ask
    bool connects = false;        ///< what is answered is tried before going on
};

/// What was answered: {"users": {"place": "embedded"}, …}. Fields that are left out stay as they
/// are. Values may be texts where numbers, lists and yes or no are meant.
using Answers = Json;

/// What is wrong with an answer.
struct Fault {
    std::string step{};
    std::string field{};  ///< "": with the step as a whole
    std::string message{};
    bool is_missing = false;  ///< nothing was answered where something has to be
};

/// One kind of place outside, as providers::Kind has it.
struct KindFacts {
    std::string name{};
    std::string label{};
    bool keeps_users = true;
    bool keeps_roles = true;
    bool checks_passwords = true;
};

/// What there is now.
struct Configured {
    config::Document document{};
    std::string text{};                         ///< the document as it is written
    std::int64_t revision = 0;                  ///< 0 where the home is a file
    std::string config_file{};                  ///< the home, where that is a file
    std::vector<std::string> administrators{};  ///< local ones who can sign in
    std::vector<std::string> users{};           ///< of the embedded store
    std::vector<std::string> secrets{};         ///< names in the store
    std::vector<KindFacts> kinds{};
};

using TypedSecrets = std::map<std::string, crypto::Secret, std::less<>>;

/// A provider as it would be by the answers.
struct Draft {
    std::string step{};
    config::Provider provider{};
    const config::Provider* present = nullptr;  ///< of Configured; null: it is new
    bool is_in_spite = false;                   ///< goes on whatever the test says
    bool makes_tables = false;                  ///< of Rhumb's own, in a database

    bool is_changed() const { return present == nullptr || *present != provider; }
};

/// Where users or roles shall be.
struct Location {
    std::string word{};  ///< as it is chosen: "embedded", "county", "new:ldap"
    std::string kind{};  ///< "": the embedded store
    const config::Provider* present = nullptr;  ///< null: the embedded store, or a new one

    bool is_embedded() const { return kind.empty(); }
};

/// What a word means: "embedded", the name of a provider, "new:KIND"; or KIND alone, where no
/// provider is called so. `invalid` says what may be chosen.
Result<Location> find_location(std::string_view word, const Configured& configured,
                               std::string_view of = "users");

/// All steps, as the answers have it so far.
std::vector<Step> steps(const Answers& answers, const Configured& configured);

/// What all answers together come to.
struct Decision {
    std::vector<Fault>
        faults{};  ///< in the order of the steps; nothing else counts while there are any
    config::Document document{};  ///< to be
    std::vector<Draft> drafts{};  ///< places outside that users or roles shall be in
    TypedSecrets secrets{};       ///< to be kept, by their names in the store
    struct Administrator {
        std::string name{};
        std::string full_name{};
        crypto::Secret password{};
    };
    std::optional<Administrator> administrator{};
};

/// `whole`: what has to be answered and was not is a fault; else only in steps that were answered
/// at all.
Decision decide(const Answers& answers, const Configured& configured, bool whole = true);

/// What is wrong with one step.
std::vector<Fault> judge(std::string_view step, const Answers& answers,
                         const Configured& configured);

/// The first step that was not answered, or not well; summary_step when all were.
std::string next_step(const Answers& answers, const Configured& configured);

/// An answer as the field has it: "30" is 30, "yes" is true, "a, b" is ["a", "b"]. `invalid` says
/// what is wanted.
Result<Json> normalized(const Field& field, const Json& answer);

}  // namespace rhumb::wizard
