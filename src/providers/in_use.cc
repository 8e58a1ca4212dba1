#include "providers/in_use.h"

#include <string_view>
#include <utility>

#include "base/files.h"
#include "crypto/hash.h"
#include "providers/secret_place.h"

namespace rhumb::providers {

namespace {

/// What of the settings of a kind is read from elsewhere.
struct Places {
    std::string_view secret{};
    std::string_view roots{};
};

/// Of a file of roots.
constexpr std::size_t roots_bytes_max = 4U << 20U;

struct FindPlaces {
    Places operator()(const config::SqlProvider& sql) const {
        return {sql.password_from, sql.roots_file};
    }
    Places operator()(const config::LdapProvider& ldap) const {
        return {ldap.password_from, ldap.roots_file};
    }
    Places operator()(const config::OpenIdProvider& openid) const {
        return {openid.client_secret_from, openid.roots_file};
    }
    Places operator()(const config::HttpProvider& http) const {
        return {http.secret_from, http.roots_file};
    }
    Places operator()(const config::ProgramProvider& /*program*/) const { return {}; }
};

Guard::Limits limits_of(const config::Provider& provider) {
    return {.calls_max = std::max<std::size_t>(1, provider.connections),
            .wait_max = provider.time_limit_seconds};
}

}  // namespace

Result<std::string> ingredients(const config::Provider& provider,
                                const Surroundings& surroundings) {
    const auto places = std::visit(FindPlaces{}, provider.settings);
    TRY(const auto secret, read_secret(places.secret, surroundings));
    TRY(auto digest, crypto::sha256(secret.view()));
    if (!places.roots.empty()) {
        // Whether it can be read is for the kind to judge.
        const auto roots = read_file(std::string{places.roots}, roots_bytes_max);
        TRY(const auto of_roots, crypto::sha256(roots ? *roots : std::string{}));
        digest += of_roots;
    }
    return digest;
}

InUse::InUse(config::Provider config, std::string made_of, std::unique_ptr<Provider> provider,
             const Surroundings& surroundings)
    : config_{std::move(config)},
      made_of_{std::move(made_of)},
      provider_{std::move(provider)},
      guard_{config_.name, limits_of(config_), surroundings.clock, surroundings.log},
      browser_guard_{config_.name, limits_of(config_), surroundings.clock, surroundings.log} {
    if (auto* const users = provider_->users()) users_ = guarded(*users, guard_);
    if (auto* const roles = provider_->roles()) roles_ = guarded(*roles, guard_);
    if (auto* const browser = provider_->browser_sign_in())
        browser_sign_in_ = guarded(*browser, browser_guard_);
}

Result<std::shared_ptr<InUse>> InUse::make(const config::Provider& wanted,
                                           const Surroundings& surroundings) {
    TRY(auto made_of, ingredients(wanted, surroundings));
    TRY(auto provider, make_provider(wanted, surroundings));
    return std::shared_ptr<InUse>{
        new InUse{wanted, std::move(made_of), std::move(provider), surroundings}};
}

Result<identity::UserStore*> InUse::users() const {
    if (users_ == nullptr)
        return fail(ErrorKind::invalid, "the provider «{}» ({}) keeps no users", config_.name,
                    config_.kind());
    return users_.get();
}

Result<identity::RoleStore*> InUse::roles() const {
    if (roles_ == nullptr)
        return fail(ErrorKind::invalid, "the provider «{}» ({}) keeps no roles", config_.name,
                    config_.kind());
    return roles_.get();
}

ProviderStatus InUse::status() const {
    const auto* const kind = find_kind(config_.kind());
    ProviderStatus status{.name = config_.name,
                          .kind = std::string{config_.kind()},
                          .label = std::string{kind == nullptr ? config_.kind() : kind->label},
                          .health = guard_.health()};
    if (browser_sign_in_ != nullptr) status.browser_sign_in = browser_guard_.health();
    return status;
}

void InUse::look_after() {
    const auto health = guard_.health();
    if (health.state != Health::State::resting || health.rest_left.count() > 0) return;
    // What comes of it the guard keeps. A name that nobody is likely to have costs least.
    constexpr std::string_view nobody = "nobody-asks-whether-you-answer";
    if (users_ != nullptr)
        (void)users_->find(nobody);
    else if (roles_ != nullptr)
        (void)roles_->standing(nobody);
}

}  // namespace rhumb::providers
