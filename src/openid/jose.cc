#include "openid/jose.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include <cjose/jwk.h>
#include <cjose/jws.h>

#include "base/base64.h"
#include "base/handle.h"
#include "base/text.h"
#include "openid/json.h"

namespace rhumb::openid {

namespace {

using nlohmann::json;

struct Algorithm {
    std::string_view name;
    std::string_view type;           ///< "kty"
    std::string_view curve;          ///< "crv"; "" for RSA
    std::size_t signature_size = 0;  ///< RFC 7518 section 3.4; 0: the key's
};

constexpr std::array algorithms{
    Algorithm{"RS256", "RSA", ""},          Algorithm{"RS384", "RSA", ""},
    Algorithm{"RS512", "RSA", ""},          Algorithm{"PS256", "RSA", ""},
    Algorithm{"PS384", "RSA", ""},          Algorithm{"PS512", "RSA", ""},
    Algorithm{"ES256", "EC", "P-256", 64},  Algorithm{"ES384", "EC", "P-384", 96},
    Algorithm{"ES512", "EC", "P-521", 132},
};

const Algorithm* find_algorithm(std::string_view name) {
    const auto* const found = std::ranges::find(algorithms, name, &Algorithm::name);
    return found == algorithms.end() ? nullptr : found;
}

constexpr std::size_t rsa_bits_min = 2048;
constexpr std::size_t rsa_bits_max = 16384;

void release(cjose_jwk_t* key) { cjose_jwk_release(key); }
void release_token(cjose_jws_t* token) { cjose_jws_release(token); }
using JwkHandle = Handle<cjose_jwk_t, release>;
using JwsHandle = Handle<cjose_jws_t, release_token>;

tl::unexpected<Error> no_token() { return fail(ErrorKind::denied, "the token is none"); }

}  // namespace

struct Keys::Key {
    std::string name;  ///< "kid"; "": not said
    std::string algorithm;
    std::string type;
    std::string curve;
    std::shared_ptr<const cjose_jwk_t> jwk;

    bool fits(const TokenHeader& header) const {
        const auto* wanted = find_algorithm(header.algorithm);
        if (wanted == nullptr || wanted->type != type || wanted->curve != curve) return false;
        if (!algorithm.empty() && algorithm != header.algorithm) return false;
        return header.key.empty() || name.empty() || name == header.key;
    }
};

bool is_known_algorithm(std::string_view algorithm) { return find_algorithm(algorithm) != nullptr; }

Result<TokenHeader> read_header(std::string_view token) {
    if (token.size() > token_bytes_max || std::ranges::count(token, '.') != 2) return no_token();
    const auto parts = text::split(token, '.');
    const auto text = base64::decode(parts[0], base64::url);
    const auto signature = base64::decode(parts[2], base64::url);
    if (!text || !base64::decode(parts[1], base64::url) || !signature) return no_token();
    const auto header = parse_object(*text, "the head of the token");
    if (!header) return fail(ErrorKind::denied, "{}", header.error().message);
    TokenHeader found{.algorithm = text_at(*header, "alg"),
                      .key = text_at(*header, "kid"),
                      .type = text::to_lower(text_at(*header, "typ"))};
    if (!is_known_algorithm(found.algorithm))
        return fail(ErrorKind::denied,
                    "the token is not signed by an algorithm that counts (RS, PS, ES)");
    // The library would overlook what is too much at the end.
    const auto size = find_algorithm(found.algorithm)->signature_size;
    if (size != 0 && signature->size() != size) return no_token();
    if (header->contains("crit") || header->contains("b64"))
        return fail(ErrorKind::denied, "the token needs an extension that Rhumb does not know");
    return found;
}

namespace {

bool is_for_signatures(const json& jwk) {
    const auto use = text_at(jwk, "use");
    if (!use.empty() && use != "sig") return false;
    const auto operations = jwk.find("key_ops");
    if (operations == jwk.end()) return true;
    return operations->is_array() && std::ranges::any_of(*operations, [](const json& one) {
               return one.is_string() && one.get_ref<const std::string&>() == "verify";
           });
}

/// What of a key is public; all else stays away from the library.
json public_part(const json& jwk) {
    json part = json::object();
    for (const char* name : {"kty", "crv", "x", "y", "n", "e"})
        if (const auto found = jwk.find(name); found != jwk.end() && found->is_string())
            part[name] = *found;
    return part;
}

bool is_strong(const cjose_jwk_t* key, std::string_view type) {
    if (type != "RSA") return true;
    const auto bits = cjose_jwk_get_keysize(key, nullptr);
    return bits >= rsa_bits_min && bits <= rsa_bits_max;
}

/// Null: not for us.
std::shared_ptr<const cjose_jwk_t> import_key(const json& jwk, std::string_view type) {
    const auto text = public_part(jwk).dump();
    cjose_err error{};
    JwkHandle key{cjose_jwk_import(text.data(), text.size(), &error)};
    if (key == nullptr || !is_strong(key.get(), type)) return nullptr;
    return std::shared_ptr<const cjose_jwk_t>{key.release(),
                                              [](cjose_jwk_t* one) { cjose_jwk_release(one); }};
}

}  // namespace

Keys::Keys() : keys_{std::make_shared<const std::vector<Key>>()} {}

Result<Keys> Keys::parse(std::string_view text) {
    TRY(const auto set, parse_object(text, "the provider's keys"));
    const auto list = set.find("keys");
    if (list == set.end() || !list->is_array())
        return fail(ErrorKind::invalid, "the provider's keys: no list of keys");
    if (list->size() > count_max)
        return fail(ErrorKind::invalid, "the provider's keys: more than {}", count_max);
    auto keys = std::make_shared<std::vector<Key>>();
    for (const auto& jwk : *list) {
        if (!jwk.is_object() || !is_for_signatures(jwk)) continue;
        Key key{.name = text_at(jwk, "kid"),
                .algorithm = text_at(jwk, "alg"),
                .type = text_at(jwk, "kty"),
                .curve = text_at(jwk, "crv"),
                .jwk = nullptr};
        if (key.type == "RSA") key.curve.clear();
        const bool is_of_use = std::ranges::any_of(algorithms, [&key](const Algorithm& one) {
            return one.type == key.type && one.curve == key.curve;
        });
        if (is_of_use) key.jwk = import_key(jwk, key.type);
        if (key.jwk != nullptr) keys->push_back(std::move(key));
    }
    Keys found;
    found.keys_ = std::move(keys);
    return found;
}

std::size_t Keys::count() const { return keys_->size(); }

bool Keys::fits(const TokenHeader& header) const {
    return std::ranges::any_of(*keys_, [&header](const Key& key) { return key.fits(header); });
}

Result<std::string> Keys::payload_of(std::string_view token) const {
    TRY(const auto header, read_header(token));
    for (const auto& key : *keys_) {
        if (!key.fits(header)) continue;
        // Imported anew for each key: a token remembers that it was verified once.
        cjose_err error{};
        const JwsHandle jws{cjose_jws_import(token.data(), token.size(), &error)};
        if (jws == nullptr) return no_token();
        if (!cjose_jws_verify(jws.get(), key.jwk.get(), &error)) continue;
        std::uint8_t* plain = nullptr;
        std::size_t size = 0;
        if (!cjose_jws_get_plaintext(jws.get(), &plain, &size, &error)) return no_token();
        return std::string{reinterpret_cast<const char*>(plain), size};
    }
    return fail(ErrorKind::denied, "the token is not signed by a key of the provider");
}

}  // namespace rhumb::openid
