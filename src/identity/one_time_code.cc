#include "identity/one_time_code.h"

#include "base/text.h"
#include "crypto/hmac.h"
#include "crypto/secret.h"

namespace rhumb::identity {

namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::uint32_t code_bound = 1'000'000;
constexpr std::size_t code_size = 6;

}  // namespace

std::int64_t one_time_step(Seconds now) { return now.time_since_epoch().count() / step_seconds; }

Result<std::string> one_time_code(std::string_view secret, std::int64_t step) {
    std::string counter(8, '\0');
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[i] = static_cast<char>((static_cast<std::uint64_t>(step) >> (8 * (7 - i))) & 0xffU);
    TRY(const auto digest, crypto::hmac_sha1(secret, counter));
    // RFC 4226 section 5.3: 31 bits from where the last four say.
    const auto at = static_cast<unsigned char>(digest.back()) & 0x0fU;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i)
        bits = (bits << 8U) | static_cast<unsigned char>(digest[at + i]);
    return fmt::format("{:06}", (bits & 0x7fffffffU) % code_bound);
}

std::optional<std::int64_t> find_step(std::string_view secret, std::string_view typed, Seconds now,
                                      std::int64_t last_step) {
    std::string code;
    for (const char c : typed) {
        if (c == ' ') continue;
        if (code.size() == code_size) return std::nullopt;
        code += c;
    }
    std::optional<std::int64_t> found;
    const auto middle = one_time_step(now);
    for (auto step = middle - 1; step <= middle + 1; ++step) {
        const auto right = one_time_code(secret, step);
        if (right && crypto::equal_in_constant_time(*right, code) && step > last_step && !found)
            found = step;
    }
    return found;
}

std::string to_base32(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    std::uint32_t bits = 0;
    std::uint32_t count = 0;
    for (const char byte : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(byte);
        count += 8;
        while (count >= 5) {
            count -= 5;
            text += alphabet[(bits >> count) & 31U];
        }
    }
    if (count > 0) text += alphabet[(bits << (5 - count)) & 31U];
    return text;
}

std::string one_time_uri(std::string_view secret, std::string_view issuer, std::string_view user) {
    const auto of = text::percent_encode(issuer);
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period=30",
                       of, text::percent_encode(user), to_base32(secret), of);
}

}  // namespace rhumb::identity
