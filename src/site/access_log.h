#pragma once
/// The access log: a line for every request, in a form that log readers know.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/document.h"
#include "http/handler.h"

namespace rhumb::site {

/// The line of one request, with its line feed: the client's own address (behind trusted proxies),
/// and the user where one was known. Whatever would let in who reads the log is left out, from
/// address, Referer and User-Agent alike (access/secrets.h). Control bytes and quotes of the
/// client's are escaped: no request can write two lines.
std::string access_log_line(config::AccessLog format, const http::Request& request,
                            const http::Exchange& exchange, Seconds now);

/// What stands at the beginning of a new file: the directives of the W3C format, nothing for the
/// others.
std::string access_log_head(config::AccessLog format, Seconds now);

/// One file. Safe to use from any thread; lines are collected and written by flush().
class AccessLogFile {
public:
    static Result<std::shared_ptr<AccessLogFile>> open(std::filesystem::path path,
                                                       config::AccessLog format, Seconds now);
    ~AccessLogFile();
    AccessLogFile(const AccessLogFile&) = delete;
    AccessLogFile& operator=(const AccessLogFile&) = delete;

    config::AccessLog format() const { return format_; }
    void append(std::string_view line);
    /// Writes what was collected. The error says it once while the fault lasts; lines that cannot
    /// be kept in memory are dropped.
    Result<void> flush();

private:
    AccessLogFile(std::filesystem::path path, config::AccessLog format, int fd)
        : path_{std::move(path)}, format_{format}, fd_{fd} {}
    Result<void> write_out(std::string_view bytes);

    std::filesystem::path path_;
    config::AccessLog format_;
    int fd_;
    std::mutex mutex_;
    std::string collected_;  // guarded by mutex_
    std::mutex writing_;
    bool has_failed_ = false;  // guarded by writing_
};

/// All files that are open, so that sites and reloads share them.
class AccessLogs {
public:
    Result<std::shared_ptr<AccessLogFile>> open(const std::filesystem::path& path,
                                                config::AccessLog format, Seconds now);
    /// Flushes all; the first error of those there were.
    Result<void> flush();
    /// From now on open() makes new files: after they were renamed by a log rotation.
    void reopen();

private:
    std::mutex mutex_;
    std::map<std::filesystem::path, std::weak_ptr<AccessLogFile>> files_;
};

}  // namespace rhumb::site
