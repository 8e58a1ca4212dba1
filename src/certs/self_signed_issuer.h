#pragma once
/// Self-signing as an Issuer, so that self-signed certificates are renewed like others.

#include "certs/issuer.h"

namespace rhumb::certs {

class SelfSignedIssuer final : public Issuer {
public:
    storage::Origin origin() const override { return storage::Origin::self_signed; }
    std::string name() const override { return "self-signed"; }
    Result<Issued> issue(const Order& order, Seconds now) override;
    bool is_current(const pki::Chain&, Seconds) const override { return true; }
};

}  // namespace rhumb::certs
