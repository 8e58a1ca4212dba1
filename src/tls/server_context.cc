#include "tls/server_context.h"

#include <algorithm>

#include "tls/callbacks.h"

namespace rhumb::tls {

Result<std::shared_ptr<const Credential>> Credential::make(pki::Chain chain, pki::Key key) {
    if (!key.matches(chain.leaf()))
        return fail(ErrorKind::conflict, "the private key is not that of the certificate for {}",
                    chain.leaf().subject());
    return std::shared_ptr<const Credential>{new Credential{std::move(chain), std::move(key)}};
}

Credential::Credential(pki::Chain chain, pki::Key key)
    : chain_{std::move(chain)}, key_{std::move(key)}, key_family_{key_.type()} {
    key_family_.resize(std::min(key_family_.size(), key_family_.find('-')));
}

void add_to_group(CredentialGroup& group, const CredentialPointer& credential) {
    const auto has_such_key = [&](const CredentialPointer& one) {
        return one->key_family() == credential->key_family();
    };
    if (std::ranges::none_of(group, has_such_key)) group.push_back(credential);
}

ServerContext::ServerContext(Options options, ContextPointer base, Profile base_profile)
    : options_{std::move(options)}, base_{std::move(base)}, base_profile_{base_profile} {}

ServerContext::~ServerContext() = default;

Result<std::shared_ptr<const ServerContext>> ServerContext::make(Options options) {
    const auto profile = options.profile_of("");
    TRY(auto base, make_context(profile, *options.tickets));
    install_callbacks(base.get());
    return std::shared_ptr<const ServerContext>{
        new ServerContext{std::move(options), std::move(base), profile}};
}

Result<ContextPointer> ServerContext::context_for(const CredentialGroup& credentials,
                                                  Profile profile) const {
    Key key{{}, profile};
    for (const auto& credential : credentials) key.first.push_back(credential.get());
    // Those of certificates that were replaced: nobody will ask for them again, and their addresses
    // may be another's by now.
    const auto is_past = [](const auto& entry) {
        return std::ranges::any_of(entry.second.credentials,
                                   [](const auto& credential) { return credential.expired(); });
    };
    const std::lock_guard lock{mutex_};
    const auto found = made_.find(key);
    if (found != made_.end() && !is_past(*found)) return found->second.context;
    std::erase_if(made_, is_past);
    TRY(auto context, make_context(profile, *options_.tickets, credentials));
    install_callbacks(context.get());
    made_.emplace(std::move(key), Made{{credentials.begin(), credentials.end()}, context});
    return context;
}

}  // namespace rhumb::tls
