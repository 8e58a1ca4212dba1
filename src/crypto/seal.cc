#include "crypto/seal.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace rhumb::crypto {

namespace {

constexpr std::string_view magic{"RHS\x01", 4};
constexpr std::size_t id_size = 8;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t head_size = magic.size() + id_size + nonce_size;
/// Keys and passwords are small; this also keeps sizes within OpenSSL's `int`.
constexpr std::size_t plain_size_max = std::size_t{1} << 20U;

const unsigned char* as_unsigned(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* as_unsigned(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

int to_int(std::size_t size) { return static_cast<int>(size); }

/// What is authenticated beside the ciphertext. The head has a fixed size, so the two cannot run
/// together.
std::string associated_data(std::string_view head, std::string_view purpose) {
    return std::string{head}.append(purpose);
}

}  // namespace

/// A master key and the 8 bytes that name it.
struct Seal::Key {
    Secret secret;
    std::string id;
};

Seal::Seal(Ring ring)
    : ring_{std::make_shared<Snapshot<Ring>>(std::make_shared<const Ring>(std::move(ring)))} {}

namespace {

Result<std::string> name_of(const Secret& key) {
    auto named = Secret::copy_of("rhumb master key identifier:");
    Secret all{named.size() + key.size()};
    named.view().copy(all.data(), named.size());
    key.view().copy(all.data() + named.size(), key.size());
    TRY(auto digest, sha256(all.view()));
    digest.resize(id_size);
    return digest;
}

}  // namespace

Result<Seal> Seal::make(Secret key) {
    std::vector<Secret> keys;
    keys.push_back(std::move(key));
    return make(std::move(keys));
}

Result<Seal> Seal::make(std::vector<Secret> keys) {
    if (keys.empty()) return fail(ErrorKind::invalid, "there is no master key");
    Ring ring;
    for (auto& key : keys) {
        if (key.size() != key_size)
            return fail(ErrorKind::invalid, "the master key has {} bytes where {} are needed",
                        key.size(), key_size);
        TRY(auto id, name_of(key));
        ring.push_back(std::make_shared<const Key>(Key{std::move(key), std::move(id)}));
    }
    return Seal{std::move(ring)};
}

std::string Seal::key_id() const { return text::to_hex(ring_->get()->front()->id); }

std::vector<std::string> Seal::key_ids() const {
    std::vector<std::string> ids;
    for (const auto& key : *ring_->get()) ids.push_back(text::to_hex(key->id));
    return ids;
}

Result<Seal> Seal::with_first(std::string_view key_id) const {
    auto ring = *ring_->get();
    const auto found = std::ranges::find_if(
        ring, [&](const auto& key) { return text::to_hex(key->id) == key_id; });
    if (found == ring.end())
        return fail(ErrorKind::not_found, "the master key {} is not at hand, only {}", key_id,
                    text::join(key_ids(), ", "));
    std::rotate(ring.begin(), found, found + 1);
    return Seal{std::move(ring)};
}

std::string Seal::key_id_of(std::string_view blob) {
    if (blob.size() < head_size + tag_size || !blob.starts_with(magic)) return {};
    return text::to_hex(blob.substr(magic.size(), id_size));
}

void Seal::take_over(const Seal& other) { ring_->replace(other.ring_->get()); }

Result<std::string> Seal::seal(std::string_view purpose, std::string_view plain) const {
    if (plain.size() > plain_size_max)
        return fail(ErrorKind::too_large, "sealing {}: more than {} bytes", purpose,
                    plain_size_max);
    TRY(const auto nonce, random_bytes(nonce_size));
    const auto key = ring_->get()->front();
    auto blob = std::string{magic} + key->id + nonce;
    const auto data = associated_data(blob, purpose);
    blob.resize(head_size + plain.size() + tag_size);

    const CipherContextHandle context{EVP_CIPHER_CTX_new()};
    auto* const out = as_unsigned(blob.data() + head_size);
    int count = 0;
    if (!context ||
        EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), as_unsigned(key->secret.view()),
                            as_unsigned(nonce), nullptr) != 1 ||
        EVP_EncryptUpdate(context.get(), nullptr, &count, as_unsigned(data), to_int(data.size())) !=
            1 ||
        EVP_EncryptUpdate(context.get(), out, &count, as_unsigned(plain), to_int(plain.size())) !=
            1 ||
        EVP_EncryptFinal_ex(context.get(), out + plain.size(), &count) != 1 ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, to_int(tag_size),
                            out + plain.size()) != 1)
        return openssl_failed(ErrorKind::internal, fmt::format("sealing {}", purpose));
    return blob;
}

Result<Secret> Seal::open(std::string_view purpose, std::string_view blob) const {
    if (blob.size() < head_size + tag_size || !blob.starts_with(magic))
        return fail(
            ErrorKind::invalid,
            "opening {}: this is no sealed secret of a known version; restore it from a backup",
            purpose);
    const auto head = blob.substr(0, head_size);
    const auto ring = ring_->get();
    const auto id = head.substr(magic.size(), id_size);
    const auto found = std::ranges::find_if(*ring, [&](const auto& one) { return one->id == id; });
    if (found == ring->end())
        return fail(ErrorKind::invalid,
                    "opening {}: it was sealed under the master key {}, and this one is {}; put "
                    "back the master key that belongs to this data directory",
                    purpose, text::to_hex(id), key_id());
    const auto& key = *found;
    const auto sealed = blob.substr(head_size, blob.size() - head_size - tag_size);
    if (sealed.size() > plain_size_max)
        return fail(ErrorKind::too_large, "opening {}: more than {} bytes", purpose,
                    plain_size_max);
    auto tag = std::string{blob.substr(blob.size() - tag_size)};
    const auto data = associated_data(head, purpose);

    Secret plain{sealed.size()};
    const CipherContextHandle context{EVP_CIPHER_CTX_new()};
    int count = 0;
    unsigned char rest = 0;  // GCM writes nothing at the end
    if (!context ||
        EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), as_unsigned(key->secret.view()),
                            as_unsigned(head.substr(head_size - nonce_size)), nullptr) != 1 ||
        EVP_DecryptUpdate(context.get(), nullptr, &count, as_unsigned(data), to_int(data.size())) !=
            1 ||
        EVP_DecryptUpdate(context.get(), plain.is_empty() ? &rest : as_unsigned(plain.data()),
                          &count, as_unsigned(sealed), to_int(sealed.size())) != 1 ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, to_int(tag_size), tag.data()) !=
            1)
        return openssl_failed(ErrorKind::internal, fmt::format("opening {}", purpose));
    if (EVP_DecryptFinal_ex(context.get(), &rest, &count) != 1) {
        take_openssl_reasons();
        return fail(
            ErrorKind::invalid,
            "opening {}: the sealed secret is damaged, or belongs to another record; restore it "
            "from a backup",
            purpose);
    }
    return plain;
}

}  // namespace rhumb::crypto
