#include "cli/context.h"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

#include "base/text.h"
#include "trust/programs/program.h"

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

/// sudo tells who called it. Only the administrator is believed: others could tell anything.
std::optional<Invoker> find_invoker() {
    const auto told = path_of("SUDO_UID");
    const auto uid = told ? text::to_integer(told->native()) : std::nullopt;
    if (::geteuid() != 0 || uid.value_or(0) <= 0) return std::nullopt;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    const passwd* const user = ::getpwuid(static_cast<uid_t>(*uid));
    if (user == nullptr) return std::nullopt;
    return Invoker{user->pw_name, user->pw_uid, user->pw_gid, user->pw_dir};
}

std::vector<std::filesystem::path> directories_of_path() {
    std::vector<std::filesystem::path> directories;
    const auto told = path_of("PATH");
    if (!told) return directories;
    for (const auto part : text::split(told->native(), ':'))
        if (part.starts_with('/')) directories.emplace_back(part);
    return directories;
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
    for (const auto name : trust::program_variables())
        if (const auto value = path_of(std::string{name}.c_str()))
            environment.variables.emplace(name, value->native());
    std::error_code failed;
    environment.program = std::filesystem::read_symlink("/proc/self/exe", failed);
    environment.share = find_share(environment.program);
    environment.is_root = ::geteuid() == 0;
    environment.invoker = find_invoker();
    environment.path = directories_of_path();
    environment.java_home = path_of("JAVA_HOME").value_or("");
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
