#pragma once
/// How authorities are made and read. Included by this module alone.

#include "certs/authority.h"
#include "pki/key.h"

namespace rhumb::certs {

/// A new root with its intermediate, not stored yet.
struct MadeAuthority {
    storage::AuthorityRecord record;
    storage::IntermediateRecord intermediate;
    pki::Certificate root;
    pki::Key root_key;
};

/// `unavailable` when the machine's clock is clearly wrong.
Result<MadeAuthority> make_authority(const crypto::Seal& seal, const AuthorityOptions& options);

/// A new intermediate below `root`; its `authority` is for the caller to fill in.
Result<storage::IntermediateRecord> make_intermediate(const crypto::Seal& seal,
                                                      const pki::Signer& root, Seconds now,
                                                      const std::string& crl_url = {});

/// With name, end and fingerprint of `subject`.
storage::Event authority_event(const Actor& actor, Seconds now, std::string what,
                               const pki::Certificate& subject);

/// The SHA-256 of the public key, in hexadecimal: what the store calls a signer.
Result<std::string> signer_id(const pki::Certificate& certificate);

/// Makes Authority out of what one state of the store has.
class AuthorityReader {
public:
    static Result<Authority> read(const storage::View& view, storage::AuthorityRecord record);
    static Result<std::optional<Authority>> find(const storage::View& view);
    static Result<std::vector<Authority>> list(const storage::View& view);

    /// Opens the key of its root.
    static Result<pki::Key> open_root_key(const Authority& authority, const crypto::Seal& seal);
};

/// Stores a new intermediate of `authority` in the place of `expected`, which must still be the one
/// that signs. `conflict`: another program was first.
Result<Authority> replace_intermediate(storage::Transaction& transaction,
                                       const Authority& authority,
                                       storage::IntermediateRecord intermediate, const Actor& actor,
                                       Seconds now);

}  // namespace rhumb::certs
