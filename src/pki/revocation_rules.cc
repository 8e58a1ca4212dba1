/// Revocation lists, as a judge needs them.

#include <openssl/objects.h>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/native.h"
#include "pki/path_rules.h"

namespace rhumb::pki {

namespace {

bool is_after(const ASN1_TIME* time, Seconds now) {
    return ASN1_TIME_cmp_time_t(time, now.time_since_epoch().count()) == 1;
}

Fault damaged(std::string_view what) {
    return {"crl.malformed", fmt::format("the revocation list of its issuer {}", what)};
}

/// What speaks against the extensions of the list, the number above all (RFC 5280 section 5.2.3).
std::optional<Fault> fault_of_extensions(const X509_CRL* crl, Strictness strictness) {
    for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
        auto* const extension = X509_CRL_get_ext(crl, i);
        const bool is_critical = X509_EXTENSION_get_critical(extension) != 0;
        const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
        // A list of only some certificates or reasons, or of changes, proves nothing here.
        if (nid == NID_issuing_distribution_point || nid == NID_delta_crl)
            return damaged("is only a part of one, which is not understood here");
        if (is_critical && nid != NID_crl_number)
            return damaged("has a critical extension that is not known here");
        if (is_critical && strictness == Strictness::letter)
            return damaged("has its number marked critical");
    }
    if (strictness == Strictness::letter && X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1) < 0)
        return damaged("has no number");
    return std::nullopt;
}

std::optional<Fault> fault_of_list(const X509_CRL* crl, const Facts& issuer, Seconds now,
                                   Strictness strictness) {
    if (!issuer.may(KU_CRL_SIGN))
        return Fault{"crl.key-usage",
                     "its issuer's key usage does not permit to sign revocation lists"};
    if (is_after(X509_CRL_get0_lastUpdate(crl), now))
        return Fault{"crl.not-yet-valid", "the revocation list of its issuer is not valid yet"};
    const auto* const next = X509_CRL_get0_nextUpdate(crl);
    if (next == nullptr) return damaged("does not say until when it is good");
    if (!is_after(next, now))
        return Fault{"crl.expired",
                     "the revocation list of its issuer is out of date; get the current one"};
    return fault_of_extensions(crl, strictness);
}

/// An entry with critical extensions may be about a certificate of somebody else (indirect lists).
bool has_critical_entry(X509_CRL* crl) {
    const auto* const revoked = X509_CRL_get_REVOKED(crl);
    for (int i = 0; i < sk_X509_REVOKED_num(revoked); ++i) {
        const auto* const entry = sk_X509_REVOKED_value(revoked, i);
        for (int k = 0; k < X509_REVOKED_get_ext_count(entry); ++k)
            if (X509_EXTENSION_get_critical(X509_REVOKED_get_ext(entry, k)) != 0) return true;
    }
    return false;
}

bool is_signed_by(X509_CRL* crl, const Facts& issuer) {
    const bool is = X509_CRL_verify(crl, X509_get0_pubkey(Native::get(issuer.certificate))) == 1;
    crypto::take_openssl_reasons();
    return is;
}

/// What the lists of `issuer` say of `facts`: one of them must be good, and none may have it.
std::optional<Fault> fault_of_one(const Facts& facts, const Facts& issuer,
                                  const std::vector<Crl>& crls, Seconds now,
                                  Strictness strictness) {
    const auto* const name = X509_get_subject_name(Native::get(issuer.certificate));
    std::optional<Fault> fault;
    bool is_good = false;
    for (const auto& given : crls) {
        auto* const crl = Native::get(given);
        if (X509_NAME_cmp(X509_CRL_get_issuer(crl), name) != 0) continue;
        if (!is_signed_by(crl, issuer)) {
            fault = Fault{"crl.signature", "the revocation list of its issuer is not signed by it"};
            continue;
        }
        // An old list is enough to know that it was revoked.
        X509_REVOKED* entry = nullptr;
        if (X509_CRL_get0_by_cert(crl, &entry, Native::get(facts.certificate)) == 1)
            return Fault{"revoked", "its issuer revoked it"};
        auto of_list = fault_of_list(crl, issuer, now, strictness);
        if (!of_list && has_critical_entry(crl))
            of_list = damaged("has an entry with a critical extension that is not known here");
        is_good |= !of_list;
        if (of_list) fault = std::move(of_list);
    }
    return is_good ? std::nullopt : fault;
}

}  // namespace

std::optional<PathFault> revocation_fault(const PathFacts& path, const std::vector<Crl>& crls,
                                          Seconds now, Strictness strictness) {
    for (std::size_t at = 0; at + 1 < path.size(); ++at)
        if (auto fault = fault_of_one(*path[at], *path[at + 1], crls, now, strictness))
            return PathFault{at, *std::move(fault)};
    return std::nullopt;
}

}  // namespace rhumb::pki
