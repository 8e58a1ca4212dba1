#include "trust/programs/program.h"

#include <array>
#include <iterator>

#include "trust/programs/looks.h"

namespace rhumb::trust {

namespace {

/// A new kind of program is a file with its look, and a line here.
constexpr std::array<programs::Look, 11> looks{
    programs::look_at_curl,    programs::look_at_wget, programs::look_at_git,
    programs::look_at_python,  programs::look_at_node, programs::look_at_java,
    programs::look_at_gdal,    programs::look_at_proj, programs::look_at_qgis,
    programs::look_at_openssl, programs::look_at_go,
};

}  // namespace

std::string Surroundings::variable(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string{} : found->second;
}

std::span<const std::string_view> program_variables() {
    static constexpr std::array<std::string_view, 21> names{
        "CURL_CA_BUNDLE",      "CURL_HOME",
        "GDAL_CURL_CA_BUNDLE", "GDAL_HTTP_CAPATH",
        "GDAL_HTTP_UNSAFESSL", "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",      "GIT_SSL_NO_VERIFY",
        "JAVA_TOOL_OPTIONS",   "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",       "NODE_EXTRA_CA_CERTS",
        "NODE_OPTIONS",        "NODE_TLS_REJECT_UNAUTHORIZED",
        "NODE_USE_SYSTEM_CA",  "PROJ_CURL_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",  "SSL_CERT_DIR",
        "SSL_CERT_FILE",       "WGETRC",
        "XDG_CONFIG_HOME",
    };
    return names;
}

std::string_view to_text(Belief belief) {
    switch (belief) {
        case Belief::yes: return "trusts";
        case Belief::no: return "does not trust";
        case Belief::unknown: return "not known";
    }
    return "not known";
}

Belief Program::belief(const pki::Certificate& root) const {
    if (!roots) return Belief::unknown;
    return roots->contains(root.fingerprint_sha256()) ? Belief::yes : Belief::no;
}

std::vector<Program> find_programs(const Surroundings& surroundings) {
    programs::RootFiles files{surroundings.places};
    std::vector<Program> all;
    for (const auto look : looks) {
        auto some = look(surroundings, files);
        all.insert(all.end(), std::make_move_iterator(some.begin()),
                   std::make_move_iterator(some.end()));
    }
    return all;
}

}  // namespace rhumb::trust
