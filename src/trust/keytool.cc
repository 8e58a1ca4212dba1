#include "trust/keytool.h"

#include <array>

#include "base/text.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

/// Some hundred certificates of two KiB each.
constexpr std::size_t listing_max = std::size_t{8} << 20U;

/// English, whatever the person speaks; and a machine that starts fast and does little.
constexpr std::array for_machines{"-J-Duser.language=en", "-J-XX:+IgnoreUnrecognizedVMOptions",
                                  "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"};

constexpr std::string_view alias_word = "Alias name: ";
constexpr std::string_view kind_word = "Entry type: ";
constexpr std::string_view begin_word = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view end_word = "-----END CERTIFICATE-----";

/// What keytool said, without its usual advice.
std::string reason_in(std::string_view output) {
    for (const auto line : text::split(output, '\n')) {
        constexpr std::string_view word = "keytool error: ";
        if (!line.starts_with(word)) continue;
        auto reason = text::trim(line.substr(word.size()));
        for (const std::string_view class_name : {"java.io.IOException: ", "java.lang.Exception: "})
            if (reason.starts_with(class_name)) reason.remove_prefix(class_name.size());
        return std::string{reason};
    }
    return std::string{text::trim(output).substr(0, 400)};
}

Result<child::Finished> judged(Result<child::Finished> finished, const fs::path& store) {
    if (!finished || finished->is_success()) return finished;
    const auto reason = reason_in(finished->output);
    if (reason.find("password was incorrect") != std::string::npos)
        return fail(ErrorKind::denied,
                    "{} is locked with another password, or damaged; give the password by "
                    "--java-password-file FILE",
                    store.string());
    for (const std::string_view word :
         {"Invalid keystore format", "EOFException", "exists, but is empty", "DerInputStream",
          "toDerInputStream", "DER input", "Unrecognized keystore format"})
        if (reason.find(word) != std::string::npos)
            return fail(ErrorKind::invalid,
                        "{} is no trust store that Java can read (keytool says: {}); restore it, "
                        "for example by installing this Java again",
                        store.string(), reason);
    return fail(ErrorKind::internal, "keytool on {} failed: {}", store.string(), reason);
}

}  // namespace

std::vector<KeystoreEntry> read_keystore_listing(std::string_view text) {
    std::vector<KeystoreEntry> entries;
    std::string alias;
    bool is_trusted = false;
    std::string pem;
    for (const auto raw : text::split(text, '\n')) {
        const auto line = text::trim(raw);
        if (line.starts_with(alias_word)) {
            alias = line.substr(alias_word.size());
            is_trusted = false;
            pem.clear();
        } else if (line.starts_with(kind_word)) {
            is_trusted = line.substr(kind_word.size()) == "trustedCertEntry";
        } else if (line == begin_word) {
            pem = fmt::format("{}\n", line);
        } else if (!pem.empty()) {
            pem += fmt::format("{}\n", line);
            if (line != end_word) continue;
            if (auto certificate = pki::Certificate::from_pem(pem))
                entries.push_back({alias, is_trusted, *std::move(certificate)});
            pem.clear();
        }
    }
    return entries;
}

Keytool::Keytool(std::vector<std::string> command, fs::path password_file)
    : command_{std::move(command)}, password_file_{std::move(password_file)} {}

Result<std::vector<KeystoreEntry>> Keytool::list(const fs::path& store) const {
    TRY(const auto finished, run({"-list", "-rfc"}, store, ""));
    return read_keystore_listing(finished.output);
}

Result<void> Keytool::add(const fs::path& store, const std::string& alias,
                          const pki::Certificate& certificate) const {
    TRY_DONE(run({"-importcert", "-noprompt", "-alias", alias}, store, certificate.to_pem()));
    return {};
}

Result<void> Keytool::remove(const fs::path& store, const std::string& alias) const {
    TRY_DONE(run({"-delete", "-alias", alias}, store, ""));
    return {};
}

std::string Keytool::add_command(const fs::path& store, const std::string& alias) const {
    return child::to_shell(whole({"-importcert", "-noprompt", "-alias", alias}, store));
}

std::string Keytool::remove_command(const fs::path& store, const std::string& alias) const {
    return child::to_shell(whole({"-delete", "-alias", alias}, store));
}

/// A password that is no secret may stand on the command line; any other is read from its file, so
/// that nobody sees it in the list of processes.
std::vector<std::string> Keytool::password() const {
    if (password_file_.empty()) return {"-storepass", std::string{usual_java_password}};
    return {"-storepass:file", password_file_.string()};
}

std::vector<std::string> Keytool::whole(std::vector<std::string> arguments,
                                        const fs::path& store) const {
    auto all = command_.empty() ? std::vector<std::string>{"keytool"} : command_;
    all.insert(all.end(), arguments.begin(), arguments.end());
    // Not -cacerts: it stands for the store of that keytool's own Java, and is not known to Java 8.
    all.insert(all.end(), {"-keystore", store.string()});
    const auto how = password();
    all.insert(all.end(), how.begin(), how.end());
    return all;
}

Result<child::Finished> Keytool::run(std::vector<std::string> arguments, const fs::path& store,
                                     std::string input) const {
    if (command_.empty())
        return fail(ErrorKind::not_found,
                    "the program keytool is missing; it comes with a Java runtime, as of the "
                    "package default-jre-headless");
    arguments.insert(arguments.begin(), for_machines.begin(), for_machines.end());
    return judged(child::run({.arguments = whole(std::move(arguments), store),
                              .environment = {},
                              .input = std::move(input),
                              .limit = std::chrono::seconds{60},
                              .output_max = listing_max}),
                  store);
}

}  // namespace rhumb::trust
