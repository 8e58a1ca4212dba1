/// Any bytes as a PKCS#12 file whose password is known: the reader goes as deep as it can, and may
/// refuse them, but never crash, hang or leak. (The private key in the corpus is the number 1.)

#include <cstddef>
#include <string_view>

#include "pki/bag_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto password = rhumb::crypto::Secret::copy_of("opensesame");
    rhumb::pki::Reading reading{&password, 10'000};
    rhumb::pki::Bag bag;
    (void)rhumb::pki::read_pkcs12(bytes, reading, bag);
    return 0;
}
