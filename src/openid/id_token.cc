#include "openid/id_token.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace rhumb::openid {

namespace {

constexpr std::size_t subject_max = 255;  // Core section 2
constexpr std::chrono::hours age_max{24};
/// A logout token is for now: Back-Channel Logout section 2.4 wants two minutes at most.
constexpr std::chrono::minutes farewell_age_max{10};

tl::unexpected<Error> wrong(std::string_view claim, std::string_view why) {
    return fail(ErrorKind::denied, "the provider's token is not good: {} {}", claim, why);
}

Result<Seconds> get_time(const Claims& claims, std::string_view name) {
    const auto seconds = claims.seconds(name);
    if (!seconds) return wrong(name, "is missing");
    return Seconds{std::chrono::seconds{*seconds}};
}

Result<void> check_audience(const Claims& claims, std::string_view client_id) {
    const auto audience = claims.texts("aud");
    if (std::ranges::find(audience, client_id) == audience.end())
        return wrong("aud", "does not name our client_id");
    const auto authorized = claims.text("azp");
    if (claims.has("azp") && authorized != client_id) return wrong("azp", "is not our client_id");
    if (audience.size() > 1 && authorized.empty())
        return wrong("azp", "is missing, and there are several in aud");
    return {};
}

/// Issuer, audience, and the times.
Result<void> check_frame(const Claims& claims, const Expected& expected,
                         std::chrono::seconds oldest) {
    if (claims.text("iss") != expected.issuer) return wrong("iss", "is another issuer");
    TRY_DONE(check_audience(claims, expected.client_id));
    if (claims.has("exp")) {
        TRY(const auto expires, get_time(claims, "exp"));
        if (expected.now >= expires + clock_leeway)
            return wrong("exp", "has passed (are the clocks of both machines right?)");
    }
    TRY(const auto issued, get_time(claims, "iat"));
    if (issued > expected.now + clock_leeway)
        return wrong("iat", "is to come (are the clocks of both machines right?)");
    if (issued + oldest < expected.now) return wrong("iat", "is too long ago");
    const auto from = claims.seconds("nbf");
    if (from && Seconds{std::chrono::seconds{*from}} > expected.now + clock_leeway)
        return wrong("nbf", "is to come");
    return {};
}

Result<std::string> get_subject(const Claims& claims) {
    auto subject = claims.text("sub");
    if (subject.empty() || subject.size() > subject_max)
        return wrong("sub", "is missing or too long");
    return subject;
}

/// The left half of the digest that goes with the algorithm (Core section 3.1.3.6).
Result<std::string> half_digest(std::string_view text, std::string_view algorithm) {
    auto digest = algorithm.ends_with("384")   ? crypto::sha384(text)
                  : algorithm.ends_with("512") ? crypto::sha512(text)
                                               : crypto::sha256(text);
    TRY(const auto bytes, std::move(digest));
    return text::to_base64url(std::string_view{bytes}.substr(0, bytes.size() / 2));
}

}  // namespace

Result<void> check_id_token(const Claims& claims, const Expected& expected) {
    TRY_DONE(get_time(claims, "exp"));
    TRY_DONE(check_frame(claims, expected, age_max));
    TRY_DONE(get_subject(claims));
    if (claims.has("events")) return wrong("events", "is of a logout token");
    if (expected.nonce && !crypto::equal_in_constant_time(claims.text("nonce"), *expected.nonce))
        return wrong("nonce", "is of another sign-in");
    if (claims.has("at_hash") && !expected.access_token.empty()) {
        TRY(const auto digest, half_digest(expected.access_token, expected.algorithm));
        if (claims.text("at_hash") != digest) return wrong("at_hash", "is of another access token");
    }
    return {};
}

Result<Farewell> check_logout_token(const Claims& claims, const Expected& expected) {
    // Some providers leave out `exp`, which drafts of the specification did not ask for: `iat`
    // bounds the token's life.
    TRY_DONE(check_frame(claims, expected, farewell_age_max));
    TRY(const auto issued, get_time(claims, "iat"));
    if (!claims.has_object("events", "http://schemas.openid.net/event/backchannel-logout"))
        return wrong("events", "is not of a logout");
    if (claims.has("nonce")) return wrong("nonce", "has no place in a logout token");
    Farewell farewell{.id = claims.text("jti"),
                      .subject = claims.text("sub"),
                      .session = claims.text("sid"),
                      .forgotten = issued + farewell_age_max + clock_leeway};
    if (farewell.id.empty() || farewell.id.size() > subject_max)
        return wrong("jti", "is missing or too long");
    if (farewell.subject.empty() && farewell.session.empty())
        return wrong("sub", "is missing, and so is sid");
    if (farewell.subject.size() > subject_max || farewell.session.size() > subject_max)
        return wrong("sub", "or sid is too long");
    return farewell;
}

}  // namespace rhumb::openid
