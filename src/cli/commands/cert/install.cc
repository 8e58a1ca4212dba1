/// rhumb cert install, import: certificates that were made elsewhere.

#include "certs/install.h"

#include <CLI/CLI.hpp>

#include "certs/import.h"
#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "cli/known_roots.h"
#include "cli/password.h"
#include "cli/terminal.h"
#include "fetch/fetch.h"

namespace rhumb::cli {

namespace {

/// What both verbs take.
struct InstallOptions {
    std::vector<std::string> files;
    std::vector<std::string> more;  ///< --intermediates
    std::vector<std::string> key;   ///< --key
    PasswordSource password;
    std::string name;
    std::string friendly_name;
    bool is_forced = false;
    bool is_offline = false;
    bool may_replace = false;
    Where where;
};

constexpr int tries_max = 3;

certs::Fetch fetcher(bool is_offline) {
    if (is_offline) return {};
    return [](const std::string& url) { return fetch::get(url); };
}

/// Calls `make` with the password that was told, if any; asks for one when the answer is that the
/// file is locked, nothing was told, and a person sits there.
Result<certs::Change> with_password(
    const PasswordSource& source, const std::string& what,
    const std::function<Result<certs::Change>(const crypto::Secret*)>& make) {
    TRY(auto password, read_password(source, what));
    auto made = make(password ? &*password : nullptr);
    for (int i = 0; i < tries_max && !made && made.error().kind == ErrorKind::denied; ++i) {
        if ((source.is_told() && !source.is_typed) || !is_interactive()) break;
        std::fputs(fmt::format("{}\n", made.error().message).c_str(), stderr);
        TRY(password, ask_password(what));
        if (!password) break;
        made = make(&*password);
    }
    if (!made && made.error().kind == ErrorKind::denied && !source.is_told())
        made.error().message += ": --password-file FILE, or --password-env NAME";
    return made;
}

std::string password_of(const std::vector<std::string>& files) {
    return files.size() == 1 ? fmt::format("the password of {}", files.front())
                             : "the password of the files";
}

Result<Exit> install(const Context& context, const InstallOptions& options) {
    TRY(const auto files, Files::read(options.files));
    TRY(const auto intermediates, Files::read(options.more));
    TRY(auto installation, Installation::open(context));
    certs::InstallOptions order{.files = files.bag(),
                                .intermediates = intermediates.bag(),
                                .request = options.name,
                                .fetch = fetcher(options.is_offline),
                                .roots = known_roots(installation),
                                .is_forced = options.is_forced,
                                .now = context.clock.now()};
    const auto make = [&](const crypto::Secret* password) {
        order.password = password;
        return certs::install(*installation.store, installation.seal, order, actor(context));
    };
    return carry_out(
        context, installation,
        {.make = [&] { return with_password(options.password, password_of(options.files), make); },
         .where = options.where,
         .done = "installed"});
}

Result<Exit> import(const Context& context, const InstallOptions& options) {
    auto names = options.files;
    names.insert(names.end(), options.key.begin(), options.key.end());
    names.insert(names.end(), options.more.begin(), options.more.end());
    TRY(const auto files, Files::read(names));
    TRY(auto installation, Installation::open(context));
    certs::ImportOptions order{.files = files.bag(),
                               .name = options.name,
                               .friendly_name = options.friendly_name,
                               .may_replace = options.may_replace,
                               .fetch = fetcher(options.is_offline),
                               .roots = known_roots(installation),
                               .is_forced = options.is_forced,
                               .now = context.clock.now()};
    const auto make = [&](const crypto::Secret* password) {
        order.password = password;
        return certs::import_certificate(*installation.store, installation.seal, order,
                                         actor(context));
    };
    return carry_out(
        context, installation,
        {.make = [&] { return with_password(options.password, password_of(options.files), make); },
         .where = options.where,
         .done = "imported"});
}

void add_common(CLI::App& verb, InstallOptions& options) {
    verb.add_option("--intermediates", options.more, "More files with certificates for the chain");
    add_password_options(verb, options.password, "The password of a locked file");
    verb.add_flag("--force", options.is_forced,
                  "Take it in spite of what the checks found; never without its key");
    verb.add_flag("--offline", options.is_offline,
                  "Do not fetch missing issuers from where the certificate says they are");
    add_where_options(verb, options.where);
}

}  // namespace

void add_cert_install(CLI::App& noun, Context& context) {
    auto answer = std::make_shared<InstallOptions>();
    auto* const install_verb =
        noun.add_subcommand("install", "Install what an authority answered to a request");
    install_verb
        ->add_option("file", answer->files, "PEM, DER, PKCS#7, PKCS#12; - reads standard input")
        ->required();
    install_verb->add_option("--request", answer->name,
                             "The request that is answered; without it found by its key");
    add_common(*install_verb, *answer);
    install_verb->callback([&context, answer] {
        context.run = [&context, answer] { return install(context, *answer); };
    });

    auto options = std::make_shared<InstallOptions>();
    auto* const import_verb =
        noun.add_subcommand("import", "Take a certificate and its key that were made elsewhere");
    import_verb
        ->add_option("file", options->files, "PEM, DER, PKCS#7, PKCS#12; - reads standard input")
        ->required();
    import_verb->add_option("--key", options->key, "A file with the key, where it is apart");
    import_verb->add_option(
        "--as", options->name,
        "What it will be called here; without it the first name that it is for");
    import_verb->add_option("--friendly-name", options->friendly_name, "Any text for people");
    import_verb->add_flag("--replace", options->may_replace,
                          "In the place of the one of that name");
    add_common(*import_verb, *options);
    import_verb->callback([&context, options] {
        context.run = [&context, options] { return import(context, *options); };
    });
}

}  // namespace rhumb::cli
