#include "providers/http_provider.h"

#include "base/text.h"
#include "fetch/call.h"
#include "fetch/url.h"
#include "providers/custom_provider.h"
#include "providers/secret_place.h"
#include "providers/webhook.h"

namespace rhumb::providers {

namespace {

using fetch::Fault;

/// "users.example.org:8443".
std::string host_of(const std::string& url) {
    const auto parsed = fetch::parse_url(url);
    if (!parsed) return url;
    const auto origin = parsed->origin();
    return origin.substr(origin.find("//") + 2);
}

NoAnswer no_answer(const fetch::Failure& failure, const config::HttpProvider& settings) {
    const auto host = host_of(settings.url);
    const auto answer = [&](std::string_view step, std::string_view remedy) {
        return NoAnswer{fmt::format("{} {}", step, host), failure.message, std::string{remedy}};
    };
    switch (failure.fault) {
        case Fault::invalid: return answer("address of", "mend `url` of this provider");
        case Fault::resolve:
            return answer("name of", "mend `url` of this provider, or the name server");
        case Fault::elsewhere: return answer("address of", "use https");
        case Fault::connect:
            return answer("connection to", "start the service, or open the way to it");
        case Fault::tls: return answer("TLS with", "look at what speaks at that port");
        case Fault::untrusted:
            return answer("certificate of",
                          "renew it there, or name its root: `roots_file` of this provider, or "
                          "`rhumb trust install` for the whole machine");
        case Fault::time:
            return answer("answer of",
                          "look at why it is slow, or raise `time_limit_seconds` of this provider");
        case Fault::too_large:
        case Fault::protocol: return answer("answer of", "look at the log of the service");
    }
    return answer("answer of", "");
}

class HttpTransport final : public Transport {
public:
    HttpTransport(const config::Provider& provider, config::HttpProvider settings,
                  std::shared_ptr<const WebhookKeys> keys, const Clock& clock)
        : options_{.limit = provider.time_limit_seconds,
                   .body_max = custom::answer_bytes_max,
                   .connections_max = provider.connections,
                   .roots_file = settings.roots_file},
          settings_{std::move(settings)},
          keys_{std::move(keys)},
          clock_{clock},
          caller_{options_} {}

    tl::expected<std::string, NoAnswer> ask(const custom::Question& question) override {
        const auto now = clock_.now();
        const auto signature = keys_->sign(question.id, now, question.text);
        if (!signature) return tl::unexpected(NoAnswer{"signature", signature.error().message, ""});
        auto answer = caller_.call(
            {.method = "POST",
             .url = settings_.url,
             .headers = {{"content-type", "application/json"},
                         {"webhook-id", question.id},
                         {"webhook-timestamp", std::to_string(now.time_since_epoch().count())},
                         {"webhook-signature", *signature}},
             .body = question.text});
        if (!answer) return tl::unexpected(no_answer(answer.error(), settings_));
        if (auto refused = check(*answer, question)) return tl::unexpected(*std::move(refused));
        return std::move(answer->body);
    }

    std::vector<ConnectionTest::Step> good_steps() const override {
        const bool is_https = text::istarts_with(settings_.url, "https:");
        return {{fmt::format("connection to {}", host_of(settings_.url)), true,
                 is_https ? "it answers, and its certificate is trusted" : "it answers", ""},
                {"secret", true, "both sides have the same: their signatures are good", ""}};
    }

    std::unique_ptr<Transport> anew() const override {
        return std::unique_ptr<Transport>{new HttpTransport{options_, settings_, keys_, clock_}};
    }

private:
    HttpTransport(fetch::Caller::Options options, config::HttpProvider settings,
                  std::shared_ptr<const WebhookKeys> keys, const Clock& clock)
        : options_{std::move(options)},
          settings_{std::move(settings)},
          keys_{std::move(keys)},
          clock_{clock},
          caller_{options_} {}

    /// Before anything in the answer is looked at: is it from who has the secret, and to this?
    std::optional<NoAnswer> check(const fetch::Answer& answer,
                                  const custom::Question& question) const {
        const auto host = host_of(settings_.url);
        if (answer.status == 401 || answer.status == 403)
            return NoAnswer{
                "secret",
                fmt::format("{} does not take our signature (status {})", host, answer.status),
                "give both sides the same secret (`rhumb secret set`), and the right time"};
        if (answer.status != 200)
            return NoAnswer{fmt::format("answer of {}", host),
                            fmt::format("it has status {}", answer.status),
                            "look at `url` of this provider, and at the log of the service"};
        const auto* timestamp = answer.find("webhook-timestamp");
        const auto* signature = answer.find("webhook-signature");
        const bool is_signed =
            timestamp != nullptr && signature != nullptr &&
            keys_->verify(*signature, answer_id(question.id), *timestamp, answer.body)
                .value_or(false);
        if (is_signed) return {};
        return NoAnswer{
            "secret",
            fmt::format("the answer of {} is not signed with our secret, or it is not "
                        "the answer to what was asked",
                        host),
            "give both sides the same secret (`rhumb secret set`), and see that nothing "
            "on the way changes answers"};
    }

    const fetch::Caller::Options options_;
    const config::HttpProvider settings_;
    const std::shared_ptr<const WebhookKeys> keys_;
    const Clock& clock_;
    fetch::Caller caller_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_http_provider(const config::Provider& provider,
                                                     const Surroundings& surroundings) {
    const auto& settings = std::get<config::HttpProvider>(provider.settings);
    TRY(const auto secret, read_secret(settings.secret_from, surroundings));
    auto keys = WebhookKeys::read(secret.view());
    if (!keys)
        return tl::unexpected(
            std::move(keys).error().within(fmt::format("the provider «{}»", provider.name)));
    auto transport = std::make_unique<HttpTransport>(
        provider, settings, std::make_shared<const WebhookKeys>(*std::move(keys)),
        surroundings.clock);
    return make_custom_provider(provider, std::move(transport), surroundings);
}

}  // namespace rhumb::providers
