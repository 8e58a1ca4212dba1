/// Java: commands for keytool, and a trust store of its own in PKCS#12.

#include "pki/trust_pkcs12.h"
#include "share/making.h"

namespace rhumb::share {

namespace {

Result<std::string> trust_store(const Making& making) {
    std::vector<pki::TrustEntry> entries;
    entries.reserve(making.roots.size());
    for (const auto& root : making.roots) entries.push_back({root.stem, root.certificate});
    const auto password = crypto::Secret::copy_of(java_password);
    // What every Java reads; nothing in it is secret. A machine in FIPS mode can only write the
    // other.
    auto store = pki::to_trust_pkcs12(entries, password, pki::Pkcs12Encryption::compatible);
    return store ? store : pki::to_trust_pkcs12(entries, password);
}

std::string batch_calls(const Making& making) {
    std::string calls;
    for (const auto& root : making.roots) {
        if (!calls.empty()) calls += '\n';
        calls += fmt::format(R"(call :root {} "{}" || exit /b 1)", root.stem, root.name);
    }
    return calls;
}

}  // namespace

Result<std::vector<File>> for_java(const Making& making) {
    const std::string password{java_password};
    auto files = making.certificates(".crt", false);
    TRY(auto store, trust_store(making));
    files.push_back({.name = "trust-rhumb.p12",
                     .bytes = std::move(store),
                     .media_type = "application/x-pkcs12",
                     .role = Role::settings});
    files.push_back({.name = "trust-rhumb.sh",
                     .bytes = fill("java.sh", {{"URL", making.url},
                                               {"PASSWORD", password},
                                               {"ROOTS", shell_calls(making)}}),
                     .media_type = std::string{script_type},
                     .role = Role::script,
                     .is_program = true});
    files.push_back({.name = "trust-rhumb.bat",
                     .bytes = to_dos(fill("java.bat", {{"URL", making.url},
                                                       {"PASSWORD", password},
                                                       {"CALLS", batch_calls(making)}})),
                     .media_type = std::string{script_type},
                     .role = Role::script});
    files.push_back(making.readme("java.txt"));
    return files;
}

}  // namespace rhumb::share
