#include "pki/facts.h"

#include <algorithm>
#include <array>
#include <set>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/objects.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

using BasicHandle = Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using UsageHandle = Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using AuthorityKeyHandle = Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using OctetsHandle = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using AccessHandle = Handle<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
using FeatureHandle = Handle<TLS_FEATURE, TLS_FEATURE_free>;

using BitsHandle = Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;

template <class T>
using Read = tl::expected<T, Fault>;

std::string bytes_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string der_of(const X509_NAME* name) {
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &bytes, &size) != 1) return {};
    return {reinterpret_cast<const char*>(bytes), size};
}

/// An extension decoded; null where there is none.
template <class H>
Read<H> decode(const X509* x509, int nid, bool& is_critical) {
    int mark = 0;
    H decoded{static_cast<typename H::pointer>(X509_get_ext_d2i(x509, nid, &mark, nullptr))};
    is_critical = mark == 1;
    if (decoded || mark == -1) return decoded;
    crypto::take_openssl_reasons();
    if (mark == -2)
        return tl::unexpected(Fault{"extension.duplicate",
                                    fmt::format("it has the extension {} twice", OBJ_nid2ln(nid))});
    return tl::unexpected(
        Fault{"extension.malformed", fmt::format("its extension {} is damaged", OBJ_nid2ln(nid))});
}

GeneralName to_general_name(const GENERAL_NAME& from) {
    using Kind = GeneralName::Kind;
    switch (from.type) {
        case GEN_DNS: return {Kind::dns, bytes_of(from.d.dNSName)};
        case GEN_EMAIL: return {Kind::email, bytes_of(from.d.rfc822Name)};
        case GEN_URI: return {Kind::uri, bytes_of(from.d.uniformResourceIdentifier)};
        case GEN_IPADD: return {Kind::ip, bytes_of(from.d.iPAddress)};
        case GEN_DIRNAME: return {Kind::directory, der_of(from.d.directoryName)};
        default: return {Kind::other, ""};
    }
}

std::vector<std::string> texts_of(const X509_NAME* name, int nid) {
    std::vector<std::string> texts;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;) {
        unsigned char* utf8 = nullptr;
        const int size =
            ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
        if (size < 0) {
            crypto::take_openssl_reasons();
            continue;
        }
        texts.emplace_back(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
        OPENSSL_free(utf8);
    }
    return texts;
}

/// The content bytes of the serial number's INTEGER.
std::string serial_of(const X509* x509) {
    unsigned char* der = nullptr;
    const int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), &der);
    if (size < 2) return {};
    const unsigned char* at = der;
    long content = 0;
    int tag = 0;
    int kind = 0;
    ASN1_get_object(&at, &content, &tag, &kind, size);
    std::string bytes{reinterpret_cast<const char*>(at), static_cast<std::size_t>(content)};
    OPENSSL_free(der);
    return bytes;
}

KeyFacts::Kind kind_of(const EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA: return KeyFacts::Kind::rsa;
        case EVP_PKEY_RSA_PSS: return KeyFacts::Kind::rsa_pss;
        case EVP_PKEY_EC: return KeyFacts::Kind::ec;
        case EVP_PKEY_ED25519: return KeyFacts::Kind::ed25519;
        case EVP_PKEY_ED448: return KeyFacts::Kind::ed448;
        default: return KeyFacts::Kind::other;
    }
}

KeyFacts read_key(const Certificate& certificate) {
    const auto* const key = X509_get0_pubkey(Native::get(certificate));
    KeyFacts facts{.kind = kind_of(key),
                   .bits = EVP_PKEY_get_bits(key),
                   .group = "",
                   .has_good_exponent = true,
                   .id = certificate.public_key().digest().value_or("")};
    if (facts.kind == KeyFacts::Kind::ec) {
        std::array<char, 80> text{};
        std::size_t size = 0;
        const bool is_named =
            EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, text.data(),
                                           text.size(), &size) == 1 &&
            std::string_view{text.data(), size} == OSSL_PKEY_EC_ENCODING_GROUP;
        if (is_named && EVP_PKEY_get_group_name(key, text.data(), text.size(), &size) == 1)
            facts.group.assign(text.data(), size);
    }
    if (facts.kind == KeyFacts::Kind::rsa || facts.kind == KeyFacts::Kind::rsa_pss) {
        BIGNUM* number = nullptr;
        if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &number) == 1)
            facts.has_good_exponent = BN_is_odd(number) != 0 && BN_num_bits(number) > 1;
        BN_free(number);
    }
    crypto::take_openssl_reasons();
    return facts;
}

