#include "pki/chain.h"

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

std::string Chain::to_pem() const {
    std::string pem;
    for (const auto& certificate : certificates_) pem += certificate.to_pem();
    return pem;
}

}  // namespace rhumb::pki
