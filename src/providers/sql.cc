#include "providers/sql.h"

#include <algorithm>

#include "base/text.h"
#include "providers/secret_place.h"
#include "providers/sql_parts.h"
#include "providers/sql_roles.h"
#include "providers/sql_users.h"
#include "storage/audit.h"

namespace rhumb::providers {

namespace {

using Dialect = config::SqlProvider::Dialect;

class Sql final : public Provider {
public:
    explicit Sql(SqlParts parts) : parts_{std::move(parts)} {}

    identity::UserStore* users() override {
        return parts_.accounts->has_users() ? &users_ : nullptr;
    }
    identity::RoleStore* roles() override {
        return parts_.accounts->has_roles() ? &roles_ : nullptr;
    }
    ConnectionTest test_connection() override { return test_sql(parts_); }

private:
    SqlParts parts_;
    SqlUsers users_{parts_};
    SqlRoles roles_{parts_};
};

std::optional<storage::SqlAccountQueries> to_queries(const config::SqlProvider& sql) {
    if (!sql.has_queries()) return {};
    return storage::SqlAccountQueries{.find_user = sql.queries.find_user,
                                      .list_users = sql.queries.list_users,
                                      .roles_of = sql.queries.roles_of,
                                      .list_roles = sql.queries.list_roles};
}

Result<config::SqlProvider> settings_of(const config::Provider& provider) {
    const auto* const sql = std::get_if<config::SqlProvider>(&provider.settings);
    if (sql == nullptr)
        return fail(ErrorKind::invalid, "the provider «{}» is no database", provider.name);
    return *sql;
}

}  // namespace

std::string to_line(std::string text) {
    constexpr std::size_t bytes_max = 500;
    if (!text::is_utf8(text)) return {};
    if (text.size() > bytes_max) {
        // At the beginning of a character: its bytes behind the first begin with 10.
        auto end = bytes_max;
        while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
        text.resize(end);
    }
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return text;
}

storage::SqlAccounts::BeforeCommit SqlParts::recorded(
    const observe::Actor& actor, std::string_view what, std::string_view subject,
    std::string detail, std::function<Result<void>(storage::Transaction&, Seconds)> more) const {
    const auto now = surroundings.clock.now();
    auto text = detail.empty() ? fmt::format("in {}", provider.name)
                               : fmt::format("{}; in {}", detail, provider.name);
    storage::Event event{.time = now,
                         .who = actor.who,
                         .from = actor.from,
                         .what = std::string{what},
                         .subject = std::string{subject},
                         .detail = std::move(text)};
    return [&store = surroundings.store, event = std::move(event), more = std::move(more),
            now]() -> Result<void> {
        return store.transact([&](storage::Transaction& transaction) -> Result<void> {
            if (more) TRY_DONE(more(transaction, now));
            TRY_DONE(transaction.add_event(event));
            return {};
        });
    };
}

Error SqlParts::named(Error error) const {
    if (error.kind != ErrorKind::unavailable) return error;
    return std::move(error).within(fmt::format("the provider {}", provider.name));
}

Result<std::unique_ptr<storage::SqlAccounts>> open_accounts(const config::Provider& provider,
                                                            const Surroundings& surroundings) {
    TRY(const auto sql, settings_of(provider));
    storage::SqlAccounts::Options options;
    auto& place = options.place;
    // PostgreSQL by ODBC is there for trying the ODBC path.
    const bool is_libpq = sql.dialect == Dialect::postgresql && sql.odbc_driver.empty();
    place.transport =
        is_libpq ? storage::SqlPlace::Transport::postgresql : storage::SqlPlace::Transport::odbc;
    place.host = sql.host;
    place.port = sql.port;
    place.database = sql.database;
    place.user = sql.user;
    TRY(place.password, read_secret(sql.password_from, surroundings));
    place.odbc_driver = sql.odbc_driver.empty() ? "FreeTDS" : sql.odbc_driver;
    place.roots_file = sql.roots_file;
    place.insecurely_without_tls = sql.insecurely_without_tls;
    place.limit = provider.time_limit_seconds;
    place.connections = std::max<std::size_t>(1, provider.connections);
    options.flavour = sql.dialect == Dialect::postgresql ? storage::SqlFlavour::postgresql
                                                         : storage::SqlFlavour::sqlserver;
    options.schema = sql.schema;
    options.queries = to_queries(sql);
    auto accounts = storage::SqlAccounts::make(std::move(options));
    if (!accounts)
        return tl::unexpected(
            std::move(accounts.error()).within(fmt::format("the provider {}", provider.name)));
    return accounts;
}

Result<std::unique_ptr<Provider>> make_sql(const config::Provider& provider,
                                           const Surroundings& surroundings) {
    TRY(auto accounts, open_accounts(provider, surroundings));
    return std::make_unique<Sql>(SqlParts{provider, surroundings, std::move(accounts)});
}

Result<bool> create_sql_tables(const config::Provider& provider, const Surroundings& surroundings,
                               const observe::Actor& actor) {
    TRY(auto accounts, open_accounts(provider, surroundings));
    if (!accounts->is_ours())
        return fail(ErrorKind::invalid,
                    "the provider {} asks existing tables by queries: none are made in it",
                    provider.name);
    const SqlParts parts{provider, surroundings, std::move(accounts)};
    TRY(const bool is_new, parts.named(parts.accounts->create_schema()));
    if (is_new) TRY_DONE(parts.recorded(actor, "provider.tables-made", provider.name)());
    return is_new;
}

}  // namespace rhumb::providers
