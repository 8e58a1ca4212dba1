#pragma once
/// Which certificates a revocation means. Included by this module alone.

#include <optional>
#include <string>
#include <vector>

#include "certs/revocation.h"

namespace rhumb::certs {

/// A certificate of the local authority: one of the inventory, or a client's.
struct RevocationTarget {
    std::string name;
    std::string signer;  ///< the SHA-256 of the key that signed it, hexadecimal
    pki::Chain chain;
    std::optional<storage::CertificateRecord> certificate{};
    std::optional<storage::ClientCertificateRecord> client{};

    bool is_in_use() const { return certificate && !certificate->archived; }
};

/// Never empty: those that can be revoked now; else the error says why none can.
Result<std::vector<RevocationTarget>> find_revocation_targets(const storage::View& view,
                                                              const RevocationOrder& order);

}  // namespace rhumb::certs
