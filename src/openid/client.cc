#include "openid/client.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "fetch/call.h"
#include "openid/jose.h"

namespace rhumb::openid {

namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::chrono::hours discovery_age_max{1};
constexpr std::chrono::minutes keys_age_max{10};
constexpr std::chrono::seconds keys_again{30};
constexpr std::size_t answer_bytes_max = std::size_t{512} << 10U;

/// Whatever way the clock was set, nothing is kept for longer than it may be.
bool is_older(Seconds since, Seconds now, std::chrono::seconds age) {
    return now < since || now - since >= age;
}

/// What is wrong with an answer makes the provider one that cannot say.
template <class T>
Result<T> as_unavailable(Result<T> result) {
    if (!result) result.error().kind = ErrorKind::unavailable;
    return result;
}

}  // namespace

struct Client::State {
    State(Options its_options, const Clock& its_clock)
        : options{std::move(its_options)},
          clock{its_clock},
          caller{{.limit = options.limit,
                  .body_max = answer_bytes_max,
                  .connections_max = options.connections_max,
                  .roots_file = options.roots_file}} {}

    Options options;
    const Clock& clock;
    fetch::Caller caller;

    std::mutex mutex{};  // of what follows; nobody waits for the network with it
    std::optional<Discovery> discovery{};
    Seconds discovery_since{};
    Keys keys{};
    std::optional<Seconds> keys_since{};  // when they were got
    std::optional<Seconds> keys_tried{};  // when they were last asked for because of a token

    Result<fetch::Answer> call(const fetch::Call& call, std::string_view what) {
        auto answer = caller.call(call);
        if (!answer)
            return fail(ErrorKind::unavailable, "{} of {}: {}", what, options.issuer,
                        answer.error().message);
        return *std::move(answer);
    }
    Result<std::string> get(const std::string& url, std::string_view what) {
        const fetch::Call question{.url = url, .headers = {{"accept", "application/json"}}};
        TRY(auto answer, call(question, what));
        if (answer.status != 200)
            return fail(ErrorKind::unavailable, "{} of {}: the provider answers {}", what,
                        options.issuer, answer.status);
        return std::move(answer.body);
    }
    Result<Discovery> ask_for_discovery() {
        TRY_DONE(as_unavailable(check_issuer(options.issuer)));
        TRY(const auto text, get(discovery_url(options.issuer), "the metadata"));
        return as_unavailable(parse_discovery(text, options.issuer));
    }
    Result<Discovery> get_discovery() {
        {
            const std::lock_guard lock{mutex};
            if (discovery && !is_older(discovery_since, clock.now(), discovery_age_max))
                return *discovery;
        }
        TRY(auto found, ask_for_discovery());
        const std::lock_guard lock{mutex};
        discovery = found;
        discovery_since = clock.now();
        return found;
    }
    Result<Keys> ask_for_keys(const Discovery& provider) {
        TRY(const auto text, get(provider.jwks_uri, "the keys"));
        TRY(auto found, as_unavailable(Keys::parse(text)));
        const std::lock_guard lock{mutex};
        keys = found;
        keys_since = clock.now();
        return found;
    }
    /// Those that are known when one of them fits, else the newest that may be asked for.
    Result<Keys> keys_for(const TokenHeader& header, const Discovery& provider) {
        {
            const std::lock_guard lock{mutex};
            const bool is_fresh = keys_since && !is_older(*keys_since, clock.now(), keys_age_max);
            if (is_fresh && (keys.fits(header) || !may_ask_again())) return keys;
        }
        return ask_for_keys(provider);
    }
    /// With the mutex: whether a token may have the keys asked for before their time.
    bool may_ask_again() {
        const auto now = clock.now();
        if (keys_tried && !is_older(*keys_tried, now, keys_again)) return false;
        keys_tried = now;
        return true;
    }
    /// For when a signature is of none of the keys: a provider may have made new ones by old names.
    Result<std::string> payload_by_new_keys(std::string_view token, const Discovery& provider,
                                            Error error) {
        {
            const std::lock_guard lock{mutex};
            if (!may_ask_again()) return tl::unexpected(std::move(error));
        }
        TRY(const auto newest, ask_for_keys(provider));
        return newest.payload_of(token);
    }

    Result<Claims> read_token(std::string_view token, const Discovery& provider,
                              TokenHeader& header) {
        TRY(header, read_header(token));
        TRY(const auto current, keys_for(header, provider));
        auto payload = current.payload_of(token);
        if (!payload) payload = payload_by_new_keys(token, provider, std::move(payload).error());
        if (!payload) return tl::unexpected(std::move(payload).error());
        return Claims::parse(*payload, "the provider's token").map_error([](Error error) {
            return Error{ErrorKind::denied, std::move(error.message)};
        });
    }

