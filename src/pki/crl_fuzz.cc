/// Any bytes as a revocation list: reading may refuse them, but never crash, hang or leak; and what
/// is read can be asked anything.

#include <cstddef>
#include <string_view>

#include "pki/crl.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    for (const auto& read : {rhumb::pki::Crl::from_der(bytes), rhumb::pki::Crl::from_pem(bytes)}) {
        if (!read) continue;
        (void)read->issuer();
        (void)read->number();
        for (const auto& line : read->revoked()) (void)read->find(line.serial);
        (void)read->is_current_at({});
        (void)read->to_pem();
    }
    return 0;
}
