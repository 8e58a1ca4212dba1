/// Any text as a token, and any bytes as claims and referers: refused or read, but never a crash, a
/// hang or a leak; and what is read is written again as it was.

#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/aead.h"
#include "identity/token_binding.h"
#include "identity/token_format.h"

using namespace rhumb;

namespace {

const crypto::Aead& key() {
    static const auto aead =
        crypto::Aead::make(crypto::Secret::copy_of(std::string(crypto::Aead::key_size, 'k')));
    return *aead;
}

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    identity::TokenParts parts;
    if (identity::take_apart(bytes, parts)) (void)identity::open_token(key(), parts);

    // Claims as they would be behind the seal.
    if (const auto claims = identity::decode_claims(bytes)) {
        require(identity::encode_claims(*claims) == bytes);
        const auto text = identity::seal_token(key(), 7, *claims);
        require(text && identity::take_apart(*text, parts));
        require(identity::open_token(key(), parts).has_value());
    }

    const auto middle = bytes.find('\n');
    const auto bound = bytes.substr(0, middle);
    const auto shown = middle == std::string_view::npos ? bound : bytes.substr(middle + 1);
    (void)identity::matches_referer(bound, shown, {});
    (void)identity::is_same_address(bound, shown);
    using Kind = identity::TokenBinding::Kind;
    for (const auto kind : {Kind::referer, Kind::ip}) {
        const auto sealed = identity::to_sealed_binding({kind, std::string{bound}});
        if (!sealed) continue;
        const auto again = identity::to_sealed_binding(*sealed);
        require(again && *again == *sealed);
    }
    return 0;
}
