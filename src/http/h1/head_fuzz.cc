/// Any bytes: a head is found and read, or refused; what is read keeps its promises.

#include <cstdlib>

#include "http/h1/head.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::http;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const Limits limits;
    h1::HeadFinder finder;
    const auto found = finder.find(bytes, limits.header_bytes_max);
    if (found.refusal || found.end == 0) return 0;
    if (found.end > size || found.begin >= found.end) std::abort();
    Request request;
    h1::Framing framing;
    if (h1::read_head(bytes.substr(found.begin, found.end - found.begin), limits, request, framing))
        return 0;
    if (request.path.empty() || (request.path.front() != '/' && request.path != "*")) std::abort();
    if (request.path.find('\0') != std::string::npos) std::abort();
    if (framing.is_chunked && framing.content_length > 0) std::abort();
    return 0;
}
