#include "access/gate.h"

#include <algorithm>
#include <utility>

#include "access/client_certificates.h"
#include "access/secrets.h"
#include "access/wording.h"
#include "base/text.h"
#include "http/parameters.h"
#include "http/target.h"
#include "policy/refusal.h"

namespace rhumb::access {

using config::RequireHttps;
using policy::Audience;

Surroundings::Surroundings(policy::Rules rules, TrustedProxies proxies,
                           std::function<std::string(const http::Request&)> https_url,
                           std::string login_path)
    : rules_{std::move(rules)},
      proxies_{std::move(proxies)},
      https_url_{std::move(https_url)},
      login_path_{std::move(login_path)} {
    const auto is_anyone = [](const config::Allowed& entry) {
        return entry.kind == config::Allowed::Kind::anyone;
    };
    const auto is_for_some = [&](const policy::Statement& said) {
        return said.allow && std::ranges::none_of(*said.allow, is_anyone);
    };
    const auto wants_https = [](const policy::Statement& said) {
        return said.require_https.value_or(RequireHttps::no) != RequireHttps::no;
    };
    has_people_ =
        is_for_some(rules_.of_site()) || std::ranges::any_of(rules_.statements(), is_for_some);
    is_open_secured_ = !has_people_ && !rules_.wants_certificates();
    is_open_clear_ = is_open_secured_ && !wants_https(rules_.of_site()) &&
                     std::ranges::none_of(rules_.statements(), wants_https);
}

namespace {

bool is_well_known(const http::Request& request) {
    return request.path.starts_with("/.well-known/");
}

/// What an answer's sight of the site is: by the rules, for this caller.
class SightByRules final : public http::Sight {
public:
    SightByRules(const policy::Rules& rules, std::shared_ptr<const http::Caller> caller,
                 std::string client_ip, bool is_secure)
        : rules_{rules},
          caller_{std::move(caller)},
          client_ip_{std::move(client_ip)},
          is_secure_{is_secure} {}

