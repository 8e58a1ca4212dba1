#pragma once
/// What a look at a token needs of the store: keys and revocations, as they are now. Immutable.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "identity/token_format.h"
#include "storage/tokens.h"

namespace rhumb::identity {

/// A key of the store, opened.
struct TokenKey {
    storage::Id id = 0;
    TokenKeyName name = 0;
    Seconds created{};
    crypto::Aead aead;
};

/// Names of users are compared without regard to ASCII case.
struct LessInCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

class TokenKnown {
public:
    struct Key {
        std::shared_ptr<const TokenKey> key;  ///< never null
        std::optional<Seconds> retired{};
    };

    /// Opens what `before` has not opened already. What does not open is left out, and said by
    /// fault().
    static std::shared_ptr<const TokenKnown> make(
        const std::vector<storage::TokenKeyRecord>& keys,
        const std::vector<storage::TokenRevocation>& revocations, const crypto::Seal& seal,
        const TokenKnown* before);

    /// Null: there is none of that name.
    const TokenKey* find(TokenKeyName name) const;
    /// What seals now; null: a new one is needed. One that was just made waits until other
    /// programs know it, as long as there is another.
    std::shared_ptr<const TokenKey> sealing(Seconds now) const;
    bool is_revoked(const TokenClaims& claims) const;

    /// Why a key of the store is not among these; "" when all are.
    const std::string& fault() const { return fault_; }

private:
    struct Revoked {
        storage::Id id = 0;
        Seconds before{};
        bool covers(const TokenClaims& claims) const {
            return id > claims.revocations || claims.facts.issued < before;
        }
    };

    std::vector<Key> keys_;  // newest first
    std::optional<Revoked> all_;
    std::map<std::string, Revoked, LessInCase> users_;
    std::set<std::string, std::less<>> tokens_;
    std::string fault_;
};

/// For how long a new key waits while another may seal: a running server looks at the store four
/// times a second, and must have seen the key before anybody shows a token under it.
inline constexpr std::chrono::seconds token_key_wait{3};

/// A new key, sealed for the store. `needed` is as it is made.
Result<storage::TokenKeyRecord> make_token_key(const crypto::Seal& seal, Seconds now);

}  // namespace rhumb::identity
