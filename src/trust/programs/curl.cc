/// curl: has libcurl tell which files it loads (variables and ~/.curlrc have a say in it).

#include "trust/programs/asking.h"
#include "trust/programs/hang_up.h"
#include "trust/programs/libcurl.h"

namespace rhumb::trust::programs {

namespace {

Program look_at(const std::filesystem::path& path, const HangUp& port,
                const Surroundings& surroundings, RootFiles& files) {
    Program program{.name = "curl",
                    .path = path,
                    .reads = "the list that it was built with",
                    .remedy = std::string{variable_remedy}};
    if (const auto said = ask(surroundings, path, {"--version"}))
        program.version = version_in(said->output);
    const auto said = ask(surroundings, path,
                          {"--silent", "--verbose", "--noproxy", "*", "--max-time", "10",
                           fmt::format("https://127.0.0.1:{}/", port.port())});
    if (said) take_loaded_roots(said->output, files, program);
    return program;
}

}  // namespace

std::vector<Program> look_at_curl(const Surroundings& surroundings, RootFiles& files) {
    std::vector<Program> programs;
    const auto port = HangUp::open();
    if (!port) return programs;
    for (const auto& path : find_all_programs(surroundings, "curl"))
        programs.push_back(look_at(path, **port, surroundings, files));
    return programs;
}

}  // namespace rhumb::trust::programs
