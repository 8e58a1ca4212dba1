#pragma once
/// Users and roles in a database of somebody else: PostgreSQL, or SQL Server over ODBC; in tables
/// of ours, or in existing ones by queries. Any thread at once; every call blocks for at most the
/// place's limit (changes: three times that), so never on a loop. Errors are `unavailable`, with
/// the place and a remedy, unless something else is said. What the database answers is foreign: it
/// is bounded in size, and the caller is to check names and texts.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sql_fault.h"
#include "storage/sql_place.h"
#include "storage/user_records.h"

namespace rhumb::storage {

/// Queries on tables of somebody else; "": that cannot be asked. docs/providers.md has their places
/// and columns.
struct SqlAccountQueries {
    std::string find_user{};   ///< :name
    std::string list_users{};  ///< :contains, :after, :count
    std::string roles_of{};    ///< :user
    std::string list_roles{};
};

/// Which statements our own tables take.
enum class SqlFlavour { postgresql, sqlserver };

/// A role and who has it. The privilege is not kept outside.
struct SqlRole {
    RoleRecord role{};
    std::vector<Membership> members{};
};

/// What is there, when somebody looks.
struct SqlLook {
    enum class Schema { none, ours, newer };

    std::string server{};               ///< its version, in its own words
    Schema schema = Schema::none;       ///< of our own tables
    std::vector<std::string> users{};   ///< the first ones
    std::size_t refused_hashes = 0;     ///< of these, passwords in a form that is not looked at
    std::vector<std::string> faults{};  ///< of queries: "find_user has no column «name»"
    std::vector<std::string> remarks{};
};

class SqlAccounts {
public:
    struct Options {
        SqlPlace place{};
        SqlFlavour flavour = SqlFlavour::postgresql;
        std::string schema{};  ///< of our own tables
        std::optional<SqlAccountQueries> queries{};
        /// False: sessions keep the settings they have. For tests, where a database of another
        /// flavour stands in.
        bool sets_sessions_up = true;
    };
    /// Connects to nothing yet. `invalid`: a schema that is no name, a query that cannot be one.
    static Result<std::unique_ptr<SqlAccounts>> make(Options options);
    ~SqlAccounts();
    SqlAccounts(const SqlAccounts&) = delete;
    SqlAccounts& operator=(const SqlAccounts&) = delete;

    /// In tables of ours: those may be changed here.
    bool is_ours() const;
    bool has_users() const;  ///< else there are roles alone
    bool has_roles() const;
    bool can_list_users() const;

    /// Nothing for nobody. Only a user whose name is the one that was asked for, but for ASCII
    /// case.
    Result<std::optional<UserRecord>> find_user(std::string_view name) const;
    /// By name in lower case.
    Result<std::vector<UserRecord>> users(const Page& page) const;
    /// By name.
    Result<std::vector<SqlRole>> roles() const;
    /// By name: given, or by roles of roles.
    Result<std::vector<std::string>> roles_of(std::string_view user) const;

    /// Connects anew, past all that is open, and looks. `fault`: how far it came, when it failed.
    Result<SqlLook> look(SqlFault& fault) const;

    /// Makes our tables, and the schema when it is not there. False: they are there already.
    /// `conflict`: those of a newer Rhumb. All or nothing.
    Result<bool> create_schema();

    /// Runs on the caller's thread when all is changed but not yet committed; its error takes
    /// everything back. For the entry in the audit trail.
    using BeforeCommit = std::function<Result<void>()>;

    // Only where is_ours(). `conflict`: the name is there already; `not_found`.
    Result<void> add_user(const UserRecord& user, const BeforeCommit& before);
    /// Everything but `created` and the password; `name` is the one it has had.
    Result<void> update_user(std::string_view name, const UserRecord& user,
                             const BeforeCommit& before);
    /// `hash`: "": none.
    Result<void> set_password(std::string_view name, std::string_view hash, Seconds changed,
                              const BeforeCommit& before);
    /// Another hash of the same password. Nothing happens when it is not `was` any more.
    Result<void> replace_hash(std::string_view name, std::string_view was, std::string_view hash);
    Result<void> remove_user(std::string_view name, const BeforeCommit& before);
    Result<void> add_role(const RoleRecord& role, const BeforeCommit& before);
    Result<void> update_role(std::string_view name, const RoleRecord& role,
                             const BeforeCommit& before);
    Result<void> remove_role(std::string_view name, const BeforeCommit& before);
    /// False when it is there already; then `before` does not run. not_found: no such role.
    Result<bool> add_membership(const Membership& membership, const BeforeCommit& before);
    /// False when it was not there.
    Result<bool> remove_membership(const Membership& membership, const BeforeCommit& before);

private:
    struct State;
    explicit SqlAccounts(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace rhumb::storage
