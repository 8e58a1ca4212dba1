#pragma once
/// For tests: the programs of others, as child processes in a directory of their own. Not for
/// programs.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/files.h"
#include "crypto/secret.h"

namespace rhumb::pki {

/// What a program said, on both channels, and how it ended.
struct Said {
    int code;
    std::string text;
};

/// A test with a temporary directory, in which commands run.
class WithTools : public testing::Test {
protected:
    WithTools() {
        std::string made = (std::filesystem::temp_directory_path() / "rhumb-tools-XXXXXX").string();
        directory_ = mkdtemp(made.data());
    }
    ~WithTools() override { std::filesystem::remove_all(directory_); }

    /// Runs a command of the shell; two minutes at most.
    Said run(const std::string& command) const {
        const auto whole =
            "cd " + directory_.string() + " && exec 2>&1 </dev/null && timeout 120 " + command;
        Said said{};
        FILE* const pipe = ::popen(whole.c_str(), "r");
        for (int c = 0; (c = std::fgetc(pipe)) != EOF;) said.text += static_cast<char>(c);
        const int status = ::pclose(pipe);
        said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        return said;
    }

    /// What it said; the test fails when the command did.
    std::string output_of(const std::string& command) const {
        auto said = run(command);
        EXPECT_EQ(said.code, 0) << command << "\n" << said.text;
        return said.text;
    }

    void write(const std::string& name, std::string_view bytes) const {
        ASSERT_TRUE(write_file_atomically(directory_ / name, bytes));
    }
    std::string read(const std::string& name) const {
        const auto bytes = read_file(directory_ / name);
        EXPECT_TRUE(bytes) << name;
        return bytes.value_or("");
    }

    std::filesystem::path directory_;
};

}  // namespace rhumb::pki
