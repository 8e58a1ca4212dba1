#pragma once
/// OpenIdMemory: who signed in at one OpenID provider, as the store keeps it. Somebody is
/// (issuer, subject), as OpenID Connect Core 1.0 section 5.7 has it; the name is what Rhumb calls
/// him, and nobody else of that provider gets it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/secret.h"
#include "openid/client.h"
#include "providers/openid_facts.h"
#include "providers/provider.h"
#include "storage/known_people.h"

namespace rhumb::providers {

/// What is sealed with somebody.
struct OpenIdKept {
    crypto::Secret refresh_token{};       ///< empty: none
    std::vector<std::string> sessions{};  ///< of the provider ("sid"), the latest last
};

/// Any thread; calls block on the store alone.
class OpenIdMemory {
public:
    using Record = storage::KnownPersonRecord;

    /// `around` is of what outlives it.
    OpenIdMemory(std::string provider, std::string issuer, const Surroundings& around)
        : provider_{std::move(provider)}, issuer_{std::move(issuer)}, around_{around} {}

    Result<std::optional<Record>> find(std::string_view name) const;
    Result<std::optional<Record>> find_subject(std::string_view subject) const;
    /// Whoever has this session of the provider.
    Result<std::optional<Record>> find_session(std::string_view session) const;
    /// By name.
    Result<std::vector<Record>> list(const storage::Page& page) const;

    Result<OpenIdKept> open(const Record& record) const;

    /// Somebody has come by the provider's page: added, or brought up to date; his name as it is
    /// kept. Who was ended begins anew: what he had before counts no more. `denied`: somebody else
    /// has that name.
    Result<std::string> take_in(const openid::Arrived& arrived, const OpenIdFacts& facts) const;

    /// The provider was asked anew, and said this; the name stays. Nothing when there is no such
    /// person any more.
    Result<std::optional<Record>> note_renewed(const Record& record, const openid::Arrived& arrived,
                                               const OpenIdFacts& facts) const;
    /// The provider says no; nothing happens when somebody else has renewed it since.
    Result<std::optional<Record>> note_ended(const Record& record) const;

    /// `not_found`.
    Result<void> forget(std::string_view name, const identity::Actor& actor) const;

    const Surroundings& around() const { return around_; }
    const std::string& provider() const { return provider_; }

private:
    Result<std::string> seal(storage::Id id, const OpenIdKept& kept) const;
    Result<void> add(storage::Transaction& transaction, const openid::Arrived& arrived,
                     const OpenIdFacts& facts) const;
    Result<void> refuse_taken_name(const storage::View& view, const openid::Arrived& arrived,
                                   const OpenIdFacts& facts) const;

    std::string provider_;  // its name, for people
    std::string issuer_;
    Surroundings around_;
};

}  // namespace rhumb::providers
