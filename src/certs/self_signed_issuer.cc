#include "certs/self_signed_issuer.h"

#include "pki/issue.h"

namespace rhumb::certs {

Result<Issued> SelfSignedIssuer::issue(const Order& order, Seconds now) {
    TRY(auto key, pki::Key::generate(order.key_type));
    pki::IssueOptions options;
    options.usage = pki::Usage::server;
    options.common_name = order.common_name;
    options.subject = order.subject;
    options.names = order.names;
    options.now = now;
    options.lifetime = order.lifetime;
    TRY(auto certificate, pki::issue_self_signed(options, key));
    TRY(auto chain, pki::Chain::make({std::move(certificate)}));
    return Issued{std::move(chain), std::move(key)};
}

}  // namespace rhumb::certs