    Result<fetch::Answer> post(const Discovery& provider, Fields fields);
    Result<TokenAnswer> ask_for_tokens(const Discovery& provider, Fields fields);
    Result<Claims> ask_for_userinfo(const Discovery& provider, std::string_view access_token,
                                    std::string_view subject);
    /// The claims of the ID token, and what userinfo has beyond them.
    Result<Arrived> take(TokenAnswer tokens, const Discovery& provider,
                         std::optional<std::string_view> nonce);
};

Client::Client(Options options, const Clock& clock)
    : state_{std::make_unique<State>(std::move(options), clock)} {}

Client::~Client() = default;

Result<std::string> Client::departure(std::string_view callback, const Journey& journey) {
    TRY(const auto provider, state_->get_discovery());
    return authorization_url(provider, {.client_id = state_->options.client_id,
                                        .callback = callback,
                                        .scopes = state_->options.scopes,
                                        .journey = journey});
}

Result<Arrived> Client::arrive(const CallbackQuery& query, std::string_view callback,
                               const Journey& journey) {
    TRY(const auto provider, state_->get_discovery());
    const bool has_issuer = provider.names_issuer_in_answers || !query.issuer.empty();
    if (has_issuer && query.issuer != provider.issuer)
        return fail(ErrorKind::denied, "the answer is of another provider than was asked");
    if (!query.error.empty())
        return fail(query.error == "temporarily_unavailable" || query.error == "server_error"
                        ? ErrorKind::unavailable
                        : ErrorKind::denied,
                    "the provider says {}", error_word(query.error));
    if (query.code.empty()) return fail(ErrorKind::denied, "the provider's answer has no code");
    TRY(auto tokens, state_->ask_for_tokens(provider, {{"grant_type", "authorization_code"},
                                                       {"code", query.code},
                                                       {"redirect_uri", callback},
                                                       {"code_verifier", journey.verifier}}));
    if (tokens.id_token.empty())
        return fail(ErrorKind::unavailable, "the token endpoint of {} gave no ID token",
                    state_->options.issuer);
    return state_->take(std::move(tokens), provider, journey.nonce);
}

Result<Arrived> Client::renew(std::string_view refresh_token, std::string_view subject) {
    TRY(const auto provider, state_->get_discovery());
    TRY(auto tokens, state_->ask_for_tokens(provider, {{"grant_type", "refresh_token"},
                                                       {"refresh_token", refresh_token}}));
    if (!tokens.id_token.empty()) {
        TRY(auto arrived, state_->take(std::move(tokens), provider, std::nullopt));
        if (arrived.subject != subject)
            return fail(ErrorKind::denied, "the provider speaks of somebody else now");
        return arrived;
    }
    TRY(auto claims, state_->ask_for_userinfo(provider, tokens.access_token.view(), subject));
    return Arrived{.subject = std::string{subject},
                   .claims = std::move(claims),
                   .refresh_token = std::move(tokens.refresh_token)};
}

Result<fetch::Answer> Client::State::post(const Discovery& provider, Fields fields) {
    const auto secret = options.client_secret.view();
    const bool is_in_header = !secret.empty() && provider.takes_secret_in_header;
    fetch::Call question{.method = "POST",
                         .url = provider.token_endpoint,
                         .headers = {{"accept", "application/json"},
                                     {"content-type", "application/x-www-form-urlencoded"}}};
    if (is_in_header)
        question.headers.push_back(
            {"authorization", basic_authorization(options.client_id, secret)});
    else
        fields.emplace_back("client_id", options.client_id);
    if (!secret.empty() && !is_in_header) fields.emplace_back("client_secret", secret);
    question.body = to_form(fields);
    auto answer = call(question, "the token endpoint");
    crypto::wipe(question.body.data(), question.body.size());
    for (auto& header : question.headers) crypto::wipe(header.value.data(), header.value.size());
    return answer;
}

Result<TokenAnswer> Client::State::ask_for_tokens(const Discovery& provider, Fields fields) {
    TRY(auto answer, post(provider, std::move(fields)));
    if (answer.status == 200) {
        auto tokens = as_unavailable(parse_token_answer(answer.body));
        crypto::wipe(answer.body.data(), answer.body.size());
        return tokens;
    }
    const auto error = parse_token_error(answer.body);
    if (error == "invalid_grant")
        return fail(ErrorKind::denied,
                    "the provider says invalid_grant: it was used, has expired, "
                    "or was taken back");
    if (error == "invalid_client" || error == "unauthorized_client" || answer.status == 401)
        return fail(ErrorKind::unavailable,
                    "{} does not take our client_id and client secret ({}): see `client_id` and "
                    "`client_secret_from` of the provider",
                    options.issuer, error_word(error));
    return fail(ErrorKind::unavailable, "the token endpoint of {} answers {} ({})", options.issuer,
                answer.status, error_word(error));
}