    bool sees(std::string_view path) const override {
        const auto holding = rules_.at(path);
        if (holding.allow_by.empty()) return true;
        if (!is_secure_ && holding.needs_person()) return false;
        static const http::Caller nobody;
        return policy::admit(holding, caller_ ? *caller_ : nobody, client_ip_) ==
               policy::Admission::admitted;
    }

private:
    const policy::Rules& rules_;
    std::shared_ptr<const http::Caller> caller_;
    std::string client_ip_;
    bool is_secure_;
};

/// The address over HTTPS, with nothing secret in it.
std::string safe_https_url(const http::Request& request, const Surroundings& surroundings) {
    auto query = without_secrets(request.query);
    if (query == request.query) return surroundings.https_url(request);
    http::Request shown = request;
    shown.has_query = !query.empty();
    shown.query = std::move(query);
    return surroundings.https_url(shown);
}

http::Response refuse_clear(const http::Request& request, const Surroundings& surroundings,
                            Place place) {
    return policy::refuse(safe_https_url(request, surroundings),
                          policy::audience_of(request, place.is_gis));
}

/// A form may hold a token. Only GIS clients send it so.
bool has_form(const http::Request& request, Place place) {
    return place.is_gis && !place.is_entrance && request.method == http::Method::post;
}

/// A bad token is told of below the catalogue, even where none is needed: clients renew it then.
/// Not where they ask how tokens are to be had, and not at the door.
bool tells_of_bad_tokens(const http::Request& request, Place place) {
    constexpr std::string_view info = "/rest/info";
    const std::string_view path = request.path;
    const bool is_info =
        path.size() >= info.size() && text::iequals(path.substr(path.size() - info.size()), info);
    return place.is_gis && !place.is_entrance && !is_info;
}

}  // namespace

std::optional<http::Response> judge_channel(const http::Request& request,
                                            const Surroundings& surroundings,
                                            const policy::Holding& holding, Place place) {
    if (request.channel->is_secure || is_well_known(request)) return std::nullopt;
    if (holding.require_https == RequireHttps::redirect && !place.is_entrance) {
        const auto url = safe_https_url(request, surroundings);
        if (!url.empty()) return policy::redirect(url);
    }
    // Whoever has to be somebody would have to prove it here, for all to hear; and a certificate
    // cannot be shown.
    if (holding.require_https != RequireHttps::no || place.is_entrance || holding.needs_person() ||
        holding.client_certificate == config::ClientCertificate::require)
        return refuse_clear(request, surroundings, place);
    return std::nullopt;
}

bool Gate::passes(http::Request& request, const Surroundings& surroundings, Place place) {
    request.client_ip = client_address(request, surroundings.proxies());
    if (is_well_known(request)) return true;
    if (!surroundings.is_open(request.channel->is_secure) || place.is_entrance) return false;
    return !has_form(request, place) && !find_proof(request).is_there();
}

net::Sure<Judgement> Gate::judge(http::Request& request, const Surroundings& surroundings,
                                 Place place) const {
    request.client_ip = client_address(request, surroundings.proxies());
    if (is_well_known(request)) co_return Judgement{};
    // Browsers ask so before they send what proves who asks; the answer says nothing.
    if (place.is_gis && request.method == http::Method::options) co_return Judgement{};

    const bool is_secure = request.channel->is_secure;
    auto proof = find_proof(request);
    if (!is_secure && proof.is_there())
        co_return Judgement{refuse_clear(request, surroundings, place)};
    const auto holding = surroundings.rules().at(request.path);
    if (auto refusal = judge_channel(request, surroundings, holding, place))
        co_return Judgement{std::move(refusal)};
    if (has_form(request, place) && (!proof.is_in_header || !is_secure)) {
        const auto read = co_await http::read_parameters(request);
        if (!read)
            co_return Judgement{word(request, cannot_be_read(read.error()),
                                     policy::audience_of(request, place.is_gis))};
        proof = find_proof(request);
        if (!is_secure && proof.is_there())
            co_return Judgement{refuse_clear(request, surroundings, place)};
    }
    Judgement judgement;
    judgement.is_personal =
        !holding.allow_by.empty() || (place.is_gis && surroundings.has_people());
    judgement.refusal =
        co_await judge_person(request, surroundings, holding, place, std::move(proof));
    if (surroundings.has_people()) {
        request.sight = std::make_shared<const SightByRules>(surroundings.rules(), request.caller,
                                                             request.client_ip, is_secure);
    }
    co_return judgement;
}

net::Sure<std::optional<http::Response>> Gate::judge_person(http::Request& request,
                                                            const Surroundings& surroundings,
                                                            const policy::Holding& holding,
                                                            Place place, Proof proof) const {
    const auto audience = policy::audience_of(request, place.is_gis);
    CertificateVerdict certificate;
    if (holding.client_certificate != config::ClientCertificate::ignore) {
        certificate = co_await certificates_.judge(request, holding.client_certificate);
        if (certificate.needs_new_connection &&
            holding.client_certificate == config::ClientCertificate::require)
            co_return word(request, needs_another_connection(), Audience::person);
        const bool is_good = certificate.fault == CertificateFault::none ||
                             certificate.fault == CertificateFault::not_mapped;
        const bool is_missing = certificate.fault == CertificateFault::required;
        const bool may_miss = holding.client_certificate == config::ClientCertificate::accept;
        if (!is_good && !(is_missing && may_miss))
            co_return word(request, certificate_refused(certificate), audience);
    }
    auto asker =
        co_await find_asker(request, proof, certificate, parts_, place.is_gis, place.checks_forms);
    request.caller = asker.caller;

    const auto login = [&] { return login_address(surroundings.login_path(), request); };
    if (!asker.bad_token.empty() && asker.caller == nullptr && tells_of_bad_tokens(request, place))
        co_return word(request, bad_token(asker.bad_token, login()), audience);
    if (holding.allow_by.empty()) co_return std::nullopt;
    static const http::Caller nobody;
    const auto& caller = request.caller ? *request.caller : nobody;
    const auto admission = policy::admit(holding, caller, request.client_ip);
    if (admission == policy::Admission::admitted) co_return std::nullopt;
    // To sign in may help, but not here.
    if (!request.channel->is_secure && admission == policy::Admission::unknown)
        co_return refuse_clear(request, surroundings, place);
    if (asker.is_unavailable && admission == policy::Admission::unknown)
        co_return word(request, cannot_say_now(), audience);
    if (admission == policy::Admission::unknown && !asker.bad_token.empty())
        co_return word(request, bad_token(asker.bad_token, login()), audience);
    if (admission == policy::Admission::unknown)
        co_return word(request, needs_sign_in(login()), audience);
    if (caller.is_known()) co_return word(request, not_permitted(caller, login()), audience);
    co_return word(request, not_from_here(), audience);
}

void mark_personal(const http::Request& request, http::Response& response, bool is_personal) {
    if (!is_personal && !has_secrets(request.query)) return;
    auto& headers = response.headers;
    if (!headers.has("referrer-policy")) headers.set("referrer-policy", "same-origin");
    const auto said = text::to_lower(headers.joined("cache-control"));
    if (said.find("no-store") == std::string::npos && said.find("private") == std::string::npos) {
        // A year without asking is too long where somebody may lose his right meanwhile.
        headers.set("cache-control", "private, no-cache");
    }
    auto vary = headers.joined("vary");
    for (const auto* field : {"x-esri-authorization", "authorization", "cookie"})
        if (!headers.has_token("vary", field)) vary.append(vary.empty() ? "" : ", ").append(field);
    headers.set("vary", vary);
}

}  // namespace rhumb::access
