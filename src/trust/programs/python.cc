/// Python: its module ssl tells the roots that a default context has loaded. The package requests
/// brings a list of its own.

#include <algorithm>

#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

/// Without the current directory among the places of modules. Old forms only: Python 3.6 reads it.
constexpr const char* script = R"(
import sys
sys.path[:] = [p for p in sys.path if p]
import hashlib, ssl
print("version", sys.version.split()[0])
print("executable", sys.executable)
paths = ssl.get_default_verify_paths()
print("file", paths.cafile or "")
print("directory", paths.capath or "")
for der in ssl.create_default_context().get_ca_certs(True):
    print("root", hashlib.sha256(der).hexdigest())
try:
    import requests
    print("requests", requests.__version__)
    print("bundle", requests.certs.where())
except Exception:
    pass
)";

Program look_at_ssl(const std::string& said, const fs::path& path, RootFiles& files) {
    Program program{.name = "Python", .version = value_of(said, "version"), .path = path};
    const fs::path file = value_of(said, "file");
    const fs::path directory = value_of(said, "directory");
    program.is_asked = true;
    program.roots = to_fingerprints(values_of(said, "root"));
    // A directory is read when a certificate of it is needed, so the context does not list it.
    if (!directory.empty()) program.roots->merge(files.in_directory(directory, Counted::hashed));
    program.reads = file.empty() ? directory.string() : file.string();
    if (!file.empty() && !directory.empty())
        program.reads += fmt::format(", {}", directory.string());
    program.remedy =
        is_of_system(file) || is_of_system(directory) ? system_remedy : variable_remedy;
    return program;
}

Program look_at_requests(const std::string& said, const fs::path& path,
                         const Surroundings& surroundings, RootFiles& files) {
    Program program{.name = "Python requests",
                    .version = value_of(said, "requests"),
                    .path = path,
                    .is_asked = true};
    fs::path bundle = value_of(said, "bundle");
    for (const auto* const name : {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"})
        if (const auto told = surroundings.variable(name); !told.empty()) bundle = told;
    std::error_code ignored;
    program.roots = fs::is_directory(bundle, ignored) ? files.in_directory(bundle, Counted::hashed)
                                                      : files.in_file(bundle);
    program.reads = bundle.string();
    program.remedy = is_of_system(bundle) ? system_remedy : variable_remedy;
    return program;
}

}  // namespace

std::vector<Program> look_at_python(const Surroundings& surroundings, RootFiles& files) {
    std::vector<Program> programs;
    std::vector<std::string> known;
    for (const auto& path : find_all_programs(surroundings, "python3")) {
        const auto said = ask(surroundings, path, {"-c", script});
        if (!said || !said->is_success()) continue;
        // Behind a name on PATH may be a program that chooses one of several.
        const auto executable = value_of(said->output, "executable");
        if (std::ranges::find(known, executable) != known.end()) continue;
        known.push_back(executable);
        programs.push_back(look_at_ssl(said->output, executable, files));
        if (!value_of(said->output, "requests").empty())
            programs.push_back(look_at_requests(said->output, executable, surroundings, files));
    }
    return programs;
}

}  // namespace rhumb::trust::programs
