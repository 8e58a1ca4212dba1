#pragma once
/// What the verbs of `rhumb trust` share: which root is spoken of, and which stores.

#include <string>
#include <vector>

#include "cli/context.h"
#include "pki/certificate.h"
#include "trust/install.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

struct TrustOptions {
    std::string file;         ///< a root's certificate; "-": standard input
    std::string from;         ///< a server's URL
    std::string fingerprint;  ///< what the root's SHA-256 has to be
    std::string store = "all";
    std::string level = "all";
    std::string root = "/";
    std::vector<std::string> java_homes;
    std::vector<std::string> java_keystores;
    std::string java_password_file;
};

/// The file, --from and --fingerprint: which root it is about.
void add_root_options(CLI::App& verb, TrustOptions& options);
/// --store, --level, --root, and what is particular to Java: which stores.
void add_store_options(CLI::App& verb, TrustOptions& options);

/// A root, and the command that prints it in PEM, for commands that are shown to people.
struct Named {
    pki::Certificate root;
    std::string export_command;
};

/// What is to be done with it.
enum class Purpose {
    install,  ///< of this installation: the root that signs, and the next one
    remove,   ///< those before them, too
    look,     ///< as for install; what a server shows need not be confirmed
};

/// The root of the file; that of the server (shown, and confirmed by a person or by its
/// fingerprint); that with the fingerprint, of this installation or in one of the stores; else
/// those of this installation. `conflict`: another fingerprint than the one that was told;
/// `denied`: nobody has confirmed it.
Result<std::vector<Named>> chosen_roots(const Context& context, const TrustOptions& options,
                                        Purpose purpose);

/// The stores that the options ask for. `invalid`: they contradict each other.
Result<trust::Found> chosen_stores(const Context& context, const TrustOptions& options,
                                   const std::string& export_command, bool may_create);

/// A command that prints this certificate in PEM, wherever it came from.
std::string print_command(const pki::Certificate& certificate);

}  // namespace rhumb::cli
