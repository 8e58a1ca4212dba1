/// Whatever a server answers must not hurt, and a prefix of it is never worse than the whole.

#include <cstdlib>

#include "tls/server_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto whole = rhumb::tls::read_answer(bytes);
    const auto part = rhumb::tls::read_answer(bytes.substr(0, size / 2));
    // What is good as a whole was never refused on its way.
    if (whole && !part) std::abort();
    if (whole && part && part->is_complete && !whole->is_complete) std::abort();
    return 0;
}
