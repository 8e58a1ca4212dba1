#include "pki/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/errors.h"
#include "crypto/handles.h"

namespace rhumb::pki {

namespace {

/// One block of a PEM text, as OpenSSL hands it over. What it holds may be a private key: wiped.
struct Block {
    Block() = default;
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block() {
        OPENSSL_free(label);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    }

    bool is_certificate() const {
        const std::string_view text = label;
        return text == PEM_STRING_X509 || text == PEM_STRING_X509_OLD;
    }
    std::string_view der() const {
        return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
    }

    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
};

/// Reads the next block; false at the end of the text.
Result<bool> read_block(BIO* text, Block& block) {
    if (PEM_read_bio(text, &block.label, &block.header, &block.data, &block.size) == 1) return true;
    const auto code = ERR_peek_last_error();
    if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE) {
        crypto::take_openssl_reasons();
        return false;
    }
    return crypto::openssl_failed(ErrorKind::invalid, "a block of the PEM text is damaged");
}

}  // namespace

Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
    if (pem.size() > pem_size_max)
        return fail(ErrorKind::too_large, "reading certificates: the text is larger than {} bytes",
                    pem_size_max);
    const crypto::BioHandle text{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    if (!text) return crypto::openssl_failed(ErrorKind::internal, "reading certificates");
    std::vector<Certificate> certificates;
    for (;;) {
        Block block;
        const auto number = certificates.size() + 1;
        const auto within = fmt::format("reading certificate {}", number);
        auto more = read_block(text.get(), block);
        if (!more) return tl::unexpected(std::move(more).error().within(within));
        if (!*more) return certificates;
        if (!block.is_certificate()) continue;
        if (number > pem_certificates_max)
            return fail(ErrorKind::too_large, "reading certificates: more than {}",
                        pem_certificates_max);
        auto certificate = Certificate::from_der(block.der());
        if (!certificate) return tl::unexpected(std::move(certificate).error().within(within));
        certificates.push_back(*std::move(certificate));
    }
}

}  // namespace rhumb::pki
