/// The table of all checks. To add one: a file with its function, and a line here.

#include <array>

#include "doctor/check.h"

namespace rhumb::doctor {

namespace {

constexpr std::array<ServerCheck, 0> of_servers{};

constexpr std::array<InstallationCheck, 0> of_installations{};

}  // namespace

std::span<const ServerCheck> server_checks() { return of_servers; }
std::span<const InstallationCheck> installation_checks() { return of_installations; }

}  // namespace rhumb::doctor
