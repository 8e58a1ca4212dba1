#pragma once
/// Certificate revocation lists (RFC 5280 section 5): read, asked, and made.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pki/certificate.h"
#include "pki/issue.h"

struct X509_crl_st;  // OpenSSL's X509_CRL, named here so that no caller needs its headers

namespace rhumb::pki {

/// Why a certificate is revoked; the numbers are those of RFC 5280 section 5.3.1.
enum class RevocationReason {
    unspecified = 0,
    key_compromise = 1,
    ca_compromise = 2,
    affiliation_changed = 3,
    superseded = 4,
    cessation_of_operation = 5,
    certificate_hold = 6,
    remove_from_crl = 8,
    privilege_withdrawn = 9,
    aa_compromise = 10,
};

/// "keyCompromise", "superseded" …, as the RFC writes them; case and hyphens do not matter.
/// `invalid` names those there are. `removeFromCRL` is read, but no reason to revoke.
Result<RevocationReason> parse_revocation_reason(std::string_view text);
std::string_view to_text(RevocationReason reason);

/// One line of a list.
struct Revoked {
    std::string serial;  ///< as Certificate::serial(): lower-case hexadecimal
    Seconds when{};
    RevocationReason reason = RevocationReason::unspecified;

    bool operator==(const Revoked&) const = default;
};

/// No list is larger than this.
inline constexpr std::size_t crl_size_max = std::size_t{16} << 20U;

/// An immutable value, cheap to copy. May be used from any thread.
class Crl {
public:
    /// The first list of `pem`. `invalid`: there is none, or it is damaged; `too_large`.
    static Result<Crl> from_pem(std::string_view pem);
    static Result<Crl> from_der(std::string_view der);

    std::string to_pem() const;
    std::string to_der() const;

    /// As RFC 4514 writes it; for people, not for comparing.
    std::string issuer() const;
    /// Its number in lower-case hexadecimal; "" without one.
    std::string number() const;
    Seconds this_update() const { return this_update_; }
    /// When the next one comes at the latest; nothing when it does not say.
    std::optional<Seconds> next_update() const { return next_update_; }

    /// All that it lists, in its own order.
    std::vector<Revoked> revoked() const;
    /// What it says of one serial number, whoever issued that certificate.
    std::optional<Revoked> find(std::string_view serial) const;

    /// True when `issuer` is named as its issuer, may sign lists, and really signed this one.
    bool is_signed_by(const Certificate& issuer) const;
    /// True from this_update() to next_update().
    bool is_current_at(Seconds now) const;

    /// The same list, byte for byte.
    bool operator==(const Crl& other) const;

private:
    friend class Native;
    Crl(std::shared_ptr<X509_crl_st> crl, Seconds this_update, std::optional<Seconds> next_update)
        : crl_{std::move(crl)}, this_update_{this_update}, next_update_{next_update} {}

    std::shared_ptr<X509_crl_st> crl_;  // never null, never written to
    Seconds this_update_;
    std::optional<Seconds> next_update_;
};

struct CrlOptions {
    std::uint64_t number = 0;         ///< larger than that of the list before it, and not 0
    Seconds now{};                    ///< when it begins
    std::chrono::seconds lifetime{};  ///< until the next update
    std::vector<Revoked> revoked{};   ///< each serial once
};

/// Makes and signs a list (version 2; number, authority key identifier, reasons where one is
/// given). `invalid`: wrong options, or the signer is no authority that may sign lists, or the key
/// is not its.
Result<Crl> make_crl(const CrlOptions& options, const Signer& signer);

}  // namespace rhumb::pki
