#pragma once
/// What the store keeps, as plain values. Keys and secrets are blobs here: sealed above, opaque to
/// the store.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace rhumb::storage {

using Id = std::int64_t;  ///< given by the store; 0: not stored yet

/// A state of the configuration. Revisions are never changed or removed.
struct Revision {
    Id number = 0;  ///< 1, 2, 3 …
    std::string author;
    Seconds time{};
    std::string comment;
    std::string text;    ///< empty in lists
    std::string digest;  ///< of the text, as the caller computes it
};

/// Where a certificate came from.
enum class Origin { local_authority, self_signed, import, request, acme };

/// What is known about getting the next certificate of this name.
struct Renewal {
    std::optional<Seconds> next_attempt;
    std::uint32_t failures = 0;  ///< since the last success
    std::string last_error;
};

struct CertificateRecord {
    Id id = 0;
    std::string name;  ///< unique among those that are not archived, without regard to ASCII case
    Origin origin = Origin::local_authority;
    std::string chain_pem;   ///< leaf first
    std::string sealed_key;  ///< any bytes
    Seconds not_before{};
    Seconds not_after{};
    std::vector<std::string> names;  ///< what the leaf covers
    Seconds created{};
    std::optional<Seconds> archived;  ///< no longer served since then
    std::optional<Id> replaced_by;
    Renewal renewal;
    std::string friendly_name;  ///< any text for people; may be empty
};

/// A request for a certificate with the key that waits for it. It is pending until `answered`; the
/// key stays after that, for an authority may answer again.
struct RequestRecord {
    Id id = 0;
    std::string name;  ///< what the certificate will be called; unique among the pending ones,
                       ///< without regard to ASCII case
    std::string friendly_name;
    std::string request_pem;
    std::string key_digest;          ///< SHA-256 of the public key, hexadecimal
    std::string key_type;            ///< "ec-p256" …
    std::string sealed_key;          ///< any bytes
    std::vector<std::string> names;  ///< what was asked for
    bool is_renewal = false;         ///< the answer takes the place of the certificate of that name
    Seconds created{};
    std::string created_by;
    std::optional<Seconds> answered;
    std::optional<Id> certificate;  ///< the last answer; nothing when it was purged
};

/// A directory that has a certificate and its key as files, for other software.
struct MirrorRecord {
    std::string certificate;   ///< its name, without regard to ASCII case
    std::string directory;     ///< absolute; no two mirrors have the same
    std::string hook;          ///< a line for /bin/sh, run after a change; "" for none
    std::string written;       ///< SHA-256 of what the directory has, hexadecimal
    bool is_hook_due = false;  ///< written, but the hook has not run since
    std::string last_error;
};

/// A root of this installation. It is made known first, signs (by its intermediates) from
/// `activated` on, and no more once it is `retired`.
struct AuthorityRecord {
    Id id = 0;
    std::string name;
    std::string root_pem;
    std::string sealed_root_key;
    std::string cross_pem;  ///< the same root signed by the one before or after it; "" for none
    Seconds created{};
    std::optional<Seconds> activates;  ///< when it is to begin; nothing: by hand
    std::optional<Seconds> activated;
    std::optional<Seconds> retired;
};

/// A backup that was made. (Where its file is now, nobody knows.)
struct BackupRecord {
    Id id = 0;
    Seconds time{};
    std::string file;      ///< where it was written, absolute
    bool has_key = false;  ///< the master key is in it, sealed under a password
    std::uint64_t size = 0;
    std::string digest;  ///< SHA-256 of the file, hexadecimal
};

/// A line of the audit trail. Events are never changed.
struct Event {
    Id id = 0;
    Seconds time{};
    std::string who;
    std::string from;     ///< "command line", or a client's address
    std::string what;     ///< a verb and a noun: "certificate.renewed"
    std::string subject;  ///< the name of what it was done to
    std::string detail;
    std::string chain{};  ///< digest of all events up to this one, hexadecimal; given by the store
};

}  // namespace rhumb::storage
