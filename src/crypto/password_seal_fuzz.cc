/// Secrets that were sealed under a password, in a backup that comes from anywhere.

#include <cstddef>
#include <cstdint>

#include "crypto/password_seal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rhumb::crypto;
    const std::string_view blob{reinterpret_cast<const char*>(data), size};
    const auto cost = password_cost_of(blob);
    if (!cost) return 0;
    // What is borne is bounded; what is costly is left to others.
    if ((std::uint64_t{128} << cost->log2_n) * cost->r > (std::uint64_t{1} << 30U))
        __builtin_trap();
    if (cost->log2_n > 10 || cost->r > 8 || cost->p > 1) return 0;
    const auto password = Secret::copy_of("sesame");
    (void)open_under_password("a test", password, blob);
    return 0;
}
