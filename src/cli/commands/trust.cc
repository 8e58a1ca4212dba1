/// rhumb trust: has the clients of this machine and user trust the root.

#include <algorithm>
#include <iterator>

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "certs/authority_rotation.h"
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

Result<pki::Certificate> root_in(const std::string& file) {
    TRY(const auto bytes, read_file(file, 1U << 20U));
    auto certificate = bytes.find("-----BEGIN") == std::string::npos
                           ? pki::Certificate::from_der(bytes)
                           : pki::Certificate::from_pem(bytes);
    if (!certificate) return tl::unexpected(std::move(certificate).error().within(file));
    return certificate;
}

/// The file's, else those of this installation: the one that signs and the next one; with
/// `with_retired` also those before them.
Result<std::vector<pki::Certificate>> roots_of(const Context& context, const TrustOptions& options,
                                               bool with_retired) {
    if (!options.file.empty()) {
        TRY(auto root, root_in(options.file));
        return std::vector{std::move(root)};
    }
    TRY(const auto installation, Installation::open(context));
    std::vector<pki::Certificate> roots;
    TRY(roots, certs::roots_to_trust(*installation.store));
    if (with_retired) {
        TRY(const auto all, certs::Authority::list(*installation.store));
        for (const auto& authority : all)
            if (authority.state() == certs::AuthorityState::retired)
                roots.push_back(authority.root());
    }
    if (roots.empty())
        return fail(ErrorKind::not_found,
                    "there is no local authority yet; `rhumb serve` makes it at its first start");
    return roots;
}

/// The commands that are shown to people begin with what prints this root.
trust::Places places_of(const Context& context, const TrustOptions& options, bool is_next) {
    auto found = places(
        context, options.file.empty()
                     ? fmt::format("{} ca export{} --data {}", context.environment.program.string(),
                                   is_next ? " --next" : "", context.data.string())
                     : fmt::format("openssl x509 -in {}", options.file));
    found.root = options.root;
    return found;
}

using Change = std::vector<trust::Report> (*)(const pki::Certificate&, const trust::Found&);

/// Does the same for each root, and prints one report of all.
Result<Exit> for_each(const Context& context, const TrustOptions& options,
                      const std::vector<pki::Certificate>& roots, bool may_create, Change change) {
    std::vector<trust::Report> reports;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        TRY(const auto found,
            trust::find_stores(places_of(context, options, i == 1), options.store, may_create));
        auto some = change(roots[i], found);
        if (roots.size() > 1)
            for (auto& report : some)
                report.location += fmt::format(" («{}»)", roots[i].common_name());
        std::ranges::move(some, std::back_inserter(reports));
    }
    return print(context, reports);
}

Result<Exit> install(const Context& context, const TrustOptions& options) {
    TRY(const auto roots, roots_of(context, options, false));
    for (const auto& root : roots) TRY_DONE(trust::check_root(root, context.clock.now()));
    return for_each(context, options, roots, true, trust::install);
}

Result<Exit> uninstall(const Context& context, const TrustOptions& options) {
    TRY(const auto roots, roots_of(context, options, true));
    return for_each(context, options, roots, false, trust::uninstall);
}

Result<Exit> status(const Context& context, const TrustOptions& options) {
    TRY(const auto roots, roots_of(context, options, false));
    if (context.wants_json) return for_each(context, options, roots, false, trust::status);
    for (const auto& root : roots) {
        TRY(const auto found,
            trust::find_stores(places_of(context, options, false), options.store, false));
        say("{}", root.common_name());
        for (const auto& report : trust::status(root, found))
            say("{:<12} {}: {}{}{}",
                report.outcome == trust::Outcome::already ? "trusted" : "not trusted", report.store,
                report.location, report.detail.empty() ? "" : "; ", report.detail);
    }
    return Exit::done;
}

}  // namespace

void add_trust(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("trust", "Clients of this machine: who trusts the root")
                           ->require_subcommand(1);
    const auto add = [&](const char* name, const char* help,
                         Result<Exit> (*run)(const Context&, const TrustOptions&)) {
        auto options = std::make_shared<TrustOptions>();
        auto* const verb = noun->add_subcommand(name, help);
        verb->add_option("file", options->file,
                         "A root's certificate; without it the root of this installation");
        verb->add_option("--store", options->store, "system, nss or all")
            ->check(CLI::IsMember({"system", "nss", "all"}))
            ->capture_default_str();
        verb->add_option("--root", options->root,
                         "A directory to take for the root of the file system, as for an image")
            ->capture_default_str();
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
    };
    add("install", "Put the root into the trust stores", install);
    add("uninstall", "Take it out of them", uninstall);
    add("status", "Which stores have it", status);
}

}  // namespace rhumb::cli
