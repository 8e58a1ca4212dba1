/// Programs written in Go: they look for the system's list themselves, at the usual paths.

#include <array>

#include "base/text.h"
#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

/// Go takes the first file that is there, and all that is in the directories.
constexpr std::array files_of_go{"/etc/ssl/certs/ca-certificates.crt",
                                 "/etc/pki/tls/certs/ca-bundle.crt",
                                 "/etc/ssl/ca-bundle.pem",
                                 "/etc/pki/tls/cacert.pem",
                                 "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                 "/etc/ssl/cert.pem"};
constexpr std::array directories_of_go{"/etc/ssl/certs", "/etc/pki/tls/certs"};

fs::path file_for(const Surroundings& surroundings) {
    if (const auto told = surroundings.variable("SSL_CERT_FILE"); !told.empty()) return told;
    std::error_code ignored;
    for (const auto* const file : files_of_go)
        if (fs::exists(file, ignored)) return file;
    return {};
}

std::vector<fs::path> directories_for(const Surroundings& surroundings) {
    const auto told = surroundings.variable("SSL_CERT_DIR");
    if (told.empty()) return {directories_of_go.begin(), directories_of_go.end()};
    std::vector<fs::path> all;
    for (const auto part : text::split(told, ':')) all.emplace_back(part);
    return all;
}

}  // namespace

std::vector<Program> look_at_go(const Surroundings& surroundings, RootFiles& files) {
    const auto path = find_program(surroundings, "go");
    if (path.empty()) return {};
    Program program{.name = "Go", .path = path};
    if (const auto said = ask(surroundings, path, {"version"}, {"GOTOOLCHAIN=local"}))
        program.version = version_in(said->output);
    const auto file = file_for(surroundings);
    program.reads = file.string();
    program.roots = files.in_file(file);
    for (const auto& directory : directories_for(surroundings))
        program.roots->merge(files.in_directory(directory, Counted::all));
    program.remedy = file.empty() || is_of_system(file) ? system_remedy : variable_remedy;
    return {program};
}

}  // namespace rhumb::trust::programs
