#pragma once
/// The inventory: all certificates of this installation, each with its key sealed and its history.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "certs/issuer.h"
#include "crypto/seal.h"
#include "pki/chain.h"
#include "pki/key.h"
#include "storage/store.h"

namespace rhumb::certs {

/// One certificate as the store has it. A record whose chain cannot be read stays listed, so that
/// somebody can see it.
struct Entry {
    storage::CertificateRecord record;
    Result<pki::Chain> chain;
};

/// What is to be stored.
struct NewCertificate {
    std::string name;
    storage::Origin origin = storage::Origin::local_authority;
    pki::Chain chain;
    pki::Key key;
    /// Any text for people; "": that of the one it replaces.
    std::string friendly_name{};
};

/// "local authority", "self-signed", "import", "request", "acme".
std::string_view to_text(storage::Origin origin);

/// Works on the store alone; may be used from any thread, and blocks. `store` and `seal` outlive
/// it.
class Inventory {
public:
    Inventory(storage::Store& store, const crypto::Seal& seal) : store_{store}, seal_{seal} {}

    /// Those in use by name, or with the archived ones after them.
    Result<std::vector<Entry>> list(bool with_archived = false) const;

    /// One in use; `not_found` tells which there are.
    Result<Entry> get(std::string_view name) const;

    /// Checked (a good name, key and chain belong together, it is for some host, it has not
    /// expired), stored and noted in the audit trail: all or nothing. `conflict`: the name is
    /// taken.
    Result<storage::Id> add(const NewCertificate& certificate, const Actor& actor, Seconds now);

    /// The same in the place of the one with id `old_id`, which is archived. `conflict`: that one
    /// is not in use any more, for another program was first.
    Result<storage::Id> replace(storage::Id old_id, const NewCertificate& certificate,
                                const Actor& actor, Seconds now);

    /// Takes it out of use; it can be restored.
    Result<void> archive(std::string_view name, const Actor& actor, Seconds now);

    /// The private key, out of its seal.
    Result<pki::Key> open_key(const Entry& entry) const;

    /// A record that was read from the store, with its chain.
    static Entry read(storage::CertificateRecord record);

private:
    storage::Store& store_;
    const crypto::Seal& seal_;
};

}  // namespace rhumb::certs
