/// Any bytes as a Cookie field: reading may find nothing, but never crash, hang or leak.

#include <cstddef>
#include <string_view>

#include "access/cookies.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    rhumb::http::Request request;
    request.headers.add("cookie", {reinterpret_cast<const char*>(data), size});
    (void)rhumb::access::find_cookie(request, rhumb::access::session_cookie);
    return 0;
}
