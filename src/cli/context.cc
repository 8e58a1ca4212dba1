#include "cli/context.h"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace rhumb::cli {

namespace {

std::optional<std::filesystem::path> path_of(const char* variable) {
    const char* const value =
        std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::filesystem::path{value};
}

/// Beside the program in a build, in ../share/rhumb of an installation, or where RHUMB_SHARE says.
std::filesystem::path find_share(const std::filesystem::path& program) {
    if (auto told = path_of("RHUMB_SHARE")) return *told;
    const auto directory = program.parent_path();
    std::error_code failed;
    if (std::filesystem::exists(directory / "ui", failed) ||
        std::filesystem::exists(directory / "data", failed))
        return directory;
    return directory.parent_path() / "share" / "rhumb";
}

}  // namespace

Environment Environment::read() {
    Environment environment;
    const passwd* const user =
        ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe): before any thread
    environment.user = user == nullptr ? std::to_string(::geteuid()) : user->pw_name;
    environment.home = path_of("HOME").value_or(user == nullptr ? "/" : user->pw_dir);
    environment.data_home = path_of("XDG_DATA_HOME");
    environment.config_home = path_of("XDG_CONFIG_HOME");
    environment.credentials = path_of("CREDENTIALS_DIRECTORY");
    std::error_code failed;
    environment.program = std::filesystem::read_symlink("/proc/self/exe", failed);
    environment.share = find_share(environment.program);
    environment.is_root = ::geteuid() == 0;
    return environment;
}

std::filesystem::path Environment::usual_data() const {
    if (is_root) return "/var/lib/rhumb";
    return data_home.value_or(home / ".local" / "share") / "rhumb";
}

std::optional<std::filesystem::path> Context::master_key() const {
    if (!environment.credentials) return std::nullopt;
    const auto path = *environment.credentials / "rhumb.master-key";
    std::error_code failed;
    return std::filesystem::exists(path, failed) ? std::optional{path} : std::nullopt;
}

}  // namespace rhumb::cli
