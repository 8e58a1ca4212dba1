#include <array>

#include "storage/session.h"
#include "storage/users.h"
#include "storage/values.h"

namespace rhumb::storage {
namespace {

constexpr std::array privileges{"view", "publish", "administer"};

std::string to_column(Privilege privilege) {
    return privileges.at(static_cast<std::size_t>(privilege));
}

Privilege to_privilege(std::string_view column) {
    if (column == "administer") return Privilege::administer;
    return column == "publish" ? Privilege::publish : Privilege::view;
}

std::string to_column(Membership::Kind kind) {
    return kind == Membership::Kind::user ? "user" : "role";
}

constexpr const char* role_columns = "SELECT id, name, description, privilege, created FROM role ";

/// Where the columns of a row go while rows are fetched.
struct RoleRow {
    RoleRecord record;
    long long id = 0;
    long long created = 0;
    std::string privilege;

    RoleRecord value() const {
        auto role = record;
        role.id = id;
        role.created = to_seconds(created);
        role.privilege = to_privilege(privilege);
        return role;
    }
};

std::vector<RoleRecord> fetch(RoleRow& row, soci::statement& statement) {
    statement.execute();
    std::vector<RoleRecord> found;
    while (statement.fetch()) found.push_back(row.value());
    return found;
}

Error there_is_a_role(std::string_view name) {
    return {ErrorKind::conflict, fmt::format("there is a role «{}» already", name)};
}

Error no_role(std::string_view name) {
    return {ErrorKind::not_found, fmt::format("there is no role «{}»", name)};
}

}  // namespace

Result<std::vector<RoleRecord>> roles(const View& view) {
    return view.session().guarded(
        "reading the roles", [&](soci::session& sql) -> Result<std::vector<RoleRecord>> {
            RoleRow row;
            soci::statement statement =
                (sql.prepare << std::string{role_columns} + "ORDER BY name", soci::into(row.id),
                 soci::into(row.record.name), soci::into(row.record.description),
                 soci::into(row.privilege), soci::into(row.created));
            return fetch(row, statement);
        });
}

Result<std::optional<RoleRecord>> find_role(const View& view, std::string_view name) {
    return view.session().guarded(
        "reading a role", [&](soci::session& sql) -> Result<std::optional<RoleRecord>> {
            RoleRow row;
            const std::string wanted{name};
            soci::statement statement =
                (sql.prepare << std::string{role_columns} + "WHERE name = :name",
                 soci::into(row.id), soci::into(row.record.name),
                 soci::into(row.record.description), soci::into(row.privilege),
                 soci::into(row.created), soci::use(wanted, "name"));
            auto found = fetch(row, statement);
            if (found.empty()) return std::nullopt;
            return std::move(found.front());
        });
}

Result<Id> add_role(Transaction& transaction, const RoleRecord& role) {
    TRY(const auto other, find_role(transaction, role.name));
    if (other) return tl::unexpected(there_is_a_role(other->name));
    return transaction.session().guarded("adding a role", [&](soci::session& sql) -> Result<Id> {
        const auto privilege = to_column(role.privilege);
        const long long created = storage::to_column(role.created);
        sql << "INSERT INTO role (name, description, privilege, created)"
               " VALUES (:name, :description, :privilege, :created)",
            soci::use(role.name, "name"), soci::use(role.description, "description"),
            soci::use(privilege, "privilege"), soci::use(created, "created");
        return last_id(sql);
    });
}

Result<void> update_role(Transaction& transaction, const RoleRecord& role) {
    TRY(const auto other, find_role(transaction, role.name));
    if (other && other->id != role.id) return tl::unexpected(there_is_a_role(other->name));
    return transaction.session().guarded(
        "changing a role", [&](soci::session& sql) -> Result<void> {
            const auto privilege = to_column(role.privilege);
            const long long id = role.id;
            // Where it is a member, before its name has changed.
            sql << "UPDATE role_member SET member = :name WHERE kind = 'role'"
                   " AND member = (SELECT name FROM role WHERE id = :id)",
                soci::use(role.name, "name"), soci::use(id, "id");
            sql << "UPDATE role SET name = :name, description = :description,"
                   " privilege = :privilege WHERE id = :id",
                soci::use(role.name, "name"), soci::use(role.description, "description"),
                soci::use(privilege, "privilege"), soci::use(id, "id");
            if (changed_rows(sql) == 0) return tl::unexpected(no_role(role.name));
            return {};
        });
}

Result<void> remove_role(Transaction& transaction, std::string_view name) {
    return transaction.session().guarded(
        "removing a role", [&](soci::session& sql) -> Result<void> {
            const std::string wanted{name};
            sql << "DELETE FROM role WHERE name = :name", soci::use(wanted, "name");
            if (changed_rows(sql) == 0) return tl::unexpected(no_role(name));
            sql << "DELETE FROM role_member WHERE kind = 'role' AND member = :name",
                soci::use(wanted, "name");
            return {};
        });
}

Result<std::vector<Membership>> memberships(const View& view) {
    return view.session().guarded(
        "reading who has which role", [&](soci::session& sql) -> Result<std::vector<Membership>> {
            Membership row;
            std::string kind;
            soci::statement statement =
                (sql.prepare << "SELECT role.name, role_member.kind, role_member.member"
                                " FROM role_member JOIN role ON role.id = role_member.role"
                                " ORDER BY role.name, role_member.kind DESC, role_member.member",
                 soci::into(row.role), soci::into(kind), soci::into(row.member));
            statement.execute();
            std::vector<Membership> all;
            while (statement.fetch()) {
                row.kind = kind == "role" ? Membership::Kind::role : Membership::Kind::user;
                all.push_back(row);
            }
            return all;
        });
}

Result<bool> add_membership(Transaction& transaction, const Membership& membership) {
    TRY(const auto role, find_role(transaction, membership.role));
    if (!role) return tl::unexpected(no_role(membership.role));
    return transaction.session().guarded("giving a role", [&](soci::session& sql) -> Result<bool> {
        const long long id = role->id;
        const auto kind = to_column(membership.kind);
        sql << "INSERT OR IGNORE INTO role_member (role, kind, member)"
               " VALUES (:role, :kind, :member)",
            soci::use(id, "role"), soci::use(kind, "kind"), soci::use(membership.member, "member");
        return changed_rows(sql) != 0;
    });
}

Result<bool> remove_membership(Transaction& transaction, const Membership& membership) {
    return transaction.session().guarded(
        "taking a role back", [&](soci::session& sql) -> Result<bool> {
            const auto kind = to_column(membership.kind);
            sql << "DELETE FROM role_member WHERE kind = :kind AND member = :member"
                   " AND role = (SELECT id FROM role WHERE name = :role)",
                soci::use(kind, "kind"), soci::use(membership.member, "member"),
                soci::use(membership.role, "role");
            return changed_rows(sql) != 0;
        });
}

}  // namespace rhumb::storage
