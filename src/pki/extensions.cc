#include "pki/extensions.h"

#include <algorithm>
#include <array>

#include "pki/signing.h"

namespace rhumb::pki {

Extensions::Extensions() : all_{sk_X509_EXTENSION_new_null()} {}

bool Extensions::add(int nid, void* value, bool is_critical) {
    if (!all_ || value == nullptr) return false;
    crypto::ExtensionHandle extension{X509V3_EXT_i2d(nid, is_critical ? 1 : 0, value)};
    if (!extension || sk_X509_EXTENSION_push(all_.get(), extension.get()) <= 0) return false;
    give_away(extension);  // the list's now
    return true;
}

bool Extensions::add_basic_constraints(bool is_authority, int path_length) {
    const Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> basic{BASIC_CONSTRAINTS_new()};
    if (!basic) return false;
    if (is_authority) {
        basic->ca = 0xff;
        basic->pathlen = ASN1_INTEGER_new();
        if (basic->pathlen == nullptr || ASN1_INTEGER_set(basic->pathlen, path_length) != 1)
            return false;
    }
    return add(NID_basic_constraints, basic.get(), true);
}

bool Extensions::add_key_usage(Usage usage, bool is_rsa) {
    // The bits of RFC 5280 section 4.2.1.3.
    constexpr int digital_signature = 0, key_encipherment = 2, key_cert_sign = 5, crl_sign = 6;
    const Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free> bits{ASN1_BIT_STRING_new()};
    if (!bits) return false;
    const auto set = [&](int bit) { return ASN1_BIT_STRING_set_bit(bits.get(), bit, 1) == 1; };
    const bool is_leaf = usage == Usage::server || usage == Usage::client;
    const bool enciphers = usage == Usage::server && is_rsa;
    const bool is_set = is_leaf ? set(digital_signature) && (!enciphers || set(key_encipherment))
                                : set(key_cert_sign) && set(crl_sign);
    return is_set && add(NID_key_usage, bits.get(), true);
}

bool Extensions::add_extended_key_usage(Usage usage) {
    if (usage == Usage::root) return true;
    const Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> uses{EXTENDED_KEY_USAGE_new()};
    const auto push = [&](int nid) {
        return uses && sk_ASN1_OBJECT_push(uses.get(), OBJ_nid2obj(nid)) > 0;
    };
    return (usage == Usage::client || push(NID_server_auth)) &&
           (usage == Usage::server || push(NID_client_auth)) &&
           add(NID_ext_key_usage, uses.get(), false);
}

bool Extensions::add_subject_key_id(EVP_PKEY* key) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_PUBKEY* made = nullptr;
    const bool is_made = X509_PUBKEY_set(&made, key) == 1;
    const Handle<X509_PUBKEY, X509_PUBKEY_free> info{made};
    const unsigned char* bits = nullptr;
    int bits_size = 0;
    if (!is_made || X509_PUBKEY_get0_param(nullptr, &bits, &bits_size, nullptr, made) != 1 ||
        EVP_Digest(bits, static_cast<std::size_t>(bits_size), digest.data(), &size, EVP_sha256(),
                   nullptr) != 1)
        return false;
    const Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> id{ASN1_OCTET_STRING_new()};
    return id && ASN1_OCTET_STRING_set(id.get(), digest.data(), 20) == 1 &&
           add(NID_subject_key_identifier, id.get(), false);
}

bool Extensions::copy(X509* from, int nid) {
    const int at = X509_get_ext_by_NID(from, nid, -1);
    if (at < 0) return true;
    crypto::ExtensionHandle extension{X509_EXTENSION_dup(X509_get_ext(from, at))};
    if (!all_ || !extension || sk_X509_EXTENSION_push(all_.get(), extension.get()) <= 0)
        return false;
    give_away(extension);
    return true;
}

AuthorityKeyIdHandle make_authority_key_id(X509* signer) {
    AuthorityKeyIdHandle authority{AUTHORITY_KEYID_new()};
    const auto* const id = X509_get0_subject_key_id(signer);
    if (authority && id != nullptr) {
        authority->keyid = ASN1_OCTET_STRING_dup(id);
        if (authority->keyid == nullptr) return nullptr;
    }
    return authority;
}

bool Extensions::add_authority_key_id(X509* signer) {
    const auto authority = make_authority_key_id(signer);
    if (!authority) return false;
    if (authority->keyid == nullptr) return true;  // a foreign authority without one
    return add(NID_authority_key_identifier, authority.get(), false);
}

