#include "providers/openid_sign_in.h"

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/text.h"

namespace rhumb::providers {

namespace {

constexpr std::size_t used_max = 100'000;
/// Cookies hold 4096 bytes; longer addresses are not kept.
constexpr std::size_t return_address_max = 1200;

struct Travel {
    openid::Journey journey{};
    std::string issuer{};
    std::string client_id{};
    std::string callback{};
    std::string return_address{};
    Seconds until{};
};

std::string purpose_of(std::string_view provider) {
    return fmt::format("sign-in at the page of {}", provider);
}

Result<std::string> seal(const Travel& travel, std::string_view provider,
                         const crypto::Seal& seal) {
    nlohmann::json json{
        {"state", travel.journey.state},       {"nonce", travel.journey.nonce},
        {"verifier", travel.journey.verifier}, {"issuer", travel.issuer},
        {"client", travel.client_id},          {"callback", travel.callback},
        {"return", travel.return_address},     {"until", travel.until.time_since_epoch().count()}};
    TRY(const auto sealed,
        seal.seal(purpose_of(provider),
                  json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    return text::to_base64url(sealed);
}

tl::unexpected<Error> begin_again() {
    return fail(ErrorKind::denied,
                "this answer does not belong to a sign-in that this browser has begun in the last "
                "ten minutes. Please sign in again");
}

Result<Travel> open(std::string_view state, std::string_view provider, const crypto::Seal& seal) {
    const auto bytes = base64::decode(state, base64::url);
    if (!bytes) return begin_again();
    const auto plain = seal.open(purpose_of(provider), *bytes);
    if (!plain) return begin_again();
    const auto json = nlohmann::json::parse(plain->view(), nullptr, false);
    if (!json.is_object()) return begin_again();
    const auto text = [&json](const char* name) { return json.value(name, std::string{}); };
    return Travel{
        .journey = {.state = text("state"), .nonce = text("nonce"), .verifier = text("verifier")},
        .issuer = text("issuer"),
        .client_id = text("client"),
        .callback = text("callback"),
        .return_address = text("return"),
        .until = Seconds{std::chrono::seconds{json.value("until", std::int64_t{0})}}};
}

}  // namespace

std::string OpenIdSignIn::label() const {
    return settings_.label.empty() ? memory_.provider() : settings_.label;
}

bool OpenIdSignIn::is_first(std::string_view what, Seconds until) {
    const auto now = memory_.around().clock.now();
    const std::lock_guard lock{mutex_};
    std::erase_if(used_, [now](const auto& one) { return one.second <= now; });
    // So many in ten minutes are nobody's sign-ins: better none counts than one counts twice.
    if (used_.size() >= used_max) return false;
    return used_.emplace(what, until).second;
}

Result<OpenIdSignIn::Departure> OpenIdSignIn::depart(std::string_view callback,
                                                     std::string_view return_address) {
    TRY(const auto journey, openid::new_journey());
    Departure departure;
    TRY(departure.url, client_.departure(callback, journey));
    const Travel travel{.journey = journey,
                        .issuer = settings_.issuer,
                        .client_id = settings_.client_id,
                        .callback = std::string{callback},
                        .return_address = return_address.size() > return_address_max
                                              ? std::string{}
                                              : std::string{return_address},
                        .until = memory_.around().clock.now() + journey_max};
    TRY(departure.state, seal(travel, memory_.provider(), memory_.around().seal));
    return departure;
}

Result<OpenIdSignIn::Arrival> OpenIdSignIn::arrive(std::string_view callback,
                                                   std::string_view query, std::string_view state) {
    TRY(const auto travel, open(state, memory_.provider(), memory_.around().seal));
    TRY(const auto answer, openid::parse_callback(query));
    const auto now = memory_.around().clock.now();
    const bool is_ours = travel.issuer == settings_.issuer &&
                         travel.client_id == settings_.client_id && travel.callback == callback &&
                         now < travel.until && travel.until <= now + journey_max &&
                         !travel.journey.state.empty() &&
                         crypto::equal_in_constant_time(answer.state, travel.journey.state);
    if (!is_ours || !is_first(travel.journey.state, travel.until)) return begin_again();
    TRY(const auto arrived, client_.arrive(answer, callback, travel.journey));
    TRY(const auto facts, to_facts(arrived.claims, settings_));
    TRY(auto user, memory_.take_in(arrived, facts));
    return Arrival{.user = std::move(user), .return_address = travel.return_address};
}

Result<std::string> OpenIdSignIn::sign_out_url(std::string_view user, std::string_view after) {
    TRY(const auto record, memory_.find(user));
    if (!record) return std::string{};
    return client_.sign_out_url(after);
}

Result<std::optional<std::string>> OpenIdSignIn::signed_out_there(std::string_view message) {
    TRY(const auto farewell, client_.read_farewell(message));
    if (!is_first("farewell " + farewell.id, farewell.forgotten))
        return fail(ErrorKind::denied, "this message has come before");
    auto found = farewell.subject.empty() ? memory_.find_session(farewell.session)
                                          : memory_.find_subject(farewell.subject);
    TRY(const auto record, std::move(found));
    if (!record) return std::optional<std::string>{};
    return std::optional{record->name};
}

}  // namespace rhumb::providers
