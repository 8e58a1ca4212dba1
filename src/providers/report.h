#pragma once
/// Report: what a running server says of where users and roles are, and how the places outside do.
/// Others on its data directory read it (`providers.json`), the API and the metrics show it.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "providers/current.h"

namespace rhumb::providers {

struct Report {
    Seconds time{};
    Status status{};
    /// Names of local administrators that hide somebody outside.
    std::vector<std::string> hidden{};
};

/// "untried", "answers", "fails", "rests".
std::string_view to_word(Health::State state);

/// True when it says the same but for counts and times of single calls: nothing that somebody has
/// to hear of at once.
bool says_the_same(const Report& a, const Report& b);

/// True when no question was asked between the two.
bool counts_the_same(const Report& a, const Report& b);

/// Of one provider; names of members are a contract (docs/formats/providers.md).
nlohmann::ordered_json to_json(const ProviderStatus& provider);
nlohmann::ordered_json to_json(const Report& report);

/// Puts it into the data directory, in one step, mode 0600.
Result<void> write_report(const std::filesystem::path& data, const Report& report);
/// Nothing when there is none, or it cannot be read. It may be of a server that has ended.
std::optional<Report> read_report(const std::filesystem::path& data);

}  // namespace rhumb::providers
