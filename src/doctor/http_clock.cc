#include <array>

#include "base/text.h"
#include "doctor/http_judge.h"
#include "fetch/date.h"

namespace rhumb::doctor {

namespace {

using std::chrono::seconds;

constexpr seconds skew_max{300};

constexpr std::array rules{
    Rule{"clock.server.wrong", Severity::warning, "the server's clock goes wrong",
         "Set the server's clock, and let it be kept by NTP."},
    Rule{"clock.here.wrong", Severity::warning,
         "this machine's clock goes wrong, as a server's answer shows",
         "Set this machine's clock, and let it be kept by NTP."},
    Rule{"clock.apart", Severity::warning, "the server's clock and this machine's are far apart",
         "See which of both is wrong, set it, and let it be kept by NTP."},
};

/// How far the server's clock is ahead of ours; nothing when it does not say what time it is.
std::optional<seconds> skew_of(const Exchange& exchange) {
    const auto* const answer = exchange.answer();
    if (answer == nullptr) return {};
    const auto* const value = answer->find("date");
    const auto date = value == nullptr ? std::nullopt : fetch::parse_date(*value);
    // What a cache gives has the date of when it took it.
    if (!date || answer->find("age") != nullptr) return {};
    if (*date > exchange.heard_at) return *date - exchange.heard_at;
    if (*date < exchange.asked_at) return *date - exchange.asked_at;
    return seconds{0};
}

std::string shown(seconds skew) {
    const auto all = std::chrono::abs(skew).count();
    const auto text = all >= 172'800 ? fmt::format("{} days", all / 86'400)
                      : all >= 7'200 ? fmt::format("{} hours", all / 3'600)
                                     : fmt::format("{} minutes", all / 60);
    return fmt::format("{} {}", text, skew.count() > 0 ? "ahead of" : "behind");
}

}  // namespace

std::span<const Rule> clock_rules() { return rules; }

std::vector<Finding> judge_clock(const Web& web, const HttpContext& context,
                                 const ClockContext& clock) {
    // The first answer comes from the server in question, whatever follows.
    if (web.main.steps.empty()) return {};
    const auto& first = web.main.steps.front();
    const auto skew = skew_of(first);
    if (!skew || std::chrono::abs(*skew) <= skew_max) return {};
    auto sentence = fmt::format("the server's clock is {} this machine's", shown(*skew));
    std::string_view id = "clock.apart";
    const bool is_before_begin =
        clock.certificate_begin && *clock.certificate_begin > first.heard_at + skew_max;
    if (skew->count() > 0 && is_before_begin) {
        id = "clock.here.wrong";
        sentence += ", and the server's certificate is from a time that has not come here";
    } else if (clock.is_here_synchronised && *clock.is_here_synchronised) {
        id = "clock.server.wrong";
        sentence += ", which is kept by NTP";
    } else if (skew->count() < 0 && clock.certificate_begin &&
               *clock.certificate_begin > first.heard_at + *skew + skew_max) {
        id = "clock.server.wrong";
        sentence += ", and before the time from which its own certificate is good";
    }
    return {found(rule(rules, id), context.about, std::move(sentence))};
}

}  // namespace rhumb::doctor
