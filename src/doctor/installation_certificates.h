#pragma once
/// Judges the certificates of this installation beyond what can be seen on the wire: what the
/// configuration names, renewal, requests, the authority, its lists, and whether this machine
/// trusts it. Pure functions.

#include <span>
#include <vector>

#include "doctor/finding.h"
#include "doctor/installation_seen.h"

namespace rhumb::doctor {

std::span<const Rule> installation_certificate_rules();

std::vector<Finding> judge_certificates(const CertificatesSeen& seen, Seconds now);

}  // namespace rhumb::doctor
