/// Any bytes as policies.json: refused, or changed so that the root is in, and taken out again so
/// that it is as before.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "trust/firefox_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb::trust;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const std::string file = "/etc/firefox/policies/rhumb-of-the-fuzzer.pem";
    const auto before = read_policy_files(bytes);
    const auto with = change_policy_files(bytes, file, true);
    if (before.has_value() != with.has_value()) std::abort();
    if (!before || std::ranges::find(*before, file) != before->end()) return 0;
    const auto files = read_policy_files(*with);
    if (!files || files->empty() || files->back() != file) std::abort();
    const auto without = change_policy_files(*with, file, false);
    if (!without || read_policy_files(*without).value_or(std::vector<std::string>{"?"}) != *before)
        std::abort();
    return 0;
}
