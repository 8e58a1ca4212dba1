#pragma once
/// Changing the master key: all that is sealed in the store is sealed anew under another key, in
/// one transaction, and the key file is swapped so that whatever is interrupted where, all opens.
///
/// With a key file: `master.key.next` is written beside it; the store is sealed anew, and from then
/// on refuses what was sealed under another key; the file takes the place of `master.key`. While
/// both files are there, both keys are read. Interrupted, it is finished by the next program that
/// opens the seal.
///
/// With a systemd credential, which nobody but systemd can change: give the service a second
/// credential `rhumb.master-key.next` (LoadCredential=) and restart it, so that both keys are read;
/// `rhumb keys rotate`; then let the first credential be the new key, and leave the second out.

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "crypto/master_key.h"
#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::certs {

struct KeyRotation {
    std::string old_id;  ///< what the keys are called: 16 hexadecimal digits
    std::string new_id;
    std::size_t resealed = 0;
    /// Of archived certificates and the like that no key at hand opens (it was lost before): they
    /// stay as they are. A sentence each.
    std::vector<std::string> left;
    std::string remedy;  ///< what a person still has to do; "" with a key file
};

/// Called between the steps, with what was done last: tests end the process there.
using KeyRotationStep = std::function<void(std::string_view done)>;

/// The seal of this installation, under the key that the store is sealed under. Makes the first
/// key, where nothing is sealed yet; finishes a change of keys that was interrupted. `conflict`:
/// the key at hand is not the store's, or is missing.
Result<crypto::Seal> open_seal(storage::Store& store, const crypto::MasterKeyPlace& place);

/// For a program that runs on while another changes the key: takes the present key over. Cheap when
/// nothing has changed. Any thread.
Result<void> refresh_seal(const storage::Store& store, const crypto::MasterKeyPlace& place,
                          crypto::Seal& seal);

/// Changes the master key. `conflict`: something that is in use opens under no key at hand;
/// `invalid`: with a credential, there is no second one yet. Nothing has changed then. With
/// `accepts_loss` what does not open stays as it is, in use or not: for when the old key is lost.
Result<KeyRotation> rotate_master_key(storage::Store& store, const crypto::MasterKeyPlace& place,
                                      bool accepts_loss, const Actor& actor, Seconds now,
                                      const KeyRotationStep& step = {});

/// Seals all in the store anew, in one transaction. What rotate_master_key() is made of.
Result<KeyRotation> reseal_all(storage::Store& store, const crypto::Seal& from,
                               const crypto::Seal& to, bool accepts_loss, const Actor& actor,
                               Seconds now);

}  // namespace rhumb::certs
