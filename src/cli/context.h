#pragma once
/// What every command is given: where the data is, how to speak, and what the program knows of its
/// surroundings. Only `cli` reads arguments and environment.

#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"
#include "observe/log.h"

namespace rhumb::cli {

/// Exit codes (docs/commands.md): the same for all commands.
enum class Exit : int {
    done = 0,
    failed = 1,
    usage = 2,    ///< the command line is wrong
    refused = 3,  ///< by a check: doctor, security test, config check
};

/// Who had the administrator run the program: by sudo.
struct Invoker {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::filesystem::path home;
};

/// The environment, read once.
struct Environment {
    std::filesystem::path home;
    std::optional<std::filesystem::path> data_home;    ///< XDG_DATA_HOME
    std::optional<std::filesystem::path> config_home;  ///< XDG_CONFIG_HOME
    std::optional<std::filesystem::path> credentials;  ///< CREDENTIALS_DIRECTORY of systemd
    std::filesystem::path program;                     ///< this executable
    std::filesystem::path share;                       ///< ui/ and data/ that come with it
    std::string user;                                  ///< as whom the program runs
    bool is_root = false;
    std::optional<Invoker> invoker{};           ///< never the administrator
    std::vector<std::filesystem::path> path{};  ///< the directories of PATH
    std::filesystem::path java_home{};          ///< JAVA_HOME
    /// Those that are set of trust::program_variables().
    std::map<std::string, std::string, std::less<>> variables{};
    static Environment read();

    /// Who does what this program does, for the audit trail and the history: by sudo, who called
    /// it.
    const std::string& who() const { return invoker ? invoker->name : user; }
    /// From where: "command line"; by sudo, "command line, as root".
    std::string from() const {
        return invoker ? fmt::format("command line, as {}", user) : "command line";
    }

    /// Where data is kept unless --data says otherwise.
    std::filesystem::path usual_data() const;
};

/// One run of the program.
struct Context {
    const Clock& clock;
    const Environment& environment;
    std::filesystem::path data;  ///< --data
    bool wants_json = false;     ///< --json
    bool says_yes = false;       ///< --yes
    std::string store{};         ///< --store of `rhumb user` and `rhumb role`
    /// What the chosen command does; set while the arguments are read, run afterwards.
    std::function<Result<Exit>()> run;

    /// The systemd credential that holds the master key, where there is one.
    std::optional<std::filesystem::path> master_key() const;
};

/// A line to standard output.
template <class... Arguments>
void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    std::fputs((fmt::format(format, std::forward<Arguments>(arguments)...) + "\n").c_str(), stdout);
}

}  // namespace rhumb::cli
