#pragma once
/// Requests: what is sent to an authority, and the keys that wait for its answer. Several may be
/// pending at once, beside the certificates in use.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certs/actor.h"
#include "crypto/seal.h"
#include "pki/key.h"
#include "pki/names.h"
#include "pki/request.h"
#include "pki/subject.h"
#include "storage/store.h"

namespace rhumb::certs {

/// What a request is to ask for.
struct RequestOrder {
    std::vector<pki::Name> names{};  ///< at least one; with `renews` none: those it has
    pki::Subject subject{};          ///< all fields optional; with `renews` empty: that it has
    pki::KeyType key_type = pki::KeyType::ec_p256;
    /// What the certificate will be called; "": what it renews, else the common name, else the
    /// first of the names.
    std::string name{};
    std::string friendly_name{};  ///< any text for people; "": none
    /// The certificate in use whose place the answer is to take; "": none.
    std::string renews{};
    /// With `renews`: ask for the same key again. `key_type` is not heeded then.
    bool keeps_key = false;
};

/// A request as the store has it. One that cannot be read stays listed, so that somebody can see
/// it.
struct RequestEntry {
    storage::RequestRecord record;
    Result<pki::Request> request;

    bool is_pending() const { return !record.answered; }
};

/// Works on the store alone; may be used from any thread, and blocks. `store` and `seal` outlive
/// it.
class Requests {
public:
    Requests(storage::Store& store, const crypto::Seal& seal) : store_{store}, seal_{seal} {}

    /// Makes a key and a request for it, stores both and notes it in the audit trail. `invalid`:
    /// names, subject or name are wrong; `conflict`: a request of that name is pending, or a
    /// certificate of that name is in use and the order does not say that it renews it.
    Result<RequestEntry> create(const RequestOrder& order, const Actor& actor, Seconds now);

    /// Pending ones by name, or with the answered ones after them (the latest first).
    Result<std::vector<RequestEntry>> list(bool with_answered = false) const;

    /// A pending one by its name; `not_found` tells which there are.
    Result<RequestEntry> get(std::string_view name) const;

    /// Those for that key: pending before answered, then the latest first.
    Result<std::vector<RequestEntry>> find_by_key(const pki::PublicKey& key) const;

    /// Gives a pending one up. Its key is destroyed; nothing but the event stays. (A key that a
    /// certificate has too stays with that.)
    Result<void> cancel(std::string_view name, const Actor& actor, Seconds now);

    /// The private key, out of its seal.
    Result<pki::Key> open_key(const RequestEntry& entry) const;

private:
    storage::Store& store_;
    const crypto::Seal& seal_;
};

}  // namespace rhumb::certs
