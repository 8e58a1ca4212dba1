#include "tls/ticket_keys.h"

#include <cstring>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "base/handle.h"

namespace rhumb::tls {

struct TicketKeys::Key {
    Key() = default;
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    ~Key() { OPENSSL_cleanse(secrets.data(), secrets.size()); }

    std::chrono::sys_seconds created{};
    std::array<unsigned char, 16> name{};
    std::array<unsigned char, 64> secrets{};  // 32 bytes for AES-256-CBC, 32 for HMAC-SHA-256
};

struct TicketKeys::KeySet {
    std::vector<Key> keys;  // newest first, never empty
    Handle<EVP_CIPHER, EVP_CIPHER_free> cipher{EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
};

namespace {

TicketKeys::Key make_key(std::chrono::sys_seconds now) {
    TicketKeys::Key key;
    key.created = now;
    // A machine without random numbers cannot serve TLS at all.
    if (RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) != 1 ||
        RAND_priv_bytes(key.secrets.data(), static_cast<int>(key.secrets.size())) != 1)
        std::terminate();
    return key;
}

/// Where a context keeps the address of its keys.
int keys_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

bool set_mac_key(EVP_MAC_CTX* mac, const TicketKeys::Key& key) {
    auto secret = key.secrets;  // OSSL_PARAM takes no const
    std::array<char, 7> digest{"SHA256"};
    const std::array<OSSL_PARAM, 3> parameters{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret.data() + 32, 32),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    const bool is_set = EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
    OPENSSL_cleanse(secret.data(), secret.size());
    return is_set;
}

// What the callback answers, as SSL_CTX_set_tlsext_ticket_key_evp_cb(3) has it.
constexpr int failed = -1;
constexpr int full_handshake = 0;
constexpr int taken = 1;
constexpr int taken_but_renew = 2;

int seal_or_open(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                 EVP_MAC_CTX* mac, int is_sealing) {
    // After SNI the connection's context may be another; all contexts of a binding have the same
    // keys.
    const auto* keys =
        static_cast<const TicketKeys*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), keys_index()));
    if (keys == nullptr) return full_handshake;
    const auto set = keys->current();
    if (is_sealing != 0) {
        const auto& key = set->keys.front();
        if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(set->cipher.get())) != 1) return failed;
        std::memcpy(name, key.name.data(), key.name.size());
        const bool sealed =
            EVP_EncryptInit_ex2(cipher, set->cipher.get(), key.secrets.data(), iv, nullptr) == 1 &&
            set_mac_key(mac, key);
        return sealed ? taken : failed;
    }
    for (const auto& key : set->keys) {
        if (CRYPTO_memcmp(name, key.name.data(), key.name.size()) != 0) continue;
        if (EVP_DecryptInit_ex2(cipher, set->cipher.get(), key.secrets.data(), iv, nullptr) != 1 ||
            !set_mac_key(mac, key))
            return failed;
        return &key == &set->keys.front() ? taken : taken_but_renew;
    }
    return full_handshake;
}

std::shared_ptr<TicketKeys::KeySet> first_set(std::chrono::sys_seconds now) {
    auto set = std::make_shared<TicketKeys::KeySet>();
    set->keys.push_back(make_key(now));
    return set;
}

}  // namespace

TicketKeys::TicketKeys(std::chrono::sys_seconds now) : keys_{first_set(now)} {}

TicketKeys::~TicketKeys() = default;

void TicketKeys::rotate_if_due(std::chrono::sys_seconds now) {
    const auto old = keys_.get();
    const auto age = now - old->keys.front().created;
    if (age >= std::chrono::seconds{0} && age < rotation_interval) return;
    auto next = first_set(now);
    for (const auto& key : old->keys)
        if (next->keys.size() < keys_kept) next->keys.push_back(key);
    keys_.replace(std::move(next));
}

void TicketKeys::use_in(ssl_ctx_st* context) const {
    SSL_CTX_set_ex_data(context, keys_index(), const_cast<TicketKeys*>(this));
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open);
}

std::size_t TicketKeys::size() const { return keys_.get()->keys.size(); }

}  // namespace rhumb::tls
