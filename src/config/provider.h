#pragma once
/// Providers: places outside Rhumb where users and roles are kept, as the configuration names them
/// ([[security.provider]]).

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rhumb::config {

/// Where a secret is, for no secret stands in a configuration: "store:NAME" (sealed in Rhumb's
/// store, `rhumb secret set NAME`) or "file:/path". "": none is needed.
using SecretPlace = std::string;

/// Queries on tables of somebody else, with bound parameters alone (`:name`, `:user`, `:role`,
/// `:after`, `:count`, `:contains`). The columns of what they answer are named; docs/providers.md
/// has them. "": that question cannot be answered.
struct SqlQueries {
    std::string find_user{};   ///< :name
    std::string list_users{};  ///< :contains, :after, :count
    std::string roles_of{};    ///< :user; one row for each role
    std::string list_roles{};  ///< role, member, kind

    bool operator==(const SqlQueries&) const = default;
};

/// kind = "postgresql" or "sqlserver" (over ODBC).
struct SqlProvider {
    enum class Dialect { postgresql, sqlserver };

    Dialect dialect = Dialect::postgresql;
    std::string host{};
    std::uint16_t port = 0;  ///< 0: the dialect's own
    std::string database{};
    std::string user{};
    SecretPlace password_from{};
    std::string odbc_driver{};  ///< sqlserver: its name in odbcinst.ini; "": "FreeTDS"
    std::string roots_file{};   ///< PEM; "": the system's
    bool insecurely_without_tls = false;
    std::string schema = "rhumb";  ///< of our own tables, where there are no queries
    SqlQueries queries{};          ///< none: tables of ours

    bool has_queries() const { return queries != SqlQueries{}; }
    bool operator==(const SqlProvider&) const = default;
};

/// kind = "ldap" or "active-directory": they differ in their defaults alone, which reading fills
/// in.
struct LdapProvider {
    enum class Flavour { ldap, active_directory };
    enum class Bind { search, direct };

    Flavour flavour = Flavour::ldap;
    std::vector<std::string> urls{};  ///< "ldaps://a:636"; asked in this order
    bool start_tls = true;            ///< for ldap:// ones
    std::string roots_file{};         ///< PEM; "": the system's
    bool insecurely_without_tls = false;
    Bind bind = Bind::search;
    std::string bind_dn{};  ///< who searches; "": anonymously
    SecretPlace password_from{};
    std::string
        direct_dn{};  ///< Bind::direct: "uid={name},ou=people,dc=example" or "{name}@example.org"
    std::string user_base{};
    std::string user_filter{};  ///< "(&(objectClass=person)(uid={name}))"; {name} is escaped
    std::string name_attribute{};
    std::string full_name_attribute{};
    std::string email_attribute{};
    std::string group_base{};    ///< "": no groups
    std::string group_filter{};  ///< "(objectClass=groupOfNames)"
    std::string group_name_attribute{};
    std::string member_attribute{};  ///< "member" (a name in full) or "memberUid" (a user's name)
    bool nested_groups = true;
    std::uint32_t page_size = 500;

    bool operator==(const LdapProvider&) const = default;
};

/// kind = "openid": OpenID Connect.
struct OpenIdProvider {
    std::string issuer{};
    std::string client_id{};
    SecretPlace client_secret_from{};  ///< "": a public client (PKCE is used anyway)
    std::string label{};  ///< on the button: "Sign in with County"; "": the provider's name
    std::vector<std::string> scopes{"openid", "profile", "email"};
    std::string name_claim = "preferred_username";
    std::string full_name_claim = "name";
    std::string email_claim = "email";
    std::string roles_claim = "groups";        ///< dots lead into objects: "realm_access.roles"
    std::chrono::minutes recheck_minutes{15};  ///< then the provider is asked anew
    std::string roots_file{};

    bool operator==(const OpenIdProvider&) const = default;
};

/// kind = "http": the contract of docs/providers.md over HTTP, with signed requests.
struct HttpProvider {
    std::string url{};
    SecretPlace secret_from{};
    std::string roots_file{};

    bool operator==(const HttpProvider&) const = default;
};

/// kind = "program": the same contract with a program of this machine.
struct ProgramProvider {
    std::vector<std::string> command{};  ///< an absolute path, and arguments; no shell

    bool operator==(const ProgramProvider&) const = default;
};

struct Provider {
    std::string name{};  ///< as users and roles of [security] name it; not "embedded"
    std::variant<SqlProvider, LdapProvider, OpenIdProvider, HttpProvider, ProgramProvider>
        settings{};
    std::chrono::seconds time_limit_seconds{5};  ///< of one question, connecting included
    std::uint32_t connections = 4;               ///< at most, at a time
    /// For so long an answer counts: who is removed or disabled there is out after that time.
    std::chrono::seconds remember_seconds{60};
    std::vector<std::string> administrators{};  ///< its roles whose holders may administer
    std::vector<std::string> publishers{};      ///< its roles whose holders may publish

    /// "postgresql", "sqlserver", "ldap", "active-directory", "openid", "http", "program".
    std::string_view kind() const;

    bool operator==(const Provider&) const = default;
};

/// The name of Rhumb's own store where a provider's could stand.
inline constexpr std::string_view embedded_provider = "embedded";

}  // namespace rhumb::config
