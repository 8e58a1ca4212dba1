#include "storage/sql_accounts.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/crypt_hash.h"
#include "storage/sql_accounts_state.h"
#include "storage/sql_query.h"
#include "storage/sql_records.h"

namespace rhumb::storage {

namespace {

constexpr std::size_t roles_rows_max = 200'000;
constexpr std::size_t roles_of_rows_max = 10'000;
constexpr std::size_t page_rows_max = 10'000;
constexpr std::size_t list_rows_max = 100'000;  // of a query that knows no :count

struct NamedQuery {
    std::string_view name;
    const std::string& text;
    std::initializer_list<std::string_view> places;
};

/// Which queries there are, and which places each may have.
std::vector<NamedQuery> named(const SqlAccountQueries& queries) {
    return {{"find_user", queries.find_user, {"name"}},
            {"list_users", queries.list_users, {"contains", "after", "count"}},
            {"roles_of", queries.roles_of, {"user"}},
            {"list_roles", queries.list_roles, {}}};
}

Result<void> check(const SqlAccountQueries& queries, SqlPlace::Transport transport) {
    if (queries.find_user.empty() && queries.roles_of.empty())
        return fail(ErrorKind::invalid,
                    "neither find_user nor roles_of is named: users need the one, roles the other");
    for (const auto& query : named(queries)) {
        if (query.text.empty()) continue;
        auto parsed = to_query(query.text);
        if (!parsed)
            return tl::unexpected(
                std::move(parsed.error()).within(fmt::format("the query {}", query.name)));
        if (parsed->has_casts && transport == SqlPlace::Transport::odbc)
            return fail(ErrorKind::invalid,
                        "the query {} has :: in it, which ODBC cannot be told: write CAST(a AS b)",
                        query.name);
        for (const auto& name : parsed->names)
            if (std::ranges::find(query.places, name) == query.places.end())
                return fail(ErrorKind::invalid, "the query {} has :{}, and nothing is known for it",
                            query.name, name);
    }
    return {};
}

/// What every session begins with.
Result<void> start(SqlRun& run, const SqlDialect& dialect) {
    const auto limit = fmt::to_string(run.place().limit.count());
    for (const auto statement : dialect.at_start) {
        std::string text{statement};
        for (auto at = text.find("{ms}"); at != std::string::npos; at = text.find("{ms}", at))
            text.replace(at, 4, limit);
        TRY_DONE(run.change(text));
    }
    if (run.place().is_read_only && !dialect.read_only.empty())
        TRY_DONE(run.change(std::string{dialect.read_only}));
    return {};
}

/// Our own tables compare names in lower case; others as they do.
SqlParameters page_parameters(const Page& page, bool is_ours) {
    const auto count = static_cast<long long>(std::min(page.count_max, page_rows_max));
    return {{"contains", text::to_lower(page.contains)},
            {"after", is_ours ? text::to_lower(page.after) : page.after},
            {"count", count}};
}

bool contains(const UserRecord& user, std::string_view part) {
    const auto wanted = text::to_lower(part);
    return text::to_lower(user.name).find(wanted) != std::string::npos ||
           text::to_lower(user.full_name).find(wanted) != std::string::npos;
}

/// Does what a query without these places leaves to us: a short list may be had as a whole.
void cut_page(std::vector<UserRecord>& users, const Page& page, const SqlQuery& query) {
    const auto has = [&query](std::string_view place) {
        return std::ranges::find(query.names, place) != query.names.end();
    };
    if (!has("contains"))
        std::erase_if(users, [&](const auto& user) { return !contains(user, page.contains); });
    if (!has("after")) {
        const auto key = [](const UserRecord& user) { return text::to_lower(user.name); };
        std::ranges::sort(users, {}, key);
        std::erase_if(users,
                      [&](const auto& user) { return key(user) <= text::to_lower(page.after); });
    }
    if (users.size() > page.count_max)
        users.erase(users.begin() + static_cast<std::ptrdiff_t>(page.count_max), users.end());
}

}  // namespace

Result<std::unique_ptr<SqlAccounts>> SqlAccounts::make(Options options) {
    TRY_DONE(check_sql_schema(options.queries ? "rhumb" : options.schema));
    if (options.queries) {
        TRY_DONE(check(*options.queries, options.place.transport));
        options.place.is_read_only = true;
    }
    const auto& dialect =
        options.flavour == SqlFlavour::postgresql ? postgresql_dialect() : sqlserver_dialect();
    // PostgreSQL reads names without quotes in lower case.
    auto schema =
        options.flavour == SqlFlavour::postgresql ? text::to_lower(options.schema) : options.schema;
    return std::unique_ptr<SqlAccounts>{new SqlAccounts{std::make_unique<State>(
        dialect, std::move(schema), std::move(options.queries), std::move(options.place),
        [&dialect, sets_up = options.sets_sessions_up](SqlRun& run) -> Result<void> {
            return sets_up ? start(run, dialect) : Result<void>{};
        })}};
}

SqlAccounts::SqlAccounts(std::unique_ptr<State> state) : state_{std::move(state)} {}
SqlAccounts::~SqlAccounts() = default;

bool SqlAccounts::is_ours() const { return !state_->queries; }

bool SqlAccounts::has_users() const { return is_ours() || !state_->queries->find_user.empty(); }

bool SqlAccounts::has_roles() const { return is_ours() || !state_->queries->roles_of.empty(); }

bool SqlAccounts::can_list_users() const {
    return is_ours() || !state_->queries->list_users.empty();
}

Result<SqlRows> SqlAccounts::State::ask(std::string query, SqlParameters parameters,
                                        std::size_t rows_max) {
    return pool.run(SqlPool::Repeat::once,
                    [query = std::move(query), parameters = std::move(parameters),
                     rows_max](SqlRun& run) { return run.rows(query, parameters, rows_max); });
}

Error SqlAccounts::State::makes_no_sense(std::string_view query, const Error& error) const {
    return to_error(pool.place(),
                    {SqlFault::Step::answer,
                     fmt::format("the answer of {} makes no sense: {}", query, error.message),
                     "correct the query"});
}

Result<std::optional<UserRecord>> SqlAccounts::find_user(std::string_view name) const {
    // A zero byte cannot be bound as text, and no name has one.
    if (name.empty() || name.find('\0') != std::string_view::npos || !text::is_utf8(name) ||
        !has_users())
        return std::nullopt;
    const bool ours = is_ours();
    TRY(const auto rows,
        state_->ask(ours ? state_->own(state_->dialect.find_user) : state_->queries->find_user,
                    {{"key", text::to_lower(name)}, {"name", std::string{name}}}, 10));
    std::optional<UserRecord> found;
    for (const auto& row : rows.rows) {
        const auto record = to_user_record(rows, row);
        if (!record) return tl::unexpected(state_->makes_no_sense("find_user", record.error()));
        // A collation may find more than was asked for.
        if (!*record || !text::iequals((*record)->name, name)) continue;
        if (found)
            return tl::unexpected(state_->makes_no_sense(
                "find_user", {ErrorKind::invalid, "there are two rows for one name"}));
        found = *record;
    }
    return found;
}

Result<std::vector<UserRecord>> SqlAccounts::users(const Page& page) const {
    if (!can_list_users())
        return fail(ErrorKind::unavailable,
                    "{}: its users cannot be listed. Remedy: give it the query list_users",
                    state_->pool.place().label());
    const auto query =
        is_ours() ? state_->own(state_->dialect.list_users) : state_->queries->list_users;
    TRY(const auto rows, state_->ask(query, page_parameters(page, is_ours()), list_rows_max));
    std::vector<UserRecord> users;
    for (const auto& row : rows.rows) {
        auto record = to_user_record(rows, row);
        if (!record) return tl::unexpected(state_->makes_no_sense("list_users", record.error()));
        if (*record) users.push_back(**std::move(record));
    }
    if (is_ours()) return users;
    TRY(const auto parsed, to_query(query));
    cut_page(users, page, parsed);
    return users;
}

Result<std::vector<SqlRole>> SqlAccounts::roles() const {
    const auto query =
        is_ours() ? state_->own(state_->dialect.list_roles) : state_->queries->list_roles;
    if (query.empty())
        return fail(ErrorKind::unavailable,
                    "{}: its roles cannot be listed. Remedy: give it the query list_roles",
                    state_->pool.place().label());
    TRY(const auto rows, state_->ask(query, {}, roles_rows_max));
    auto roles = to_roles(rows);
    if (!roles) return tl::unexpected(state_->makes_no_sense("list_roles", roles.error()));
    return roles;
}

Result<std::vector<std::string>> SqlAccounts::roles_of(std::string_view user) const {
    if (user.find('\0') != std::string_view::npos || !text::is_utf8(user) || !has_roles())
        return std::vector<std::string>{};
    const auto query =
        is_ours() ? state_->own(state_->dialect.roles_around) : state_->queries->roles_of;
    TRY(const auto rows,
        state_->ask(query, {{"key", text::to_lower(user)}, {"user", std::string{user}}},
                    roles_of_rows_max));
    auto roles = roles_by(rows, user);
    if (!roles) return tl::unexpected(state_->makes_no_sense("roles_of", roles.error()));
    return roles;
}

}  // namespace rhumb::storage
