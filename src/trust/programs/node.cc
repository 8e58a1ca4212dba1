/// Node.js: a list of its own, unless it is told otherwise. From 22.15 on it tells its roots; the
/// older ones tell what they bring along, and the rest is known from their settings.

#include <algorithm>

#include "trust/programs/asking.h"
#include "trust/programs/looks.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

/// Node.js 16 reads it.
constexpr const char* script = R"(
const crypto = require("crypto"), tls = require("tls");
console.log("version", process.versions.node);
const all = tls.getCACertificates ? tls.getCACertificates("default") : tls.rootCertificates;
console.log("complete", tls.getCACertificates ? "yes" : "no");
for (const pem of all) {
  try { console.log("root", new crypto.X509Certificate(pem).fingerprint256); } catch {}
}
const options = (process.env.NODE_OPTIONS || "").split(/\s+/);
const { target_defaults, variables } = process.config;
const built = (target_defaults.defines || []).includes("NODE_OPENSSL_CERT_STORE");
const takes = name => options.includes(name);
console.log("openssl", takes("--use-openssl-ca") || (built && !takes("--use-bundled-ca")) ? "yes" : "no");
console.log("shared", variables.node_shared_openssl ? "yes" : "no");
)";

/// Of a Node.js that does not tell all of it.
void add_by_settings(const std::string& said, const Surroundings& surroundings, RootFiles& files,
                     Program& program) {
    if (value_of(said, "openssl") == "yes") {
        const fs::path file = surroundings.variable("SSL_CERT_FILE");
        const fs::path directory = surroundings.variable("SSL_CERT_DIR");
        const bool is_systems = value_of(said, "shared") == "yes";
        program.roots.reset();
        if (is_systems && file.empty()) program.roots = files.of_system();
        if (!file.empty()) program.roots = files.in_file(file);
        if (!directory.empty() && program.roots)
            program.roots->merge(files.in_directory(directory, Counted::hashed));
        program.reads = "OpenSSL's list (--use-openssl-ca)";
    }
    const fs::path extra = surroundings.variable("NODE_EXTRA_CA_CERTS");
    if (!extra.empty() && program.roots) program.roots->merge(Fingerprints{files.in_file(extra)});
}

}  // namespace

std::vector<Program> look_at_node(const Surroundings& surroundings, RootFiles& files) {
    std::vector<Program> programs;
    for (const auto& path : find_all_programs(surroundings, "node")) {
        const auto said = ask(surroundings, path, {"-e", script});
        if (!said || !said->is_success()) continue;
        const auto& words = said->output;
        Program program{.name = "Node.js",
                        .version = value_of(words, "version"),
                        .path = path,
                        .reads = "its own list",
                        .roots = to_fingerprints(values_of(words, "root")),
                        .is_asked = value_of(words, "complete") == "yes",
                        .remedy = std::string{variable_remedy}};
        if (!program.is_asked) add_by_settings(words, surroundings, files, program);
        if (const auto extra = surroundings.variable("NODE_EXTRA_CA_CERTS"); !extra.empty())
            program.reads += fmt::format(", {} (NODE_EXTRA_CA_CERTS)", extra);
        if (surroundings.variable("NODE_TLS_REJECT_UNAUTHORIZED") == "0")
            program.note =
                "it checks no certificate at all: NODE_TLS_REJECT_UNAUTHORIZED is 0; unset it";
        programs.push_back(std::move(program));
    }
    return programs;
}

}  // namespace rhumb::trust::programs
