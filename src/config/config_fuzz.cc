/// Any bytes: parse() may refuse them, but never crash, hang or leak. What it takes is written and
/// read again unchanged.

#include <cstdlib>

#include "config/parse.h"
#include "config/write.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto parsed = rhumb::config::parse(text, "fuzz.toml");
    if (parsed.is_good()) {
        const auto again =
            rhumb::config::parse(rhumb::config::to_toml(parsed.document), "again.toml");
        if (!again.is_good() || again.document != parsed.document) std::abort();
    } else {
        (void)rhumb::config::to_text(parsed.errors);
    }
    return 0;
}
