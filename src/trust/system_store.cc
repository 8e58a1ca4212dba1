#include "trust/system_store.h"

#include <algorithm>
#include <array>

#include <unistd.h>

#include "base/child.h"
#include "base/files.h"
#include "base/text.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

/// How one family of distributions keeps its roots. Paths are below the root of the system.
struct Family {
    std::string_view name;
    std::string_view anchors;    ///< where added roots belong; telling by its being there
    std::string_view extension;  ///< Debian passes over all but .crt
    std::string_view bundle;     ///< what programs read, made by the tool
    std::string_view tool;
    std::string_view install_argument;  ///< "": none
    std::string_view remove_argument;
    std::string_view package;
};

/// In the order of asking: Fedora has the directories of others too.
constexpr std::array families{
    Family{"Fedora", "etc/pki/ca-trust/source/anchors", ".pem",
           "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "update-ca-trust", "extract",
           "extract", "ca-certificates"},
    Family{"Debian", "usr/local/share/ca-certificates", ".crt", "etc/ssl/certs/ca-certificates.crt",
           "update-ca-certificates", "", "--fresh", "ca-certificates"},
    Family{"Arch", "etc/ca-certificates/trust-source/anchors", ".crt",
           "etc/ca-certificates/extracted/tls-ca-bundle.pem", "trust", "extract-compat",
           "extract-compat", "ca-certificates-utils"},
    Family{"SUSE", "usr/share/pki/trust/anchors", ".pem", "var/lib/ca-certificates/ca-bundle.pem",
           "update-ca-certificates", "", "", "ca-certificates"},
};

constexpr std::array tool_directories{"usr/sbin", "usr/bin", "sbin", "bin"};

fs::path find_tool(const fs::path& root, std::string_view tool) {
    for (const auto* const directory : tool_directories)
        if (const auto path = root / directory / tool; ::access(path.c_str(), X_OK) == 0)
            return path;
    return {};
}

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
    SystemStore(const Family& family, Places places, fs::path tool)
        : family_{family}, places_{std::move(places)}, tool_{std::move(tool)} {}

    std::string name() const override { return "system"; }

    std::string location() const override {
        return fmt::format("{}, {}", family_.name, anchors().string());
    }

    Result<bool> has(const pki::Certificate& root) const override {
        auto bundle = read_file(places_.root / family_.bundle);
        if (!bundle && bundle.error().kind == ErrorKind::not_found) return false;
        if (!bundle) return tl::unexpected(std::move(bundle).error());
        return base64_of(*bundle).find(base64_of(root.to_pem())) != std::string::npos;
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
        std::error_code error;
        fs::remove(file_for(root), error);
        if (error)
            return fail(ErrorKind::internal, "removing {}: {}", file_for(root).string(),
                        error.message());
        return update(family_.remove_argument);
    }

    std::string command(const pki::Certificate& root, bool is_install) const override {
        const auto file = child::to_shell({file_for(root).string()});
        const auto argument = is_install ? family_.install_argument : family_.remove_argument;
        const auto again = fmt::format("sudo {}{}{}", tool_.empty() ? family_.tool : tool_.string(),
                                       argument.empty() ? "" : " ", argument);
        if (!is_install) return fmt::format("sudo rm {} && {}", file, again);
        return fmt::format("{} | sudo tee {} >/dev/null && {}", places_.export_command, file,
                           again);
    }

private:
    fs::path anchors() const { return places_.root / family_.anchors; }
    fs::path file_for(const pki::Certificate& root) const {
        return anchors() / (unique_name(root) + std::string{family_.extension});
    }

    Result<void> check_access() const {
        if (tool_.empty())
            return fail(ErrorKind::not_found, "the program {} is missing; install the package {}",
                        family_.tool, family_.package);
        if (::access(anchors().c_str(), W_OK) != 0)
            return fail(ErrorKind::denied, "{} can be written by the administrator alone",
                        anchors().string());
        return {};
    }

    Result<void> update(std::string_view argument) const {
        child::Command command;
        command.arguments = {tool_.string()};
        if (!argument.empty()) command.arguments.emplace_back(argument);
        TRY(const auto finished, child::run(command));
        if (finished.is_success()) return {};
        return fail(ErrorKind::internal, "{} failed with exit code {}: {}",
                    child::to_shell(command.arguments), finished.exit_code,
                    text::trim(finished.output));
    }

    const Family& family_;  // of the table above
    Places places_;
    fs::path tool_;  // empty: missing
};

}  // namespace

void find_system_store(const Places& places, Found& found) {
    const auto is_here = [&](const Family& family) {
        return fs::is_directory(places.root / family.anchors);
    };
    const auto* const family = std::ranges::find_if(families, is_here);
    if (family != families.end()) {
        found.stores.push_back(
            std::make_unique<SystemStore>(*family, places, find_tool(places.root, family->tool)));
        return;
    }
    found.skipped.push_back(
        {"system", places.root.string(), Outcome::skipped,
         "no trust store of the system is known here; on Debian it comes with the package "
         "ca-certificates",
         ""});
}

}  // namespace rhumb::trust
