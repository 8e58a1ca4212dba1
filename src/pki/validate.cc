#include "pki/validate.h"

#include "pki/certificate_rules.h"
#include "pki/name_rules.h"
#include "pki/path_search.h"

namespace rhumb::pki {

namespace {

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

Error to_error(const Refusal& refusal) {
    return {ErrorKind::invalid, refusal.certificate.empty()
                                    ? fmt::format("{} ({})", refusal.sentence, refusal.id)
                                    : fmt::format("checking «{}»: {} ({})", refusal.certificate,
                                                  refusal.sentence, refusal.id)};
}

}  // namespace rhumb::pki
