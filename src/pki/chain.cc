#include "pki/chain.h"

#include <algorithm>

#include "pki/pem.h"

namespace rhumb::pki {

Result<Chain> Chain::make(std::vector<Certificate> leaf_first) {
    if (leaf_first.empty())
        return fail(ErrorKind::invalid, "a chain needs at least one certificate");
    for (std::size_t i = 1; i < leaf_first.size(); ++i)
        if (!leaf_first[i - 1].is_issued_by(leaf_first[i]))
            return fail(
                ErrorKind::invalid,
                "the chain is broken: «{}» did not sign «{}»; put the issuer of each certificate after it",
                leaf_first[i].subject(), leaf_first[i - 1].subject());
    return Chain{std::move(leaf_first)};
}

Result<Chain> Chain::from_pem(std::string_view pem) {
    TRY(auto certificates, read_certificates(pem));
    return make(std::move(certificates));
}

Result<Chain> Chain::arrange(const std::vector<Certificate>& bag, const Key& key) {
    const auto leaf =
        std::ranges::find_if(bag, [&](const Certificate& c) { return key.matches(c); });
    if (leaf == bag.end())
        return fail(ErrorKind::invalid, "none of the {} certificates belongs to the private key",
                    bag.size());
    std::vector<Certificate> chain{*leaf};
    // Each step takes a certificate that is not in the chain yet, so this ends.
    while (chain.size() <= bag.size() && !chain.back().is_self_signed()) {
        const auto next = std::ranges::find_if(bag, [&](const Certificate& c) {
            return std::ranges::find(chain, c) == chain.end() && chain.back().is_issued_by(c);
        });
        if (next == bag.end()) break;
        chain.push_back(*next);
    }
    if (chain.size() > 1 && chain.back().is_self_signed()) chain.pop_back();
    return Chain{std::move(chain)};
}

std::string Chain::to_pem() const {
    std::string pem;
    for (const auto& certificate : certificates_) pem += certificate.to_pem();
    return pem;
}

}  // namespace rhumb::pki
