#include "base/instant.h"

#include <optional>

#include "base/text.h"

namespace rhumb {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is still to be read; `is_good` falls with the first thing that does not fit.
struct Reader {
    std::string_view rest;
    bool is_good = true;

    /// Exactly so many digits.
    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest.empty() || !is_digit(rest.front())) {
                is_good = false;
                return 0;
            }
            value = value * 10 + (rest.front() - '0');
            rest.remove_prefix(1);
        }
        return value;
    }

    bool skip(std::string_view any_of) {
        if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
        rest.remove_prefix(1);
        return true;
    }

    void demand(std::string_view any_of) { is_good &= skip(any_of); }
};

std::optional<std::chrono::seconds> read_clock(Reader& reader) {
    const int hour = reader.number(2);
    reader.demand(":");
    const int minute = reader.number(2);
    int second = 0;
    if (reader.skip(":")) {
        second = reader.number(2);
        if (reader.skip(".")) do
                reader.number(1);
            while (reader.is_good && !reader.rest.empty() && is_digit(reader.rest.front()));
    }
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

/// How much the zone is ahead of UTC.
std::optional<std::chrono::minutes> read_zone(Reader& reader) {
    if (reader.rest.empty() || reader.skip("Zz")) return std::chrono::minutes{0};
    const bool is_behind = reader.rest.front() == '-';
    reader.demand("+-");
    const int hours = reader.number(2);
    reader.demand(":");
    const int minutes = reader.number(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    const auto ahead = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return is_behind ? -ahead : ahead;
}

std::optional<Seconds> read_instant(std::string_view text) {
    if (text.starts_with('@')) {
        const auto seconds = text::to_integer(text.substr(1));
        return seconds ? std::optional{Seconds{std::chrono::seconds{*seconds}}} : std::nullopt;
    }
    Reader reader{text};
    const std::chrono::year year{reader.number(4)};
    reader.demand("-");
    const std::chrono::month month{static_cast<unsigned>(reader.number(2))};
    reader.demand("-");
    const std::chrono::day day{static_cast<unsigned>(reader.number(2))};
    const auto date = year / month / day;
    if (!reader.is_good || !date.ok()) return std::nullopt;
    const Seconds midnight{std::chrono::sys_days{date}};
    if (reader.rest.empty()) return midnight;
    reader.demand("Tt ");
    const auto clock = read_clock(reader);
    const auto zone = read_zone(reader);
    if (!reader.is_good || !reader.rest.empty() || !clock || !zone) return std::nullopt;
    return midnight + *clock - *zone;
}

}  // namespace

Result<Seconds> parse_instant(std::string_view text) {
    if (const auto instant = read_instant(text)) return *instant;
    return fail(ErrorKind::invalid, "«{}» is no time; write it as 2026-11-23T14:05:30Z", text);
}

namespace {

std::string date_and_time(Seconds time, std::string_view between, bool with_seconds) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    auto text = fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}", static_cast<int>(date.year()),
                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                            between, clock.hours().count(), clock.minutes().count());
    if (with_seconds) text += fmt::format(":{:02}", clock.seconds().count());
    return text;
}

}  // namespace

std::string to_readable(Seconds time) { return date_and_time(time, " ", false) + " UTC"; }

std::string to_iso(Seconds time) { return date_and_time(time, "T", true) + "Z"; }

}  // namespace rhumb
