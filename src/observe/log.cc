#include "observe/log.h"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace rhumb::observe {

struct Log::Sink {
    spdlog::logger logger;
};

namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

Log::Log(std::unique_ptr<Sink> sink) : sink_{std::move(sink)} {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

Log Log::to_stderr(Level least) {
    auto sink = std::make_unique<Sink>(
        Sink{spdlog::logger{"rhumb", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()}});
    sink->logger.set_level(to_spdlog(least));
    sink->logger.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%-7l%$ %v");
    sink->logger.flush_on(spdlog::level::debug);
    return Log{std::move(sink)};
}

Log Log::to_nowhere() {
    auto sink = std::make_unique<Sink>(
        Sink{spdlog::logger{"rhumb", std::make_shared<spdlog::sinks::null_sink_mt>()}});
    sink->logger.set_level(spdlog::level::off);
    return Log{std::move(sink)};
}

void Log::set_least(Level least) const { sink_->logger.set_level(to_spdlog(least)); }

bool Log::wants(Level level) const { return sink_->logger.should_log(to_spdlog(level)); }

void Log::write(Level level, std::string_view module, std::string_view message) const {
    sink_->logger.log(to_spdlog(level), "{:<8} {}", module, message);
}

}  // namespace rhumb::observe
