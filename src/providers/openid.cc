#include "providers/openid.h"

#include <utility>

#include "openid/client.h"
#include "providers/openid_memory.h"
#include "providers/openid_sign_in.h"
#include "providers/openid_users.h"
#include "providers/secret_place.h"

namespace rhumb::providers {

namespace {

openid::Client::Options options_of(const config::Provider& provider,
                                   const config::OpenIdProvider& settings, crypto::Secret secret) {
    openid::Client::Options options{.issuer = settings.issuer,
                                    .client_id = settings.client_id,
                                    .client_secret = std::move(secret),
                                    .scopes = settings.scopes,
                                    .limit = provider.time_limit_seconds,
                                    .connections_max = provider.connections,
                                    .roots_file = settings.roots_file};
    for (const auto* claim : {&settings.name_claim, &settings.full_name_claim,
                              &settings.email_claim, &settings.roles_claim})
        if (!claim->empty()) options.wanted_claims.push_back(*claim);
    return options;
}

class OpenId final : public Provider {
public:
    OpenId(config::Provider provider, config::OpenIdProvider settings, crypto::Secret secret,
           const Surroundings& around)
        : provider_{std::move(provider)},
          settings_{std::move(settings)},
          is_public_{secret.is_empty()},
          memory_{provider_.name, settings_.issuer, around},
          client_{options_of(provider_, settings_, std::move(secret)), around.clock} {}

    identity::UserStore* users() override { return &users_; }
    identity::RoleStore* roles() override { return &roles_; }
    identity::BrowserSignIn* browser_sign_in() override { return &sign_in_; }
    ConnectionTest test_connection() override;

private:
    void test_secret(ConnectionTest& test, const openid::Discovery& metadata);

    const config::Provider provider_;
    const config::OpenIdProvider settings_;
    const bool is_public_;
    const OpenIdMemory memory_;
    openid::Client client_;
    OpenIdUsers users_{memory_, client_, settings_};
    OpenIdRoles roles_{memory_, provider_};
    OpenIdSignIn sign_in_{memory_, client_, settings_};
};

void add(ConnectionTest& test, std::string what, std::string said) {
    test.steps.push_back(
        {.what = std::move(what), .is_good = true, .said = std::move(said), .remedy = {}});
}

void add_fault(ConnectionTest& test, std::string what, std::string said, std::string remedy) {
    test.steps.push_back({.what = std::move(what),
                          .is_good = false,
                          .said = std::move(said),
                          .remedy = std::move(remedy)});
}

ConnectionTest OpenId::test_connection() {
    ConnectionTest test;
    const auto metadata = client_.ask_for_discovery();
    const auto where = "what the provider says of itself";
    if (!metadata) {
        add_fault(test, where, metadata.error().message,
                  fmt::format("`issuer` must be as the provider writes it; this machine must reach "
                              "{}, and trust its certificate (`roots_file` for an authority of "
                              "your own)",
                              openid::discovery_url(settings_.issuer)));
        return test;
    }
    add(test, where, fmt::format("{} answers, and calls itself so", settings_.issuer));
    const auto keys = client_.ask_for_keys(*metadata);
    if (!keys || *keys == 0) {
        add_fault(test, "keys of the provider",
                  keys ? "it has no key of use: RSA of 2048 bits or more, P-256, P-384 or P-521"
                       : keys.error().message,
                  fmt::format("{} must be reached, and have keys for RS256, PS256, ES256 or their "
                              "longer ones (EdDSA is not known here)",
                              metadata->jwks_uri));
        return test;
    }
    add(test, "keys of the provider",
        fmt::format("{} key{} for signatures", *keys, *keys == 1 ? "" : "s"));
    test_secret(test, *metadata);
    if (test.is_good())
        add(test, "signing out",
            metadata->end_session_endpoint.empty()
                ? "the provider has no page for signing out: signing out ends sessions here alone"
                : "people can sign out at the provider, too");
    return test;
}

void OpenId::test_secret(ConnectionTest& test, const openid::Discovery& metadata) {
    const std::string what = is_public_ ? "client_id" : "client_id and client secret";
    // With a code that is none, and an address to come back to that is nobody's.
    const auto asked =
        client_.ask_for_nothing(metadata, "https://rhumb.invalid/login/openid/callback");
    if (asked) {
        add(test, what, "the provider takes them");
    } else if (asked.error().kind == ErrorKind::conflict) {
        add(test, what,
            fmt::format("{}: it does not say whether it takes them; the first sign-in will",
                        asked.error().message));
    } else {
        add_fault(test, what, asked.error().message,
                  is_public_
                      ? "`client_id` must be as the provider has it, of a public client; else "
                        "`client_secret_from` is needed"
                      : "`client_id` must be as the provider has it; the secret is given by "
                        "`rhumb secret set` under the name in `client_secret_from`");
    }
}

}  // namespace

Result<std::unique_ptr<Provider>> make_openid(const config::Provider& provider,
                                              const Surroundings& surroundings) {
    const auto* const settings = std::get_if<config::OpenIdProvider>(&provider.settings);
    if (settings == nullptr)
        return fail(ErrorKind::internal, "the provider «{}» is not of OpenID Connect",
                    provider.name);
    TRY_DONE(openid::check_issuer(settings->issuer));
    TRY(auto secret, read_secret(settings->client_secret_from, surroundings));
    return std::unique_ptr<Provider>{
        std::make_unique<OpenId>(provider, *settings, std::move(secret), surroundings)};
}

}  // namespace rhumb::providers
