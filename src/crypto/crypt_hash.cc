#include "crypto/crypt_hash.h"

#include <cerrno>
#include <memory>
#include <optional>
#include <string>

#include <crypt.h>

#include "base/text.h"
#include "crypto/password_hash.h"
#include "crypto/secret.h"

namespace rhumb::crypto {

namespace {

constexpr std::size_t hash_bytes_max = 256;

// What a look may cost: whoever writes the hashes must not be able to keep this machine busy.
constexpr std::int64_t argon_kibibytes_max = 1 << 20;
constexpr std::int64_t argon_work_max = 8 << 20;  // kibibytes times passes
constexpr std::int64_t bcrypt_cost_max = 14;
constexpr std::int64_t sha_rounds_max = 1'000'000;
constexpr std::string_view yescrypt_settings_max = "jDT";  // N = 2^16, r = 32: 256 MiB

bool is_of_crypt_signs(std::string_view text) {
    for (const char c : text)
        if (c <= ' ' || c > '~' || c == ':' || c == ';' || c == '*' || c == '!' || c == '\\')
            return false;
    return true;
}

/// The number behind `name` in "m=65536,t=3,p=1".
std::optional<std::int64_t> parameter(std::string_view list, std::string_view name) {
    for (const auto part : text::split(list, ','))
        if (part.starts_with(name)) return text::to_integer(part.substr(name.size()));
    return {};
}

HashForm judge(bool is_cheap, HashForm form) { return is_cheap ? form : HashForm::too_costly; }

HashForm form_of_argon(const std::vector<std::string_view>& parts) {
    // "", "argon2id", "v=19", "m=…,t=…,p=1", salt, hash
    if (parts.size() != 6) return HashForm::refused;
    const auto memory = parameter(parts[3], "m=");
    const auto passes = parameter(parts[3], "t=");
    if (!memory || !passes || *memory < 1 || *passes < 1) return HashForm::refused;
    return judge(*memory <= argon_kibibytes_max && *passes <= argon_work_max / *memory,
                 HashForm::argon2id);
}

HashForm form_of_bcrypt(std::string_view hash, const std::vector<std::string_view>& parts) {
    constexpr std::size_t size = 60;
    if (hash.size() != size || parts.size() != 4) return HashForm::refused;
    const auto cost = text::to_integer(parts[2]);
    if (!cost || *cost < 4) return HashForm::refused;
    return judge(*cost <= bcrypt_cost_max, HashForm::crypt);
}

HashForm form_of_sha512(const std::vector<std::string_view>& parts) {
    constexpr std::size_t hash_size = 86;
    constexpr std::string_view prefix = "rounds=";
    const bool says_rounds = parts.size() == 5 && parts[2].starts_with(prefix);
    if ((parts.size() != 4 && !says_rounds) || parts.back().size() != hash_size)
        return HashForm::refused;
    if (!says_rounds) return HashForm::crypt;
    const auto rounds = text::to_integer(parts[2].substr(prefix.size()));
    if (!rounds) return HashForm::refused;
    return judge(*rounds <= sha_rounds_max, HashForm::crypt);
}

HashForm form_of_yescrypt(const std::vector<std::string_view>& parts) {
    constexpr std::size_t hash_size = 43;
    if (parts.size() != 5 || parts[4].size() != hash_size) return HashForm::refused;
    // The flavour, and in signs of "./0-9A-Za-z" the block count and size; more would be further
    // passes. That order is the order of ASCII.
    const auto settings = parts[2];
    if (settings.size() != yescrypt_settings_max.size() || settings[0] != yescrypt_settings_max[0])
        return HashForm::too_costly;
    return judge(settings[1] <= yescrypt_settings_max[1] && settings[2] <= yescrypt_settings_max[2],
                 HashForm::crypt);
}

}  // namespace

HashForm form_of_hash(std::string_view hash) {
    if (hash.empty()) return HashForm::none;
    if (hash.size() > hash_bytes_max || !hash.starts_with('$') || !is_of_crypt_signs(hash))
        return HashForm::refused;
    const auto parts = text::split(hash, '$');
    const auto kind = parts[1];
    if (kind == "argon2id") return form_of_argon(parts);
    if (kind == "2b" || kind == "2a" || kind == "2y") return form_of_bcrypt(hash, parts);
    if (kind == "6") return form_of_sha512(parts);
    if (kind == "y") return form_of_yescrypt(parts);
    return HashForm::refused;
}

Result<bool> is_password_of_any(std::string_view hash, std::string_view password) {
    const auto form = form_of_hash(hash);
    if (form == HashForm::argon2id) return is_password(hash, password);
    if (form != HashForm::crypt || password.size() > password_bytes_max ||
        password.find('\0') != std::string_view::npos)
        return false;
    const std::string setting{hash};
    auto phrase = Secret{password.size() + 1};  // ended by a zero
    password.copy(phrase.data(), password.size());
    const auto data = std::make_unique<crypt_data>();
    errno = 0;
    const char* const made = crypt_r(phrase.data(), setting.c_str(), data.get());
    const bool is_right = made != nullptr && equal_in_constant_time(made, hash);
    const bool has_no_memory = made == nullptr && errno == ENOMEM;
    wipe(data.get(), sizeof *data);
    if (has_no_memory)
        return fail(ErrorKind::unavailable,
                    "checking a password: there is not enough memory now; try again");
    return is_right;
}

}  // namespace rhumb::crypto
