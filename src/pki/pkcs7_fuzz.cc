/// Any bytes as a PKCS#7 file: reading may refuse them, but never crash, hang or leak; and what it
/// reads can be put together and written again.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "pki/assemble.h"
#include "pki/bag_reading.h"
#include "pki/pkcs7.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    rhumb::pki::Bag bag;
    if (!rhumb::pki::read_pkcs7(bytes, bag) || bag.certificates.empty()) return 0;
    for (const auto& leaf : rhumb::pki::find_leaves(bag.certificates))
        (void)rhumb::pki::assemble(leaf, bag.certificates, {});
    if (!rhumb::pki::to_pkcs7_der(bag.certificates)) std::abort();
    return 0;
}
