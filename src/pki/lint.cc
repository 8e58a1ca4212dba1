#include "pki/lint.h"

#include <algorithm>
#include <array>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/lint_rules.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

/// So many certificates are looked at; nobody sends more.
constexpr std::size_t certificates_max = 32;

constexpr std::array unreadable_rules{
    LintRule{"cert.malformed", Severity::error, "a certificate with a damaged extension",
             "Get the certificate anew from its authority."},
    LintRule{"cert.extension.duplicate", Severity::error, "a certificate with an extension twice",
             "Tell the authority, and ask for a new certificate."},
};

constexpr std::array tables{date_lint, name_lint, usage_lint, key_lint, chain_lint};

Finding to_finding(const LintRule& rule, std::string sentence) {
    return {rule.id, rule.severity, std::move(sentence), std::string{rule.remedy}};
}

/// By name and signature alone: what else speaks against an issuer, rules say.
bool is_signed_by(const Certificate& certificate, const Certificate& issuer) {
    auto* const x509 = Native::get(certificate);
    auto* const above = Native::get(issuer);
    if (X509_NAME_cmp(X509_get_issuer_name(x509), X509_get_subject_name(above)) != 0) return false;
    const bool is = X509_verify(x509, X509_get0_pubkey(above)) == 1;
    crypto::take_openssl_reasons();
    return is;
}

/// Follows the issuers from the leaf on.
void find_path(Linted& linted) {
    linted.path = {0};
    while (true) {
        const auto& last = linted.all[linted.path.back()].certificate;
        if (last.is_self_signed()) {
            linted.ends_in_itself = true;
            return;
        }
        bool fits_by_name = false;
        std::size_t next = 0;
        for (; next < linted.all.size(); ++next) {
            if (std::ranges::find(linted.path, next) != linted.path.end()) continue;
            if (is_signed_by(last, linted.all[next].certificate)) break;
            fits_by_name |= last.issuer() == linted.all[next].certificate.subject();
        }
        if (next < linted.all.size()) {
            linted.path.push_back(next);
            continue;
        }
        linted.ends_below_known_root =
            std::ranges::any_of(linted.context.roots,
                                [&](const Certificate& root) { return is_signed_by(last, root); });
        linted.has_signature_fault = fits_by_name && !linted.ends_below_known_root;
        return;
    }
}

}  // namespace

std::string_view to_text(Severity severity) {
    switch (severity) {
        case Severity::error: return "error";
        case Severity::warning: return "warning";
        case Severity::note: return "note";
    }
    return "note";
}

bool has_error(std::span<const Finding> findings) {
    return std::ranges::any_of(findings,
                               [](const Finding& f) { return f.severity == Severity::error; });
}

std::string called(const Linted& linted, std::size_t at) {
    return at == 0 ? "the certificate" : fmt::format("«{}»", linted.all[at].certificate.subject());
}

std::vector<Finding> lint(std::span<const Certificate> certificates, const LintContext& context) {
    std::vector<Finding> findings;
    Linted linted{.context = context, .all = {}, .path = {}};
    for (const auto& certificate :
         certificates.first(std::min(certificates.size(), certificates_max))) {
        auto facts = read_facts(certificate);
        if (facts) {
            linted.all.push_back(*std::move(facts));
            continue;
        }
        const auto& rule = unreadable_rules[facts.error().id == "extension.duplicate" ? 1 : 0];
        findings.push_back(to_finding(
            rule, fmt::format("of «{}»: {}", certificate.subject(), facts.error().sentence)));
        // Without the leaf there is nothing that the rest could be held against.
        if (linted.all.empty()) return findings;
    }
    if (linted.all.empty()) return findings;
    find_path(linted);
    for (const auto table : tables)
        for (const auto& entry : table())
            if (auto sentence = entry.find(linted); !sentence.empty())
                findings.push_back(to_finding(entry.rule, std::move(sentence)));
    std::ranges::stable_sort(findings, std::ranges::less{}, &Finding::severity);
    return findings;
}

std::vector<Finding> lint(const Chain& chain, const LintContext& context) {
    return lint(std::span{chain.certificates()}, context);
}

std::vector<LintRule> lint_rules() {
    std::vector<LintRule> rules{unreadable_rules.begin(), unreadable_rules.end()};
    for (const auto table : tables)
        for (const auto& entry : table()) rules.push_back(entry.rule);
    return rules;
}

}  // namespace rhumb::pki
