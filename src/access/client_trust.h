#pragma once
/// Whom certificates of clients may come from, which of them were revoked, and whose they are.

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/certificate_users.h"
#include "base/result.h"
#include "config/document.h"
#include "pki/bag.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "storage/store.h"

namespace rhumb::access {

/// All that a judgement needs. Immutable.
struct ClientTrust {
    std::vector<pki::Certificate> roots{};
    std::vector<pki::Certificate> intermediates{};
    std::vector<pki::Crl> crls{};  ///< of other authorities
    /// Of the local authorities: the SHA-256 of the signer's key, and the serial number; both
    /// hexadecimal. Revocation counts at once, whether a list is published or not.
    std::set<std::pair<std::string, std::string>> revoked{};
    std::vector<CertificateRule> rules{};
    /// Those that were issued here for a user: by their SHA-256 fingerprint, 32 bytes.
    std::unordered_map<std::string, std::string> users{};

    /// What clients are told when they are asked: the names (in DER) of the authorities that count.
    std::vector<std::string> authority_names() const;
};

/// Reads it, again and again. For one thread.
class ClientTrustReader {
public:
    struct Read {
        std::shared_ptr<const ClientTrust> trust;
        /// Sentences for the log: files that cannot be read (what they held before goes on
        /// counting), rules that cannot be used.
        std::vector<std::string> warnings{};
    };
    /// The local authorities, with what they issued and revoked, and the files of
    /// `security.client_authorities` (roots, intermediates and revocation lists in any format;
    /// relative paths begin at `directory`). An error when the store cannot be read.
    Result<Read> read(const storage::Store& store, const config::Security& security,
                      const std::filesystem::path& directory);

    /// True when the store has authorities, revocations or certificates of clients that read() has
    /// not seen; most changes of a store are about other things.
    Result<bool> has_store_changed(const storage::Store& store) const;

    /// True when one of the files is another one than read() has seen: lists of revoked
    /// certificates are replaced every day. Looks at their times alone.
    bool have_files_changed() const;

private:
    struct Stamp {
        std::filesystem::file_time_type time{};
        std::uintmax_t size = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct File {
        Stamp stamp;
        pki::Bag bag;
    };
    static Stamp stamp_of(const std::filesystem::path& path);

    std::string store_digest_;
    std::map<std::filesystem::path, File> files_;
};

}  // namespace rhumb::access
