#include "pki/path_search.h"

#include <algorithm>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/certificate_rules.h"
#include "pki/native.h"

namespace rhumb::pki {

namespace {

// Real paths need three signatures and one evaluation; these leave room for a bag of cross-signs.
constexpr std::size_t signatures_max = 128;
constexpr std::size_t paths_max = 64;
constexpr std::size_t comparisons_max = 250'000;
constexpr int depth_default = 10;
/// Of all certificates of a path, those that issued themselves with them.
constexpr std::size_t length_max = 20;

bool is_key_id_fitting(const Facts& facts, const Certificate& issuer) {
    if (!facts.authority_key || !facts.authority_key->key_id) return false;
    const auto* const id = X509_get0_subject_key_id(Native::get(issuer));
    const auto& wanted = *facts.authority_key->key_id;
    return id != nullptr &&
           std::string_view{reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)),
                            static_cast<std::size_t>(ASN1_STRING_length(id))} == wanted;
}

}  // namespace

PathSearch::PathSearch(const Validation& against)
    : against_{against},
      signatures_left_{signatures_max},
      paths_left_{paths_max},
      comparisons_left_{comparisons_max} {
    add_candidates(against.roots, true);
    add_candidates(against.intermediates, false);
}

void PathSearch::add_candidates(const std::vector<Certificate>& certificates, bool is_trusted) {
    for (const auto& certificate : certificates) candidates_.push_back({&certificate, is_trusted});
}

tl::expected<Path, Refusal> PathSearch::find(const Facts& leaf) {
    path_ = {&leaf};
    const bool is_trusted =
        std::ranges::find(against_.roots, leaf.certificate) != against_.roots.end();
    if (is_trusted ? is_path_good() : extend()) {
        Path path;
        for (const auto* facts : path_) path.push_back(facts->certificate);
        return path;
    }
    if (is_exhausted_)
        return tl::unexpected(Refusal{
            "path.too-much", leaf.certificate.subject(),
            "there are so many ways to follow its issuers that the search was given up; give only the intermediates that belong to it"});
    return tl::unexpected(*refusal_);
}

std::vector<PathSearch::Fitting> PathSearch::find_issuers(const Facts& facts) {
    const auto* const name = X509_get_issuer_name(Native::get(facts.certificate));
    std::vector<Fitting> fitting;
    for (auto& candidate : candidates_) {
        const auto& certificate = *candidate.certificate;
        if (X509_NAME_cmp(X509_get_subject_name(Native::get(certificate)), name) != 0) continue;
        const int likelihood = (candidate.is_trusted ? 4 : 0) +
                               (is_key_id_fitting(facts, certificate) ? 2 : 0) +
                               (certificate.is_valid_at(against_.now) ? 1 : 0);
        fitting.push_back({&candidate, likelihood});
    }
    std::ranges::stable_sort(fitting, std::ranges::greater{}, &Fitting::likelihood);
    return fitting;
}

bool PathSearch::extend() {
    bool has_issuer = false;
    for (const auto& fitting : find_issuers(*path_.back())) {
        auto& facts = fitting.candidate->facts;
        if (!facts) facts = read_facts(*fitting.candidate->certificate);
        if (*facts && is_in_path(**facts)) continue;
        has_issuer = true;
        if (try_issuer(*fitting.candidate)) return true;
        if (is_exhausted_) return false;
    }
    if (!has_issuer) note_missing_issuer();
    return false;
}

bool PathSearch::try_issuer(Candidate& candidate) {
    const auto subject = candidate.certificate->subject();
    if (!*candidate.facts) {
        note(Progress::bad_issuer, subject, candidate.facts->error());
        return false;
    }
    const auto& issuer = **candidate.facts;
    if (!is_signature_good(*path_.back(), issuer)) return false;
    const auto place = candidate.is_trusted ? Place::root : Place::intermediate;
    if (const auto fault =
            first_fault({issuer, place, against_.purpose, against_.now}, against_.strictness)) {
        note(Progress::bad_issuer, subject, *fault);
        return false;
    }
    path_.push_back(&issuer);
    if (candidate.is_trusted ? is_path_good() : !is_too_deep() && extend()) return true;
    path_.pop_back();
    return false;
}

bool PathSearch::is_signature_good(const Facts& facts, const Facts& issuer) {
    if (signatures_left_ == 0) {
        is_exhausted_ = true;
        return false;
    }
    --signatures_left_;
    const bool is = X509_verify(Native::get(facts.certificate),
                                X509_get0_pubkey(Native::get(issuer.certificate))) == 1;
    crypto::take_openssl_reasons();
    if (!is)
        note(Progress::wrong_signature, facts.certificate.subject(),
             {"signature.invalid", fmt::format("its issuer «{}» is at hand, but did not sign it",
                                               issuer.certificate.subject())});
    return is;
}

/// The same name and key once more would lead in a circle (RFC 4158 section 2.4.2).
bool PathSearch::is_in_path(const Facts& facts) const {
    return std::ranges::any_of(path_, [&](const Facts* one) {
        return one->key.id == facts.key.id && one->subject_der == facts.subject_der;
    });
}

bool PathSearch::is_too_deep() {
    const auto intermediates = std::count_if(path_.begin() + 1, path_.end(),
                                             [](const Facts* one) { return !one->is_self_issued; });
    const int depth_max = against_.depth_max.value_or(depth_default);
    const bool is = intermediates > depth_max || path_.size() >= length_max;
    if (is)
        note(Progress::bad_issuer, path_.back()->certificate.subject(),
             {"path.too-long",
              fmt::format("it is one intermediate too many; {} are permitted", depth_max)});
    return is;
}

bool PathSearch::is_path_good() {
    if (paths_left_ == 0) {
        is_exhausted_ = true;
        return false;
    }
    --paths_left_;
    auto found = path_fault(path_, against_.strictness, comparisons_left_);
    if (!found) found = revocation_fault(path_, against_.crls, against_.now, against_.strictness);
    if (!found) return true;
    note(Progress::whole, path_[found->at]->certificate.subject(), found->fault);
    return false;
}

void PathSearch::note_missing_issuer() {
    const auto& last = *path_.back();
    const auto subject = last.certificate.subject();
    if (!last.is_self_issued)
        note(
            Progress::no_issuer, subject,
            {"path.no-issuer",
             fmt::format("there is no certificate of its issuer «{}»; add the missing intermediate",
                         last.certificate.issuer())});
    else if (path_.size() == 1)
        note(Progress::no_issuer, subject,
             {"path.self-signed", "it is self-signed, and not among the trusted roots"});
    else
        note(
            Progress::no_issuer, subject,
            {"path.untrusted-root", "it is the root of the path, and not among the trusted roots"});
}

void PathSearch::note(Progress progress, const std::string& certificate, const Fault& fault) {
    const std::pair reached{progress, path_.size()};
    if (refusal_ && reached <= furthest_) return;
    furthest_ = reached;
    refusal_ = Refusal{fault.id, certificate, fault.sentence};
}

}  // namespace rhumb::pki
