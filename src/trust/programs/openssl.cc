/// Programs that take OpenSSL's own list (Python, Ruby, PHP, nginx as a client and many more):
/// openssl tells where it is.

#include "base/text.h"
#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

/// Of «OPENSSLDIR: "/usr/lib/ssl"».
fs::path directory_in(std::string_view said) {
    const auto first = said.find('"');
    const auto last = said.rfind('"');
    if (first == std::string_view::npos || last <= first) return {};
    return fs::path{said.substr(first + 1, last - first - 1)};
}

}  // namespace

std::vector<Program> look_at_openssl(const Surroundings& surroundings, RootFiles& files) {
    std::vector<Program> programs;
    for (const auto& path : find_all_programs(surroundings, "openssl")) {
        Program program{.name = "OpenSSL", .path = path};
        if (const auto said = ask(surroundings, path, {"version"}))
            program.version = version_in(said->output);
        const auto said = ask(surroundings, path, {"version", "-d"});
        const auto base = said ? directory_in(said->output) : fs::path{};
        fs::path file = surroundings.variable("SSL_CERT_FILE");
        fs::path directory = surroundings.variable("SSL_CERT_DIR");
        program.is_asked = !base.empty();
        if (file.empty() && !base.empty()) file = base / "cert.pem";
        if (directory.empty() && !base.empty()) directory = base / "certs";
        if (!file.empty() || !directory.empty()) {
            program.reads = fmt::format("{}, {}", file.string(), directory.string());
            program.roots = files.in_file(file);
            program.roots->merge(files.in_directory(directory, Counted::hashed));
        }
        program.remedy =
            is_of_system(file) || is_of_system(directory) ? system_remedy : variable_remedy;
        programs.push_back(std::move(program));
    }
    return programs;
}

}  // namespace rhumb::trust::programs
