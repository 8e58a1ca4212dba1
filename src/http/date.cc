#include "http/date.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::http {

namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string to_http_date(std::chrono::sys_seconds moment) {
    using namespace std::chrono;
    const auto day = floor<std::chrono::days>(moment);
    const year_month_day date{day};
    const hh_mm_ss time{moment - day};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[weekday{day}.c_encoding()],
                       static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

namespace {

/// Takes a date apart from left to right; once something does not fit, all that follows does not
/// either.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    void skip(std::string_view expected) {
        is_sound_ = is_sound_ && rest_.starts_with(expected);
        if (is_sound_) rest_.remove_prefix(expected.size());
    }
    void skip_through(char last) {
        const auto at = rest_.find(last);
        is_sound_ = is_sound_ && at != std::string_view::npos;
        if (is_sound_) rest_.remove_prefix(at + 1);
    }
    int number(std::size_t digits) {
        int value = 0;
        is_sound_ = is_sound_ && rest_.size() >= digits;
        for (std::size_t i = 0; is_sound_ && i < digits; ++i) {
            const char c = rest_[i];
            is_sound_ = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (is_sound_) rest_.remove_prefix(digits);
        return value;
    }
    unsigned month() {
        const auto* const found = std::ranges::find(months, rest_.substr(0, 3));
        is_sound_ = is_sound_ && found != months.end();
        if (is_sound_) rest_.remove_prefix(3);
        return is_sound_ ? static_cast<unsigned>(found - months.begin()) + 1 : 1;
    }
    /// asctime writes the first days of a month as " 1".
    int padded_day() {
        if (!rest_.starts_with(' ')) return number(2);
        skip(" ");
        return number(1);
    }
    void time() {
        hour_ = number(2);
        skip(":");
        minute_ = number(2);
        skip(":");
        second_ = number(2);
    }
    std::optional<std::chrono::sys_seconds> finish(int year, unsigned month, int day) const {
        using namespace std::chrono;
        const year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                  std::chrono::day{static_cast<unsigned>(day)}};
        const bool is_time = hour_ < 24 && minute_ < 60 && second_ <= 60;  // 60: a leap second
        if (!is_sound_ || !rest_.empty() || !date.ok() || !is_time) return std::nullopt;
        return sys_seconds{sys_days{date}} + hours{hour_} + minutes{minute_} + seconds{second_};
    }

private:
    std::string_view rest_;
    bool is_sound_ = true;
    int hour_ = 0;
    int minute_ = 0;
    int second_ = 0;
};

std::optional<std::chrono::sys_seconds> parse_imf_fixdate(std::string_view text) {
    Reader reader{text};
    reader.skip_through(',');
    reader.skip(" ");
    const int day = reader.number(2);
    reader.skip(" ");
    const unsigned month = reader.month();
    reader.skip(" ");
    const int year = reader.number(4);
    reader.skip(" ");
    reader.time();
    reader.skip(" GMT");
    return reader.finish(year, month, day);
}

std::optional<std::chrono::sys_seconds> parse_rfc850(std::string_view text) {
    Reader reader{text};
    reader.skip_through(',');
    reader.skip(" ");
    const int day = reader.number(2);
    reader.skip("-");
    const unsigned month = reader.month();
    reader.skip("-");
    const int year = reader.number(2);
    reader.skip(" ");
    reader.time();
    reader.skip(" GMT");
    return reader.finish(year < 70 ? 2000 + year : 1900 + year, month, day);
}

std::optional<std::chrono::sys_seconds> parse_asctime(std::string_view text) {
    Reader reader{text};
    reader.skip_through(' ');
    const unsigned month = reader.month();
    reader.skip(" ");
    const int day = reader.padded_day();
    reader.skip(" ");
    reader.time();
    reader.skip(" ");
    const int year = reader.number(4);
    return reader.finish(year, month, day);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    text = text::trim(text);
    if (text.size() == 29) return parse_imf_fixdate(text);  // by far the usual one
    return text.find(',') != std::string_view::npos ? parse_rfc850(text) : parse_asctime(text);
}

std::string_view DateText::at(std::chrono::sys_seconds now) {
    if (now != second_) {
        second_ = now;
        text_ = to_http_date(now);
    }
    return text_;
}

}  // namespace rhumb::http