SignatureFacts read_signature(const X509* x509) {
    const X509_ALGOR* outside = nullptr;
    X509_get0_signature(nullptr, &outside, x509);
    SignatureFacts facts;
    facts.is_the_same_inside = X509_ALGOR_cmp(outside, X509_get0_tbs_sigalg(x509)) == 0;
    const char* const name = OBJ_nid2ln(X509_get_signature_nid(x509));
    facts.name = name != nullptr ? name : "unknown";
    int digest = NID_undef;
    int key = NID_undef;
    int security_bits = 0;
    std::uint32_t flags = 0;
    if (X509_get_signature_info(const_cast<X509*>(x509), &digest, &key, &security_bits, &flags) ==
        1) {
        facts.is_known = true;
        const auto* const method = EVP_get_digestbynid(digest);
        if (method != nullptr) facts.digest_bits = 8 * EVP_MD_get_size(method);
        if (key == NID_ED25519 || key == NID_ED448) facts.digest_bits = 512;
    }
    crypto::take_openssl_reasons();
    return facts;
}

Read<void> read_marks(const X509* x509, Facts& facts) {
    std::set<std::string> seen;
    for (int i = 0; i < X509_get_ext_count(x509); ++i) {
        auto* const extension = X509_get_ext(x509, i);
        const auto* const object = X509_EXTENSION_get_object(extension);
        std::array<char, 128> oid{};
        OBJ_obj2txt(oid.data(), oid.size(), object, 1);
        if (!seen.insert(oid.data()).second)
            return tl::unexpected(Fault{"extension.duplicate",
                                        fmt::format("it has the extension {} twice", oid.data())});
        facts.extensions.push_back(
            {oid.data(), OBJ_obj2nid(object), X509_EXTENSION_get_critical(extension) != 0});
    }
    return {};
}

Read<void> read_usages(const X509* x509, Facts& facts) {
    bool is_critical = false;
    TRY(const auto basic, decode<BasicHandle>(x509, NID_basic_constraints, is_critical));
    if (basic) {
        facts.basic = {is_critical, basic->ca != 0, std::nullopt};
        if (basic->pathlen != nullptr) {
            const long length = ASN1_INTEGER_get(basic->pathlen);
            if (length < 0)
                return tl::unexpected(
                    Fault{"extension.malformed", "its path length is a number below zero"});
            // No path is as long as that.
            facts.basic->path_length = static_cast<int>(std::min(length, 1'000'000L));
        }
    }
    TRY(const auto usage, decode<BitsHandle>(x509, NID_key_usage, is_critical));
    if (usage) facts.key_usage = X509_get_key_usage(const_cast<X509*>(x509));
    TRY(const auto extended, decode<UsageHandle>(x509, NID_ext_key_usage, is_critical));
    if (!extended) return {};
    facts.extended = {.is_critical = is_critical};
    for (int i = 0; i < sk_ASN1_OBJECT_num(extended.get()); ++i) {
        const int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(extended.get(), i));
        facts.extended->has_server |= nid == NID_server_auth;
        facts.extended->has_client |= nid == NID_client_auth;
        facts.extended->has_any |= nid == NID_anyExtendedKeyUsage;
        ++facts.extended->count;
    }
    return {};
}

void add_subtrees(const STACK_OF(GENERAL_SUBTREE) * from, std::vector<GeneralName>& to,
                  Subtrees& subtrees) {
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(from); ++i) {
        const auto* const subtree = sk_GENERAL_SUBTREE_value(from, i);
        const bool has_minimum =
            subtree->minimum != nullptr && ASN1_INTEGER_get(subtree->minimum) != 0;
        subtrees.has_distance |= has_minimum || subtree->maximum != nullptr;
        to.push_back(to_general_name(*subtree->base));
    }
}

