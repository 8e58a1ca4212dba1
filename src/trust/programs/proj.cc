/// PROJ, which fetches grids over HTTPS: by libcurl, with settings of its own before. It has no
/// program that tells what it loads, so its settings are read.

#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

std::vector<Program> look_at_proj(const Surroundings& surroundings, RootFiles& files) {
    const auto path = find_program(surroundings, "projinfo");
    if (path.empty()) return {};
    Program program{.name = "PROJ", .path = path, .remedy = std::string{system_remedy}};
    if (const auto said = ask(surroundings, path, {"--version"}))
        program.version = version_in(said->output);
    for (const auto* const name : {"PROJ_CURL_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
        const auto file = surroundings.variable(name);
        if (file.empty()) continue;
        program.reads = fmt::format("{} ({})", file, name);
        program.roots = files.in_file(file);
        if (!is_of_system(file)) program.remedy = variable_remedy;
        return {program};
    }
    program.reads = "the list of the system, by its libcurl";
    program.roots = files.of_system();
    return {program};
}

}  // namespace rhumb::trust::programs
