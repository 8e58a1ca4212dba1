/// Any bytes as a Range field: the parts lie within the representation, and together never exceed
/// it.

#include <cstdlib>
#include <string_view>

#include "files/range.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::files;
    const std::string_view value{reinterpret_cast<const char*>(data), size};
    for (const std::uint64_t length : {0ULL, 1ULL, 1000ULL, ~0ULL}) {
        const auto request = parse_range(value, length);
        std::uint64_t rest = length;
        for (const auto& part : request.parts) {
            if (part.length == 0 || part.length > rest || part.offset > length - part.length)
                std::abort();
            rest -= part.length;
            (void)content_range(part, length);
        }
        if ((request.kind == RangeRequest::Kind::parts) == request.parts.empty()) std::abort();
    }
    return 0;
}
