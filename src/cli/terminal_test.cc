#include "cli/terminal.h"

#include <thread>

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace rhumb::cli {
namespace {

/// Both ends of a terminal: a person at one, the program at the other.
struct Screen {
    int person = -1;
    int program = -1;

    Screen() { EXPECT_EQ(::openpty(&person, &program, nullptr, nullptr, nullptr), 0); }
    ~Screen() {
        if (person >= 0) ::close(person);
    }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void type(std::string_view text) const {
        ASSERT_EQ(::write(person, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    /// What is on it up to and with `end`.
    std::string read_until(std::string_view end) const {
        std::string seen;
        char next = 0;
        while (seen.find(end) == std::string::npos && ::read(person, &next, 1) == 1) seen += next;
        return seen;
    }
    bool has_echo() const {
        termios now{};
        ::tcgetattr(program, &now);
        return (now.c_lflag & ECHO) != 0;
    }
};

TEST(Terminal, GivesTheLineThatIsTyped) {
    const Screen screen;
    Terminal terminal{screen.program};
    screen.type("gis.example.org\n");
    EXPECT_EQ(terminal.ask("Name: "), "gis.example.org");
}

TEST(Terminal, DoesNotShowASecretAndBringsTheEchoBack) {
    const Screen screen;
    Terminal terminal{::dup(screen.program)};
    std::string secret;
    std::thread program{[&] { secret = std::string{terminal.ask_secret("Password: ")->view()}; }};
    screen.read_until("Password: ");
    while (screen.has_echo()) std::this_thread::yield();
    screen.type("hush\n");
    const auto shown = screen.read_until("\n");
    program.join();
    EXPECT_EQ(secret, "hush");
    EXPECT_EQ(shown.find("hush"), std::string::npos);
    EXPECT_TRUE(screen.has_echo());
    ::close(screen.program);
}

TEST(Terminal, SaysThatNothingWasAnsweredAtTheEnd) {
    const Screen screen;
    Terminal terminal{screen.program};
    screen.type("\x04");
    const auto answer = terminal.ask("Name: ");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace rhumb::cli
