#pragma once
/// Revocation: saying that a certificate of the local authority is not to be trusted any more, for
/// good, and why.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/change.h"
#include "crypto/seal.h"
#include "pki/chain.h"
#include "pki/crl.h"
#include "storage/store.h"

namespace rhumb::certs {

/// What is to be revoked, and why.
struct RevocationOrder {
    /// A certificate of the inventory by its name, or a user all of whose client certificates are
    /// meant (`is_client`); or "" with a serial.
    std::string name{};
    bool is_client = false;
    /// Lower-case hexadecimal: one certificate, in use, archived or a client's.
    std::string serial{};
    pki::RevocationReason reason = pki::RevocationReason::unspecified;
    /// One that is in use gets a new one, with a new key and the same names, in the same
    /// transaction. False: it is taken out of use.
    bool replaces = true;
    std::string crl_base{};  ///< see revocation_lists.h; for the new one
    Seconds now{};
};

struct RevokedCertificate {
    std::string name;
    std::string serial;
    Seconds not_after{};
};

struct Revocation {
    std::vector<RevokedCertificate> revoked;
    /// What took its place, or that it was taken out of use. To be looked at by the caller as any
    /// change; undo() refuses it, for what is revoked never comes back into use.
    std::optional<Change> change;
    std::vector<std::string> notes;  ///< sentences for people
};

/// Revokes, replaces, destroys the key when the reason is its compromise, makes the signer's new
/// revocation list, and notes the event: all in one transaction. `invalid`: it is not of our own
/// authority (the error says who must revoke it, or what to do instead), has expired, or the reason
/// is none for that; `conflict`: revoked already; `not_found`.
Result<Revocation> revoke(storage::Store& store, const crypto::Seal& seal,
                          const RevocationOrder& order, const Actor& actor);

/// Revokes the intermediate that signs now (its key was stolen, say), makes another, and the root's
/// new list. All certificates below it are replaced at the next renewal.
Result<Revocation> revoke_intermediate(storage::Store& store, const crypto::Seal& seal,
                                       pki::RevocationReason reason, Seconds now,
                                       const Actor& actor);

/// What was revoked, newest first.
Result<std::vector<storage::RevocationRecord>> revocations(const storage::Store& store);

/// Whether, and why, this chain's leaf or one of the others in it was revoked here.
Result<std::optional<storage::RevocationRecord>> find_revocation(const storage::View& view,
                                                                 const pki::Chain& chain);

/// `conflict` when that certificate of the inventory was revoked here: it never comes back into
/// use.
Result<void> check_not_revoked(const storage::View& view, storage::Id certificate);

}  // namespace rhumb::certs
