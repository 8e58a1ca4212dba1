/// Any text for a listing of keytool: certificates are found or not, and nothing else happens.

#include <cstddef>

#include "trust/keytool.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto entries =
        rhumb::trust::read_keystore_listing({reinterpret_cast<const char*>(data), size});
    for (const auto& entry : entries) (void)entry.certificate.fingerprint_sha256();
    return 0;
}
