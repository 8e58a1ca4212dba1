#include "pki/validate.h"

#include <array>

#include "pki/certificate_rules.h"
#include "pki/name_rules.h"
#include "pki/path_search.h"

namespace rhumb::pki {

namespace {

constexpr auto clients = Strictness::clients;
constexpr auto letter = Strictness::letter;

/// What is refused elsewhere than in the tables of rules.
constexpr std::array other_kinds{
    RefusalKind{"extension.malformed", clients, "an extension that is damaged"},
    RefusalKind{"extension.duplicate", clients, "an extension that is there twice"},
    RefusalKind{"name.differs", clients, "a certificate that is for other names"},
    RefusalKind{"name.public-suffix", clients,
                "the name is met only by a wildcard for a whole public suffix"},
    RefusalKind{"name.malformed", clients, "a name that cannot be compared with name constraints"},
    RefusalKind{"path.no-issuer", clients, "an issuer that is missing"},
    RefusalKind{"path.self-signed", clients, "a self-signed certificate that is not trusted"},
    RefusalKind{"path.untrusted-root", clients, "a root that is not trusted"},
    RefusalKind{"path.too-long", clients,
                "more intermediates than permitted (10 unless said otherwise)"},
    RefusalKind{"path.too-much", clients,
                "so many certificates or names that the search was given up"},
    RefusalKind{"path.length", clients,
                "more authorities below one of them than its path length permits"},
    RefusalKind{"signature.invalid", clients, "a signature that is not the issuer's"},
    RefusalKind{"constraints.malformed", clients, "name constraints that cannot be understood"},
    RefusalKind{"constraints.empty", letter, "name constraints without any"},
    RefusalKind{"constraints.excluded", clients, "a name that an authority above excludes"},
    RefusalKind{"constraints.not-permitted", clients,
                "a name that an authority above does not permit"},
    RefusalKind{"constraints.unsupported", clients,
                "a constrained name of a kind that is not known"},
    RefusalKind{"policy.violated", clients,
                "policies that do not lead from the authorities to the certificate"},
    RefusalKind{"key-id.differs", letter, "an authority key identifier that is not the issuer's"},
    RefusalKind{"revoked", clients, "a certificate that its issuer revoked"},
    RefusalKind{"crl.malformed", clients, "a revocation list that cannot be used"},
    RefusalKind{"crl.signature", clients, "a revocation list that its issuer did not sign"},
    RefusalKind{"crl.key-usage", clients, "an issuer that may not sign revocation lists"},
    RefusalKind{"crl.not-yet-valid", clients, "a revocation list before its time"},
    RefusalKind{"crl.expired", clients, "a revocation list after its time"},
};

std::optional<Fault> name_fault(const Facts& leaf, const Validation& against) {
    const auto names = leaf.alternative.value_or(AlternativeNames{});
    if (against.name) switch (coverage(names, *against.name)) {
            case Coverage::full: break;
            case Coverage::by_public_suffix:
                return Fault{
                    "name.public-suffix",
                    fmt::format("it is for «{}» only by a wildcard for a whole public suffix",
                                against.name->text())};
            case Coverage::none:
                return Fault{"name.differs",
                             fmt::format("it is not for «{}»", against.name->text())};
        }
    for (const auto& email : against.emails)
        if (!has_email(names, email))
            return Fault{"name.differs", fmt::format("it is not for the mail address «{}»", email)};
    return std::nullopt;
}

tl::unexpected<Refusal> refuse(const Certificate& certificate, Fault fault) {
    return tl::unexpected(Refusal{fault.id, certificate.subject(), std::move(fault.sentence)});
}

}  // namespace

tl::expected<Path, Refusal> validate(const Certificate& leaf, const Validation& against) {
    auto facts = read_facts(leaf);
    if (!facts) return refuse(leaf, std::move(facts).error());
    const Judged judged{*facts, Place::leaf, against.purpose, against.now};
    if (auto fault = first_fault(judged, against.strictness))
        return refuse(leaf, *std::move(fault));
    if (auto fault = name_fault(*facts, against)) return refuse(leaf, *std::move(fault));
    return PathSearch{against}.find(*facts);
}

std::vector<RefusalKind> refusal_kinds() {
    std::vector<RefusalKind> kinds{other_kinds.begin(), other_kinds.end()};
    for (const auto rules : {certificate_rules(), key_rules(), leaf_rules()})
        for (const auto& rule : rules) kinds.push_back({rule.id, rule.strictness, rule.summary});
    return kinds;
}

Error to_error(const Refusal& refusal) {
    return {ErrorKind::invalid, refusal.certificate.empty()
                                    ? fmt::format("{} ({})", refusal.sentence, refusal.id)
                                    : fmt::format("checking «{}»: {} ({})", refusal.certificate,
                                                  refusal.sentence, refusal.id)};
}

}  // namespace rhumb::pki
