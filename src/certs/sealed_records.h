#pragma once
/// All that is sealed in the store, whatever it belongs to: whose it is, what it is sealed for, and
/// whether it opens.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::certs {

/// The setting that names the master key of the store: 8 bytes, as blobs have them. The store
/// refuses blobs of others once it is there.
inline constexpr std::string_view master_key_setting = "master-key";

/// For a person: "the archived certificate «gis» (id 7)".
std::string owner_of(const storage::SealedRecord& record);

/// What its key is sealed for; see sealing.h.
Result<std::string> sealed_purpose(const storage::SealedRecord& record);

/// A key of the store that does not open.
struct SealedFault {
    enum class Kind {
        plain,      ///< it is not sealed at all
        other_key,  ///< it is sealed under a master key that is not at hand
        damaged,
    };
    Kind kind = Kind::damaged;
    std::string owner;      ///< owner_of()
    bool is_in_use = true;  ///< false for what is archived or retired
    std::string key_id{};   ///< the master key under which it is sealed
    std::string message{};  ///< why it does not open

    bool operator==(const SealedFault&) const = default;
};

struct SealedReport {
    std::size_t count = 0;               ///< of sealed keys, in use or not
    std::vector<std::string> key_ids{};  ///< the master keys under which what is in use is sealed
    std::vector<SealedFault> faults{};
};

/// Opens all of it, and lets go of it at once.
Result<SealedReport> check_sealed(const storage::View& view, const crypto::Seal& seal);

/// The master keys under which what is in use is sealed, each once; empty when nothing is.
Result<std::vector<std::string>> sealing_keys(const storage::View& view);

}  // namespace rhumb::certs
