#include "pki/request.h"

#include <algorithm>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/alternative_names.h"
#include "pki/distinguished_name.h"
#include "pki/extensions.h"
#include "pki/native.h"
#include "pki/pem_blocks.h"
#include "pki/signing.h"
#include "pki/wanted_names.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t der_size_max = 256U << 10U;
constexpr std::size_t text_size_max = std::size_t{1} << 20U;

bool is_request(std::string_view label) {
    return label == "CERTIFICATE REQUEST" || label == "NEW CERTIFICATE REQUEST";
}

}  // namespace

Result<Request> Request::from_pem(std::string_view pem) {
    if (pem.size() > text_size_max)
        return fail(ErrorKind::too_large, "reading a request: the text is larger than {} bytes",
                    text_size_max);
    PemReader reader{pem};
    for (;;) {
        TRY(const auto block, reader.next());
        if (!block)
            return fail(ErrorKind::invalid,
                        "there is no request in the text; it begins with -----BEGIN CERTIFICATE "
                        "REQUEST-----");
        if (!is_request(block->label)) continue;
        TRY(const auto der, decode_base64(block->body));
        return from_der(der.view());
    }
}

Result<Request> Request::from_der(std::string_view der) {
    if (der.size() > der_size_max)
        return fail(ErrorKind::too_large, "the request is larger than {} bytes", der_size_max);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    std::shared_ptr<X509_REQ> request{d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())),
                                      X509_REQ_free};
    if (!request) return crypto::openssl_failed(ErrorKind::invalid, "the request is damaged");
    if (at != end)
        return fail(ErrorKind::invalid, "the request is followed by {} other bytes", end - at);
    auto* const key = X509_REQ_get0_pubkey(request.get());
    if (key == nullptr)
        return crypto::openssl_failed(ErrorKind::invalid,
                                      "the request has a key that cannot be read");
    if (X509_REQ_verify(request.get(), key) != 1) {
        crypto::take_openssl_reasons();
        return fail(ErrorKind::invalid,
                    "the request was not signed by its own key: it was damaged or changed since it "
                    "was made; make a new one");
    }
    return Request{std::move(request)};
}

std::string Request::to_pem() const { return to_pem_block("CERTIFICATE REQUEST", to_der()); }

std::string Request::to_der() const { return to_der_bytes(request_.get(), i2d_X509_REQ); }

Subject Request::subject() const { return to_subject(X509_REQ_get_subject_name(request_.get())); }

std::string Request::subject_text() const {
    return to_text(X509_REQ_get_subject_name(request_.get()));
}

std::vector<Name> Request::names() const {
    const ExtensionsHandle extensions{X509_REQ_get_extensions(request_.get())};
    const crypto::GeneralNamesHandle all{
        extensions ? static_cast<GENERAL_NAMES*>(
                         X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr))
                   : nullptr};
    crypto::take_openssl_reasons();
    return names_in(all.get());
}

PublicKey Request::public_key() const {
    // Shares the ownership of the request, which holds the key.
    return Native::make_public_key({request_, X509_REQ_get0_pubkey(request_.get())});
}

std::string Request::signature_algorithm() const {
    const char* const name = OBJ_nid2ln(X509_REQ_get_signature_nid(request_.get()));
    return name != nullptr ? name : "unknown";
}

bool Request::matches(const Key& key) const {
    const bool is_equal = EVP_PKEY_eq(Native::get(key), X509_REQ_get0_pubkey(request_.get())) == 1;
    crypto::take_openssl_reasons();
    return is_equal;
}

bool Request::operator==(const Request& other) const { return to_der() == other.to_der(); }

namespace {

/// A common name that is a host must be one of the names, and is then spelt as that one is: public
/// authorities refuse a request that says it otherwise.
Result<void> settle_common_name(Subject& subject, std::span<const Name> names) {
    const auto host = parse_wanted_name(subject.common_name);
    if (!host) return {};
    if (std::ranges::find(names, *host) != names.end()) {
        if (host->text().size() <= 64) subject.common_name = host->text();
        return {};
    }
    if (!host->is_ip() && host->text().find('.') == std::string::npos) return {};  // just a word
    return fail(ErrorKind::invalid,
                "the common name «{}» is not among the names; clients look at the names alone: add "
                "it to them, or leave the common name out",
                subject.common_name);
}

bool set_extensions(X509_REQ* request, std::span<const Name> names, bool is_subject_empty) {
    auto* const key = X509_REQ_get0_pubkey(request);
    Extensions extensions;
    return extensions.add_key_usage(Usage::server, EVP_PKEY_is_a(key, "RSA") == 1) &&
           extensions.add_extended_key_usage(Usage::server) &&
           extensions.add_names(names, {}, is_subject_empty) &&
           X509_REQ_add_extensions(request, extensions.get()) == 1;
}

}  // namespace

Result<Request> make_request(const Subject& subject, std::span<const Name> names, const Key& key) {
    if (names.empty())
        return fail(ErrorKind::invalid,
                    "making a request: name at least one host name or address that the certificate "
                    "shall be for");
    if (names.size() > names_max)
        return fail(ErrorKind::invalid, "making a request: {} names; a certificate can have {}",
                    names.size(), names_max);
    auto fields = check_subject(subject);
    if (!fields) return tl::unexpected(std::move(fields).error().within("making a request"));
    if (!fields->common_name.empty())
        if (auto settled = settle_common_name(*fields, names); !settled)
            return tl::unexpected(std::move(settled).error().within("making a request"));

    const Handle<X509_REQ, X509_REQ_free> request{X509_REQ_new()};
    const auto name = to_x509_name(*fields);
    auto* const native_key = Native::get(key);
    if (!request || !name || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
        X509_REQ_set_subject_name(request.get(), name.get()) != 1 ||
        X509_REQ_set_pubkey(request.get(), native_key) != 1 ||
        !set_extensions(request.get(), names, fields->is_empty()) ||
        X509_REQ_sign(request.get(), native_key, digest_for(native_key)) <= 0)
        return crypto::openssl_failed(ErrorKind::internal, "making a request");
    return Request::from_der(to_der_bytes(request.get(), i2d_X509_REQ));
}

}  // namespace rhumb::pki
