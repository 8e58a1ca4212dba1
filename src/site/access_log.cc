#include "site/access_log.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "access/secrets.h"
#include "base/text.h"

namespace rhumb::site {

namespace {

constexpr std::size_t collected_max = 4U << 20U;  // when the disk does not take lines

/// Path and query without what lets in who reads it.
std::string safe_target(const http::Request& request) {
    return access::masked(request.has_query ? fmt::format("{}?{}", request.raw_path, request.query)
                                            : request.raw_path);
}

/// Behind trusted proxies the client's own.
const std::string& client_of(const http::Request& request) {
    return request.client_ip.empty() ? request.channel->remote.ip : request.client_ip;
}

std::string_view user_of(const http::Request& request) {
    return request.caller ? std::string_view{request.caller->user} : std::string_view{};
}

/// A name without quotes around it: no blank, nothing that ends a line.
std::string bare(std::string_view name) {
    if (name.empty()) return "-";
    std::string safe;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = byte > 0x20 && byte < 0x7F && c != '"' && c != '\\';
        safe += is_plain ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
    }
    return safe;
}

/// Within quotes: no quote, no control byte, nothing above ASCII as it is.
void append_quoted(std::string& line, std::string_view value) {
    line += '"';
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            line.append({'\\', c});
        else if (byte < 0x20 || byte >= 0x7F)
            line += fmt::format("\\x{:02x}", byte);
        else
            line += c;
    }
    line += '"';
}

std::string field(const http::Request& request, std::string_view name) {
    return access::masked(request.headers.find(name).value_or(""));
}

std::string field_or_dash(const http::Request& request, std::string_view name) {
    auto value = field(request, name);
    return value.empty() ? "-" : value;
}

struct Moment {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

Moment to_moment(Seconds now) {
    const auto day = std::chrono::floor<std::chrono::days>(now);
    return {std::chrono::year_month_day{day},
            std::chrono::hh_mm_ss<std::chrono::seconds>{now - day}};
}

std::string combined_line(const http::Request& request, const http::Exchange& exchange,
                          Seconds now) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto [date, time] = to_moment(now);
    auto line =
        fmt::format("{} - {} [{:02}/{}/{}:{:02}:{:02}:{:02} +0000] ", client_of(request),
                    bare(user_of(request)), static_cast<unsigned>(date.day()),
                    months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                    time.hours().count(), time.minutes().count(), time.seconds().count());
    append_quoted(line, fmt::format("{} {} {}", request.method_name, safe_target(request),
                                    http::to_string(request.version)));
    line += fmt::format(" {} {} ", exchange.status, exchange.bytes_sent);
    append_quoted(line, field_or_dash(request, "referer"));
    line += ' ';
    append_quoted(line, field_or_dash(request, "user-agent"));
    return line += '\n';
}

std::string iso_date(const Moment& moment) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(moment.date.year()),
                       static_cast<unsigned>(moment.date.month()),
                       static_cast<unsigned>(moment.date.day()));
}

std::string iso_time(const Moment& moment) {
    return fmt::format("{:02}:{:02}:{:02}", moment.time.hours().count(),
                       moment.time.minutes().count(), moment.time.seconds().count());
}

/// Fields are parted by blanks, so a blank within one is a plus.
std::string w3c_value(std::string_view value) {
    if (value.empty()) return "-";
    std::string safe;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        safe += c == ' ' ? '+' : byte < 0x20 || byte >= 0x7F ? '?' : c;
    }
    return safe;
}

std::string w3c_line(const http::Request& request, const http::Exchange& exchange, Seconds now) {
    const auto moment = to_moment(now);
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {}\n", iso_date(moment),
                       iso_time(moment), request.channel->local.ip, w3c_value(request.method_name),
                       w3c_value(access::masked(request.raw_path)),
                       w3c_value(access::masked(request.query)), request.channel->local.port,
                       w3c_value(user_of(request)), client_of(request),
                       w3c_value(field_or_dash(request, "user-agent")),
                       w3c_value(field_or_dash(request, "referer")), exchange.status,
                       exchange.substatus, exchange.bytes_sent, exchange.took.count() / 1000);
}

