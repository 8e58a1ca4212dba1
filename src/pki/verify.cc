#include "pki/chain.h"
#include "pki/validate.h"

namespace rhumb::pki {

Result<void> verify(const Chain& chain, const Verification& against) {
    const auto& certificates = chain.certificates();
    Validation validation{.roots = against.roots,
                          .intermediates = {certificates.begin() + 1, certificates.end()},
                          .now = against.now,
                          .name = std::nullopt,
                          .emails = {},
                          .crls = {},
                          .depth_max = std::nullopt,
                          .purpose = Purpose::server,
                          .strictness = Strictness::letter};
    if (!against.host.empty()) {
        TRY(auto name, Name::parse(against.host));
        validation.name = std::move(name);
    }
    const auto path = validate(chain.leaf(), validation);
    if (!path) return tl::unexpected(to_error(path.error()));
    return {};
}

}  // namespace rhumb::pki
