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
    auto time = text.substr(11);
    if (!time.empty() && time.back() == 'Z') time.remove_suffix(1);
    const auto hour = digits(time, 0, 2);
    const auto minute = digits(time, 3, 2);
    if (!hour || !minute || time[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
    double seconds = 0;
    if (time.size() > 5) {
        const auto whole = digits(time, 6, 2);
        if (!whole || time[5] != ':' || *whole > 60) return std::nullopt;
        seconds = *whole;
        if (time.size() > 8) {
            if (time[8] != '.' || time.size() == 9 || time.size() > 18 ||
                !digits(time, 9, time.size() - 9))
                return std::nullopt;
            seconds += text::to_number(fmt::format("0{}", time.substr(8))).value_or(0);
        }
    }
    return to_instant(*year, *month, *day, *hour, *minute, seconds);
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
