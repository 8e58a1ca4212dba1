#include "crypto/aead.h"

#include <array>
#include <atomic>
#include <functional>
#include <thread>

#include "crypto/errors.h"
#include "crypto/handles.h"

namespace rhumb::crypto {

namespace {

/// Keeps sizes within OpenSSL's `int`.
constexpr std::size_t size_max = std::size_t{1} << 20U;
/// More threads than this at once make contexts of their own.
constexpr std::size_t slot_count = 8;

const unsigned char* as_unsigned(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* as_unsigned(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
int to_int(std::size_t size) { return static_cast<int>(size); }

/// A context that has the key, and waits for a nonce; null when there is no memory.
CipherContextHandle ready_to_open(std::string_view key) {
    CipherContextHandle context{EVP_CIPHER_CTX_new()};
    if (context && EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), as_unsigned(key), nullptr,
                                       nullptr) != 1)
        context.reset();
    return context;
}

bool open_in(EVP_CIPHER_CTX* context, std::string_view nonce, std::string_view associated,
             std::string_view sealed, char* out) {
    const auto text = sealed.substr(0, sealed.size() - Aead::tag_size);
    auto tag = std::array<char, Aead::tag_size>{};
    sealed.substr(text.size()).copy(tag.data(), tag.size());
    int count = 0;
    unsigned char rest = 0;  // GCM writes nothing at the end
    return EVP_DecryptInit_ex2(context, nullptr, nullptr, as_unsigned(nonce), nullptr) == 1 &&
           EVP_DecryptUpdate(context, nullptr, &count, as_unsigned(associated),
                             to_int(associated.size())) == 1 &&
           (text.empty() || EVP_DecryptUpdate(context, as_unsigned(out), &count, as_unsigned(text),
                                              to_int(text.size())) == 1) &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, to_int(tag.size()), tag.data()) ==
               1 &&
           EVP_DecryptFinal_ex(context, &rest, &count) == 1;
}

}  // namespace

struct Aead::State {
    struct Slot {
        std::atomic<bool> is_busy = false;
        CipherContextHandle context{};  // made when it is first used
    };

    explicit State(Secret of_key) : key{std::move(of_key)} {}

    Secret key;
    std::array<Slot, slot_count> slots{};
};

Aead::Aead(std::unique_ptr<State> state) : state_{std::move(state)} {}
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;
Aead::~Aead() = default;

Result<Aead> Aead::make(Secret key) {
    if (key.size() != key_size)
        return fail(ErrorKind::invalid, "a key of AES-256 has {} bytes, and this one {}", key_size,
                    key.size());
    return Aead{std::make_unique<State>(std::move(key))};
}

Result<std::string> Aead::seal(std::string_view nonce, std::string_view associated,
                               std::string_view plain) const {
    if (nonce.size() != nonce_size || plain.size() > size_max || associated.size() > size_max)
        return fail(ErrorKind::invalid, "sealing: a nonce of {} bytes, and {} bytes of text",
                    nonce.size(), plain.size());
    std::string sealed(plain.size() + tag_size, '\0');
    auto* const out = as_unsigned(sealed.data());
    const CipherContextHandle context{EVP_CIPHER_CTX_new()};
    int count = 0;
    if (!context ||
        EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), as_unsigned(state_->key.view()),
                            as_unsigned(nonce), nullptr) != 1 ||
        EVP_EncryptUpdate(context.get(), nullptr, &count, as_unsigned(associated),
                          to_int(associated.size())) != 1 ||
        EVP_EncryptUpdate(context.get(), out, &count, as_unsigned(plain), to_int(plain.size())) !=
            1 ||
        EVP_EncryptFinal_ex(context.get(), out + plain.size(), &count) != 1 ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, to_int(tag_size),
                            out + plain.size()) != 1)
        return openssl_failed(ErrorKind::internal, "sealing");
    return sealed;
}

bool Aead::open(std::string_view nonce, std::string_view associated, std::string_view sealed,
                char* out) const {
    if (nonce.size() != nonce_size || sealed.size() < tag_size || sealed.size() > size_max ||
        associated.size() > size_max)
        return false;
    const auto first = std::hash<std::thread::id>{}(std::this_thread::get_id());
    for (std::size_t i = 0; i < slot_count; ++i) {
        auto& slot = state_->slots[(first + i) % slot_count];
        if (slot.is_busy.exchange(true, std::memory_order_acquire)) continue;
        if (!slot.context) slot.context = ready_to_open(state_->key.view());
        const bool is_good =
            slot.context && open_in(slot.context.get(), nonce, associated, sealed, out);
        slot.is_busy.store(false, std::memory_order_release);
        if (!is_good) take_openssl_reasons();
        return is_good;
    }
    const auto context = ready_to_open(state_->key.view());
    const bool is_good = context && open_in(context.get(), nonce, associated, sealed, out);
    if (!is_good) take_openssl_reasons();
    return is_good;
}

}  // namespace rhumb::crypto
