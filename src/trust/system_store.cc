#include "trust/system_store.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "base/child.h"
#include "base/files.h"
#include "base/text.h"
#include "pki/bag.h"
#include "trust/system_anchors.h"
#include "trust/system_family.h"
#include "trust/tools.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

/// The base64 of all certificates of a bundle in one line, so that line ends and comments do not
/// matter.
std::string base64_of(std::string_view pem) {
    std::string all;
    for (const auto line : text::split(pem, '\n'))
        if (!line.starts_with('#')) all += text::trim(line);
    return all;
}

class SystemStore final : public ClientStore {
public:
    SystemStore(const SystemFamily& family, fs::path anchors, Places places)
        : family_{family},
          anchors_{std::move(anchors)},
          places_{std::move(places)},
          tool_{find_tool(places_, family_.tool)} {}

    About about() const override {
        return {.kind = "system",
                .level = Level::machine,
                .location = fmt::format("{}, {}", family_.name, anchors_.string())};
    }

    Result<bool> has(const pki::Certificate& root) const override {
        auto bundle = read_file(bundle_file());
        if (!bundle && bundle.error().kind == ErrorKind::not_found) return false;
        if (!bundle) return tl::unexpected(std::move(bundle).error());
        return base64_of(*bundle).find(base64_of(root.to_pem())) != std::string::npos;
    }

    Result<std::vector<pki::Certificate>> roots() const override {
        auto bundle = read_file(bundle_file(), pki::bag_size_max);
        if (!bundle && bundle.error().kind == ErrorKind::not_found)
            return std::vector<pki::Certificate>{};
        if (!bundle) return tl::unexpected(std::move(bundle).error());
        auto bag = pki::read_bag(*bundle);
        if (!bag) return tl::unexpected(std::move(bag).error().within(bundle_file().string()));
        return std::move(bag->certificates);
    }

    Result<void> install(const pki::Certificate& root) override {
        TRY_DONE(check_access());
        const auto file = file_for(root);
        const bool is_new = !fs::exists(file);
        TRY_DONE(write_file_atomically(file, root.to_pem(), 0644));
        auto updated = update(family_.install_argument);
        if (!updated && is_new) {
            std::error_code ignored;  // the error of the update is what counts
            fs::remove(file, ignored);
        }
        return updated;
    }

    Result<void> remove(const pki::Certificate& root) override {
        TRY_DONE(check_access());
        for (const auto& file : files_of(root)) {
            std::error_code error;
            fs::remove(file, error);
            if (error)
                return fail(ErrorKind::internal, "removing {}: {}", file.string(), error.message());
        }
        return update(family_.remove_argument);
    }

    std::string command(const pki::Certificate& root, bool is_install) const override;

private:
    fs::path bundle_file() const { return places_.root / family_.bundle; }
    fs::path file_for(const pki::Certificate& root) const {
        return anchors_ / (unique_name(root) + std::string{family_.extension});
    }

    /// Our own, and those that somebody put there by hand, in each directory of the family.
    std::vector<fs::path> files_of(const pki::Certificate& root) const {
        std::vector<fs::path> files;
        for (const auto anchors : family_.anchors)
            for (auto& file : find_anchor_files(places_.root / anchors, root))
                files.push_back(std::move(file));
        return files;
    }

    Result<void> check_access() const;
    Result<void> update(std::string_view argument) const;

    const SystemFamily& family_;  // of a table that is always there
    fs::path anchors_;
    Places places_;
    fs::path tool_;  // empty: missing
};

std::string SystemStore::command(const pki::Certificate& root, bool is_install) const {
    const auto argument = is_install ? family_.install_argument : family_.remove_argument;
    std::vector<std::string> arguments;
    if (!argument.empty()) arguments.emplace_back(argument);
    const auto tool = tool_.empty() ? places_.root / "usr/sbin" / family_.tool : tool_;
    const auto again = "sudo " + child::to_shell(to_run(places_, tool, arguments));
    if (!is_install) {
        std::vector<std::string> files;
        for (const auto& file : files_of(root)) files.push_back(file.string());
        if (files.empty()) files.push_back(file_for(root).string());
        return fmt::format("sudo rm {} && {}", child::to_shell(files), again);
    }
    const auto first = tool_.empty() && places_.enter.empty()
                           ? fmt::format("sudo {} && ", family_.package_command)
                           : std::string{};
    return fmt::format("{}{} | sudo tee {} >/dev/null && {}", first, places_.export_command,
                       child::to_shell({file_for(root).string()}), again);
}

Result<void> SystemStore::check_access() const {
    if (tool_.empty())
        return fail(
            ErrorKind::not_found,
            "the program {} is missing, which tells programs of new roots; it comes by `{}`",
            family_.tool, family_.package_command);
    std::error_code error;
    const auto real_root = fs::weakly_canonical(places_.root, error);
    const auto real = fs::weakly_canonical(anchors_, error);
    if (real.lexically_relative(real_root).native().starts_with(".."))
        return fail(ErrorKind::invalid,
                    "{} leads out of {}, to {}: nothing is written there. Work within the image: "
                    "chroot {} rhumb trust install",
                    anchors_.string(), places_.root.string(), real.string(), places_.root.string());
    fs::create_directories(anchors_, error);  // what cannot be made is told by access()
    if (::access(anchors_.c_str(), W_OK) == 0) return {};
    if (errno == EROFS)
        return fail(ErrorKind::unavailable,
                    "{} is on a file system that can only be read; change the image that it comes "
                    "from (`rhumb trust install --root DIR` works on one that is unpacked in DIR), "
                    "or mount it for writing",
                    anchors_.string());
    return fail(ErrorKind::denied, "{} can be written by the administrator alone",
                anchors_.string());
}

Result<void> SystemStore::update(std::string_view argument) const {
    child::Command command;
    std::vector<std::string> arguments;
    if (!argument.empty()) arguments.emplace_back(argument);
    command.arguments = to_run(places_, tool_, std::move(arguments));
    TRY(const auto finished, child::run(command));
    if (finished.is_success()) return {};
    return fail(ErrorKind::internal, "{} failed with exit code {}: {}",
                child::to_shell(command.arguments), finished.exit_code,
                text::trim(finished.output));
}

/// The directory of the family for new roots: the first that is there, else the best.
fs::path choose_anchors(const SystemFamily& family, const fs::path& root) {
    std::error_code ignored;
    for (const auto anchors : family.anchors)
        if (fs::is_directory(root / anchors, ignored)) return root / anchors;
    return root / family.anchors.front();
}

}  // namespace

void find_system_store(const Places& places, Found& found) {
    const auto* const family = find_family(places.root);
    if (family == nullptr) {
        found.skipped.push_back(
            {.store = {"system", Level::machine, places.root.string()},
             .outcome = Outcome::skipped,
             .detail = "no trust store of the system is known here; Rhumb knows those of Debian, "
                       "Fedora, SUSE, Arch and their kin, where they come with the package "
                       "ca-certificates"});
        return;
    }
    auto store =
        std::make_unique<SystemStore>(*family, choose_anchors(*family, places.root), places);
    found.stores.push_back(std::move(store));
    if (!family->passes_over_others) return;
    for (const auto anchors : family->anchors)
        for (auto& stray : find_strays(places.root / anchors))
            found.skipped.push_back({.store = {"system", Level::machine, stray.file.string()},
                                     .outcome = Outcome::skipped,
                                     .detail = std::move(stray.reason),
                                     .command = std::move(stray.command)});
}

}  // namespace rhumb::trust
