#include "gis/feature/moment.h"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::gis {

namespace {

/// The number in `count` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

struct Time {
    int hour = 0;
    int minute = 0;
    double seconds = 0;
};

/// ":SS" or ":SS.sss", at most nine digits behind the point; nothing at all is 0.
std::optional<double> seconds_of(std::string_view text) {
    if (text.empty()) return 0;
    const auto whole = digits(text, 1, 2);
    if (!whole || text[0] != ':' || *whole > 60) return std::nullopt;
    if (text.size() == 3) return *whole;
    if (text[3] != '.' || text.size() == 4 || text.size() > 13 || !digits(text, 4, text.size() - 4))
        return std::nullopt;
    return *whole + text::to_number(fmt::format("0{}", text.substr(3))).value_or(0);
}

/// "HH:MM", "HH:MM:SS" or "HH:MM:SS.sss", with or without a Z.
std::optional<Time> time_of(std::string_view text) {
    if (text.ends_with('Z')) text.remove_suffix(1);
    const auto hour = digits(text, 0, 2);
    const auto minute = digits(text, 3, 2);
    if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
    const auto seconds = seconds_of(text.substr(5));
    if (!seconds) return std::nullopt;
    return Time{*hour, *minute, *seconds};
}

}  // namespace

Instant to_instant(int year, int month, int day, int hour, int minute, double seconds) {
    using namespace std::chrono;
    const sys_days date = std::chrono::year{year} / month / day;
    const auto whole = milliseconds{date.time_since_epoch()} + hours{hour} + minutes{minute};
    return {whole.count() + std::llround(seconds * 1000)};
}

std::optional<Instant> to_instant(std::string_view raw) {
    const auto text = text::trim(raw);
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    if (text.size() == 10) return to_instant(*year, *month, *day, 0, 0, 0);

    if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
    const auto time = time_of(text.substr(11));
    if (!time) return std::nullopt;
    return to_instant(*year, *month, *day, time->hour, time->minute, time->seconds);
}

std::string to_text(Instant instant) {
    using namespace std::chrono;
    const auto since = milliseconds{instant.milliseconds};
    const auto date = floor<days>(since);
    const year_month_day day{sys_days{date}};
    const hh_mm_ss time{since - date};
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(day.year()),
                            static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                            time.hours().count(), time.minutes().count(), time.seconds().count());
    if (time.subseconds().count() != 0) text += fmt::format(".{:03}", time.subseconds().count());
    return text + "Z";
}

}  // namespace rhumb::gis