Read<void> read_names(const X509* x509, Facts& facts) {
    bool is_critical = false;
    TRY(const auto names,
        decode<crypto::GeneralNamesHandle>(x509, NID_subject_alt_name, is_critical));
    if (names) {
        facts.alternative = {is_critical, {}};
        for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
            facts.alternative->names.push_back(
                to_general_name(*sk_GENERAL_NAME_value(names.get(), i)));
    }
    TRY(const auto constraints,
        decode<crypto::NameConstraintsHandle>(x509, NID_name_constraints, is_critical));
    if (constraints) {
        auto& subtrees = facts.constraints.emplace();
        subtrees.is_critical = is_critical;
        add_subtrees(constraints->permittedSubtrees, subtrees.permitted, subtrees);
        add_subtrees(constraints->excludedSubtrees, subtrees.excluded, subtrees);
    }
    return {};
}

Read<void> read_identifiers(const X509* x509, Facts& facts) {
    bool is_critical = false;
    TRY(const auto authority,
        decode<AuthorityKeyHandle>(x509, NID_authority_key_identifier, is_critical));
    if (authority) {
        facts.authority_key = {.is_critical = is_critical,
                               .key_id = std::nullopt,
                               .has_issuer = authority->issuer != nullptr,
                               .has_serial = authority->serial != nullptr};
        if (authority->keyid != nullptr) facts.authority_key->key_id = bytes_of(authority->keyid);
    }
    TRY(const auto subject, decode<OctetsHandle>(x509, NID_subject_key_identifier, is_critical));
    if (subject) facts.subject_key_id = bytes_of(subject.get());
    TRY(const auto features, decode<FeatureHandle>(x509, NID_tlsfeature, is_critical));
    constexpr long status_request = 5;
    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features.get()); ++i)
        facts.must_staple |=
            ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == status_request;
    return {};
}

/// Clients do without it, so damage here is a fact and no failure.
void read_access(const X509* x509, Facts& facts) {
    if (!facts.has_extension(NID_info_access)) return;
    bool is_critical = false;
    const auto access = decode<AccessHandle>(x509, NID_info_access, is_critical);
    facts.has_broken_access = !access || !*access || sk_ACCESS_DESCRIPTION_num(access->get()) == 0;
    if (facts.has_broken_access) return;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access->get()); ++i)
        facts.has_ocsp |=
            OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(access->get(), i)->method) == NID_ad_OCSP;
}

}  // namespace

const ExtensionMark* Facts::find_extension(int nid) const {
    const auto found = std::ranges::find(extensions, nid, &ExtensionMark::nid);
    return found == extensions.end() ? nullptr : &*found;
}

tl::expected<Facts, Fault> read_facts(const Certificate& certificate) {
    const auto* const x509 = Native::get(certificate);
    const auto* const subject = X509_get_subject_name(x509);
    const auto* const issuer = X509_get_issuer_name(x509);
    Facts facts{certificate};
    facts.version = static_cast<int>(X509_get_version(x509)) + 1;
    facts.subject_der = der_of(subject);
    facts.has_subject = X509_NAME_entry_count(subject) > 0;
    facts.has_issuer = X509_NAME_entry_count(issuer) > 0;
    facts.is_self_issued = X509_NAME_cmp(subject, issuer) == 0;
    facts.common_names = texts_of(subject, NID_commonName);
    facts.subject_emails = texts_of(subject, NID_pkcs9_emailAddress);
    facts.serial = serial_of(x509);
    facts.key = read_key(certificate);
    facts.signature = read_signature(x509);
    TRY_DONE(read_marks(x509, facts));
    TRY_DONE(read_usages(x509, facts));
    TRY_DONE(read_names(x509, facts));
    TRY_DONE(read_identifiers(x509, facts));
    read_access(x509, facts);
    return facts;
}

}  // namespace rhumb::pki
