/// Whatever is stapled to a handshake must not hurt; and nothing that was not signed is believed.

#include <cstdlib>

#include "pki/example.h"
#include "pki/ocsp.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    // The keys are new in every run, so no input can be signed with them.
    static const rhumb::pki::ExampleAuthority authority;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto status = rhumb::pki::read_ocsp(bytes, authority.intermediate, authority.root,
                                              rhumb::pki::example_now);
    if (status) std::abort();
    return 0;
}
