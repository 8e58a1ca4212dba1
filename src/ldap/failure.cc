#include "ldap/failure.h"

#include "base/text.h"

namespace rhumb::ldap {

namespace {

constexpr std::size_t said_bytes_max = 200;

}  // namespace

std::string made_harmless(std::string_view text) {
    std::string harmless;
    for (const char c : text.substr(0, said_bytes_max)) {
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        harmless += is_control ? ' ' : c;
    }
    // A cut may have gone through a sign.
    while (!harmless.empty() && !text::is_utf8(harmless) && text.size() > said_bytes_max &&
           (static_cast<unsigned char>(harmless.back()) & 0x80U) != 0)
        harmless.pop_back();
    if (!text::is_utf8(harmless)) return "(no text)";
    return std::string{text::trim(harmless)};
}

Error to_error(const Failure& failure) { return {ErrorKind::unavailable, failure.message}; }

}  // namespace rhumb::ldap
