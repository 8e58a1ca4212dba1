#pragma once
/// Reading base64 (RFC 4648), strictly: bytes are written in one way alone, so that nothing signed
/// or sealed has a second spelling. text.h writes it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rhumb::base64 {

/// Six bits by the character; -1 for what the alphabet has not.
using Sextets = std::array<std::int8_t, 256>;

constexpr Sextets make_sextets(char of_62, char of_63) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    Sextets all{};
    for (auto& one : all) one = -1;
    for (std::size_t i = 0; i < letters.size(); ++i)
        all.at(static_cast<unsigned char>(letters[i])) = static_cast<std::int8_t>(i);
    all.at(static_cast<unsigned char>(of_62)) = 62;
    all.at(static_cast<unsigned char>(of_63)) = 63;
    return all;
}

inline constexpr Sextets standard = make_sextets('+', '/');  ///< section 4
inline constexpr Sextets url = make_sextets('-', '_');       ///< section 5

/// How many bytes were put at `out`, which has room for 3 of each 4 characters. Nothing for
/// anything but base64 without padding: other characters, a last one with nothing in it, bits that
/// belong to no byte.
inline std::optional<std::size_t> decode(std::string_view text, const Sextets& sextets, char* out) {
    std::size_t size = 0;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto sextet = sextets[static_cast<unsigned char>(c)];
        if (sextet < 0) return {};
        bits = (bits << 6U) | static_cast<std::uint32_t>(sextet);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out[size++] = static_cast<char>((bits >> count) & 0xffU);
    }
    if (count == 6 || (bits & ((1U << count) - 1U)) != 0) return {};
    return size;
}

inline std::optional<std::string> decode(std::string_view text, const Sextets& sextets) {
    std::string bytes(text.size() * 3 / 4, '\0');
    const auto size = decode(text, sextets, bytes.data());
    if (!size) return {};
    bytes.resize(*size);
    return bytes;
}

}  // namespace rhumb::base64
