// Names in full, filters and what stands in them, from anybody.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ldap/name.h"
#include "ldap/server.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    using namespace rhumb::ldap;
    if (const auto once = comparable(text)) {
        // Comparing is stable: the comparable form is a name, and its own comparable form.
        if (comparable(*once) != once) std::abort();
    }
    (void)first_value(text, "uid");
    (void)is_filter(text);
    (void)parse_server(text);
    if (size > 500) return 0;
    // Whatever the value is, it stays one value.
    const auto filter = "(uid=" + escape_in_filter(text) + ")";
    if (!is_filter(filter)) std::abort();
    const auto name = "uid=" + escape_in_name(text) + ",dc=example";
    if (const auto value = first_value(name, "uid"); !text.empty() && value && *value != text)
        std::abort();
    return 0;
}
