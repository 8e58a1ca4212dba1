#pragma once
/// What the store keeps of the local authorities: roots, intermediates, revocations and their
/// lists, certificates of clients; and of renewal. Plain values. Keys are blobs here: sealed above,
/// opaque to the store.

#include <cstdint>
#include <optional>
#include <string>

#include "storage/records.h"

namespace rhumb::storage {

/// An intermediate of an authority. At most one of each authority is not retired.
struct IntermediateRecord {
    Id id = 0;
    Id authority = 0;
    std::string pem;
    std::string sealed_key;
    Seconds created{};
    std::optional<Seconds> retired;  ///< it signs no certificates since then
};

/// A certificate that is revoked, for good. `signer` is the SHA-256 of the public key that signed
/// it, in hexadecimal: so a signer's list does not depend on which certificate the signer shows.
struct RevocationRecord {
    Id id = 0;
    std::string signer;
    std::string serial;  ///< hexadecimal
    Seconds time{};
    std::string reason;  ///< as RFC 5280 writes it
    std::string name;    ///< what the certificate was called
    Seconds not_after{};
};

/// A signer's revocation list.
struct CrlRecord {
    std::string signer;
    std::uint64_t number = 0;
    Seconds this_update{};
    Seconds next_update{};
    std::string der;
};

/// A certificate by which a person shows a server who they are.
struct ClientCertificateRecord {
    Id id = 0;
    std::string user;
    std::string chain_pem;
    std::string signer;
    std::string serial;
    std::optional<std::string> sealed_key;  ///< nothing: it was handed out and not kept
    Seconds not_before{};
    Seconds not_after{};
    Seconds created{};
};

/// Who is renewing the certificate of a name. It lapses at `until`, should the holder die.
struct RenewalClaim {
    std::string name;  ///< of the certificate, without regard to ASCII case
    std::string holder;
    Seconds until{};
};

/// Where a sealed blob stands.
enum class SealedPlace {
    certificate,
    request,
    root,
    intermediate,
    client_certificate,
    token_key,
    second_factor,
    secret,
    known_person,
};

/// A sealed blob, and the text by which its public key is known where it has one.
struct SealedRecord {
    SealedPlace place = SealedPlace::certificate;
    Id id = 0;
    std::string name;  ///< for a person
    std::string pem;   ///< a certificate (or chain), or a request; "" for what has none
    std::string blob;
    bool is_in_use = true;  ///< false for what is archived or retired
};

}  // namespace rhumb::storage
