#pragma once
/// What this installation serves, as servers to be examined.

#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "doctor/check.h"
#include "site/served.h"

namespace rhumb::doctor {

/// One order for each place and host that is served: https ones with what they promise, then those
/// in the clear. `served`: of `document`. Pure.
std::vector<ServerOrder> orders_for(const config::Document& document,
                                    const std::vector<site::Served>& served,
                                    const std::vector<std::string>& hosts,
                                    const std::vector<pki::Certificate>& roots);

/// The same for the server that runs on the data of `order`; empty when none does. Errors as of
/// opening the store.
Result<std::vector<ServerOrder>> orders_of_running(const InstallationOrder& order);

/// The check: a name of ours leads to this machine, or to the same certificate.
void check_elsewhere(Examination& examination);

}  // namespace rhumb::doctor
