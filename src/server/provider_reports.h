#pragma once
/// ProviderReports: tells others on the data directory where users and roles are, and how places
/// outside do: at once when something is new, and from time to time how much they were asked.

#include <chrono>
#include <filesystem>
#include <utility>

#include "observe/log.h"
#include "providers/report.h"

namespace rhumb::server {

/// For one thread.
class ProviderReports {
public:
    /// `log` outlives it.
    ProviderReports(std::filesystem::path data, const observe::Log& log)
        : data_{std::move(data)}, log_{log} {}

    void tell(providers::Report report, std::chrono::steady_clock::time_point now);

private:
    const std::filesystem::path data_;
    const observe::Log& log_;
    providers::Report told_;
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace rhumb::server
