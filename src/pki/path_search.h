#pragma once
/// The search for a path from a leaf to a trusted root: depth first, the likeliest issuer first,
/// and bounded. For validate().

#include <memory>
#include <optional>
#include <vector>

#include "pki/facts.h"
#include "pki/path_rules.h"
#include "pki/validate.h"

namespace rhumb::pki {

/// One search; used once, on one thread. What it is given outlives it.
class PathSearch {
public:
    explicit PathSearch(const Validation& against);

    /// `leaf` has been found good by itself.
    tl::expected<Path, Refusal> find(const Facts& leaf);

private:
    /// A certificate that may be an issuer; read when it is first looked at.
    struct Candidate {
        const Certificate* certificate;
        bool is_trusted;
        std::optional<tl::expected<Facts, Fault>> facts{};
    };
    /// A candidate that fits by name, and how likely it is the one.
    struct Fitting {
        Candidate* candidate;
        int likelihood;
    };

    /// How far a path came that was given up: what is said is of the one that came furthest.
    enum class Progress { no_issuer, wrong_signature, bad_issuer, whole };

    void add_candidates(const std::vector<Certificate>& certificates, bool is_trusted);
    std::vector<Fitting> find_issuers(const Facts& facts);
    /// True when `path_` has become good. Else all ways from its end were tried, or time is up.
    bool extend();
    /// The same with one more certificate, which is on trial.
    bool try_issuer(Candidate& candidate);
    bool is_signature_good(const Facts& facts, const Facts& issuer);
    bool is_in_path(const Facts& facts) const;
    bool is_too_deep();
    bool is_path_good();
    void note_missing_issuer();
    void note(Progress progress, const std::string& certificate, const Fault& fault);

    const Validation& against_;
    std::vector<Candidate> candidates_;
    PathFacts path_;
    std::optional<Refusal> refusal_;
    std::pair<Progress, std::size_t> furthest_{};
    std::size_t signatures_left_;
    std::size_t paths_left_;
    std::size_t comparisons_left_;
    bool is_exhausted_ = false;
};

}  // namespace rhumb::pki
