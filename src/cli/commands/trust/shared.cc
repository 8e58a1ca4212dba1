#include "cli/commands/trust/shared.h"

#include <algorithm>
#include <iterator>

#include <CLI/CLI.hpp>

#include "base/child.h"
#include "base/files.h"
#include "base/text.h"
#include "certs/authority_rotation.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/trust/from.h"
#include "cli/installation.h"
#include "cli/trust_report.h"

namespace rhumb::cli {

namespace {

/// The one certificate of a file.
Result<pki::Certificate> root_in(const std::string& file) {
    TRY(const auto files, Files::read({file}));
    TRY(const auto bag, pki::read_bags(files.bag()));
    if (bag.certificates.size() == 1) return bag.certificates.front();
    if (bag.certificates.empty())
        return fail(ErrorKind::invalid, "{}: there is no certificate in it", file);
    std::vector<pki::Certificate> roots;
    std::ranges::copy_if(bag.certificates, std::back_inserter(roots),
                         [](const auto& one) { return one.is_ca() && one.is_self_signed(); });
    if (roots.size() == 1) return roots.front();
    return fail(ErrorKind::invalid,
                "{}: there are {} certificates in it, {} of them roots; give a file with the one "
                "root that is to be trusted",
                file, bag.certificates.size(), roots.size());
}

/// The commands that are shown to people begin with what prints the root.
std::string export_command(const Context& context, std::string_view switches) {
    return fmt::format("{} ca export{} --data {}", context.environment.program.string(), switches,
                       child::to_shell({context.data.string()}));
}

Result<std::vector<Named>> own_roots(const Context& context, Purpose purpose) {
    TRY(const auto installation, Installation::open(context));
    TRY(const auto current, certs::roots_to_trust(*installation.store));
    std::vector<Named> roots;
    for (const auto& root : current)
        roots.push_back({root, export_command(context, roots.empty() ? "" : " --next")});
    if (purpose == Purpose::remove) {
        TRY(const auto all, certs::Authority::list(*installation.store));
        for (const auto& authority : all)
            if (authority.state() == certs::AuthorityState::retired)
                roots.push_back({authority.root(), print_command(authority.root())});
    }
    if (roots.empty())
        return fail(ErrorKind::not_found,
                    "there is no local authority yet; `rhumb serve` makes it at its first start");
    return roots;
}

/// Of this installation, else what one of the stores has.
Result<std::vector<Named>> roots_with(const Context& context, const TrustOptions& options,
                                      const std::string& fingerprint) {
    if (const auto own = own_roots(context, Purpose::remove))
        for (const auto& one : *own)
            if (one.root.fingerprint_sha256() == fingerprint) return std::vector{one};
    TRY(const auto found, chosen_stores(context, options, "", false));
    for (const auto& store : found.stores) {
        const auto roots = store->roots();
        if (!roots) continue;
        for (const auto& root : *roots)
            if (root.fingerprint_sha256() == fingerprint)
                return std::vector{Named{root, print_command(root)}};
    }
    return fail(ErrorKind::not_found,
                "no root with the fingerprint {} is known here, neither of this installation nor "
                "in a trust store that can be read",
                pki::to_colon_hex(fingerprint));
}

}  // namespace

std::string print_command(const pki::Certificate& certificate) {
    return fmt::format("printf %s {} | base64 -d | openssl x509 -inform der",
                       text::to_base64(certificate.to_der()));
}

Result<std::vector<Named>> chosen_roots(const Context& context, const TrustOptions& options,
                                        Purpose purpose) {
    std::string fingerprint;
    if (!options.fingerprint.empty()) {
        TRY(fingerprint, parse_fingerprint(options.fingerprint));
    }
    if (!options.from.empty()) {
        if (purpose == Purpose::look) {
            TRY(auto offer, find_offer(context, options.from));
            if (!fingerprint.empty()) TRY_DONE(check_fingerprint(offer.root, fingerprint));
            return std::vector{Named{offer.root, print_command(offer.root)}};
        }
        TRY(auto root, confirmed_root(context, options.from, fingerprint));
        return std::vector{Named{root, print_command(root)}};
    }
    if (!options.file.empty()) {
        TRY(auto root, root_in(options.file));
        if (!fingerprint.empty()) TRY_DONE(check_fingerprint(root, fingerprint));
        auto command = options.file == "-" ? print_command(root)
                                           : "openssl x509 -in " + child::to_shell({options.file});
        return std::vector{Named{std::move(root), std::move(command)}};
    }
    if (!fingerprint.empty()) return roots_with(context, options, fingerprint);
    return own_roots(context, purpose);
}

Result<trust::Found> chosen_stores(const Context& context, const TrustOptions& options,
                                   const std::string& export_command, bool may_create) {
    auto where = places(context, export_command);
    trust::Wanted wanted{.kind = options.store,
                         .level = trust::parse_level(options.level),
                         .may_create = may_create};
    for (const auto& home : options.java_homes) where.java_homes.emplace_back(home);
    for (const auto& file : options.java_keystores) where.java_keystores.emplace_back(file);
    where.java_password_file = options.java_password_file;
    // What is said of Java alone is not meant for all the others.
    if (!where.java_keystores.empty() || !where.java_homes.empty()) wanted.kind = "java";
    if (std::filesystem::path{options.root} != "/") {
        if (wanted.kind == "nss" || wanted.level == trust::Level::user)
            return fail(ErrorKind::invalid,
                        "--root is for the stores of a whole machine; those of users belong to "
                        "homes. Name one by HOME=DIR instead");
        TRY_DONE(move_to(options.root, context.environment.is_root, where));
        wanted.level = trust::Level::machine;
    }
    return trust::find_stores(where, wanted);
}

void add_root_options(CLI::App& verb, TrustOptions& options) {
    auto* const file = verb.add_option("file", options.file,
                                       "A root's certificate (- for standard input); without it "
                                       "the roots of this installation");
    verb.add_option("--from", options.from,
                    "Take the root from this server; you are shown its fingerprint")
        ->excludes(file);
    verb.add_option("--fingerprint", options.fingerprint,
                    "What the root's SHA-256 has to be, as you know it over another way");
}

void add_store_options(CLI::App& verb, TrustOptions& options) {
    std::vector<std::string> kinds;
    for (const auto kind : trust::store_kinds()) kinds.emplace_back(kind);
    verb.add_option("--store", options.store, text::join(kinds, ", "))
        ->check(CLI::IsMember(kinds))
        ->capture_default_str();
    verb.add_option("--level", options.level,
                    "user: what is yours; machine: what is everybody's; all")
        ->check(CLI::IsMember({"user", "machine", "all"}))
        ->capture_default_str();
    verb.add_option("--root", options.root,
                    "A directory to take for the root of the file system, as for an image")
        ->check(CLI::ExistingDirectory)
        ->capture_default_str();
    verb.add_option("--java-home", options.java_homes,
                    "A Java runtime; only these then; once for each")
        ->allow_extra_args(false);
    verb.add_option("--java-keystore", options.java_keystores,
                    "A trust store of an application in Java, made where it is missing")
        ->allow_extra_args(false);
    verb.add_option("--java-password-file", options.java_password_file,
                    "A file with the password of Java's stores, when it is not changeit")
        ->check(CLI::ExistingFile);
}

}  // namespace rhumb::cli
