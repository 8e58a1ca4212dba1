#pragma once
/// The page /trust on this server: which roots it offers, and what a visitor is shown where.

#include <memory>
#include <string>
#include <vector>

#include "certs/credentials.h"
#include "config/document.h"
#include "observe/log.h"
#include "share/trust_page.h"
#include "site/sites.h"
#include "storage/store.h"

namespace rhumb::server {

/// Keeps the offer of the page up to date. For the main thread; current() is read by the loops.
class OfferedRoots {
public:
    /// Both outlive it.
    OfferedRoots(const storage::Store& store, const observe::Log& log) : store_{store}, log_{log} {}

    /// Makes the offer anew when the roots or the address are others than before; what cannot be
    /// made is logged, and what was offered stays. `served`: with the ports that there really are.
    void look(const config::Document& served, const std::vector<std::string>& hosts);

    const std::shared_ptr<share::CurrentOffer>& current() const { return current_; }

private:
    Result<void> renew(const std::string& url);

    const storage::Store& store_;
    const observe::Log& log_;
    std::shared_ptr<share::CurrentOffer> current_ =
        std::make_shared<share::CurrentOffer>(std::make_shared<const share::Offer>());
    std::string url_;
};

/// What the page needs of its surroundings.
struct TrustPageParts {
    std::shared_ptr<const share::CurrentOffer> offer;
    std::shared_ptr<const certs::Credentials> credentials;
    std::vector<std::string> hosts;  ///< names that clients use for this machine; may be empty
};

/// The handler for a location of a site, whose ports are those that there really are.
site::HandlerPointer make_trust_page(const TrustPageParts& parts, const config::Site& site,
                                     std::string path);

/// What somebody is shown who made `request` at `site`.
share::Surroundings look_around(const http::Request& request, const config::Site& site,
                                const TrustPageParts& parts);

}  // namespace rhumb::server
