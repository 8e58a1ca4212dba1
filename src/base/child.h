#pragma once
/// Runs a program of the system as a child process: fixed arguments, no shell, no terminal, a time
/// limit.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace rhumb::child {

struct Command {
    std::vector<std::string> arguments;  ///< the program's absolute path first
    std::vector<std::string>
        environment;    ///< all of it: "NAME=value"; PATH and LC_ALL=C.UTF-8 are added
    std::string input;  ///< what it can read; at most 32 KiB
    std::chrono::milliseconds limit{60'000};
    std::size_t output_max = std::size_t{64} << 10U;  ///< what is kept of the output
};

/// A child that ended by itself.
struct Finished {
    int exit_code = 0;
    std::string output;  ///< what it wrote to both outputs, the first of it: Command::output_max

    bool is_success() const { return exit_code == 0; }
};

/// Runs it and waits. The child has no terminal and so cannot ask for anything. `not_found`: no
/// such program; `unavailable`: the limit passed, and it was killed with all it had started;
/// `internal`: a signal ended it.
Result<Finished> run(const Command& command);

/// As a person would type it in a shell: quoted where needed.
std::string to_shell(const std::vector<std::string>& arguments);

}  // namespace rhumb::child
