/// Any bytes around a secret: it never comes through what is for logs or for addresses, however it
/// is wrapped; and what was masked stays as it is. First line: which parameter, how often encoded.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "access/secrets.h"
#include "base/text.h"

namespace {

using namespace rhumb;

constexpr std::string_view canary = "ca;na?ry=41";
constexpr std::array<std::string_view, 6> names{"token",    "Password", "access_token",
                                                "agsToken", "id_token", "to%6ben"};

void expect(bool is_so) {
    if (!is_so) std::abort();
}

bool shows(std::string_view text) { return text.find("41") != std::string_view::npos; }

/// An address with the secret in it, as the value of a parameter.
std::string wrapped(std::string_view name, unsigned rounds) {
    auto value = std::string{"https://h/x?"}.append(name).append("=").append(canary);
    for (unsigned round = 0; round < rounds; ++round) value = text::percent_encode(value);
    return "url=" + value;
}

void look_at(std::string_view text) {
    const auto once = access::masked(text);
    expect(access::masked(once) == once);
    const auto separators = std::ranges::count_if(
        text, [](char c) { return c == '&' || c == '?' || c == ';' || c == '#'; });
    expect(once.size() <= text.size() + static_cast<std::size_t>(separators) + 1);
    const auto kept = access::without_secrets(text);
    expect(!access::has_secrets(kept));
    expect(access::without_secrets(kept) == kept);
    expect(access::has_secrets(text) || kept.size() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    look_at(bytes);
    const auto first = bytes.substr(0, bytes.find('\n'));
    if (first.size() < 2 || shows(bytes)) return 0;
    const auto name = names.at(static_cast<unsigned char>(first[0]) % names.size());
    const auto rounds = static_cast<unsigned char>(first[1]) % 4U;

    auto text = std::string{bytes}.append("&").append(name).append("=").append(canary);
    expect(!shows(access::masked(text)));
    expect(!shows(access::masked(text + "&f=json")));
    expect(!shows(access::without_secrets(text)));
    text = std::string{bytes}.append("&").append(wrapped(name, rounds));
    expect(!shows(access::masked(text)));
    if (rounds > 0) expect(!shows(access::without_secrets(text)));
    return 0;
}
