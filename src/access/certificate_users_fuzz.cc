/// Any bytes as a pattern for names, compared with any bytes: reading may refuse them, but never
/// crash, hang or leak. First line the pattern, then a name's parts: "CN=…" line for line.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "access/certificate_users.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto lines = rhumb::text::split(bytes, '\n');
    std::vector<rhumb::pki::NamePart> name;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto equals = std::min(lines[i].find('='), lines[i].size());
        name.push_back({std::string{lines[i].substr(0, equals)},
                        std::string{lines[i].substr(std::min(equals + 1, lines[i].size()))}});
    }
    const auto pattern = rhumb::access::NamePattern::parse(lines.front());
    if (pattern) (void)pattern->matches(name);
    (void)rhumb::access::Wildcard::of(lines.front()).matches(bytes);
    return 0;
}
