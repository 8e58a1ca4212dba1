#include "openid/code_flow.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "openid/json.h"

namespace rhumb::openid {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t query_max = 16384;
constexpr std::size_t count_max = 50;

Result<std::string> random_text() {
    TRY(const auto bytes, crypto::random_bytes(secret_bytes));
    return text::to_base64url(bytes);
}

}  // namespace

Result<Journey> new_journey() {
    Journey journey;
    TRY(journey.state, random_text());
    TRY(journey.nonce, random_text());
    TRY(journey.verifier, random_text());
    return journey;
}

Result<std::string> challenge_of(std::string_view verifier) {
    TRY(const auto digest, crypto::sha256(verifier));
    return text::to_base64url(digest);
}

std::string to_form(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        if (!form.empty()) form += '&';
        form += text::percent_encode(name);
        form += '=';
        form += text::percent_encode(value);
    }
    return form;
}

Result<std::string> authorization_url(const Discovery& provider,
                                      const AuthorizationRequest& request) {
    TRY(const auto challenge, challenge_of(request.journey.verifier));
    auto scope = text::join(request.scopes, " ");
    if (std::ranges::find(request.scopes, "openid") == request.scopes.end())
        scope = scope.empty() ? "openid" : "openid " + scope;
    const auto form = to_form({{"response_type", "code"},
                               {"client_id", request.client_id},
                               {"redirect_uri", request.callback},
                               {"scope", scope},
                               {"state", request.journey.state},
                               {"nonce", request.journey.nonce},
                               {"code_challenge", challenge},
                               {"code_challenge_method", "S256"}});
    const auto& endpoint = provider.authorization_endpoint;
    const bool has_query = endpoint.find('?') != std::string::npos;
    return fmt::format("{}{}{}", endpoint, has_query ? '&' : '?', form);
}

Result<CallbackQuery> parse_callback(std::string_view query) {
    CallbackQuery found;
    const std::array wanted{std::pair{"code", &found.code}, std::pair{"state", &found.state},
                            std::pair{"iss", &found.issuer}, std::pair{"error", &found.error}};
    std::array<bool, wanted.size()> is_there{};
    if (query.size() > query_max || std::ranges::count(query, '&') > std::ptrdiff_t{count_max})
        return fail(ErrorKind::denied, "the provider's answer is too long");
    for (const auto part : text::split(query, '&')) {
        const auto equals = std::min(part.find('='), part.size());
        const auto name = text::percent_decode(part.substr(0, equals), true);
        const auto value = text::percent_decode(
            equals < part.size() ? part.substr(equals + 1) : std::string_view{}, true);
        if (!name || !value || !text::is_utf8(*value))
            return fail(ErrorKind::denied, "the provider's answer makes no sense");
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (*name != wanted[i].first) continue;
            if (std::exchange(is_there[i], true))
                return fail(ErrorKind::denied, "the provider's answer has «{}» twice", *name);
            *wanted[i].second = *value;
        }
    }
    return found;
}

std::string_view error_word(std::string_view error) {
    const bool is_word = !error.empty() && error.size() <= 64 &&
                         error.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == error.npos;
    return is_word ? error : std::string_view{"an unknown error"};
}

Result<TokenAnswer> parse_token_answer(std::string_view json) {
    TRY(auto answer, parse_object(json, "the answer of the token endpoint"));
    auto access = text_at(answer, "access_token");
    auto refresh = text_at(answer, "refresh_token");
    TokenAnswer tokens{.access_token = crypto::Secret::copy_of(access),
                       .refresh_token = crypto::Secret::copy_of(refresh),
                       .id_token = text_at(answer, "id_token")};
    crypto::wipe(access.data(), access.size());
    crypto::wipe(refresh.data(), refresh.size());
    if (!text::iequals(text_at(answer, "token_type"), "bearer") || tokens.access_token.is_empty())
        return fail(ErrorKind::invalid,
                    "the answer of the token endpoint has no access token of type Bearer");
    return tokens;
}

std::string parse_token_error(std::string_view json) {
    const auto answer = parse_object(json, "the answer of the token endpoint");
    return answer ? text_at(*answer, "error") : std::string{};
}

std::string basic_authorization(std::string_view client_id, std::string_view secret) {
    auto pair = fmt::format("{}:{}", text::percent_encode(client_id), text::percent_encode(secret));
    auto field = "Basic " + text::to_base64(pair);
    crypto::wipe(pair.data(), pair.size());
    return field;
}

}  // namespace rhumb::openid
