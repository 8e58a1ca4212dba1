#pragma once
/// The rules that hold for one certificate by itself, whatever path it is on: a table. For
/// validate().

#include <optional>
#include <span>

#include "pki/facts.h"
#include "pki/validate.h"

namespace rhumb::pki {

/// Where in a path a certificate stands.
enum class Place : unsigned { leaf = 1, intermediate = 2, root = 4 };

/// What a rule looks at.
struct Judged {
    const Facts& facts;
    Place place;
    Purpose purpose;
    Seconds now;
};

struct CertificateRule {
    std::string_view id;
    Strictness strictness;     ///< from where on it holds
    unsigned places;           ///< of Place
    std::string_view summary;  ///< what it refuses, a phrase, for documentation
    /// The sentence of the refusal; "" when the rule is kept.
    std::string (*broken)(const Judged& judged);
};

/// Rules on dates, versions, usages, extensions; on keys and signatures; on the names of leaves.
std::span<const CertificateRule> certificate_rules();
std::span<const CertificateRule> key_rules();
std::span<const CertificateRule> leaf_rules();

/// The first rule that is broken.
std::optional<Fault> first_fault(const Judged& judged, Strictness strictness);

}  // namespace rhumb::pki
