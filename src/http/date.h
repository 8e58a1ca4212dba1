#pragma once
/// Moments as HTTP writes them (RFC 9110 section 5.6.7).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rhumb::http {

/// "Sun, 22 Nov 2026 23:45:00 GMT".
std::string to_http_date(std::chrono::sys_seconds moment);

/// Reads the form above and the two that old programs send: "Sunday, 22-Nov-26 23:45:00 GMT" (RFC
/// 850) and "Sun Nov 22 23:45:00 2026" (asctime). Nothing when it is none of them. The name of the
/// day is not checked. A year of two digits means 1970 to 2069.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// The date of now, written once a second. Belongs to one loop.
class DateText {
public:
    std::string_view at(std::chrono::sys_seconds now);

private:
    std::chrono::sys_seconds second_{std::chrono::seconds{-1}};
    std::string text_;
};

}  // namespace rhumb::http
