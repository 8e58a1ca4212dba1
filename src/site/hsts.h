#pragma once
/// Hsts: what an endpoint tells browsers about coming by https alone (RFC 6797), as its sites'
/// steps say. Never where the certificate is self-signed, whoever wants it: a browser that was told
/// so lets nobody past the warning.

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/snapshot.h"
#include "certs/credentials.h"
#include "config/document.h"
#include "http/message.h"

namespace rhumb::site {

/// The sites that take back what they said (HstsMemory::forgetting()). Any thread.
class ForgettingSites {
public:
    using Names = std::set<std::string, std::less<>>;

    bool contains(std::string_view site) const {
        return has_some_.load(std::memory_order_relaxed) && names_.get()->contains(site);
    }
    void replace(Names names) {
        has_some_ = !names.empty();
        names_.replace(std::make_shared<const Names>(std::move(names)));
    }

private:
    std::atomic<bool> has_some_ = false;  // for all the sites that never said anything
    Snapshot<Names> names_{std::make_shared<const Names>()};
};

/// All loops at once.
class Hsts {
public:
    Hsts(std::shared_ptr<const certs::Credentials> credentials,
         std::shared_ptr<const ForgettingSites> forgetting)
        : credentials_{std::move(credentials)}, forgetting_{std::move(forgetting)} {}

    /// The value of Strict-Transport-Security for an answer of `site`, which the request reached by
    /// `binding`; "": none. None over plain HTTP, for addresses, for localhost (it would hold for
    /// every program of that machine), for another name than the handshake was for, and where what
    /// answers for the name now is for other names, or any of it is self-signed.
    std::string_view value(const http::Request& request, const config::Site& site,
                           const config::Binding& binding) const;

private:
    bool is_shown_well(const config::Site& site, const config::Binding& binding,
                       std::string_view host) const;

    std::shared_ptr<const certs::Credentials> credentials_;
    std::shared_ptr<const ForgettingSites> forgetting_;
    // To look at each certificate once; guarded by mutex_.
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const certs::CredentialSet> seen_;
    mutable std::unordered_map<const tls::Credential*, bool> is_self_signed_;
};

}  // namespace rhumb::site
