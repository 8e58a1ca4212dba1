#pragma once
/// kind = "program": the contract of custom providers with a program of this machine, one line of
/// JSON for each question on its standard input, one for each answer on its standard output.

#include <memory>

#include "base/result.h"
#include "providers/provider.h"

namespace rhumb::providers {

/// `invalid`: no command, or no absolute path. Starts nothing yet.
Result<std::unique_ptr<Provider>> make_program_provider(const config::Provider& provider,
                                                        const Surroundings& surroundings);

}  // namespace rhumb::providers
