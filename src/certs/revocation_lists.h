#pragma once
/// Revocation lists: one for each key of the local authorities that has signed something still
/// alive, retired ones too. They are made here, and served by the server at paths that never
/// change.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/seal.h"
#include "pki/certificate.h"
#include "storage/store.h"

namespace rhumb::certs {

/// From one list to the next at the latest; the next is made when half of that has passed, and
/// whenever something is revoked.
inline constexpr std::chrono::days crl_lifetime{7};
/// The same of roots, whose keys are to be opened seldom.
inline constexpr std::chrono::days root_crl_lifetime{90};

/// Where lists are served; below /.well-known/, so that neither redirects nor logins stand before.
inline constexpr std::string_view crl_folder = "/.well-known/rhumb/crl/";

/// The path of the list that `signer` signs: crl_folder, 32 digits of its key, ".crl".
Result<std::string> crl_path(const pki::Certificate& signer);

/// "http://maps.example.org:8080" + crl_path(): what goes into a certificate as the address of its
/// signer's list. "" when `crl_base` is "": clients must then be given lists by hand, which is
/// better than an address that does not answer. The base must be plain http: an https one would
/// need the very certificate that is in question.
Result<std::string> crl_url(std::string_view crl_base, const pki::Certificate& signer);

/// A list as it is to be served: media type application/pkix-crl.
struct PublishedCrl {
    std::string path;
    std::string der;
    std::string signer;  ///< the SHA-256 of its public key, hexadecimal
    std::uint64_t number = 0;
    Seconds this_update{};
    Seconds next_update{};
};

/// Those that the store has.
Result<std::vector<PublishedCrl>> current_crls(const storage::Store& store);

/// Makes the lists that are missing, half over, or lack a revocation, and those alone. Answers how
/// many; `failures` tells, a sentence each, of signers whose list could not be made.
struct CrlReport {
    std::size_t made = 0;
    std::vector<std::string> failures;
};
Result<CrlReport> refresh_crls(storage::Store& store, const crypto::Seal& seal, Seconds now);

}  // namespace rhumb::certs
