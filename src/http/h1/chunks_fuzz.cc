/// Any bytes: decoding ends, takes no more than there is, and gives the same however the bytes are
/// cut.

#include <cstdlib>
#include <string>

#include "http/h1/chunks.h"

namespace {

std::string decode(std::string_view bytes, std::size_t step) {
    rhumb::http::h1::Chunks chunks;
    std::string content;
    std::size_t used = 0;
    std::size_t come = 0;
    for (;;) {
        const auto got = chunks.next(bytes.substr(used, come - used));
        if (got.refusal) return content + "!";
        if (got.used > come - used) std::abort();
        content += got.piece;
        used += got.used;
        if (got.is_end) return content + ".";
        if (got.used > 0) continue;
        if (come == bytes.size()) return content + "?";
        come = std::min(bytes.size(), come + step);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data),
                                 std::min<std::size_t>(size, 4096)};
    if (decode(bytes, 1) != decode(bytes, 4096)) std::abort();
    return 0;
}
