#include "pki/issue.h"

#include <algorithm>
#include <array>

#include <openssl/bn.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "crypto/random.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t common_name_size_max = 64;  // RFC 5280 appendix A, ub-common-name

tl::unexpected<Error> failed(std::string_view step) {
    return crypto::openssl_failed(ErrorKind::internal,
                                  fmt::format("issuing a certificate: {}", step));
}

tl::unexpected<Error> refused(std::string_view why) {
    return fail(ErrorKind::invalid, "issuing a certificate: {}", why);
}

Result<void> check_options(const IssueOptions& options) {
    if (options.lifetime <= std::chrono::seconds{0})
        return refused("its lifetime must be longer than nothing");
    if (options.common_name.size() > common_name_size_max)
        return refused("its common name is longer than 64 bytes");
    if (options.usage != Usage::server) {
        if (options.common_name.empty()) return refused("an authority needs a common name");
        if (!options.names.empty()) return refused("an authority carries no host names");
    } else {
        if (options.names.empty()) return refused("it needs at least one host name or address");
        if (options.names.size() > names_max) return refused("it has too many names");
        if (options.constraints) return refused("a server's certificate has no name constraints");
        if (options.lifetime > server_lifetime_max)
            return refused("clients refuse a lifetime of more than 825 days");
    }
    if (options.constraints &&
        (options.constraints->domains.empty() || options.constraints->ranges.empty()))
        return refused("name constraints need at least one domain and one range of addresses");
    return {};
}

Result<void> check_permitted(const IssueOptions& options, const Certificate& signer) {
    const auto constraints = signer.name_constraints();
    for (const auto& name : options.names)
        if (constraints && !constraints->permit(name))
            return fail(
                ErrorKind::invalid,
                "the authority «{}» is not permitted to vouch for {}; leave the name out, or make an "
                "authority that permits it (rhumb ca rotate)",
                signer.common_name(), name.text());
    return {};
}

/// From when until when. A server's whole period, back-dating included, stays within the limit.
struct Period {
    Seconds from;
    Seconds until;
};

Result<Period> period_of(const IssueOptions& options, const Certificate* signer) {
    Period period{options.now - back_date, options.now + options.lifetime};
    if (options.usage == Usage::server)
        period.until =
            std::min(period.until, period.from + server_lifetime_max - std::chrono::seconds{1});
    if (signer != nullptr) {
        period.from = std::max(period.from, signer->not_before());
        period.until = std::min(period.until, signer->not_after());
    }
    if (period.until <= options.now)
        return refused("the certificate that is to sign it has expired; renew that one first");
    return period;
}

bool set_period(X509* x509, const Period& period) {
    return ASN1_TIME_set(X509_getm_notBefore(x509), period.from.time_since_epoch().count()) !=
               nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(x509), period.until.time_since_epoch().count()) !=
               nullptr;
}

/// 127 random bits: unguessable and unique, positive, within the 20 bytes of RFC 5280.
Result<void> set_serial(X509* x509) {
    TRY(auto bytes, crypto::random_bytes(16));
    bytes.front() = static_cast<char>((bytes.front() & 0x7f) | 0x40);
    const crypto::BigNumberHandle number{
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()), nullptr)};
    if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) == nullptr)
        return failed("its serial number");
    return {};
}

/// The given common name, or a server's first name that fits into one.
std::string common_name_of(const IssueOptions& options) {
    if (!options.common_name.empty()) return options.common_name;
    const auto fits = std::ranges::find_if(
        options.names, [](const Name& name) { return name.text().size() <= common_name_size_max; });
    return fits != options.names.end() ? fits->text() : std::string{};
}

bool set_subject(X509* x509, const std::string& common_name) {
    const crypto::NameHandle name{X509_NAME_new()};
    if (!name) return false;
    if (!common_name.empty() &&
        X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0) != 1)
        return false;
    return X509_set_subject_name(x509, name.get()) == 1;
}

