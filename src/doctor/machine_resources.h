#pragma once
/// Judges what was seen of this machine: room on disks, limits, clock, OpenSSL. Pure functions.

#include <span>
#include <string_view>
#include <vector>

#include "doctor/finding.h"
#include "doctor/machine_seen.h"

namespace rhumb::doctor {

std::span<const Rule> machine_resource_rules();

std::vector<Finding> judge_disks(std::span<const DiskSeen> disks);

/// `connections`: how many at once the configuration promises; `lowest_port`: of the bindings;
/// `unprivileged_from`: the first port that needs no privilege.
struct ServerPromises {
    std::uint32_t connections = 0;
    std::uint16_t lowest_port = 0;
    std::uint16_t unprivileged_from = 1024;
};
std::vector<Finding> judge_process(const ProcessSeen& process, const ServerPromises& promises);

std::vector<Finding> judge_clock(const ClockSeen& clock);

std::vector<Finding> judge_openssl(const OpensslSeen& openssl);

/// Below 0: `a` is the older version; 0: the same; above 0: the newer. "3.0.19" is newer than
/// "3.0.9"; letters count ("1.1.1w").
int compare_versions(std::string_view a, std::string_view b);

}  // namespace rhumb::doctor