std::string json_line(const http::Request& request, const http::Exchange& exchange, Seconds now) {
    const auto moment = to_moment(now);
    nlohmann::ordered_json line{
        {"time", iso_date(moment) + "T" + iso_time(moment) + "Z"},
        {"client", client_of(request)},
        {"user", user_of(request)},
        {"host", request.host},
        {"method", request.method_name},
        {"target", safe_target(request)},
        {"protocol", http::to_string(request.version)},
        {"status", exchange.status},
        {"substatus", exchange.substatus},
        {"bytes", exchange.bytes_sent},
        {"microseconds", exchange.took.count()},
        {"complete", exchange.complete},
        {"referer", field(request, "referer")},
        {"user_agent", field(request, "user-agent")},
        {"tls", request.channel->tls_version},
        {"cipher", request.channel->tls_cipher},
        {"group", request.channel->tls_group},
    };
    return line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string access_log_line(config::AccessLog format, const http::Request& request,
                            const http::Exchange& exchange, Seconds now) {
    switch (format) {
        case config::AccessLog::combined: return combined_line(request, exchange, now);
        case config::AccessLog::w3c: return w3c_line(request, exchange, now);
        case config::AccessLog::json: return json_line(request, exchange, now);
        case config::AccessLog::off: break;
    }
    return {};
}

std::string access_log_head(config::AccessLog format, Seconds now) {
    if (format != config::AccessLog::w3c) return {};
    const auto moment = to_moment(now);
    return fmt::format(
        "#Software: Rhumb\n#Version: 1.0\n#Date: {} {}\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
        "sc-substatus sc-bytes time-taken\n",
        iso_date(moment), iso_time(moment));
}

Result<std::shared_ptr<AccessLogFile>> AccessLogFile::open(std::filesystem::path path,
                                                           config::AccessLog format, Seconds now) {
    std::error_code made;
    std::filesystem::create_directories(path.parent_path(), made);
    const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return fail(ErrorKind::internal,
                    "opening the access log {}: {}. Check the directory and its owner",
                    path.string(), std::strerror(errno));
    std::shared_ptr<AccessLogFile> file{new AccessLogFile{std::move(path), format, fd}};
    struct stat facts {};
    if (::fstat(fd, &facts) == 0 && facts.st_size == 0) file->append(access_log_head(format, now));
    return file;
}

AccessLogFile::~AccessLogFile() {
    (void)flush();
    ::close(fd_);
}

void AccessLogFile::append(std::string_view line) {
    const std::lock_guard lock{mutex_};
    if (collected_.size() + line.size() <= collected_max) collected_ += line;
}

Result<void> AccessLogFile::write_out(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(fd_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const int code = errno;
            append(bytes);  // for the next time, as far as there is room
            if (std::exchange(has_failed_, true)) return {};
            return fail(
                ErrorKind::internal,
                "writing the access log {}: {}. Lines are kept in memory as far as they fit",
                path_.string(), std::strerror(code));
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    has_failed_ = false;
    return {};
}

Result<void> AccessLogFile::flush() {
    const std::lock_guard one_writer{writing_};
    std::string lines;
    {
        const std::lock_guard lock{mutex_};
        lines.swap(collected_);
    }
    return write_out(lines);
}

Result<std::shared_ptr<AccessLogFile>> AccessLogs::open(const std::filesystem::path& path,
                                                        config::AccessLog format, Seconds now) {
    const std::lock_guard lock{mutex_};
    auto& known = files_[path];
    if (auto file = known.lock(); file && file->format() == format) return file;
    TRY(auto file, AccessLogFile::open(path, format, now));
    known = file;
    return file;
}

Result<void> AccessLogs::flush() {
    Result<void> outcome;
    const std::lock_guard lock{mutex_};
    for (auto& [path, known] : files_) {
        const auto file = known.lock();
        if (auto flushed = file ? file->flush() : Result<void>{}; !flushed && outcome)
            outcome = std::move(flushed);
    }
    return outcome;
}

void AccessLogs::reopen() {
    const std::lock_guard lock{mutex_};
    files_.clear();
}

}  // namespace rhumb::site
