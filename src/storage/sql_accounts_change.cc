#include "base/text.h"
#include "storage/sql_accounts_state.h"

namespace rhumb::storage {

namespace {

SqlValue to_value(std::optional<Seconds> time) {
    if (!time) return std::monostate{};
    return static_cast<long long>(time->time_since_epoch().count());
}

SqlParameters parameters_of(const UserRecord& user) {
    return {{"key", text::to_lower(user.name)},
            {"name", user.name},
            {"full_name", user.full_name},
            {"email", user.email},
            {"description", user.description},
            {"password", user.password},
            {"password_changed", to_value(user.password_changed)},
            {"created", to_value(user.created)},
            {"disabled", to_value(user.disabled)},
            {"expires", to_value(user.expires)}};
}

SqlParameters parameters_of(const RoleRecord& role) {
    return {{"key", text::to_lower(role.name)},
            {"name", role.name},
            {"description", role.description},
            {"created", to_value(role.created)}};
}

SqlParameters with(SqlParameters parameters, SqlParameter one) {
    parameters.push_back(std::move(one));
    return parameters;
}

/// What the database says to a second row of one name, in our words.
template <class T>
Result<T> or_conflict(Result<T> result, std::string_view what, std::string_view name) {
    if (!result && result.error().kind == ErrorKind::conflict)
        return fail(ErrorKind::conflict, "there is a {} «{}» already", what, name);
    return result;
}

/// A statement that must touch a row.
Result<void> change_one(SqlRun& run, const std::string& statement, const SqlParameters& parameters,
                        std::string_view what, std::string_view name) {
    TRY(const auto count, run.change(statement, parameters));
    if (count < 1) return fail(ErrorKind::not_found, "there is no {} «{}»", what, name);
    return {};
}

bool is_there(const Result<SqlRows>& rows) { return rows && !rows->rows.empty(); }

SqlParameters parameters_of(const Membership& membership) {
    return {{"role", text::to_lower(membership.role)},
            {"kind", std::string{membership.kind == Membership::Kind::user ? "user" : "role"}},
            {"key", text::to_lower(membership.member)},
            {"name", membership.member}};
}

}  // namespace

Result<void> SqlAccounts::add_user(const UserRecord& user, const BeforeCommit& before) {
    const auto add = [statement = state_->own(state_->dialect.add_user),
                      parameters = parameters_of(user)](SqlRun& run) -> Result<long long> {
        return run.change(statement, parameters);
    };
    TRY_DONE(or_conflict(state_->pool.change(add, before), "user", user.name));
    return {};
}

Result<void> SqlAccounts::update_user(std::string_view name, const UserRecord& user,
                                      const BeforeCommit& before) {
    const auto update = [statement = state_->own(state_->dialect.update_user),
                         rename = state_->own(state_->dialect.rename_user),
                         parameters = with(parameters_of(user), {"was", text::to_lower(name)}),
                         name = std::string{name},
                         is_renamed = name != user.name](SqlRun& run) -> Result<void> {
        TRY_DONE(change_one(run, statement, parameters, "user", name));
        if (is_renamed) TRY_DONE(run.change(rename, parameters));
        return {};
    };
    return or_conflict(state_->pool.change(update, before), "user", user.name);
}

Result<void> SqlAccounts::set_password(std::string_view name, std::string_view hash,
                                       Seconds changed, const BeforeCommit& before) {
    const auto set = [statement = state_->own(state_->dialect.set_password),
                      parameters = SqlParameters{{"key", text::to_lower(name)},
                                                 {"password", std::string{hash}},
                                                 {"password_changed", to_value(changed)}},
                      name = std::string{name}](SqlRun& run) {
        return change_one(run, statement, parameters, "user", name);
    };
    return state_->pool.change(set, before);
}

Result<void> SqlAccounts::replace_hash(std::string_view name, std::string_view was,
                                       std::string_view hash) {
    const auto replace = [statement = state_->own(state_->dialect.replace_hash),
                          parameters = SqlParameters{{"key", text::to_lower(name)},
                                                     {"password", std::string{hash}},
                                                     {"was", std::string{was}}}](SqlRun& run) {
        return run.change(statement, parameters);
    };
    TRY_DONE(state_->pool.run(SqlPool::Repeat::never, replace));
    return {};
}

Result<void> SqlAccounts::remove_user(std::string_view name, const BeforeCommit& before) {
    const auto remove = [statement = state_->own(state_->dialect.remove_user),
                         forget = state_->own(state_->dialect.forget_user),
                         parameters = SqlParameters{{"key", text::to_lower(name)}},
                         name = std::string{name}](SqlRun& run) -> Result<void> {
        TRY_DONE(change_one(run, statement, parameters, "user", name));
        TRY_DONE(run.change(forget, parameters));
        return {};
    };
    return state_->pool.change(remove, before);
}

Result<void> SqlAccounts::add_role(const RoleRecord& role, const BeforeCommit& before) {
    const auto add = [statement = state_->own(state_->dialect.add_role),
                      parameters = parameters_of(role)](SqlRun& run) -> Result<long long> {
        return run.change(statement, parameters);
    };
    TRY_DONE(or_conflict(state_->pool.change(add, before), "role", role.name));
    return {};
}

Result<void> SqlAccounts::update_role(std::string_view name, const RoleRecord& role,
                                      const BeforeCommit& before) {
    const auto update = [statement = state_->own(state_->dialect.update_role),
                         rename = state_->own(state_->dialect.rename_role),
                         parameters = with(parameters_of(role), {"was", text::to_lower(name)}),
                         name = std::string{name},
                         is_renamed = name != role.name](SqlRun& run) -> Result<void> {
        TRY_DONE(change_one(run, statement, parameters, "role", name));
        if (is_renamed) TRY_DONE(run.change(rename, parameters));
        return {};
    };
    return or_conflict(state_->pool.change(update, before), "role", role.name);
}

Result<void> SqlAccounts::remove_role(std::string_view name, const BeforeCommit& before) {
    const auto remove = [statement = state_->own(state_->dialect.remove_role),
                         forget = state_->own(state_->dialect.forget_role),
                         parameters = SqlParameters{{"key", text::to_lower(name)}},
                         name = std::string{name}](SqlRun& run) -> Result<void> {
        TRY_DONE(run.change(forget, parameters));
        return change_one(run, statement, parameters, "role", name);
    };
    return state_->pool.change(remove, before);
}

Result<bool> SqlAccounts::add_membership(const Membership& membership, const BeforeCommit& before) {
    const auto add = [find_role = state_->own(state_->dialect.find_role),
                      find = state_->own(state_->dialect.find_member),
                      statement = state_->own(state_->dialect.add_member),
                      parameters = parameters_of(membership),
                      role = membership.role](SqlRun& run) -> Result<bool> {
        TRY(const auto of_role, run.rows(find_role, {{"key", text::to_lower(role)}}, 1));
        if (of_role.rows.empty()) return fail(ErrorKind::not_found, "there is no role «{}»", role);
        TRY(const auto found, run.rows(find, parameters, 1));
        if (!found.rows.empty()) return false;
        TRY_DONE(run.change(statement, parameters));
        return true;
    };
    const auto was = state_->pool.run(
        SqlPool::Repeat::once,
        [find = state_->own(state_->dialect.find_member), parameters = parameters_of(membership)](
            SqlRun& run) { return run.rows(find, parameters, 1); });
    if (is_there(was)) return false;
    return state_->pool.change(add, before);
}

Result<bool> SqlAccounts::remove_membership(const Membership& membership,
                                            const BeforeCommit& before) {
    const auto parameters = parameters_of(membership);
    TRY(const auto found, state_->ask(state_->own(state_->dialect.find_member), parameters, 1));
    if (found.rows.empty()) return false;
    const auto remove = [statement = state_->own(state_->dialect.remove_member),
                         parameters](SqlRun& run) -> Result<long long> {
        return run.change(statement, parameters);
    };
    TRY_DONE(state_->pool.change(remove, before));
    return true;
}

Result<bool> SqlAccounts::create_schema() {
    const auto is_some = [](const SqlRows& rows) {
        return !rows.rows.empty() && !rows.rows.front().empty() && rows.rows.front().front() &&
               *rows.rows.front().front() != "0";
    };
    const auto& dialect = state_->dialect;
    const SqlParameters parameters{{"schema", state_->schema}};
    TRY(const auto tables, state_->ask(std::string{dialect.has_tables}, parameters, 1));
    if (is_some(tables)) {
        TRY(const auto rows, state_->ask(state_->own(dialect.version), {}, 1));
        if (!rows.rows.empty() && rows.rows.front().front() &&
            *rows.rows.front().front() == fmt::to_string(sql_schema_version))
            return false;
        return fail(ErrorKind::conflict,
                    "{}: the tables of the schema {} are of another Rhumb. Remedy: use that Rhumb, "
                    "or another schema",
                    state_->pool.place().label(), state_->schema);
    }
    TRY(const auto schemas, state_->ask(std::string{dialect.has_schema}, parameters, 1));
    std::vector<std::string> statements;
    if (!is_some(schemas)) statements.push_back(state_->own(dialect.make_schema));
    for (const auto statement : dialect.make_tables) statements.push_back(state_->own(statement));
    const auto make = [statements](SqlRun& run) -> Result<long long> {
        for (const auto& statement : statements) TRY_DONE(run.change(statement));
        return 0;
    };
    TRY_DONE(state_->pool.change(make, [] { return Result<void>{}; }));
    return true;
}

}  // namespace rhumb::storage
