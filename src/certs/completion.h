#pragma once
/// From a leaf and a bag to a chain that can be served: what install and import have in common.
/// Included by this module alone.

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/fetch.h"
#include "pki/certificate.h"
#include "pki/chain.h"
#include "pki/lint.h"
#include "storage/store.h"

namespace rhumb::certs {

struct CompletionOptions {
    std::span<const pki::Certificate> pool{};   ///< of the files
    std::span<const pki::Certificate> roots{};  ///< that the caller knows
    const Fetch& fetch;
    Seconds now{};
};

struct Completed {
    pki::Chain chain;
    std::vector<pki::Finding> findings;  ///< errors first; all that lint and the chain say
    std::vector<std::string> notes;
};

/// Orders and completes the chain: from the files, then from what the store knows, then by `fetch`
/// from where the certificates say, within bounds. Then all checks of it; findings are no errors
/// here.
Result<Completed> complete(const storage::Store& store, const pki::Certificate& leaf,
                           const CompletionOptions& options);

/// The leaf among several candidates for the same key: valid now before others, then the one that
/// begins last. `candidates` is not empty.
const pki::Certificate& latest(std::span<const pki::Certificate> candidates, Seconds now);

/// Refuses, as `invalid`, what has errors unless they are overridden: "installing «CN=…»: …".
Result<void> check_findings(std::string_view step, const pki::Certificate& leaf,
                            std::span<const pki::Finding> findings, bool is_forced);

/// An expired certificate is never taken; the error says since when.
Result<void> check_not_expired(std::string_view step, const pki::Certificate& leaf, Seconds now);

}  // namespace rhumb::certs
