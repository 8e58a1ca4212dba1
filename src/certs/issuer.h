#pragma once
/// Issuer: the seam for those who make certificates: the local authority, self-signing, later ACME
/// and others.

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pki/chain.h"
#include "pki/key.h"
#include "pki/names.h"
#include "pki/subject.h"
#include "storage/records.h"

namespace rhumb::certs {

/// What a certificate is to be.
struct Order {
    std::vector<pki::Name> names;
    std::string common_name;  ///< "": the first of the names
    pki::KeyType key_type = pki::KeyType::ec_p256;
    std::chrono::seconds lifetime = std::chrono::days{90};  ///< where the issuer lets one choose
    pki::Subject subject{};  ///< what stands in the subject beside the common name
};

/// What came of it: the key is a new one each time.
struct Issued {
    pki::Chain chain;
    pki::Key key;
};

/// Calls block and are made on one thread at a time. Stores nothing: that is the caller's matter.
class Issuer {
public:
    virtual ~Issuer() = default;

    /// Whose certificates it can renew.
    virtual storage::Origin origin() const = 0;

    /// For people: "local authority", "Let's Encrypt" …
    virtual std::string name() const = 0;

    virtual Result<Issued> issue(const Order& order, Seconds now) = 0;

    /// False for a certificate that this issuer would make differently by now (another root, for
    /// example): it is renewed.
    virtual bool is_current(const pki::Chain& chain, Seconds now) const = 0;
};

}  // namespace rhumb::certs
