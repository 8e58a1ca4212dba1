#include "pki/pem.h"

#include "pki/pem_blocks.h"

namespace rhumb::pki {

namespace {

bool is_certificate(std::string_view label) {
    return label == "CERTIFICATE" || label == "X509 CERTIFICATE";
}

Result<Certificate> read_one(const PemBlock& block) {
    TRY(const auto der, decode_base64(block.body));
    return Certificate::from_der(der.view());
}

}  // namespace

Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
    if (pem.size() > pem_size_max)
        return fail(ErrorKind::too_large, "reading certificates: the text is larger than {} bytes",
                    pem_size_max);
    std::vector<Certificate> certificates;
    PemReader reader{pem};
    for (;;) {
        const auto number = certificates.size() + 1;
        const auto within = fmt::format("reading certificate {}", number);
        auto block = reader.next();
        if (!block) return tl::unexpected(std::move(block).error().within(within));
        if (!*block) return certificates;
        if (!is_certificate((*block)->label)) continue;
        if (number > pem_certificates_max)
            return fail(ErrorKind::too_large, "reading certificates: more than {}",
                        pem_certificates_max);
        auto certificate = read_one(**block);
        if (!certificate) return tl::unexpected(std::move(certificate).error().within(within));
        certificates.push_back(*std::move(certificate));
    }
}

}  // namespace rhumb::pki
