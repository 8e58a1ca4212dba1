#include "access/asker.h"

#include "access/cookies.h"
#include "access/outside.h"
#include "base/text.h"
#include "http/parameters.h"
#include "http/target.h"

namespace rhumb::access {

namespace {

/// What follows "Bearer", without the blanks that some clients send after it; "" for anything else.
std::string_view bearer(std::optional<std::string_view> field) {
    if (!field) return {};
    const auto value = text::trim(*field);
    constexpr std::string_view scheme = "bearer ";
    return text::istarts_with(value, scheme) ? text::trim(value.substr(scheme.size()))
                                             : std::string_view{};
}

std::string parameter(const http::Request& request, std::string_view name) {
    if (request.parameters) return request.parameters->get(name);  // of the form first
    if (!request.has_query) return {};
    return http::find_parameter(request.query, name).value_or("");
}

std::string_view find_header_token(const http::Request& request) {
    for (const auto* name : {"x-esri-authorization", "authorization"})
        if (const auto token = bearer(request.headers.find(name)); !token.empty()) return token;
    return {};
}

bool has_password(const http::Request& request) {
    const auto field = request.headers.find("authorization");
    if (field && text::istarts_with(text::trim(*field), "basic ")) return true;
    return !parameter(request, "password").empty();
}

bool only_reads(http::Method method) {
    return method == http::Method::get || method == http::Method::head ||
           method == http::Method::options;
}

enum class Origin { same, other, unsaid };

/// Where the page stands that made the browser ask.
Origin origin_of(const http::Request& request) {
    if (const auto site = request.headers.find("sec-fetch-site"))
        return *site == "same-origin" || *site == "none" ? Origin::same : Origin::other;
    if (const auto origin = request.headers.find("origin")) {
        const bool is_ours =
            text::iequals(*origin, request.origin()) ||
            text::iequals(*origin, http::make_origin(true, request.host, request.port));
        return is_ours ? Origin::same : Origin::other;
    }
    return Origin::unsaid;
}

}  // namespace

Proof find_proof(const http::Request& request) {
    Proof proof;
    proof.token = find_header_token(request);
    proof.is_in_header = !proof.token.empty();
    if (!proof.is_in_header) proof.token = text::trim(parameter(request, "token"));
    if (request.headers.has("cookie"))
        proof.session = find_cookie(request, session_cookie).value_or("");
    proof.has_password = has_password(request);
    return proof;
}

namespace {

/// Whether what a browser sends by itself speaks for this request.
bool may_use_ambient(const http::Request& request, bool is_gis, bool checks_forms) {
    const auto origin = origin_of(request);
    if (!only_reads(request.method))
        return origin == Origin::same || (origin == Origin::unsaid && checks_forms);
    if (!is_gis || origin == Origin::same) return true;
    if (origin == Origin::unsaid) return parameter(request, "callback").empty();
    // A link of another site leads here: the answer is shown to the person alone.
    return request.headers.find("sec-fetch-mode") == std::string_view{"navigate"} &&
           request.headers.find("sec-fetch-dest") == std::string_view{"document"};
}

}  // namespace

bool may_use_session(const http::Request& request, const identity::Session& session, bool is_gis,
                     bool checks_forms) {
    const auto sent = request.headers.find("x-rhumb-form");
    if (sent && !session.form_secret.empty() && *sent == session.form_secret) return true;
    return may_use_ambient(request, is_gis, checks_forms);
}

bool may_use_certificate(const http::Request& request, bool is_gis, bool checks_forms) {
    // Programs that show a certificate say nothing of an origin; browsers always do when they post.
    const bool is_program = origin_of(request) == Origin::unsaid;
    return may_use_ambient(request, is_gis, checks_forms || is_program);
}

namespace {

using identity::Person;

/// Null where what was proven long ago counts no more.
std::shared_ptr<const http::Caller> to_caller(const std::shared_ptr<const Person>& person,
                                              Seconds proven_at, const Parts& parts,
                                              http::Caller proof) {
    if (person == nullptr || !person->is_active(parts.clock.now()) || proven_at < person->since)
        return nullptr;
    proof.user = person->name;
    proof.roles = person->roles;
    proof.privilege = person->privilege;
    return std::make_shared<const http::Caller>(std::move(proof));
}

identity::TokenUse use_of(const http::Request& request) {
    return {.referer = request.headers.find("referer").value_or(""),
            .origin = request.headers.find("origin").value_or(""),
            .ip = request.client_ip};
}

/// True when the asker is known, or cannot be asked for: nothing else is to be looked at.
net::Sure<bool> look_at_token(const http::Request& request, std::string_view token,
                              const Parts& parts, Asker& asker) {
    const auto check = parts.tokens.check(token, use_of(request));
    if (!check.is_good()) {
        asker.bad_token = identity::to_text(check.fault);
        co_return false;
    }
    auto person = co_await get_person(parts, check.facts->user);
    if (!person) {
        asker.is_unavailable = true;
        co_return true;
    }
    asker.caller = to_caller(*person, check.facts->issued, parts,
                             {.by = http::Caller::By::token, .proof = "token " + check.facts->id});
    if (asker.caller == nullptr)
        asker.bad_token =
            "the user it was issued to may not come in any more, or has got another password since";
    co_return asker.caller != nullptr;
}

net::Sure<bool> look_at_session(const identity::Session& session, const Parts& parts,
                                Asker& asker) {
    auto person = co_await get_person(parts, session.user);
    asker.is_unavailable = !person;
    if (!person) co_return true;
    asker.caller = to_caller(*person, session.created, parts,
                             {.by = http::Caller::By::session,
                              .proof = "session " + session.id,
                              .form_secret = session.form_secret});
    co_return asker.caller != nullptr;
}

net::Sure<void> look_at_certificate(const CertificateVerdict& certificate, const Parts& parts,
                                    Asker& asker) {
    auto person = co_await get_person(parts, certificate.user);
    asker.is_unavailable = !person;
    if (!person) co_return;
    // The key proves it now.
    asker.caller = to_caller(
        *person, parts.clock.now(), parts,
        {.by = http::Caller::By::certificate, .proof = "certificate " + certificate.name});
}

}  // namespace

net::Sure<Asker> find_asker(const http::Request& request, const Proof& proof,
                            const CertificateVerdict& certificate, const Parts& parts, bool is_gis,
                            bool checks_forms) {
    Asker asker;
    if (!proof.token.empty()) {
        const bool is_settled = co_await look_at_token(request, proof.token, parts, asker);
        if (is_settled) co_return asker;
    }
    if (!proof.session.empty()) {
        const auto session = parts.sessions.find(proof.session);
        if (session && may_use_session(request, *session, is_gis, checks_forms)) {
            const bool is_settled = co_await look_at_session(*session, parts, asker);
            if (is_settled) co_return asker;
        }
    }
    if (certificate.fault == CertificateFault::none && !certificate.user.empty() &&
        may_use_certificate(request, is_gis, checks_forms))
        co_await look_at_certificate(certificate, parts, asker);
    co_return asker;
}

}  // namespace rhumb::access
