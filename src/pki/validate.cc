#include "pki/validate.h"

namespace rhumb::pki {

// The search for a path follows; until then nothing is accepted.
tl::expected<Path, Refusal> validate(const Certificate&, const Validation&) {
    return tl::unexpected(Refusal{"internal", "", "validation is not there yet"});
}

Error to_error(const Refusal& refusal) {
    return {ErrorKind::invalid, refusal.certificate.empty()
                                    ? fmt::format("{} ({})", refusal.sentence, refusal.id)
                                    : fmt::format("checking «{}»: {} ({})", refusal.certificate,
                                                  refusal.sentence, refusal.id)};
}

}  // namespace rhumb::pki
