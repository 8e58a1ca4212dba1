#pragma once
/// Whether the certificate is revoked, and whether clients can know: pure judgements.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "doctor/finding.h"
#include "pki/crl.h"
#include "pki/ocsp.h"

namespace rhumb::doctor {

std::span<const Rule> revocation_rules();

/// One revocation list that was looked at.
struct RevocationList {
    std::string from{};           ///< its URL, or "--crl"
    std::string fault{};          ///< why it could not be had or read; "" when it could
    bool is_from_server = false;  ///< the server in question gave it
    bool is_signed = false;       ///< by the issuer of the certificate
    bool is_current = false;
    std::optional<pki::Revoked> entry{};  ///< what it says of the certificate
};

struct RevocationSeen {
    std::string about{};
    std::string issuer{};  ///< its subject; "": not known
    bool must_staple = false;
    bool has_staple = false;
    std::string staple_fault{};  ///< why the staple cannot be believed; "" when it can
    std::optional<pki::OcspStatus> staple{};
    std::vector<RevocationList> lists{};
    Seconds now{};
};

std::vector<Finding> judge_revocation(const RevocationSeen& seen);

}  // namespace rhumb::doctor
