#pragma once
/// Finding programs, and asking them. For this directory.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/child.h"
#include "trust/programs/program.h"

namespace rhumb::trust::programs {

/// The first of PATH; empty when there is none.
std::filesystem::path find_program(const Surroundings& surroundings, std::string_view name);

/// Every one of PATH, each real file once.
std::vector<std::filesystem::path> find_all_programs(const Surroundings& surroundings,
                                                     std::string_view name);

/// Runs it as the person would, with the person's variables and home, and `extra` ("NAME=value")
/// before them; never through a proxy. At most half a minute.
Result<child::Finished> ask(const Surroundings& surroundings, const std::filesystem::path& program,
                            std::vector<std::string> arguments,
                            const std::vector<std::string>& extra = {});

/// The first number with a dot in it: "7.88.1" of "curl 7.88.1 (x86_64…)"; "" without.
std::string version_in(std::string_view text);

/// The values of lines "key value", in order.
std::vector<std::string> values_of(std::string_view text, std::string_view key);

/// The first of them; "" without.
std::string value_of(std::string_view text, std::string_view key);

/// Hexadecimal SHA-256 digests, with colons or without, as bytes; what is none is left out.
Fingerprints to_fingerprints(const std::vector<std::string>& digests);

/// The remedy of whoever reads the system's list.
inline constexpr std::string_view system_remedy = "rhumb trust install --store system";
/// The remedy of whoever takes a variable.
inline constexpr std::string_view variable_remedy = "eval \"$(rhumb trust env)\"";

}  // namespace rhumb::trust::programs
