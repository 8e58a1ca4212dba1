/// Any certificates: the validator and lint may refuse them, but never crash, hang or leak. The
/// text is PEM: the first certificate is the leaf, the last one the root, all are intermediates.

#include <cstddef>
#include <string_view>

#include "pki/lint.h"
#include "pki/pem.h"
#include "pki/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace rhumb;
    const auto certificates = pki::read_certificates({reinterpret_cast<const char*>(data), size});
    if (!certificates || certificates->empty()) return 0;
    const auto name = pki::Name::parse("gis.example.com");
    for (const auto strictness : {pki::Strictness::clients, pki::Strictness::letter}) {
        const pki::Validation against{.roots = {certificates->back()},
                                      .intermediates = *certificates,
                                      .now = certificates->front().not_before(),
                                      .name = *name,
                                      .strictness = strictness};
        const auto path = pki::validate(certificates->front(), against);
        if (path && path->front() != certificates->front()) __builtin_trap();
        if (!path && path.error().id.empty()) __builtin_trap();
    }
    for (const auto audience : {pki::Audience::any_client, pki::Audience::private_authority})
        for (const auto& finding :
             pki::lint(*certificates, {.now = certificates->front().not_before(),
                                      .audience = audience,
                                      .names = {*name}}))
            if (finding.sentence.empty()) __builtin_trap();
    return 0;
}
