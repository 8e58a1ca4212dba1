/// rhumb trust: has the clients of this machine and user trust the root.

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "certs/authority.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/trust_report.h"
#include "trust/install.h"

namespace rhumb::cli {

namespace {

struct TrustOptions {
    std::string store = "all";
    std::string file;
    std::string root = "/";
};

Result<pki::Certificate> the_root(const Context& context, const TrustOptions& options) {
    if (!options.file.empty()) {
        TRY(const auto bytes, read_file(options.file, 1U << 20U));
        auto certificate = bytes.find("-----BEGIN") == std::string::npos ? pki::Certificate::from_der(bytes) : pki::Certificate::from_pem(bytes);
        if (!certificate) return tl::unexpected(std::move(certificate).error().within(options.file));
        return certificate;
    }
    TRY(const auto installation, Installation::open(context));
    TRY(const auto authority, certs::Authority::find(*installation.store));
    if (!authority) return fail(ErrorKind::not_found, "there is no local authority yet; `rhumb serve` makes it at its first start");
    return authority->root();
}

trust::Places places_of(const Context& context, const TrustOptions& options) {
    auto found = places(context, options.file.empty() ? fmt::format("{} ca export --data {}", context.environment.program.string(), context.data.string())
                                                      : fmt::format("openssl x509 -in {}", options.file));
    found.root = options.root;
    return found;
}

Result<Exit> install(const Context& context, const TrustOptions& options) {
    TRY(const auto root, the_root(context, options));
    TRY_DONE(trust::check_root(root, context.clock.now()));
    TRY(const auto found, trust::find_stores(places_of(context, options), options.store, true));
    return print(context, trust::install(root, found));
}

Result<Exit> uninstall(const Context& context, const TrustOptions& options) {
    TRY(const auto root, the_root(context, options));
    TRY(const auto found, trust::find_stores(places_of(context, options), options.store, false));
    return print(context, trust::uninstall(root, found));
}

Result<Exit> status(const Context& context, const TrustOptions& options) {
    TRY(const auto root, the_root(context, options));
    TRY(const auto found, trust::find_stores(places_of(context, options), options.store, false));
    auto reports = trust::status(root, found);
    if (context.wants_json) return print(context, reports);
    say("{}", root.common_name());
    for (const auto& report : reports)
        say("{:<12} {}: {}{}{}", report.outcome == trust::Outcome::already ? "trusted" : "not trusted", report.store, report.location,
            report.detail.empty() ? "" : "; ", report.detail);
    return Exit::done;
}

}  // namespace

void add_trust(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("trust", "Clients of this machine: who trusts the root")->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, Result<Exit> (*run)(const Context&, const TrustOptions&)) {
        auto options = std::make_shared<TrustOptions>();
        auto* const verb = noun->add_subcommand(name, help);
        verb->add_option("file", options->file, "A root's certificate; without it the root of this installation");
        verb->add_option("--store", options->store, "system, nss or all")->check(CLI::IsMember({"system", "nss", "all"}))->capture_default_str();
        verb->add_option("--root", options->root, "A directory to take for the root of the file system, as for an image")->capture_default_str();
        verb->callback([&context, options, run] { context.run = [&context, options, run] { return run(context, *options); }; });
    };
    add("install", "Put the root into the trust stores", install);
    add("uninstall", "Take it out of them", uninstall);
    add("status", "Which stores have it", status);
}

}  // namespace rhumb::cli
