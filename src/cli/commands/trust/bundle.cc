/// rhumb trust bundle: files that have other machines trust the root of this installation.

#include "share/bundle.h"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "certs/authority_rotation.h"
#include "cli/commands/trust/groups.h"
#include "cli/installation.h"
#include "share/zip.h"
#include "site/urls.h"

namespace rhumb::cli {

namespace {

namespace fs = std::filesystem;

struct BundleOptions {
    std::vector<std::string> platforms;
    std::string out;
};

/// The address of the server, as it was served last; "" before the first time.
std::string url_of(const Context& context) {
    const auto running = site::read_running(context.data);
    if (!running) return {};
    if (!running->document.server.public_url.empty())
        return running->document.server.public_url + "/";
    if (running->document.sites.empty()) return {};
    const auto origin =
        site::origin_for_people(running->document.sites.front(), true, running->hosts);
    return origin.empty() ? origin : origin + "/";
}

Result<share::Installation> read_installation(const Context& context) {
    TRY(const auto store, open_store(context));
    TRY(auto roots, certs::roots_to_trust(store));
    if (roots.empty())
        return fail(ErrorKind::not_found,
                    "there is no local authority yet; `rhumb serve` makes it at its first start");
    return share::Installation{std::move(roots), url_of(context)};
}

std::vector<share::Platform> chosen_platforms(const BundleOptions& options) {
    std::vector<share::Platform> chosen;
    for (const auto platform : share::all_platforms) {
        const auto is_named = [&](std::string_view word) {
            return std::ranges::find(options.platforms, word) != options.platforms.end();
        };
        if (is_named("all") || is_named(share::to_text(platform))) chosen.push_back(platform);
    }
    return chosen;
}

/// All files; of several platforms each in a folder of its own.
Result<std::vector<share::File>> make_files(const std::vector<share::Platform>& platforms,
                                            const share::Installation& installation) {
    std::vector<share::File> files;
    for (const auto platform : platforms) {
        TRY(auto bundle, share::make_bundle(platform, installation));
        for (auto& file : bundle.files) {
            if (platforms.size() > 1)
                file.name = fmt::format("{}/{}", share::to_text(platform), file.name);
            files.push_back(std::move(file));
        }
    }
    return files;
}

/// Nothing is written when something else is in the place of one of them.
Result<void> check_places(const Context& context, const std::vector<share::File>& files,
                          const fs::path& folder) {
    if (context.says_yes) return {};
    for (const auto& file : files) {
        const auto path = folder / file.name;
        std::error_code failed;
        if (!fs::exists(fs::symlink_status(path, failed))) continue;
        const auto present = read_file(path);
        if (present && *present == file.bytes) continue;
        return fail(
            ErrorKind::conflict,
            "{} is there already, and is another file: take another --out, or --yes to overwrite",
            path.string());
    }
    return {};
}

Result<void> write_files(const std::vector<share::File>& files, const fs::path& folder) {
    for (const auto& file : files) {
        const auto path = folder / file.name;
        std::error_code failed;
        fs::create_directories(path.parent_path(), failed);
        if (failed)
            return fail(ErrorKind::denied, "making the folder {}: {}", path.parent_path().string(),
                        failed.message());
        TRY_DONE(write_file_atomically(path, file.bytes, file.is_program ? 0755 : 0644));
    }
    return {};
}

void tell(const Context& context, const BundleOptions& options,
          const share::Installation& installation, const std::vector<share::File>& files) {
    if (context.wants_json) {
        nlohmann::ordered_json facts{{"out", options.out},
                                     {"url", installation.url},
                                     {"roots", nlohmann::ordered_json::array()},
                                     {"files", nlohmann::ordered_json::array()}};
        for (const auto& root : installation.roots)
            facts["roots"].push_back(
                {{"name", root.common_name()},
                 {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())}});
        for (const auto& file : files) facts["files"].push_back(file.name);
        say("{}", facts.dump(2));
        return;
    }
    say("{}: {} files", options.out, files.size());
    for (const auto& file : files) say("  {}", file.name);
    say("");
    for (const auto& root : installation.roots)
        say("{}\n  SHA-256 {}", root.common_name(), pki::to_colon_hex(root.fingerprint_sha256()));
    say("Nothing in them is secret. Whoever installs them compares the fingerprint first; the README says how.");
}

Result<Exit> bundle(const Context& context, const BundleOptions& options) {
    TRY(const auto installation, read_installation(context));
    TRY(const auto files, make_files(chosen_platforms(options), installation));
    if (fs::path{options.out}.extension() == ".zip") {
        const std::vector archive{share::File{.name = fs::path{options.out}.filename().string(),
                                              .bytes = share::to_zip(files, "rhumb-trust"),
                                              .media_type = "application/zip"}};
        const auto folder = fs::path{options.out}.parent_path();
        TRY_DONE(check_places(context, archive, folder));
        TRY_DONE(write_files(archive, folder.empty() ? fs::path{"."} : folder));
    } else {
        TRY_DONE(check_places(context, files, options.out));
        TRY_DONE(write_files(files, options.out));
    }
    tell(context, options, installation, files);
    return Exit::done;
}

}  // namespace

void add_trust_bundle(CLI::App& noun, Context& context) {
    auto options = std::make_shared<BundleOptions>();
    auto* const verb =
        noun.add_subcommand("bundle", "Files that have other machines trust the root");
    std::vector<std::string> words{"all"};
    for (const auto platform : share::all_platforms) words.emplace_back(share::to_text(platform));
    verb->add_option(
            "--for", options->platforms,
            "windows, macos, ios, android, linux, firefox, java or all; several with commas")
        ->delimiter(',')
        ->check(CLI::IsMember(words))
        ->required();
    verb->add_option("--out", options->out, "The folder, or a file that ends in .zip")->required();
    verb->callback([&context, options] {
        context.run = [&context, options] { return bundle(context, *options); };
    });
}

}  // namespace rhumb::cli
