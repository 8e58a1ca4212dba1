/// Any bytes as a table of users: reading may refuse them, but never crash, hang or leak.

#include <cstddef>
#include <string_view>

#include "identity/name_map.h"
#include "identity/user_table.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)rhumb::identity::read_user_table(bytes);
    (void)rhumb::identity::NameMap::read(bytes);
    return 0;
}