bool add_extension(X509* x509, int nid, void* value, bool is_critical) {
    return value != nullptr &&
           X509_add1_ext_i2d(x509, nid, value, is_critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_basic_constraints(X509* x509, Usage usage) {
    const Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> basic{BASIC_CONSTRAINTS_new()};
    if (!basic) return false;
    if (usage != Usage::server) {
        basic->ca = 0xff;
        basic->pathlen = ASN1_INTEGER_new();
        if (basic->pathlen == nullptr ||
            ASN1_INTEGER_set(basic->pathlen, usage == Usage::root ? 1 : 0) != 1)
            return false;
    }
    return add_extension(x509, NID_basic_constraints, basic.get(), true);
}

bool add_key_usage(X509* x509, Usage usage, bool is_rsa) {
    // The bits of RFC 5280 section 4.2.1.3.
    constexpr int digital_signature = 0, key_encipherment = 2, key_cert_sign = 5, crl_sign = 6;
    const Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free> bits{ASN1_BIT_STRING_new()};
    if (!bits) return false;
    const auto set = [&](int bit) { return ASN1_BIT_STRING_set_bit(bits.get(), bit, 1) == 1; };
    const bool is_set = usage == Usage::server
                            ? set(digital_signature) && (!is_rsa || set(key_encipherment))
                            : set(key_cert_sign) && set(crl_sign);
    return is_set && add_extension(x509, NID_key_usage, bits.get(), true);
}

/// Servers only: `serverAuth`. An intermediate says the same, so that it can sign nothing else.
bool add_extended_key_usage(X509* x509, Usage usage) {
    if (usage == Usage::root) return true;
    const Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> uses{EXTENDED_KEY_USAGE_new()};
    return uses && sk_ASN1_OBJECT_push(uses.get(), OBJ_nid2obj(NID_server_auth)) > 0 &&
           add_extension(x509, NID_ext_key_usage, uses.get(), false);
}

/// RFC 7093 section 2, method 1: the first 160 bits of SHA-256 over the key.
bool add_subject_key_id(X509* x509) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> id{ASN1_OCTET_STRING_new()};
    return id && X509_pubkey_digest(x509, EVP_sha256(), digest.data(), &size) == 1 &&
           ASN1_OCTET_STRING_set(id.get(), digest.data(), 20) == 1 &&
           add_extension(x509, NID_subject_key_identifier, id.get(), false);
}

bool add_authority_key_id(X509* x509, X509* signer) {
    const auto* const id = X509_get0_subject_key_id(signer);
    if (id == nullptr) return true;  // a foreign authority without one
    const Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free> authority{AUTHORITY_KEYID_new()};
    if (!authority) return false;
    authority->keyid = ASN1_OCTET_STRING_dup(id);
    return authority->keyid != nullptr &&
           add_extension(x509, NID_authority_key_identifier, authority.get(), false);
}

/// A GENERAL_NAME of that kind with those bytes; null on failure.
crypto::GeneralNameHandle make_general_name(int kind, std::string_view bytes) {
    crypto::GeneralNameHandle name{GENERAL_NAME_new()};
    auto* const value = kind == GEN_DNS ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
    if (!name || value == nullptr ||
        ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) {
        ASN1_STRING_free(value);
        return nullptr;
    }
    GENERAL_NAME_set0_value(name.get(), kind, value);
    return name;
}

bool add_names(X509* x509, const std::vector<Name>& names, bool is_critical) {
    if (names.empty()) return true;
    const crypto::GeneralNamesHandle all{GENERAL_NAMES_new()};
    if (!all) return false;
    for (const auto& name : names) {
        auto general = make_general_name(name.is_ip() ? GEN_IPADD : GEN_DNS,
                                         name.is_ip() ? name.address() : name.text());
        if (!general || sk_GENERAL_NAME_push(all.get(), general.get()) <= 0) return false;
        (void)general.release();  // the list's now
    }
    return add_extension(x509, NID_subject_alt_name, all.get(), is_critical);
}

bool add_permitted(NAME_CONSTRAINTS& constraints, int kind, std::string_view bytes) {
    crypto::GeneralSubtreeHandle subtree{GENERAL_SUBTREE_new()};
    auto base = make_general_name(kind, bytes);
    if (!subtree || !base) return false;
    GENERAL_NAME_free(subtree->base);
    subtree->base = base.release();
    if (sk_GENERAL_SUBTREE_push(constraints.permittedSubtrees, subtree.get()) <= 0) return false;
    (void)subtree.release();
    return true;
}

bool add_name_constraints(X509* x509, const std::optional<NameConstraints>& permitted) {
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
           add_extension(x509, NID_name_constraints, all.get(), true);
}

/// SHA-256, or as strong as the signing key: SHA-384 for P-384; Ed25519 has its own.
const EVP_MD* digest_for(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return nullptr;
    return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_bits(key) > 256 ? EVP_sha384()
                                                                         : EVP_sha256();
}

/// `signer` is null for a certificate that signs itself.
Result<Certificate> build(const IssueOptions& options, EVP_PKEY* subject, const Certificate* signer,
                          EVP_PKEY* signing_key) {
    TRY(const auto period, period_of(options, signer));
    const std::shared_ptr<X509> x509{X509_new(), X509_free};
    if (!x509 || X509_set_version(x509.get(), X509_VERSION_3) != 1) return failed("making it");
    TRY_DONE(set_serial(x509.get()));
    if (!set_period(x509.get(), period)) return failed("its dates");
    const auto common_name = common_name_of(options);
    if (!set_subject(x509.get(), common_name)) return failed("its subject");
    const auto* const issuer =
        X509_get_subject_name(signer != nullptr ? Native::get(*signer) : x509.get());
    if (X509_set_issuer_name(x509.get(), issuer) != 1) return failed("its issuer");
    if (X509_set_pubkey(x509.get(), subject) != 1) return failed("its key");

    const bool is_rsa = EVP_PKEY_is_a(subject, "RSA") == 1;
    if (!add_basic_constraints(x509.get(), options.usage) ||
        !add_key_usage(x509.get(), options.usage, is_rsa) ||
        !add_extended_key_usage(x509.get(), options.usage) || !add_subject_key_id(x509.get()) ||
        (signer != nullptr && !add_authority_key_id(x509.get(), Native::get(*signer))) ||
        !add_names(x509.get(), options.names, common_name.empty()) ||
        !add_name_constraints(x509.get(), options.constraints))
        return failed("its extensions");
    if (X509_sign(x509.get(), signing_key, digest_for(signing_key)) <= 0)
        return failed("signing it");
    // Read back from its bytes: what we hand out is what everyone else will read.
    TRY(const auto made, Native::make_certificate(x509));
    return Certificate::from_der(made.to_der());
}

}  // namespace

Result<Certificate> issue(const IssueOptions& options, const PublicKey& subject,
                          const Signer& signer) {
    TRY_DONE(check_options(options));
    if (options.usage == Usage::root) return refused("a root signs itself");
    if (!signer.certificate.is_ca())
        return refused("the certificate that is to sign it is no authority's");
    if (!signer.key.matches(signer.certificate))
        return refused("the signing key is not that of the authority");
    TRY_DONE(check_permitted(options, signer.certificate));
    return build(options, Native::get(subject), &signer.certificate, Native::get(signer.key));
}

Result<Certificate> issue_self_signed(const IssueOptions& options, const Key& key) {
    TRY_DONE(check_options(options));
    if (options.usage == Usage::intermediate) return refused("an intermediate is signed by a root");
    return build(options, Native::get(key), nullptr, Native::get(key));
}

}  // namespace rhumb::pki
