#include "pki/alternative_names.h"

#include "pki/distinguished_name.h"

namespace rhumb::pki {

namespace {

Result<Name> to_name(const GENERAL_NAME* general) {
    int kind = 0;
    const auto* const value =
        static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(general, &kind));
    if (kind == GEN_DNS) return Name::parse(to_view(value));
    if (kind == GEN_IPADD) return Name::from_address(to_view(value));
    return fail(ErrorKind::invalid, "neither a DNS name nor an address");
}

}  // namespace

std::vector<Name> names_in(const GENERAL_NAMES* all) {
    std::vector<Name> names;
    for (int i = 0; all != nullptr && i < sk_GENERAL_NAME_num(all); ++i)
        if (auto name = to_name(sk_GENERAL_NAME_value(all, i))) names.push_back(*std::move(name));
    return names;
}

}  // namespace rhumb::pki
