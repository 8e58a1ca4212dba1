#pragma once
/// Issuing by the local authority what somebody asked for by name: certificates of servers, which
/// go into the inventory, and of clients (mutual TLS).

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/authority.h"
#include "certs/staged.h"
#include "crypto/secret.h"
#include "storage/store.h"

namespace rhumb::certs {

/// When nobody says how long.
inline constexpr std::chrono::days server_lifetime{90};
inline constexpr std::chrono::days client_lifetime{365};

struct IssueOrder {
    std::vector<pki::Name> names{};  ///< at least one, all permitted by the authority
    pki::Subject subject{};          ///< common name "": the first name that fits
    pki::KeyType key_type = pki::KeyType::ec_p256;
    std::chrono::days lifetime = server_lifetime;  ///< at most 825
    std::string name{};           ///< in the inventory; "": the common name, else the first name
    std::string friendly_name{};  ///< any text for people; "": none
    bool may_replace = false;     ///< take the place of the one in use by that name
    std::string crl_base{};       ///< see revocation_lists.h
    Seconds now{};
};

/// Makes a key and a certificate for it. Stores nothing: store() of staged.h does. `invalid`: a
/// name that the authority may not vouch for (all of them are told, with the remedy), no names, a
/// lifetime of less than a day or more than 825; `conflict`: the name is taken; `not_found`: there
/// is no authority yet.
Result<Staged> stage_issue(storage::Store& store, const crypto::Seal& seal,
                           const IssueOrder& order);

/// stage_issue() and store().
Result<Change> issue_certificate(storage::Store& store, const crypto::Seal& seal,
                                 const IssueOrder& order, const Actor& actor);

struct ClientIssueOrder {
    std::string user;                   ///< the common name: a user's name, or an e-mail address
    std::vector<std::string> emails{};  ///< more alternative names; an address as `user` is one
    pki::Subject subject{};             ///< beside the common name
    pki::KeyType key_type = pki::KeyType::ec_p256;
    std::chrono::days lifetime = client_lifetime;  ///< at most 825
    /// Keep the key, sealed, so that it can be handed out again. Otherwise it goes out once, with
    /// the answer, and nothing of it is kept.
    bool keeps_key = false;
    std::string crl_base{};
    Seconds now{};
};

/// A client's certificate with its key, to be handed to that person (pki::to_pkcs12()).
struct IssuedClient {
    storage::Id id = 0;
    pki::Chain chain;
    pki::Key key;
};

/// Makes, stores and notes it. `invalid`: no user, or options that make no sense; `not_found`: no
/// authority yet.
Result<IssuedClient> issue_client_certificate(storage::Store& store, const crypto::Seal& seal,
                                              const ClientIssueOrder& order, const Actor& actor);

/// A client's certificate as the store has it.
struct ClientEntry {
    storage::ClientCertificateRecord record;
    Result<pki::Chain> chain;
    std::optional<storage::RevocationRecord> revocation;
};

/// Newest first: all, or those of one user.
Result<std::vector<ClientEntry>> client_certificates(const storage::Store& store,
                                                     std::string_view user = {});

/// The key that was kept. `not_found`: it was handed out.
Result<pki::Key> open_client_key(const crypto::Seal& seal, const ClientEntry& entry);

}  // namespace rhumb::certs
