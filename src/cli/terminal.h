#pragma once
/// Terminal: the person before the screen, wherever standard input and output go.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::cli {

/// Owns its descriptor. One question at a time, on one thread; blocks.
class Terminal {
public:
    /// The controlling terminal; nothing where there is none: under cron, systemd, setsid.
    static std::optional<Terminal> open();

    explicit Terminal(int fd) : fd_{fd} {}
    Terminal(Terminal&& other) noexcept : fd_{other.fd_} { other.fd_ = -1; }
    Terminal& operator=(Terminal&&) = delete;
    ~Terminal();

    /// Shows `question` and gives the line that is typed, without its end. `unavailable`: the input
    /// ended (Ctrl-D, or the terminal has gone).
    Result<std::string> ask(std::string_view question);

    /// The same without showing what is typed. The terminal is as it was afterwards, also when
    /// Ctrl-C ends the program.
    Result<crypto::Secret> ask_secret(std::string_view question);

    /// Text without a question.
    void show(std::string_view text);

private:
    int fd_;
};

/// True when a person types what standard input gives.
bool is_interactive();

}  // namespace rhumb::cli
