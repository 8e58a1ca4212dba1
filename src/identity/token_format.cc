#include "identity/token_format.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/random.h"

namespace rhumb::identity {

namespace {

constexpr std::string_view prefix = "rh1";
constexpr std::size_t key_name_size = 4;
constexpr std::size_t identifier_size = 8;
constexpr char claims_version = 1;
/// The smallest claims: version, identifier, three varints, kind, and the length of user and
/// binding.
constexpr std::size_t claims_size_min = 1 + identifier_size + 3 + 1 + 2;
constexpr std::size_t sealed_size_min =
    key_name_size + crypto::Aead::nonce_size + claims_size_min + crypto::Aead::tag_size;
constexpr std::size_t claims_size_max =
    1 + identifier_size + 3 * 9 + 1 + 4 + token_user_bytes_max + token_binding_bytes_max;
static_assert(prefix.size() +
                  (key_name_size + crypto::Aead::nonce_size + claims_size_max +
                   crypto::Aead::tag_size) *
                      4 / 3 +
                  1 <=
              token_text_bytes_max);

std::string to_bytes(TokenKeyName name) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>((name >> static_cast<unsigned>(shift)) & 0xffU);
    return bytes;
}

TokenKeyName to_name(std::string_view bytes) {
    TokenKeyName name = 0;
    for (const char c : bytes) name = (name << 8U) | static_cast<unsigned char>(c);
    return name;
}

void add_varint(std::string& bytes, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>((number & 0x7fU) | 0x80U);
    bytes += static_cast<char>(number);
}

/// Reads from the front; what is missing or wrong is remembered.
struct Reader {
    std::string_view rest;
    bool is_good = true;

    std::string_view take(std::size_t size) {
        if (size > rest.size()) {
            is_good = false;
            return {};
        }
        const auto taken = rest.substr(0, size);
        rest.remove_prefix(size);
        return taken;
    }
    unsigned byte() {
        const auto taken = take(1);
        return taken.empty() ? 0 : static_cast<unsigned char>(taken.front());
    }
    /// At most 63 bits, in the shortest way.
    std::int64_t varint() {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            const auto one = byte();
            number |= static_cast<std::uint64_t>(one & 0x7fU) << shift;
            if (one >= 0x80) continue;
            if (one == 0 && shift > 0) is_good = false;
            return static_cast<std::int64_t>(number);
        }
        is_good = false;
        return 0;
    }
    std::string_view counted(std::size_t size_max) {
        const auto size = static_cast<std::size_t>(varint());
        if (size > size_max) is_good = false;
        return is_good ? take(size) : std::string_view{};
    }
};

std::uint64_t since_epoch(Seconds time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count()));
}

}  // namespace

std::string to_text(TokenKeyName name) { return text::to_hex(to_bytes(name)); }

std::optional<TokenKeyName> to_key_name(std::string_view text) {
    const auto bytes = text::from_hex(text);
    if (!bytes || bytes->size() != key_name_size) return {};
    return to_name(*bytes);
}

std::string encode_claims(const TokenClaims& claims) {
    const auto& facts = claims.facts;
    std::string bytes{claims_version};
    bytes += text::from_hex(facts.id).value_or(std::string{});
    const auto issued = since_epoch(facts.issued);
    add_varint(bytes, issued);
    add_varint(bytes, std::max(issued, since_epoch(facts.expires)) - issued);
    add_varint(bytes, static_cast<std::uint64_t>(claims.revocations));
    bytes += static_cast<char>(facts.binding.kind);
    add_varint(bytes, facts.user.size());
    bytes += facts.user;
    add_varint(bytes, facts.binding.value.size());
    return bytes += facts.binding.value;
}

std::optional<TokenClaims> decode_claims(std::string_view bytes) {
    // No clock shows a time beyond it, and sums of two stay numbers.
    constexpr std::int64_t time_max = std::int64_t{1} << 40U;
    Reader reader{bytes};
    TokenClaims claims;
    auto& facts = claims.facts;
    if (reader.byte() != static_cast<unsigned char>(claims_version)) return {};
    facts.id = text::to_hex(reader.take(identifier_size));
    const auto issued = reader.varint();
    const auto lifetime = reader.varint();
    claims.revocations = reader.varint();
    const auto kind = reader.byte();
    facts.user = reader.counted(token_user_bytes_max);
    facts.binding.value = reader.counted(token_binding_bytes_max);
    if (!reader.is_good || !reader.rest.empty() || kind > 2 || issued > time_max ||
        lifetime > time_max || facts.user.empty())
        return {};
    facts.binding.kind = static_cast<TokenBinding::Kind>(kind);
    if ((facts.binding.kind == TokenBinding::Kind::none) != facts.binding.value.empty()) return {};
    facts.issued = Seconds{std::chrono::seconds{issued}};
    facts.expires = facts.issued + std::chrono::seconds{lifetime};
    return claims;
}

bool take_apart(std::string_view text, TokenParts& parts) {
    if (text.size() > token_text_bytes_max || !text.starts_with(prefix)) return false;
    prefix.copy(parts.bytes.data(), prefix.size());
    const auto size =
        base64::decode(text.substr(prefix.size()), base64::url, parts.bytes.data() + prefix.size());
    if (!size || *size < sealed_size_min) return false;
    parts.size = prefix.size() + *size;
    parts.key = to_name(parts.associated().substr(prefix.size()));
    return true;
}

Result<std::string> seal_token(const crypto::Aead& aead, TokenKeyName key,
                               const TokenClaims& claims) {
    TRY(const auto nonce, crypto::random_bytes(crypto::Aead::nonce_size));
    const auto name = to_bytes(key);
    TRY(const auto sealed, aead.seal(nonce, std::string{prefix} + name, encode_claims(claims)));
    return std::string{prefix} + text::to_base64url(name + nonce + sealed);
}

std::optional<TokenClaims> open_token(const crypto::Aead& aead, const TokenParts& parts) {
    std::array<char, claims_size_max> plain;
    const auto sealed = parts.sealed();
    if (sealed.size() > plain.size() + crypto::Aead::tag_size) return {};
    if (!aead.open(parts.nonce(), parts.associated(), sealed, plain.data())) return {};
    return decode_claims({plain.data(), sealed.size() - crypto::Aead::tag_size});
}

}  // namespace rhumb::identity
