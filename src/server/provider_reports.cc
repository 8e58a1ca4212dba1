#include "server/provider_reports.h"

namespace rhumb::server {

namespace {

constexpr std::chrono::seconds interval{10};

}  // namespace

void ProviderReports::tell(providers::Report report, std::chrono::steady_clock::time_point now) {
    const bool is_first = next_ == std::chrono::steady_clock::time_point{};
    const bool is_new = is_first || !providers::says_the_same(report, told_);
    if (!is_new && (now < next_ || providers::counts_the_same(report, told_))) return;
    next_ = now + interval;
    if (const auto written = providers::write_report(data_, report); !written)
        log_.warning("providers", "{}", written.error().message);
    told_ = std::move(report);
}

}  // namespace rhumb::server
