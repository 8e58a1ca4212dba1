/// macOS, iOS, iPadOS: a configuration profile.

#include <array>

#include "base/text.h"
#include "share/making.h"

namespace rhumb::share {

namespace {

/// The same for the same `digest` (at least 16 bytes): a UUID of one's own making (RFC 9562 section
/// 5.8).
std::string to_uuid(std::string_view digest) {
    auto bytes = std::string{digest.substr(0, 16)};
    const auto put = [&bytes](std::size_t at, unsigned kept, unsigned set) {
        bytes[at] = static_cast<char>((static_cast<unsigned char>(bytes[at]) & kept) | set);
    };
    put(6, 0x0FU, 0x80U);
    put(8, 0x3FU, 0x80U);
    auto hex = text::to_hex(bytes);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
    for (char& c : hex)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    return hex;
}

/// Other bytes out of the same fingerprint, for the UUID of the whole profile: every byte inverted,
/// mixed over all roots, so that another set of roots is another profile.
std::string profile_digest(const Making& making) {
    std::string mixed(16, '\0');
    for (std::size_t i = 0; i < making.roots.size(); ++i) {
        const auto print = making.roots[i].certificate.fingerprint_sha256();
        for (std::size_t j = 0; j < mixed.size(); ++j)
            mixed[j] = static_cast<char>(mixed[j] ^ print[16 + (j + i) % 16]);
    }
    return mixed;
}

std::string payloads(const Making& making) {
    std::string all;
    for (const auto& root : making.roots) {
        std::string lines;
        const auto base64 = text::to_base64(root.der);
        for (std::size_t i = 0; i < base64.size(); i += 64)
            lines += fmt::format("\t\t\t{}\n", std::string_view{base64}.substr(i, 64));
        all += fill("payload.xml", {{"STEM", root.stem},
                                    {"NAME", text::escape_html(root.name)},
                                    {"UUID", to_uuid(root.certificate.fingerprint_sha256())},
                                    {"SHA256", root.sha256},
                                    {"DATA", lines}});
    }
    return all;
}

File profile(const Making& making) {
    const auto& first = making.roots.front();
    return {.name = first.stem + ".mobileconfig",
            .bytes = fill("profile.mobileconfig", {{"PAYLOADS", payloads(making)},
                                                   {"NAME", text::escape_html(first.name)},
                                                   {"STEM", first.stem},
                                                   {"URL", text::escape_html(making.url)},
                                                   {"UUID", to_uuid(profile_digest(making))}}),
            .media_type = "application/x-apple-aspen-config",
            .role = Role::profile};
}

}  // namespace

std::vector<File> for_macos(const Making& making) {
    auto files = making.certificates(".cer", true);
    files.insert(files.begin(), profile(making));
    files.push_back(making.readme("macos.txt"));
    return files;
}

std::vector<File> for_ios(const Making& making) {
    auto files = making.certificates(".cer", true);
    files.insert(files.begin(), profile(making));
    files.push_back(making.readme("ios.txt"));
    return files;
}

}  // namespace rhumb::share
