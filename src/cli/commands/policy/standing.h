#pragma once
/// Where rules stand, and who somebody is: for the verbs that tell of rules.

#include <filesystem>
#include <string>
#include <vector>

#include "cli/installation.h"
#include "config/parse.h"
#include "http/caller.h"
#include "identity/role_store.h"
#include "policy/rules.h"

namespace rhumb::cli {

enum class Key { require_https, client_certificate, allow };

/// The configuration with the places of its rules, and the rules of each site.
class RulesOf {
public:
    static Result<RulesOf> read(const Context& context, Installation& installation);

    const config::Document& document() const { return document_; }
    /// With the ports that there really are, where a server runs.
    const config::Document& served() const { return served_; }
    policy::Rules rules(const config::Site& site) const;

    /// "rhumb.toml:12", "revision 12"; "" for what is built in.
    std::string place_of(const policy::Statement& statement, Key key) const;

private:
    config::Document document_;
    config::Document served_;
    std::map<std::string, config::PolicyLines, std::less<>> lines_;
    std::filesystem::path directory_;
    std::string file_;  // "": in the store
    storage::Id revision_ = 0;
};

/// Somebody, by the stores as they are now.
struct Asker {
    http::Caller caller{};            ///< nobody, when he may not sign in
    std::vector<std::string> ways{};  ///< "planners ← publishers ← given", of each role
    std::string note{};               ///< why he is nobody
};
Result<Asker> find_asker(const Context& context, const std::string& user);

/// How `user` has `role`: "publishers ← planners", where the last is given to him; "" if he has it
/// not. The shortest way; ends on circles.
std::string way_to(const std::vector<identity::Role>& roles, std::string_view user,
                   std::string_view role);

/// "role:planners, user:ann", or "anyone".
std::string allow_text(const policy::Statement& statement);

}  // namespace rhumb::cli
