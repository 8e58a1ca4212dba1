#include "providers/moved.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb::providers {

namespace {

constexpr std::string_view moved_setting = "users-moved";

/// What makes two places of one kind hold the same people.
struct Whose {
    using Json = nlohmann::json;

    Json operator()(const config::SqlProvider& sql) const {
        return {text::to_lower(sql.host), sql.port, sql.database, sql.schema,
                sql.queries.find_user};
    }
    Json operator()(const config::LdapProvider& ldap) const {
        return {text::to_lower(ldap.user_base), text::to_lower(ldap.name_attribute),
                text::to_lower(ldap.direct_dn)};
    }
    Json operator()(const config::OpenIdProvider& openid) const {
        return {openid.issuer, openid.name_claim};
    }
    Json operator()(const config::HttpProvider& http) const { return {http.url}; }
    Json operator()(const config::ProgramProvider& program) const { return program.command; }
};

struct Move {
    std::string people{};
    Seconds since{};
};

Result<std::optional<Move>> find_move(const storage::View& view) {
    TRY(const auto text, view.find_setting(moved_setting));
    if (!text) return std::optional<Move>{};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    const bool is_good = json.is_object() && json.contains("people") &&
                         json["people"].is_string() && json.contains("since") &&
                         json["since"].is_number_integer();
    // Damaged: as if they had moved now.
    if (!is_good) return std::optional<Move>{Move{}};
    return std::optional<Move>{
        Move{.people = json["people"].get<std::string>(),
             .since = Seconds{std::chrono::seconds{json["since"].get<std::int64_t>()}}}};
}

}  // namespace

std::string people_of(const config::Security& security) {
    const auto* const provider = security.find_provider(security.users);
    if (provider == nullptr) return std::string{config::embedded_provider};
    return nlohmann::json{provider->kind(), std::visit(Whose{}, provider->settings)}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Seconds> note_people_of(const config::Security& security, storage::Store& store,
                               Seconds now) {
    const auto people = people_of(security);
    TRY(const auto before, store.read([](const storage::View& view) { return find_move(view); }));
    if (before && before->people == people) return before->since;
    const bool has_never_moved = !before && people == config::embedded_provider;
    if (has_never_moved) return Seconds{};
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.put_setting(
            moved_setting,
            nlohmann::json{{"people", people}, {"since", now.time_since_epoch().count()}}.dump()));
        TRY_DONE(transaction.add_event(
            {.time = now,
             .who = "rhumb",
             .from = "this machine",
             .what = "security.users-moved",
             .subject = security.users,
             .detail = "tokens and sessions from before count no more, but those of local "
                       "administrators"}));
        return {};
    }));
    return now;
}

}  // namespace rhumb::providers
