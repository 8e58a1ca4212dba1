#pragma once
/// A PostgreSQL for tests, by tests/system/postgresql.py: one for the whole program.

#include <array>
#include <csignal>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "storage/sql_place.h"
#include "storage/testing.h"

extern char** environ;

namespace rhumb::storage::testing {

/// The child runs until its standard input ends: also when this program crashes.
class PostgresForTests {
public:
    PostgresForTests() {
        std::array<int, 2> to{};
        std::array<int, 2> from{};
        if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0)
            std::abort();
        posix_spawn_file_actions_t actions{};
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, to[0], 0);
        ::posix_spawn_file_actions_adddup2(&actions, from[1], 1);
        std::string python = "/usr/bin/python3";
        std::string option = "-B";
        std::string script = RHUMB_POSTGRESQL_SCRIPT;
        auto folder = directory_.path().string();
        std::array<char*, 5> arguments{python.data(), option.data(), script.data(), folder.data(),
                                       nullptr};
        if (::posix_spawn(&pid_, python.c_str(), &actions, nullptr, arguments.data(), environ) != 0)
            std::abort();
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(to[0]);
        ::close(from[1]);
        input_ = to[1];
        FILE* const said = ::fdopen(from[0], "r");
        std::array<char, 4096> line{};
        if (::fgets(line.data(), line.size(), said) != nullptr) facts_ = line.data();
        ::fclose(said);
    }
    PostgresForTests(const PostgresForTests&) = delete;
    PostgresForTests& operator=(const PostgresForTests&) = delete;
    ~PostgresForTests() {
        ::close(input_);
        ::waitpid(pid_, nullptr, 0);
    }

    bool is_running() const { return !facts_.empty(); }

    /// What the script says under that key.
    std::string fact(const std::string& key) const {
        const auto at = facts_.find('"' + key + "\": ");
        if (at == std::string::npos) return {};
        auto begin = at + key.size() + 4;
        if (facts_[begin] == '"') ++begin;
        return facts_.substr(begin, facts_.find_first_of("\",}", begin) - begin);
    }

    SqlPlace place() const {
        SqlPlace place;
        place.host = fact("host");
        place.port = static_cast<std::uint16_t>(std::stoi(fact("port")));
        place.database = fact("database");
        place.user = fact("user");
        place.roots_file = fact("roots_file");
        FILE* const file = ::fopen(fact("password_file").c_str(), "r");
        std::array<char, 256> line{};
        if (file != nullptr) {
            if (::fgets(line.data(), line.size(), file) == nullptr) line[0] = '\0';
            ::fclose(file);
        }
        place.password = crypto::Secret::copy_of(line.data());
        return place;
    }

    /// Of the server's own process.
    pid_t server() const { return std::stoi(fact("pid")); }

private:
    TemporaryDirectory directory_;
    pid_t pid_ = 0;
    int input_ = -1;
    std::string facts_;
};

}  // namespace rhumb::storage::testing