namespace {

/// A GENERAL_NAME of that kind with those bytes; null on failure.
crypto::GeneralNameHandle make_general_name(int kind, std::string_view bytes) {
    crypto::GeneralNameHandle name{GENERAL_NAME_new()};
    auto* const value = kind == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
    if (!name || value == nullptr ||
        ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) {
        ASN1_STRING_free(value);
        return nullptr;
    }
    GENERAL_NAME_set0_value(name.get(), kind, value);
    return name;
}

bool push(GENERAL_NAMES* all, int kind, std::string_view bytes) {
    auto name = make_general_name(kind, bytes);
    if (all == nullptr || !name || sk_GENERAL_NAME_push(all, name.get()) <= 0) return false;
    give_away(name);  // the list's now
    return true;
}

bool add_permitted(NAME_CONSTRAINTS& constraints, int kind, std::string_view bytes) {
    crypto::GeneralSubtreeHandle subtree{GENERAL_SUBTREE_new()};
    auto base = make_general_name(kind, bytes);
    if (!subtree || !base) return false;
    GENERAL_NAME_free(subtree->base);
    subtree->base = base.release();
    if (sk_GENERAL_SUBTREE_push(constraints.permittedSubtrees, subtree.get()) <= 0) return false;
    give_away(subtree);
    return true;
}

}  // namespace

bool Extensions::add_names(std::span<const Name> names, std::span<const std::string> emails,
                           bool is_critical) {
    if (names.empty() && emails.empty()) return true;
    const crypto::GeneralNamesHandle all{GENERAL_NAMES_new()};
    return std::ranges::all_of(names,
                               [&](const Name& name) {
                                   return name.is_ip() ? push(all.get(), GEN_IPADD, name.address())
                                                       : push(all.get(), GEN_DNS, name.text());
                               }) &&
           std::ranges::all_of(
               emails, [&](const auto& email) { return push(all.get(), GEN_EMAIL, email); }) &&
           add(NID_subject_alt_name, all.get(), is_critical);
}

bool Extensions::add_name_constraints(const std::optional<NameConstraints>& permitted) {
    if (!permitted) return true;
    const crypto::NameConstraintsHandle all{NAME_CONSTRAINTS_new()};
    if (!all) return false;
    all->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
    if (all->permittedSubtrees == nullptr) return false;
    return std::ranges::all_of(
               permitted->domains,
               [&](const auto& domain) { return add_permitted(*all, GEN_DNS, domain); }) &&
           std::ranges::all_of(permitted->ranges,
                               [&](const auto& range) {
                                   return add_permitted(*all, GEN_IPADD, range.to_bytes());
                               }) &&
           add(NID_name_constraints, all.get(), true);
}

bool Extensions::add_crl_url(std::string_view url) {
    if (url.empty()) return true;
    const Handle<CRL_DIST_POINTS, CRL_DIST_POINTS_free> points{CRL_DIST_POINTS_new()};
    Handle<DIST_POINT, DIST_POINT_free> point{DIST_POINT_new()};
    crypto::GeneralNamesHandle names{GENERAL_NAMES_new()};
    if (!points || !point || !push(names.get(), GEN_URI, url)) return false;
    point->distpoint = DIST_POINT_NAME_new();
    if (point->distpoint == nullptr) return false;
    point->distpoint->type = 0;
    point->distpoint->name.fullname = names.release();
    if (sk_DIST_POINT_push(points.get(), point.get()) <= 0) return false;
    give_away(point);
    return add(NID_crl_distribution_points, points.get(), false);
}

bool Extensions::add_issuer_url(std::string_view url) {
    if (url.empty()) return true;
    const Handle<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free> all{
        AUTHORITY_INFO_ACCESS_new()};
    Handle<ACCESS_DESCRIPTION, ACCESS_DESCRIPTION_free> access{ACCESS_DESCRIPTION_new()};
    auto location = make_general_name(GEN_URI, url);
    if (!all || !access || !location) return false;
    access->method = OBJ_nid2obj(NID_ad_ca_issuers);
    GENERAL_NAME_free(access->location);
    access->location = location.release();
    if (sk_ACCESS_DESCRIPTION_push(all.get(), access.get()) <= 0) return false;
    give_away(access);
    return add(NID_info_access, all.get(), false);
}

bool Extensions::give_to(X509* x509) const {
    for (int i = 0; all_ && i < sk_X509_EXTENSION_num(all_.get()); ++i)
        if (X509_add_ext(x509, sk_X509_EXTENSION_value(all_.get(), i), -1) != 1) return false;
    return all_ != nullptr;
}

}  // namespace rhumb::pki
