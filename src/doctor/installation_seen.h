#pragma once
/// What was seen of this installation: plain values, for judgements without one.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/authority.h"
#include "certs/facts.h"
#include "certs/sealed_records.h"
#include "storage/backup.h"

namespace rhumb::doctor {

/// A file or directory, as stat(2) tells.
struct FileSeen {
    std::filesystem::path path{};
    bool is_there = false;
    std::uint32_t mode = 0;  ///< permissions alone
    std::uint32_t owner = 0;
    std::uint64_t size = 0;
};

/// The data directory, before anything in it was opened.
struct FilesSeen {
    FileSeen directory{};
    FileSeen database{};
    /// What nobody else may read: the store's files, the master key.
    std::vector<FileSeen> secrets{};
    std::string remote_file_system{};            ///< "NFS" where the directory lies on one
    std::optional<std::uint32_t> server_user{};  ///< as whom the server runs
};

/// The store as a database.
struct StoreSeen {
    std::filesystem::path database{};
    std::string fault{};  ///< why it cannot be looked into; "": it can
    storage::Inspection inspection{};
    std::uint64_t bytes = 0;
    std::uint64_t log_bytes = 0;  ///< of the write-ahead log
};

/// The master key, and what is sealed under it.
struct KeysSeen {
    std::filesystem::path place{};       ///< of the master key
    bool is_credential = false;          ///< of systemd
    std::string fault{};                 ///< why it cannot be read; "": it can, or there is none
    std::vector<std::string> at_hand{};  ///< what the keys that are there are called
    certs::SealedReport report{};        ///< without `at_hand`: counts alone
};

/// A directory with a certificate and its key for other programs.
struct MirrorSeen {
    std::string certificate{};
    std::filesystem::path directory{};
    std::string last_error{};
    FileSeen key{};
};

/// Backups that were made, and what came after the last.
struct BackupSeen {
    std::optional<Seconds> last{};
    Seconds begun{};          ///< since when there is something to lose
    std::size_t changes = 0;  ///< lines of the audit trail since the last
};

/// A certificate in use.
struct CertificateSeen {
    std::string name{};
    certs::Health health = certs::Health::good;
    Seconds not_after{};
    bool is_automatic = false;   ///< it is renewed by itself
    std::uint32_t failures = 0;  ///< of renewal, since the last success
    std::string last_error{};
    bool is_shown = false;  ///< it answers somewhere
};

/// A place in the configuration that is about certificates.
struct PlaceSeen {
    std::string site{};
    std::string binding{};  ///< "https://*:443"
    std::string host{};
    std::string certificate{};
};

struct RequestSeen {
    std::string name{};
    Seconds created{};
};

struct AuthoritySeen {
    std::string name{};
    certs::AuthorityState state = certs::AuthorityState::active;
    std::string fingerprint{};  ///< SHA-256 of the root, 32 bytes
    Seconds not_before{};
    Seconds not_after{};
};

struct RevocationListSeen {
    std::string signer{};  ///< for a person
    Seconds next_update{};
};

/// What one client of this machine trusts of our roots.
struct ClientSeen {
    std::string client{};   ///< "Chromium, /home/ann/.pki/nssdb"
    std::string command{};  ///< that makes it trust the root
    bool trusts_active = false;
    /// Retired roots that it still trusts.
    struct Retired {
        std::string name{};
        std::string fingerprint{};  ///< AB:CD:…
    };
    std::vector<Retired> retired{};
};

/// Certificates and what goes with them.
struct CertificatesSeen {
    bool is_running = false;  ///< a server runs: then what it shows is examined on the wire
    std::vector<CertificateSeen> certificates{};
    std::vector<PlaceSeen> missing{};    ///< named in the configuration, not in the inventory
    std::vector<PlaceSeen> uncovered{};  ///< what is named for a host is not for it
    std::vector<RequestSeen> requests{};
    std::vector<AuthoritySeen> authorities{};
    std::vector<RevocationListSeen> lists{};  ///< of those that sign now
    std::vector<ClientSeen> clients{};
};

}  // namespace rhumb::doctor
