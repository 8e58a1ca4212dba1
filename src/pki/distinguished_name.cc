#include "pki/distinguished_name.h"

#include <array>
#include <optional>

#include "crypto/errors.h"

namespace rhumb::pki {

namespace {

struct Field {
    int nid;
    std::string Subject::*value;
};

constexpr std::array fields{
    Field{NID_countryName, &Subject::country},
    Field{NID_stateOrProvinceName, &Subject::state},
    Field{NID_localityName, &Subject::city},
    Field{NID_organizationName, &Subject::organization},
    Field{NID_organizationalUnitName, &Subject::unit},
    Field{NID_commonName, &Subject::common_name},
};

/// In UTF-8; nothing when it cannot be read.
std::optional<std::string> value_of(const X509_NAME_ENTRY* entry) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    if (size < 0) return crypto::take_openssl_reasons(), std::nullopt;
    std::string text{reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)};
    OPENSSL_free(utf8);
    return text;
}

std::string last_of(const X509_NAME* name, int nid) {
    int last = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;) last = at;
    return last < 0 ? "" : value_of(X509_NAME_get_entry(name, last)).value_or("");
}

/// "CN"; "2.5.4.97" where OpenSSL knows no short name.
std::string kind_of(const X509_NAME_ENTRY* entry) {
    const auto* const object = X509_NAME_ENTRY_get_object(entry);
    if (const int nid = OBJ_obj2nid(object); nid != NID_undef) return OBJ_nid2sn(nid);
    std::array<char, 80> digits{};
    const int size = OBJ_obj2txt(digits.data(), static_cast<int>(digits.size()), object, 1);
    return size > 0 ? digits.data() : "";
}

}  // namespace

crypto::NameHandle to_x509_name(const Subject& subject) {
    crypto::NameHandle name{X509_NAME_new()};
    for (const auto& field : fields) {
        const auto& value = subject.*field.value;
        if (!name || value.empty()) continue;
        if (X509_NAME_add_entry_by_NID(name.get(), field.nid, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) != 1)
            return nullptr;
    }
    return name;
}

Subject to_subject(const X509_NAME* name) {
    Subject subject;
    for (const auto& field : fields) subject.*field.value = last_of(name, field.nid);
    return subject;
}

std::vector<NamePart> parts_of(const X509_NAME* name) {
    std::vector<NamePart> parts;
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const auto* const entry = X509_NAME_get_entry(name, i);
        if (auto value = value_of(entry)) parts.push_back({kind_of(entry), *std::move(value)});
    }
    return parts;
}

std::string to_text(const X509_NAME* name) {
    const crypto::BioHandle memory{BIO_new(BIO_s_mem())};
    if (!memory) return {};
    X509_NAME_print_ex(memory.get(), name, 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    return text_of(memory.get());
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return size > 0 ? std::string{data, static_cast<std::size_t>(size)} : std::string{};
}

std::string_view to_view(const ASN1_STRING* text) {
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

}  // namespace rhumb::pki
