#include "pki/issue.h"

#include <algorithm>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/distinguished_name.h"
#include "pki/extensions.h"
#include "pki/native.h"
#include "pki/signing.h"
#include "pki/times.h"

namespace rhumb::pki {

namespace {

constexpr std::size_t common_name_size_max = 64;  // RFC 5280 appendix A, ub-common-name
/// Room for an intermediate below a root that this one cross-signs.
constexpr int root_path_length = 2;
constexpr std::size_t emails_max = 10;
constexpr std::size_t email_size_max = 254;  // RFC 5321 section 4.5.3.1.3
constexpr std::size_t url_size_max = 2000;

bool is_leaf(Usage usage) { return usage == Usage::server || usage == Usage::client; }

tl::unexpected<Error> failed(std::string_view step) {
    return crypto::openssl_failed(ErrorKind::internal,
                                  fmt::format("issuing a certificate: {}", step));
}

tl::unexpected<Error> refused(std::string_view why) {
    return fail(ErrorKind::invalid, "issuing a certificate: {}", why);
}

/// An address that goes as it is into an alternative name: ASCII, one @ with something around it.
bool is_email(std::string_view text) {
    const auto at = text.find('@');
    return text.size() <= email_size_max && at != 0 && at != std::string_view::npos &&
           at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_http_url(std::string_view url) {
    return url.starts_with("http://") && url.size() > 7 && url.size() <= url_size_max &&
           std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<void> check_server(const IssueOptions& options) {
    if (options.names.empty()) return refused("it needs at least one host name or address");
    if (options.names.size() > names_max) return refused("it has too many names");
    if (!options.emails.empty()) return refused("a server's certificate has no e-mail addresses");
    return {};
}

Result<void> check_client(const IssueOptions& options, const Subject& subject) {
    if (subject.common_name.empty()) return refused("a client's certificate needs a user name");
    if (!options.names.empty()) return refused("a client's certificate carries no host names");
    if (options.emails.size() > emails_max) return refused("it has too many e-mail addresses");
    for (const auto& email : options.emails)
        if (!is_email(email))
            return fail(ErrorKind::invalid,
                        "issuing a certificate: «{}» is no e-mail address in ASCII", email);
    return {};
}

Result<void> check_authority(const IssueOptions& options, const Subject& subject) {
    if (subject.common_name.empty()) return refused("an authority needs a common name");
    if (!options.names.empty() || !options.emails.empty())
        return refused("an authority carries no host names");
    if (options.constraints &&
        (options.constraints->domains.empty() || options.constraints->ranges.empty()))
        return refused("name constraints need at least one domain and one range of addresses");
    return {};
}

Result<void> check_options(const IssueOptions& options, const Subject& subject) {
    if (options.lifetime <= std::chrono::seconds{0})
        return refused("its lifetime must be longer than nothing");
    for (const auto& url : {options.crl_url, options.issuer_url})
        if (!url.empty() && !is_http_url(url))
            return fail(ErrorKind::invalid,
                        "issuing a certificate: «{}» is no http URL, and such a list must be had "
                        "without TLS",
                        url);
    if (!is_leaf(options.usage)) return check_authority(options, subject);
    if (options.constraints) return refused("only an authority's certificate has name constraints");
    if (options.lifetime > server_lifetime_max && !options.is_for_old_clients)
        return refused("clients refuse a lifetime of more than 825 days");
    return options.usage == Usage::server ? check_server(options) : check_client(options, subject);
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

/// The subject that was asked for; a server without a common name gets its first name that fits.
Result<Subject> subject_of(const IssueOptions& options) {
    auto subject = options.subject;
    if (!options.common_name.empty()) subject.common_name = options.common_name;
    if (subject.common_name.empty() && options.usage == Usage::server) {
        const auto fits = std::ranges::find_if(options.names, [](const Name& name) {
            return name.text().size() <= common_name_size_max;
        });
        if (fits != options.names.end()) subject.common_name = fits->text();
    }
    auto checked = check_subject(subject);
    if (!checked) return tl::unexpected(std::move(checked).error().within("issuing a certificate"));
    return checked;
}

/// An authority says with its own certificate what it may sign.
Result<void> check_signer(const Signer& signer, Usage usage) {
    if (!signer.certificate.is_ca())
        return refused("the certificate that is to sign it is no authority's");
    if (!signer.key.matches(signer.certificate))
        return refused("the signing key is not that of the authority");
    auto* const x509 = Native::get(signer.certificate);
    if (!is_leaf(usage) && X509_get_pathlen(x509) == 0)
        return refused("the path length of the authority leaves no room for another below it");
    const auto uses = X509_get_extended_key_usage(x509);  // all bits when it says nothing
    if ((usage == Usage::server && (uses & (XKU_SSL_SERVER | XKU_ANYEKU)) == 0) ||
        (usage == Usage::client && (uses & (XKU_SSL_CLIENT | XKU_ANYEKU)) == 0))
        return fail(ErrorKind::invalid,
                    "issuing a certificate: the authority «{}» may not sign for {}; make a new "
                    "intermediate (rhumb ca rotate)",
                    signer.certificate.common_name(),
                    usage == Usage::server ? "servers" : "clients");
    return {};
}

/// From when until when. A server's whole period, back-dating included, stays within the limit.
struct Period {
    Seconds from;
    Seconds until;
};

Result<Period> period_of(const IssueOptions& options, const Certificate* signer) {
    Period period{options.now - back_date, options.now + options.lifetime};
    if (is_leaf(options.usage) && !options.is_for_old_clients)
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
    return set_time(X509_getm_notBefore(x509), period.from) &&
           set_time(X509_getm_notAfter(x509), period.until);
}

bool set_names(X509* x509, const Subject& subject, const Certificate* signer) {
    const auto name = to_x509_name(subject);
    return name && X509_set_subject_name(x509, name.get()) == 1 &&
           X509_set_issuer_name(x509, signer != nullptr
                                          ? X509_get_subject_name(Native::get(*signer))
                                          : name.get()) == 1;
}

bool add_extensions(X509* x509, const IssueOptions& options, const Subject& subject,
                    const Certificate* signer) {
    auto* const key = X509_get0_pubkey(x509);
    Extensions extensions;
    return extensions.add_basic_constraints(!is_leaf(options.usage),
                                            options.usage == Usage::root ? root_path_length : 0) &&
           extensions.add_key_usage(options.usage, EVP_PKEY_is_a(key, "RSA") == 1) &&
           extensions.add_extended_key_usage(options.usage) && extensions.add_subject_key_id(key) &&
           (signer == nullptr || extensions.add_authority_key_id(Native::get(*signer))) &&
           extensions.add_names(options.names, options.emails, subject.is_empty()) &&
           extensions.add_name_constraints(options.constraints) &&
           extensions.add_crl_url(options.crl_url) &&
           extensions.add_issuer_url(options.issuer_url) && extensions.give_to(x509);
}

/// Signs it and reads it back from its bytes: what we hand out is what everyone else will read.
Result<Certificate> sign(const std::shared_ptr<X509>& x509, EVP_PKEY* key) {
    if (X509_sign(x509.get(), key, digest_for(key)) <= 0) return failed("signing it");
    TRY(const auto made, Native::make_certificate(x509));
    return Certificate::from_der(made.to_der());
}

/// `signer` is null for a certificate that signs itself.
Result<Certificate> build(const IssueOptions& options, const Subject& subject, EVP_PKEY* key,
                          const Certificate* signer, EVP_PKEY* signing_key) {
    TRY(const auto period, period_of(options, signer));
    const std::shared_ptr<X509> x509{X509_new(), X509_free};
    if (!x509 || X509_set_version(x509.get(), X509_VERSION_3) != 1) return failed("making it");
    TRY_DONE(set_random_serial(x509.get()));
    if (!set_period(x509.get(), period)) return failed("its dates");
    if (!set_names(x509.get(), subject, signer)) return failed("its subject and issuer");
    if (X509_set_pubkey(x509.get(), key) != 1) return failed("its key");
    if (!add_extensions(x509.get(), options, subject, signer)) return failed("its extensions");
    return sign(x509, signing_key);
}

}  // namespace

Result<Certificate> issue(const IssueOptions& options, const PublicKey& subject,
                          const Signer& signer) {
    if (options.usage == Usage::root) return refused("a root signs itself");
    TRY(const auto fields, subject_of(options));
    TRY_DONE(check_options(options, fields));
    TRY_DONE(check_signer(signer, options.usage));
    TRY_DONE(check_permitted(options, signer.certificate));
    return build(options, fields, Native::get(subject), &signer.certificate,
                 Native::get(signer.key));
}

Result<Certificate> issue_self_signed(const IssueOptions& options, const Key& key) {
    if (options.usage != Usage::root && options.usage != Usage::server)
        return refused("an intermediate is signed by a root, and a client by an intermediate");
    TRY(const auto subject, subject_of(options));
    TRY_DONE(check_options(options, subject));
    return build(options, subject, Native::get(key), nullptr, Native::get(key));
}

namespace {

/// How many authorities may stand below the certificate that `signer` makes of `root`; the two have
/// the same name: it is self-issued, and does not count (RFC 5280 section 6.1.4 l).
Result<int> cross_path_length(X509* root, X509* signer) {
    constexpr long unlimited = -1;
    const bool is_self_issued =
        X509_NAME_cmp(X509_get_subject_name(root), X509_get_subject_name(signer)) == 0;
    const long above = X509_get_pathlen(signer);
    const long left = above == unlimited ? root_path_length : above - (is_self_issued ? 0 : 1);
    const long own = X509_get_pathlen(root);
    const long length = own == unlimited ? left : std::min(left, own);
    if (length < 1)
        return refused("the path length of the older root leaves no room for a new root below it");
    return static_cast<int>(length);
}

bool add_cross_extensions(X509* x509, X509* root, X509* signer, int path_length) {
    Extensions extensions;
    return extensions.add_basic_constraints(true, path_length) &&
           extensions.add_key_usage(Usage::root, false) &&
           extensions.copy(root, NID_subject_key_identifier) &&
           extensions.add_authority_key_id(signer) && extensions.copy(root, NID_name_constraints) &&
           extensions.give_to(x509);
}

}  // namespace

Result<Certificate> cross_sign(const Certificate& root, const Signer& signer, Seconds now) {
    if (!root.is_ca() || !root.is_self_signed())
        return refused("only a root can be signed by another root");
    if (!signer.certificate.is_self_signed()) return refused("only a root signs another root");
    TRY_DONE(check_signer(signer, Usage::root));
    auto* const theirs = Native::get(root);
    auto* const above = Native::get(signer.certificate);
    TRY(const auto path_length, cross_path_length(theirs, above));
    const Period period{
        std::max({now - back_date, root.not_before(), signer.certificate.not_before()}),
        std::min(root.not_after(), signer.certificate.not_after())};
    if (period.until <= now) return refused("one of the two roots has expired");

    const std::shared_ptr<X509> x509{X509_new(), X509_free};
    if (!x509 || X509_set_version(x509.get(), X509_VERSION_3) != 1) return failed("making it");
    TRY_DONE(set_random_serial(x509.get()));
    if (!set_period(x509.get(), period)) return failed("its dates");
    if (X509_set_subject_name(x509.get(), X509_get_subject_name(theirs)) != 1 ||
        X509_set_issuer_name(x509.get(), X509_get_subject_name(above)) != 1 ||
        X509_set_pubkey(x509.get(), X509_get0_pubkey(theirs)) != 1)
        return failed("its names and key");
    if (!add_cross_extensions(x509.get(), theirs, above, path_length))
        return failed("its extensions");
    return sign(x509, Native::get(signer.key));
}

}  // namespace rhumb::pki
