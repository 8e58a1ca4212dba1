/// Any bytes: reading certificates may refuse them, but never crash, hang or leak; and what it
/// reads can be asked anything.

#include <cstddef>
#include <string_view>

#include "pki/chain.h"
#include "pki/pem.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)rhumb::pki::Certificate::from_der(bytes);
    const auto read = rhumb::pki::read_certificates(bytes);
    if (!read) return 0;
    for (const auto& certificate : *read) {
        (void)certificate.subject();
        (void)certificate.common_name();
        (void)certificate.serial();
        (void)certificate.names();
        (void)certificate.name_constraints();
        (void)certificate.is_self_signed();
        (void)certificate.public_key().type();
        (void)certificate.matches_host("localhost");
        (void)certificate.to_pem();
    }
    (void)rhumb::pki::Chain::from_pem(bytes);
    return 0;
}
