#pragma once
/// Tokens: what a client shows instead of a password. A token is sealed under a key of the store
/// and says by itself whose it is, until when, and from where it counts; revocations are kept in
/// memory. So a look at one asks no database.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/seal.h"
#include "observe/actor.h"
#include "storage/store.h"

namespace rhumb::identity {

using observe::Actor;

/// From where a token counts. A referer is an opaque prefix, or the origin of an address; see
/// matches_referer().
struct TokenBinding {
    enum class Kind { none, referer, ip };

    Kind kind = Kind::none;
    std::string value{};

    bool operator==(const TokenBinding&) const = default;
};

struct TokenFacts {
    std::string id;    ///< names it without being it: 16 hexadecimal digits
    std::string user;  ///< as its store writes it
    TokenBinding binding{};
    Seconds issued{};
    Seconds expires{};  ///< from then on it is good no more
};

struct IssuedToken {
    std::string text;  ///< URL-safe; to be given to the client and kept nowhere
    TokenFacts facts;
};

/// How a token was shown.
struct TokenUse {
    std::string_view referer{};  ///< the field's value; "" without one
    std::string_view origin{};   ///< the same
    std::string_view ip{};       ///< of the client, as http::Request::client_ip
};

enum class TokenFault {
    none,
    malformed,    ///< no token of any Rhumb, or cut
    unknown_key,  ///< of another installation, or its key is gone
    damaged,      ///< does not open
    not_yet,      ///< issued in the future: a clock jumped
    expired,
    revoked,
    wrong_referer,
    wrong_address,
};
/// For people and logs: "the token has expired".
std::string_view to_text(TokenFault fault);

struct TokenCheck {
    TokenFault fault = TokenFault::malformed;
    std::optional<TokenFacts> facts{};  ///< whenever it could be opened

    bool is_good() const { return fault == TokenFault::none; }
};

/// True when a request with this referer or origin may use a token bound to `bound`: it begins with
/// it, without regard to case (an opaque prefix, as "@esri/arcgis-rest-js" is); or both are
/// addresses of the same origin, for browsers send no more than that to other sites.
bool matches_referer(std::string_view bound, std::string_view referer, std::string_view origin);

/// Any thread. check() never blocks and takes no lock that a writer holds for long; all others
/// block on the store.
class Tokens {
public:
    /// Makes the first key when there is none. `store`, `seal` and `clock` outlive it.
    static Result<std::unique_ptr<Tokens>> open(storage::Store& store, const crypto::Seal& seal,
                                                const Clock& clock);
    ~Tokens();

    /// `lifetime` is capped by nothing here: who asks has done that. With an entry in the audit
    /// trail. `invalid`: a binding that is too long (512 bytes).
    Result<IssuedToken> issue(std::string_view user, const TokenBinding& binding,
                              std::chrono::seconds lifetime, const Actor& actor);

    /// Everything but the user: whether he is still there and active is for People to say.
    TokenCheck check(std::string_view text, const TokenUse& use) const;
    /// The same without looking at where it is used from: for `rhumb token inspect`.
    TokenCheck inspect(std::string_view text) const;

    /// By the token's text or its id. `invalid`: neither.
    Result<void> revoke(std::string_view token_or_id, const Actor& actor);
    /// All of that user's that were issued until now.
    Result<void> revoke_of(std::string_view user, const Actor& actor);
    Result<void> revoke_all(const Actor& actor);

    /// A new key seals from now on; the ones before open what they sealed until it is over.
    Result<void> rotate(const Actor& actor);
    /// To be called every minute or so: rotates a key that is a day old, wipes keys and removes
    /// revocations that nothing needs any more.
    Result<void> look_after();
    /// After the store was changed by anyone.
    Result<void> reload();

private:
    struct State;
    explicit Tokens(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace rhumb::identity
