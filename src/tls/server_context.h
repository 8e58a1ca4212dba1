#pragma once
/// ServerContext: what TLS needs to know about one binding: who we are for which name, which
/// profile, which protocols.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "tls/client_certificates.h"
#include "tls/context.h"
#include "tls/credential.h"
#include "tls/profile.h"
#include "tls/ticket_keys.h"

namespace rhumb::tls {

/// Immutable but for a cache that guards itself; shared by all loops.
class ServerContext {
public:
    struct Options {
        std::shared_ptr<const CredentialSource>
            credentials;  ///< chooses for each handshake; strictness is its affair
        /// The profile for a server name; the sites of one binding may differ.
        std::function<Profile(std::string_view server_name)> profile_of;
        std::shared_ptr<const TicketKeys> tickets;
        bool offers_http2 = true;  ///< ALPN h2 before http/1.1
        /// The authorities of which the client of that name is asked for a certificate in the
        /// handshake; null: it is not asked. No function: nobody is.
        std::function<std::shared_ptr<const AuthorityNames>(std::string_view server_name)>
            asks_of{};
    };
    static Result<std::shared_ptr<const ServerContext>> make(Options options);
    ~ServerContext();

    const Options& options() const { return options_; }
    ssl_ctx_st* base() const { return base_.get(); }
    Profile base_profile() const { return base_profile_; }

    /// The context of a group (not empty) under a profile; made at the first handshake that needs
    /// it.
    Result<ContextPointer> context_for(const CredentialGroup& credentials, Profile profile) const;

private:
    ServerContext(Options options, ContextPointer base, Profile base_profile);

    struct Made {
        std::vector<std::weak_ptr<const Credential>> credentials;
        ContextPointer context;
    };
    using Key = std::pair<std::vector<const Credential*>, Profile>;

    Options options_;
    ContextPointer base_;
    Profile base_profile_;
    mutable std::mutex mutex_;
    mutable std::map<Key, Made> made_;  // guarded by mutex_
};

}  // namespace rhumb::tls
