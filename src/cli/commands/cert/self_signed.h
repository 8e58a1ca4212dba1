#pragma once
/// Making a self-signed certificate: what `cert self-sign` and `selfssl` have in common.

#include "certs/self_sign.h"
#include "cli/deployment.h"

namespace rhumb::cli {

struct SelfSigning {
    certs::SelfSignOrder order;
    Where where;
    std::string
        stores{};  ///< of this machine that are to trust it: "system", "nss", "all"; "": none
};

/// Makes it, binds it where asked, waits until it is served, and has this machine trust it where
/// asked; prints what came of it.
Result<Exit> self_sign(const Context& context, Installation& installation,
                       const SelfSigning& wanted);

}  // namespace rhumb::cli
