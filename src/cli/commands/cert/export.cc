/// rhumb cert export: a certificate for other programs and machines, without its key unless that
/// very thing is asked for.

#include "certs/export.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/known_roots.h"
#include "cli/output.h"
#include "cli/password.h"

namespace rhumb::cli {

namespace {

struct ExportOptions {
    std::string name;
    std::string format = "der";
    std::string out;
    PasswordSource password;
    bool with_key = false;
    bool without_password = false;
    bool is_compatible = false;
    bool with_root = false;
};

/// The root above the chain, where it is known here.
Result<pki::Certificate> find_root(const Installation& installation, const std::string& name) {
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(name));
    if (!entry.chain) return tl::unexpected(entry.chain.error());
    const auto& last = entry.chain->certificates().back();
    for (auto& root : known_roots(installation))
        if (last.is_issued_by(root)) return std::move(root);
    return fail(ErrorKind::not_found,
                "the root «{}» is not known here; leave --with-root out, or import the root into "
                "this machine's trust store first (rhumb trust install FILE)",
                last.issuer());
}

/// A text without a key goes to the screen; all else to a file.
std::string choose_file(const ExportOptions& options, certs::ExportFormat format,
                        const certs::Exported& exported) {
    if (!options.out.empty()) return options.out;
    const bool is_text = format == certs::ExportFormat::pem || format == certs::ExportFormat::chain;
    return is_text && !exported.has_key ? "-" : exported.file_name;
}

Exit tell(const Context& context, const ExportOptions& options, const std::string& file,
          const certs::Exported& exported) {
    if (file == "-") return Exit::done;
    if (context.wants_json)
        say("{}", nlohmann::ordered_json{{"name", options.name},
                                         {"format", options.format},
                                         {"file", file},
                                         {"has_key", exported.has_key}}
                      .dump(2));
    else
        say("{} is in {}{}", options.name, file,
            exported.has_key ? ", with its private key: keep it to yourself (mode 0600)"
                             : "; no private key is in it");
    return Exit::done;
}

bool needs_password(const ExportOptions& options, certs::ExportFormat format) {
    if (options.without_password) return false;
    return options.with_key || format == certs::ExportFormat::pfx ||
           format == certs::ExportFormat::key;
}

/// Keys leave by their own switch alone, also where the format has one in any case.
Result<void> check(const ExportOptions& options, certs::ExportFormat format) {
    const bool is_key = format == certs::ExportFormat::pfx || format == certs::ExportFormat::key;
    if (is_key && !options.with_key)
        return fail(ErrorKind::invalid,
                    "--format {} has the private key in it: say so by --with-key; for the "
                    "certificate alone take der, pem, chain or p7b",
                    options.format);
    if (options.password.is_told() && !options.with_key)
        return fail(ErrorKind::invalid, "a password locks a key: add --with-key, or leave it out");
    return {};
}

Result<Exit> run(const Context& context, const ExportOptions& options) {
    const auto format = certs::parse_export_format(options.format);
    if (!format) return wrong_usage(format.error());
    if (const auto checked = check(options, *format); !checked) return wrong_usage(checked.error());
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY_DONE(inventory.get(options.name));
    if (!options.out.empty()) TRY_DONE(check_output(context, options.out, options.with_key));
    std::optional<pki::Certificate> root;
    if (options.with_root) {
        TRY(root, find_root(installation, options.name));
    }
    std::optional<crypto::Secret> password;
    if (needs_password(options, *format)) {
        TRY(password, read_new_password(options.password, "the password for the key"));
    }
    const auto exported = certs::export_certificate(
        *installation.store, installation.seal, options.name,
        {.format = *format,
         .with_key = options.with_key,
         .password = password ? &*password : nullptr,
         .insecurely_without_password = options.without_password,
         .encryption = options.is_compatible ? pki::Pkcs12Encryption::compatible
                                             : pki::Pkcs12Encryption::modern,
         .root = root},
        actor(context), context.clock.now());
    if (!exported) {
        if (exported.error().kind == ErrorKind::invalid) return wrong_usage(exported.error());
        return tl::unexpected(exported.error());
    }
    const auto file = choose_file(options, *format, *exported);
    const bool is_binary =
        *format == certs::ExportFormat::der || *format == certs::ExportFormat::pfx;
    TRY_DONE(write_output(
        context, file,
        {.bytes = exported->bytes.view(), .has_key = exported->has_key, .is_binary = is_binary}));
    return tell(context, options, file, *exported);
}

}  // namespace

void add_cert_export(CLI::App& noun, Context& context) {
    auto options = std::make_shared<ExportOptions>();
    auto* const verb = noun.add_subcommand(
        "export", "Give a certificate away, without its key unless that is asked for");
    verb->add_option("name", options->name, "The certificate's name")->required();
    verb->add_option("--format", options->format,
                     "der (.cer), pem, chain, p7b; with a key: pfx, key, pem, chain")
        ->capture_default_str();
    verb->add_option(
        "--out", options->out,
        "The file; - for the screen. Without it: texts without a key on the screen, all "
        "else in a file of the certificate's name");
    verb->add_flag("--with-key", options->with_key, "With the private key, locked by a password");
    add_password_options(*verb, options->password, "The password for the key");
    verb->add_flag("--insecurely-without-password", options->without_password,
                   "The key in the clear, for programs that can read no other")
        ->needs("--with-key");
    verb->add_flag("--compatible", options->is_compatible,
                   "pfx as Windows before 2019 and old Java read it (weaker encryption)");
    verb->add_flag("--with-root", options->with_root, "With the root behind the chain");
    verb->callback([&context, options] {
        context.run = [&context, options] { return run(context, *options); };
    });
}

}  // namespace rhumb::cli
