#pragma once
/// A program of this machine that answers questions, one line each, for as long as it lives: no
/// shell, an environment and a process group of its own, no descriptor but its three. Inside this
/// module only.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace rhumb::providers {

/// One running child. One thread at a time. Whoever lets go of it ends it, with all that it has
/// started in its process group, and waits for its end, so that nothing is left behind.
class ProgramChild {
public:
    using Moment = std::chrono::steady_clock::time_point;
    /// Is given what the child writes to standard error, in pieces as they come.
    using Complaint = std::function<void(std::string_view bytes)>;

    /// `command`: an absolute path, and arguments. `not_found`, `denied` (everybody could change
    /// the program), `internal`.
    static Result<std::unique_ptr<ProgramChild>> start(const std::vector<std::string>& command,
                                                       Complaint complaint);
    ~ProgramChild();
    ProgramChild(const ProgramChild&) = delete;
    ProgramChild& operator=(const ProgramChild&) = delete;

    /// It lives, and has written nothing that it was not asked for.
    bool is_ready() const;

    /// Writes a line and reads one, without its line break. After a failure (`unavailable`: too
    /// slow, ended, too much) the child can be asked nothing more.
    Result<std::string> ask(std::string_view question, std::size_t answer_max, Moment end);

    /// No more questions: its standard input ends, upon which it ends by itself.
    void say_goodbye();
    /// It has ended.
    bool has_ended() const;
    /// Asks it to end (SIGTERM), for who did not hear say_goodbye().
    void interrupt();

    pid_t id() const { return id_; }

private:
    class Conversation;
    struct Pipes;

    ProgramChild(pid_t id, std::unique_ptr<Pipes> pipes, Complaint complaint);
    /// How it ended, when it did so within a moment.
    std::string last_words() const;

    const pid_t id_;
    const std::unique_ptr<Pipes> pipes_;
    const Complaint complaint_;
};

}  // namespace rhumb::providers
