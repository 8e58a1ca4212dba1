#pragma once
/// The log: what the program says of itself, for the person who runs it. (What clients asked for is
/// the access log, and stands elsewhere.)
///
/// A Log is made by a program and handed down by reference; there is no global one. Safe to use
/// from any thread. A line is: time, level, module, message. Never put a password, a token or a
/// private key into a message.

#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace rhumb::observe {

enum class Level { debug, info, warning, error };

/// Where lines end; one per program.
class Log {
public:
    /// Lines of `least` and above go to standard error.
    static Log to_stderr(Level least);
    /// Keeps nothing; for tests and for commands that speak for themselves.
    static Log to_nowhere();

    Log(Log&&) noexcept;
    Log& operator=(Log&&) noexcept;
    ~Log();

    template <class... Arguments>
    void info(std::string_view module, fmt::format_string<Arguments...> format,
              Arguments&&... arguments) const {
        write(Level::info, module, fmt::format(format, std::forward<Arguments>(arguments)...));
    }
    template <class... Arguments>
    void warning(std::string_view module, fmt::format_string<Arguments...> format,
                 Arguments&&... arguments) const {
        write(Level::warning, module, fmt::format(format, std::forward<Arguments>(arguments)...));
    }
    template <class... Arguments>
    void error(std::string_view module, fmt::format_string<Arguments...> format,
               Arguments&&... arguments) const {
        write(Level::error, module, fmt::format(format, std::forward<Arguments>(arguments)...));
    }
    template <class... Arguments>
    void debug(std::string_view module, fmt::format_string<Arguments...> format,
               Arguments&&... arguments) const {
        if (wants(Level::debug))
            write(Level::debug, module, fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    bool wants(Level level) const;
    /// From now on lines of `least` and above are kept.
    void set_least(Level least) const;
    void write(Level level, std::string_view module, std::string_view message) const;

private:
    struct Sink;
    explicit Log(std::unique_ptr<Sink> sink);
    std::unique_ptr<Sink> sink_;
};

}  // namespace rhumb::observe
