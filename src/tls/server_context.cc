#include "tls/server_context.h"

#include "tls/callbacks.h"

namespace rhumb::tls {

Result<std::shared_ptr<const Credential>> Credential::make(pki::Chain chain, pki::Key key) {
    if (!key.matches(chain.leaf()))
        return fail(ErrorKind::conflict, "the private key is not that of the certificate for {}", chain.leaf().subject());
    return std::shared_ptr<const Credential>{new Credential{std::move(chain), std::move(key)}};
}

ServerContext::ServerContext(Options options, ContextPointer base, Profile base_profile)
    : options_{std::move(options)}, base_{std::move(base)}, base_profile_{base_profile} {}

ServerContext::~ServerContext() = default;

Result<std::shared_ptr<const ServerContext>> ServerContext::make(Options options) {
    const auto profile = options.profile_of("");
    TRY(auto base, make_context(profile, *options.tickets));
    install_callbacks(base.get());
    return std::shared_ptr<const ServerContext>{new ServerContext{std::move(options), std::move(base), profile}};
}

Result<ContextPointer> ServerContext::context_for(const std::shared_ptr<const Credential>& credential,
                                                  Profile profile) const {
    const Key key{credential.get(), profile};
    const std::lock_guard lock{mutex_};
    const auto found = made_.find(key);
    if (found != made_.end()) return found->second.context;
    // Certificates that were replaced are held by nobody else any more.
    std::erase_if(made_, [](const auto& entry) { return entry.second.credential.use_count() == 1; });
    TRY(auto context, make_context(profile, *options_.tickets, *credential));
    install_callbacks(context.get());
    made_.emplace(key, Made{credential, context});
    return context;
}

}  // namespace rhumb::tls
