/// Any bytes as any file: reading them, with a password and without, may refuse them, but never
/// crash, hang or leak; and what is read is there.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "pki/bag_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto password = rhumb::crypto::Secret::copy_of("opensesame");
    constexpr std::uint64_t rounds = 10'000;  // no key derivation of minutes
    for (const auto* given : {static_cast<const rhumb::crypto::Secret*>(nullptr), &password}) {
        const auto bag = rhumb::pki::read_bag_within(bytes, given, rounds);
        if (bag ? bag->is_empty() : bag.error().message.empty()) std::abort();
    }
    return 0;
}
