/// Finding out what a structure in DER is, by its outline, and reading it.

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/x509.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/bag_reading.h"

namespace rhumb::pki {

namespace {

/// One element's head. An indefinite length (BER) has no size.
struct Element {
    unsigned char tag = 0;
    std::size_t head = 0;
    std::optional<std::size_t> size{};

    /// With its head; nothing when the length is indefinite.
    std::optional<std::size_t> total() const {
        return size ? std::optional{head + *size} : std::nullopt;
    }
};

/// Nothing when there is no whole head.
std::optional<Element> read_head(std::string_view der) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(der[at]); };
    if (der.size() < 2 || (byte(0) & 0x1FU) == 0x1FU) return std::nullopt;
    const auto first = byte(1);
    if (first < 0x80) return Element{byte(0), 2, first};
    if (first == 0x80) return Element{byte(0), 2, std::nullopt};
    const std::size_t count = first & 0x7FU;
    if (count > 4 || der.size() < 2 + count) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size = size << 8U | byte(2 + i);
    return Element{byte(0), 2 + count, size};
}

/// The tags of the first three elements in a sequence, 0 where there is none, and the first byte of
/// the first one.
struct Outline {
    std::array<unsigned char, 3> tags{};
    int first_value = -1;
    std::size_t first_size = 0;
};

Outline outline_of(std::string_view sequence) {
    Outline outline;
    auto inside = sequence.substr(read_head(sequence)->head);
    for (std::size_t i = 0; i < outline.tags.size(); ++i) {
        const auto element = read_head(inside);
        if (!element) break;
        outline.tags.at(i) = element->tag;
        if (i == 0) {
            outline.first_size = element->size.value_or(0);
            if (outline.first_size > 0 && inside.size() > element->head)
                outline.first_value = static_cast<unsigned char>(inside[element->head]);
        }
        const auto total = element->total();
        if (!total || *total > inside.size()) break;
        inside.remove_prefix(*total);
    }
    return outline;
}

constexpr unsigned char integer = 0x02, bit_string = 0x03, octet_string = 0x04, object_id = 0x06,
                        sequence_tag = 0x30;

template <class T, auto free_function, class Function>
bool is_a(std::string_view der, Function d2i) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const Handle<T, free_function> read{d2i(nullptr, &at, static_cast<long>(der.size()))};
    crypto::take_openssl_reasons();
    return read != nullptr;
}

/// Certificates, requests and revocation lists have the same outline.
Result<void> read_signed(std::string_view der, std::string_view label, Bag& bag) {
    if (is_a<X509, X509_free>(der, d2i_X509)) {
        TRY(auto certificate, Certificate::from_der(der));
        return add_certificate(bag, std::move(certificate));
    }
    if (is_a<X509_REQ, X509_REQ_free>(der, d2i_X509_REQ)) {
        TRY(auto request, Request::from_der(der));
        return add_request(bag, std::move(request));
    }
    if (is_a<X509_CRL, X509_CRL_free>(der, d2i_X509_CRL)) {
        TRY(auto crl, Crl::from_der(der));
        return add_crl(bag, std::move(crl));
    }
    const bool is_request = label.ends_with("REQUEST");
    const bool is_crl = label.ends_with("CRL");
    return fail(ErrorKind::invalid, "the {} is damaged; get it again",
                is_request ? "request"
                : is_crl   ? "revocation list"
                           : "certificate");
}

Result<void> read_key(std::string_view der, Reading& reading, Bag& bag) {
    TRY(auto key, Key::from_der(crypto::Secret::copy_of(der)));
    TRY(auto working, reading.check(std::move(key)));
    return add_key(bag, std::move(working));
}

/// One whole sequence.
Result<void> read_sequence(std::string_view der, std::string_view label, Reading& reading,
                           Bag& bag) {
    const auto outline = outline_of(der);
    const auto& tags = outline.tags;
    if (tags[0] == object_id) return read_pkcs7(der, bag);
    if (tags[0] == integer && tags[1] == sequence_tag && outline.first_value == 3)
        return read_pkcs12(der, reading, bag);
    const bool is_public_rsa = tags[0] == integer && tags[1] == integer && tags[2] == 0;
    if (is_public_rsa || (tags[0] == sequence_tag && tags[1] == bit_string)) {
        add_note(bag, "a public key alone was passed over; a certificate needs the private key");
        return {};
    }
    if (tags[0] == integer && outline.first_size == 1 && outline.first_value <= 1)
        return read_key(der, reading, bag);
    if (tags[0] == sequence_tag && tags[1] == octet_string) {
        TRY(auto key, read_encrypted_key(der, reading));
        return add_key(bag, std::move(key));
    }
    if (tags[0] == sequence_tag && tags[1] == sequence_tag) return read_signed(der, label, bag);
    return fail(ErrorKind::invalid,
                "it is a binary structure (ASN.1) that is neither certificate nor key, or it is "
                "damaged; get it again, in PEM where you can choose");
}

bool is_filling(std::string_view bytes) {
    return bytes.find_first_not_of(std::string_view{"\r\n\t \0", 5}) == std::string_view::npos;
}

}  // namespace

Result<void> read_der(std::string_view der, std::string_view label, Reading& reading, Bag& bag) {
    for (auto rest = der; !is_filling(rest);) {
        const auto head = read_head(rest);
        const bool begins_well = head && head->tag == sequence_tag;
        if (!begins_well && rest.size() == der.size())
            return fail(ErrorKind::invalid,
                        "it is damaged: it does not begin as it should; get it again");
        if (!begins_well)
            return fail(ErrorKind::invalid,
                        "it is followed by {} bytes that do not belong there; get it again",
                        rest.size());
        const auto total = head->total().value_or(rest.size());
        if (total > rest.size())
            return fail(ErrorKind::invalid,
                        "it was cut off: {} bytes are there, and it says that it has {}; copy all "
                        "of it",
                        rest.size(), total);
        // «TRUSTED CERTIFICATE»: what follows is OpenSSL's own opinion of it.
        TRY_DONE(read_sequence(rest.substr(0, total), label, reading, bag));
        if (label == "TRUSTED CERTIFICATE") return {};
        rest.remove_prefix(total);
    }
    return {};
}

}  // namespace rhumb::pki
