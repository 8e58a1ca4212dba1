/// git: speaks HTTPS by libcurl, with settings of its own before (http.sslCAInfo, GIT_SSL_CAINFO).

#include "base/text.h"
#include "trust/programs/asking.h"
#include "trust/programs/hang_up.h"
#include "trust/programs/libcurl.h"

namespace rhumb::trust::programs {

namespace {

/// It was told not to check: by its settings or by a variable.
bool checks_nothing(const Surroundings& surroundings, const std::filesystem::path& path) {
    if (!surroundings.variable("GIT_SSL_NO_VERIFY").empty()) return true;
    const auto said =
        ask(surroundings, path, {"-C", "/", "config", "--type=bool", "--get", "http.sslVerify"});
    return said && text::trim(said->output) == "false";
}

}  // namespace

std::vector<Program> look_at_git(const Surroundings& surroundings, RootFiles& files) {
    const auto path = find_program(surroundings, "git");
    const auto port = HangUp::open();
    if (path.empty() || !port) return {};
    Program program{.name = "git",
                    .path = path,
                    .reads = "what its libcurl loads",
                    .remedy = std::string{system_remedy}};
    if (const auto said = ask(surroundings, path, {"--version"}))
        program.version = version_in(said->output);
    // From the root of the file system, so that no repository's settings count.
    const auto said = ask(surroundings, path,
                          {"-C", "/", "-c", "http.proxy=", "-c", "credential.helper=", "ls-remote",
                           fmt::format("https://127.0.0.1:{}/", (*port)->port())},
                          {"GIT_CURL_VERBOSE=1", "GIT_TERMINAL_PROMPT=0"});
    if (said) take_loaded_roots(said->output, files, program);
    if (checks_nothing(surroundings, path))
        program.note =
            "it checks no certificate at all (http.sslVerify, GIT_SSL_NO_VERIFY): take that back";
    return {program};
}

}  // namespace rhumb::trust::programs
