/// Any bytes as a request, in DER and as a PEM text: reading may refuse them, but never crash, hang
/// or leak; and what is read can be asked anything.

#include <cstddef>
#include <string_view>

#include "pki/request.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    for (const auto& read :
         {rhumb::pki::Request::from_der(bytes), rhumb::pki::Request::from_pem(bytes)}) {
        if (!read) continue;
        (void)read->subject();
        (void)read->subject_text();
        (void)read->names();
        (void)read->public_key().type();
        (void)read->signature_algorithm();
        (void)read->to_pem();
    }
    return 0;
}
