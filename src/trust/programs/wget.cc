/// wget: the system's list with GnuTLS, OpenSSL's with OpenSSL; and what its settings add. It does
/// not tell which files it loads.

#include <optional>

#include "base/files.h"
#include "base/text.h"
#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t settings_max = 1U << 20U;

/// What its settings say; the person's own after the machine's.
struct Settings {
    fs::path certificate{};
    fs::path directory{};
    bool checks = true;
};

/// Names in wgetrc are told apart without case, dashes and underscores.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : text::to_lower(text::trim(name)))
        if (c != '-' && c != '_') plain += c;
    return plain;
}

void read_settings(const fs::path& file, Settings& settings) {
    const auto text = read_file(file, settings_max);
    if (!text) return;
    for (const auto line : text::split(*text, '\n')) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || text::trim(line).starts_with('#')) continue;
        const auto name = plain_name(line.substr(0, equals));
        const auto value = text::trim(line.substr(equals + 1));
        if (name == "cacertificate") settings.certificate = value;
        if (name == "cadirectory") settings.directory = value;
        if (name == "checkcertificate") settings.checks = !text::iequals(value, "off");
    }
}

Settings settings_of(const Surroundings& surroundings) {
    Settings settings;
    read_settings("/etc/wgetrc", settings);
    const auto told = surroundings.variable("WGETRC");
    read_settings(told.empty() ? surroundings.places.home / ".wgetrc" : fs::path{told}, settings);
    return settings;
}

}  // namespace

std::vector<Program> look_at_wget(const Surroundings& surroundings, RootFiles& files) {
    const auto path = find_program(surroundings, "wget");
    if (path.empty()) return {};
    Program program{.name = "wget", .path = path};
    const auto said = ask(surroundings, path, {"--version"});
    if (!said) return {};
    program.version = version_in(said->output);
    const auto settings = settings_of(surroundings);
    const bool is_openssl = said->output.find("+ssl/openssl") != std::string::npos;
    const fs::path variable = is_openssl ? surroundings.variable("SSL_CERT_FILE") : std::string{};
    if (!settings.directory.empty()) {
        program.roots =
            files.in_directory(settings.directory, is_openssl ? Counted::hashed : Counted::all);
        program.reads = settings.directory.string();
    } else if (!variable.empty()) {
        program.roots = files.in_file(variable);
        program.reads = variable.string();
    } else {
        program.roots = files.of_system();
        program.reads = "the list of the system";
    }
    program.remedy = settings.directory.empty() && (variable.empty() || is_of_system(variable))
                         ? std::string{system_remedy}
                         : "the line «ca_certificate = /path/rhumb-root.pem» in ~/.wgetrc";
    if (!settings.certificate.empty()) {
        auto both = program.roots.value_or(Fingerprints{});
        both.merge(Fingerprints{files.in_file(settings.certificate)});
        program.roots = std::move(both);
        program.reads += fmt::format(", {} (ca_certificate)", settings.certificate.string());
    }
    if (!settings.checks)
        program.note = "it checks no certificate at all: check_certificate is off in its settings";
    return {program};
}

}  // namespace rhumb::trust::programs
