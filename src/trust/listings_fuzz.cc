/// Any bytes as the small texts that other programs write: profiles.ini of Firefox, os-release,
/// what certutil lists. Reading them never fails, crashes or hangs; and what is read was there.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "trust/certutil.h"
#include "trust/firefox.h"
#include "trust/system_family.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    for (const auto& path : rhumb::trust::read_profile_paths(bytes, "/base"))
        if (!path.is_absolute()) std::abort();
    for (const auto& id : rhumb::trust::read_os_ids(bytes))
        if (id.empty() || id.size() > size) std::abort();
    for (const auto& entry : rhumb::trust::read_entries(bytes)) {
        if (bytes.find(entry.nickname) == std::string_view::npos) std::abort();
        (void)entry.is_for_servers();
    }
    return 0;
}
