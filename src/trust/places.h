#pragma once
/// Where to look for trust stores, and as whom. Only programs know: they read the environment, or
/// take it from their arguments.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace rhumb::trust {

/// Somebody with an account on this machine.
struct User {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

struct Places {
    std::filesystem::path root{"/"};  ///< before every path of the system, also of its programs
    /// What is put before the programs of `root` when that is not "/", so that they take it for
    /// the root of the file system: "/usr/sbin/chroot", DIR. Their own paths then begin within it.
    std::vector<std::string> enter{};
    std::filesystem::path home{};                        ///< empty: no user's stores are looked for
    std::optional<std::filesystem::path> data_home{};    ///< XDG_DATA_HOME, else ~/.local/share
    std::optional<std::filesystem::path> config_home{};  ///< XDG_CONFIG_HOME, else ~/.config
    /// Whose `home` that is, when it is not who runs the program (who is the administrator, by
    /// sudo): programs then work on it as this user, so that all files stay the user's own.
    std::optional<User> user{};
    std::vector<std::filesystem::path> java_homes{};  ///< --java-home: then these runtimes alone
    std::filesystem::path java_home{};                ///< JAVA_HOME
    std::vector<std::filesystem::path> java_keystores{};  ///< --java-keystore: these files alone
    std::filesystem::path java_password_file{};  ///< --java-password-file; empty: "changeit"
    std::vector<std::filesystem::path> path{};   ///< the directories of PATH
    std::string program = "rhumb";  ///< this program, in commands that are shown to people
    /// Prints the root in PEM: the beginning of the commands that are shown to people.
    std::string export_command = "rhumb ca export";
};

}  // namespace rhumb::trust
