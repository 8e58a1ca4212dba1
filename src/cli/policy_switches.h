#pragma once
/// --require-https, --client-certificate and --allow: what a command makes a part of the
/// configuration say.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/document.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

/// As they were typed.
struct PolicySwitches {
    std::optional<std::string> require_https{};
    std::optional<std::string> client_certificate{};
    std::vector<std::string> allow{};
};

/// `switches` outlives the parsing.
void add_policy_switches(CLI::App& verb, PolicySwitches& switches);

/// A change of the three. What was not named stays; the word "inherit" takes a rule away.
class PolicyChange {
public:
    /// `invalid` says which switch is wrong, or that there is none.
    static Result<PolicyChange> read(const PolicySwitches& switches);
    /// Takes all three away.
    static PolicyChange removal();

    template <class Part>
    void apply_to(Part& part) const {
        if (https_.is_named) part.require_https = https_.value;
        if (certificate_.is_named) part.client_certificate = certificate_.value;
        if (allow_.is_named) part.allow = allow_.value;
    }
    /// A site inherits from nobody: there "inherit" is the default.
    void apply_to(config::Site& site) const;

    /// A layer has a list of its own, and nothing else.
    bool names_allow_alone() const {
        return allow_.is_named && !https_.is_named && !certificate_.is_named;
    }
    const std::optional<config::AllowList>& allow() const { return allow_.value; }

    /// "allow role:planners, require_https refuse": for the comment of a revision.
    std::string to_text() const;
    /// The lines for a configuration that is a file, two blanks before each.
    std::string to_lines() const;

private:
    template <class Value>
    struct Named {
        bool is_named = false;
        std::optional<Value> value{};  ///< none: to be inherited
    };

    Named<config::RequireHttps> https_{};
    Named<config::ClientCertificate> certificate_{};
    Named<config::AllowList> allow_{};
};

}  // namespace rhumb::cli
