#include "identity/readable_code.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace rhumb::identity {

namespace {

// Crockford's base 32: without I, L, O, U.
constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t group_size = 4;
constexpr std::size_t typed_bytes_max = 200;

}  // namespace

Result<std::string> make_readable_code(std::size_t groups) {
    TRY(const auto random, crypto::random_secret(groups * group_size));
    std::string code;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % group_size == 0) code += '-';
        // 256 is a multiple of 32: each sign is as likely as the other.
        code += alphabet[static_cast<unsigned char>(random.view()[i]) % alphabet.size()];
    }
    return code;
}

std::string normalise_readable_code(std::string_view typed) {
    if (typed.size() > typed_bytes_max) return {};
    std::string code;
    for (const char sign : typed) {
        if (sign == '-' || sign == ' ' || sign == '\t') continue;
        auto c = text::to_lower(sign);
        if (c == 'o') c = '0';
        if (c == 'i' || c == 'l') c = '1';
        if (alphabet.find(c) == std::string_view::npos) return {};
        if (code.size() % (group_size + 1) == group_size) code += '-';
        code += c;
    }
    return code;
}

Result<std::string> digest_of_code(std::string_view typed) {
    const auto code = normalise_readable_code(typed);
    if (code.empty()) return fail(ErrorKind::invalid, "that is no code");
    TRY(const auto digest, crypto::sha256(code));
    return text::to_hex(digest);
}

}  // namespace rhumb::identity
