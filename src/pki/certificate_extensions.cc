/// What a certificate says in its extensions beside names and constraints.

#include <algorithm>

#include "base/text.h"
#include "crypto/errors.h"
#include "pki/certificate.h"
#include "pki/distinguished_name.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t urls_max = 16;
constexpr std::size_t url_size_max = 2048;

using AccessHandle = Handle<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
using PointsHandle = Handle<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;

bool is_url_character(char c) { return c > 0x20 && c < 0x7f; }

/// Adds the name when it is an http or https URL that is not there yet.
void add_url(const GENERAL_NAME* name, std::vector<std::string>& urls) {
    if (name->type != GEN_URI || urls.size() >= urls_max) return;
    const auto url = to_view(name->d.uniformResourceIdentifier);
    if (url.size() > url_size_max || !std::ranges::all_of(url, is_url_character)) return;
    if (!text::istarts_with(url, "http://") && !text::istarts_with(url, "https://")) return;
    if (std::ranges::find(urls, url) == urls.end()) urls.emplace_back(url);
}

/// To fetch a certificate over https may need that very certificate: http comes first.
void put_http_first(std::vector<std::string>& urls) {
    std::ranges::stable_partition(
        urls, [](const auto& url) { return text::istarts_with(url, "http://"); });
}

}  // namespace

std::vector<std::string> Certificate::emails() const {
    std::vector<std::string> emails;
    const crypto::GeneralNamesHandle all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const auto* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_EMAIL) continue;
        const auto email = to_view(name->d.rfc822Name);
        if (std::ranges::all_of(email, is_url_character)) emails.emplace_back(email);
    }
    crypto::take_openssl_reasons();
    return emails;
}

std::vector<std::string> Certificate::principal_names() const {
    std::vector<std::string> principals;
    const crypto::GeneralNamesHandle all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const auto* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_OTHERNAME || OBJ_obj2nid(name->d.otherName->type_id) != NID_ms_upn ||
            ASN1_TYPE_get(name->d.otherName->value) != V_ASN1_UTF8STRING)
            continue;
        principals.emplace_back(to_view(name->d.otherName->value->value.utf8string));
    }
    crypto::take_openssl_reasons();
    return principals;
}

std::vector<std::string> Certificate::issuer_urls() const {
    std::vector<std::string> urls;
    const AccessHandle all{static_cast<AUTHORITY_INFO_ACCESS*>(
        X509_get_ext_d2i(x509_.get(), NID_info_access, nullptr, nullptr))};
    for (int i = 0; all && i < sk_ACCESS_DESCRIPTION_num(all.get()); ++i) {
        const auto* const access = sk_ACCESS_DESCRIPTION_value(all.get(), i);
        if (OBJ_obj2nid(access->method) == NID_ad_ca_issuers) add_url(access->location, urls);
    }
    crypto::take_openssl_reasons();
    put_http_first(urls);
    return urls;
}

std::vector<std::string> Certificate::crl_urls() const {
    std::vector<std::string> urls;
    const PointsHandle all{static_cast<CRL_DIST_POINTS*>(
        X509_get_ext_d2i(x509_.get(), NID_crl_distribution_points, nullptr, nullptr))};
    for (int i = 0; all && i < sk_DIST_POINT_num(all.get()); ++i) {
        const auto* const point = sk_DIST_POINT_value(all.get(), i)->distpoint;
        if (point == nullptr || point->type != 0) continue;  // a name relative to the issuer's
        for (int k = 0; k < sk_GENERAL_NAME_num(point->name.fullname); ++k)
            add_url(sk_GENERAL_NAME_value(point->name.fullname, k), urls);
    }
    crypto::take_openssl_reasons();
    put_http_first(urls);
    return urls;
}

std::string Certificate::subject_key_id() const {
    return std::string{to_view(X509_get0_subject_key_id(x509_.get()))};
}

std::string Certificate::authority_key_id() const {
    return std::string{to_view(X509_get0_authority_key_id(x509_.get()))};
}

}  // namespace rhumb::pki