Result<Claims> Client::State::ask_for_userinfo(const Discovery& provider,
                                               std::string_view access_token,
                                               std::string_view subject) {
    if (provider.userinfo_endpoint.empty())
        return fail(ErrorKind::unavailable, "{} has no userinfo endpoint", options.issuer);
    fetch::Call question{.url = provider.userinfo_endpoint,
                         .headers = {{"accept", "application/json"},
                                     {"authorization", fmt::format("Bearer {}", access_token)}}};
    auto called = call(question, "the userinfo endpoint");
    for (auto& header : question.headers) crypto::wipe(header.value.data(), header.value.size());
    TRY(const auto answer, std::move(called));
    if (answer.status == 401 || answer.status == 403)
        return fail(ErrorKind::denied, "the provider says nothing of this person any more");
    if (answer.status != 200)
        return fail(ErrorKind::unavailable, "the userinfo endpoint of {} answers {}",
                    options.issuer, answer.status);
    TRY(auto claims, as_unavailable(Claims::parse(answer.body, "the userinfo endpoint's answer")));
    // Core section 5.3.2: else one token could be changed for another.
    if (claims.text("sub") != subject)
        return fail(ErrorKind::denied, "the userinfo endpoint speaks of somebody else");
    return claims;
}

Result<Arrived> Client::State::take(TokenAnswer tokens, const Discovery& provider,
                                    std::optional<std::string_view> nonce) {
    TokenHeader header;
    TRY(auto claims, read_token(tokens.id_token, provider, header));
    TRY_DONE(check_id_token(claims, {.issuer = provider.issuer,
                                     .client_id = options.client_id,
                                     .now = clock.now(),
                                     .nonce = nonce,
                                     .access_token = tokens.access_token.view(),
                                     .algorithm = header.algorithm}));
    Arrived arrived{.subject = claims.text("sub"),
                    .session = claims.text("sid"),
                    .claims = claims,
                    .refresh_token = std::move(tokens.refresh_token)};
    const bool lacks_some = std::ranges::any_of(
        options.wanted_claims, [&claims](const std::string& name) { return !claims.has(name); });
    if (lacks_some && !provider.userinfo_endpoint.empty()) {
        TRY(const auto more,
            ask_for_userinfo(provider, tokens.access_token.view(), arrived.subject));
        arrived.claims = claims.filled_from(more);
    }
    return arrived;
}

Result<std::string> Client::sign_out_url(std::string_view after) {
    TRY(const auto provider, state_->get_discovery());
    const auto& endpoint = provider.end_session_endpoint;
    if (endpoint.empty()) return std::string{};
    const bool has_query = endpoint.find('?') != std::string::npos;
    return fmt::format(
        "{}{}{}", endpoint, has_query ? '&' : '?',
        to_form({{"client_id", state_->options.client_id}, {"post_logout_redirect_uri", after}}));
}

Result<Farewell> Client::read_farewell(std::string_view token) {
    TRY(const auto provider, state_->get_discovery());
    TokenHeader header;
    TRY(const auto claims, state_->read_token(token, provider, header));
    return check_logout_token(claims, {.issuer = provider.issuer,
                                       .client_id = state_->options.client_id,
                                       .now = state_->clock.now(),
                                       .algorithm = header.algorithm});
}

Result<Discovery> Client::ask_for_discovery() { return state_->ask_for_discovery(); }

Result<std::size_t> Client::ask_for_keys(const Discovery& provider) {
    TRY(const auto keys, state_->ask_for_keys(provider));
    return keys.count();
}

Result<void> Client::ask_for_nothing(const Discovery& provider, std::string_view callback) {
    TRY(const auto journey, new_journey());
    TRY(const auto answer, state_->post(provider, {{"grant_type", "authorization_code"},
                                                   {"code", journey.state},
                                                   {"redirect_uri", callback},
                                                   {"code_verifier", journey.verifier}}));
    const auto error = parse_token_error(answer.body);
    if (error == "invalid_grant") return {};
    if (error == "invalid_client" || error == "unauthorized_client" || answer.status == 401)
        return fail(ErrorKind::denied, "the provider says {}", error_word(error));
    return fail(ErrorKind::conflict, "the provider answers {} ({})", answer.status,
                error_word(error));
}

}  // namespace rhumb::openid
