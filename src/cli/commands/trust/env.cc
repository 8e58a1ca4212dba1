/// rhumb trust env: the settings by which programs with a list of their own trust the root.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/trust/groups.h"
#include "cli/commands/trust/shared.h"
#include "cli/trust_programs.h"
#include "trust/install.h"
#include "trust/programs/settings.h"

namespace rhumb::cli {

namespace {

struct EnvOptions {
    TrustOptions roots;
    std::string shell = "sh";
    std::string directory;
    bool replaces = false;
};

Result<trust::Material> chosen_material(const Context& context, const EnvOptions& options) {
    auto directory = options.directory.empty() ? usual_material(context).directory
                                               : std::filesystem::path{options.directory};
    std::error_code failed;
    directory = std::filesystem::absolute(directory, failed).lexically_normal();
    if (!directory.has_filename()) directory = directory.parent_path();
    const auto is_odd = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(directory.native(), is_odd))
        return fail(ErrorKind::invalid,
                    "the name of the directory has a control character in it; choose another one "
                    "by --dir");
    return trust::Material{directory};
}

/// True when every user may go down to it.
bool is_open_to_all(const std::filesystem::path& directory) {
    for (auto at = directory; at.has_relative_path(); at = at.parent_path()) {
        struct stat status {};
        if (::stat(at.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) return false;
    }
    return true;
}

Result<std::vector<pki::Certificate>> checked_roots(const Context& context,
                                                    const TrustOptions& options) {
    TRY(const auto named, chosen_roots(context, options, Purpose::install));
    std::vector<pki::Certificate> roots;
    for (const auto& one : named) {
        TRY(const auto warnings, trust::check_root(one.root, context.clock.now()));
        print_notes(warnings);
        roots.push_back(one.root);
    }
    return roots;
}

void warn(const trust::Material& material, trust::Shell shell, bool has_system) {
    std::vector<std::string> notes;
    if (!has_system)
        notes.emplace_back(
            "this system has no list of roots that can be read, so the bundle has our roots alone: "
            "the programs will trust nothing else");
    const bool is_for_others = shell == trust::Shell::systemd || shell == trust::Shell::docker;
    if (is_for_others && !is_open_to_all(material.directory))
        notes.push_back(fmt::format(
            "{} can be read by its owner alone; name a place that the service can read by --dir",
            material.directory.string()));
    print_notes(notes);
}

nlohmann::ordered_json to_json(const trust::Material& material,
                               const std::vector<trust::Setting>& settings) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& setting : settings)
        all.push_back({{"name", setting.name},
                       {"value", setting.value},
                       {"for", setting.purpose},
                       {"set_to", setting.present}});
    return {{"directory", material.directory.string()},
            {"roots", material.roots().string()},
            {"bundle", material.bundle().string()},
            {"java_store", material.java_store().string()},
            {"variables", std::move(all)}};
}

Result<Exit> env(const Context& context, const EnvOptions& options) {
    const auto shell = *trust::parse_shell(options.shell);
    const auto material = chosen_material(context, options);
    if (!material) return wrong_usage(material.error());
    const auto roots = checked_roots(context, options.roots);
    if (!roots && roots.error().kind == ErrorKind::conflict) return refused(roots.error());
    if (!roots) return tl::unexpected(roots.error());
    const auto systems = roots_of_system(context);
    TRY_DONE(trust::make_material(*material, *roots, systems));
    warn(*material, shell, !systems.empty());
    const auto settings = trust::settings_for(*material, surroundings(context));
    if (context.wants_json)
        say("{}", to_json(*material, settings)
                      .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    else
        std::fputs(trust::render(shell, settings, *material, options.replaces).c_str(), stdout);
    return Exit::done;
}

}  // namespace

void add_trust_env(CLI::App& noun, Context& context) {
    auto options = std::make_shared<EnvOptions>();
    auto* const verb = noun.add_subcommand(
        "env",
        "The settings of programs that have a list of their own: eval \"$(rhumb trust env)\"");
    std::vector<std::string> shells;
    for (const auto word : trust::shell_words()) shells.emplace_back(word);
    add_root_options(*verb, options->roots);
    verb->add_option("--shell", options->shell, text::join(shells, ", "))
        ->check(CLI::IsMember(shells))
        ->capture_default_str();
    verb->add_option("--dir", options->directory,
                     "Where the files are made that the settings name; without it in the data "
                     "directory");
    verb->add_flag("--replace", options->replaces, "Also what you have set to something else");
    verb->callback([&context, options] {
        context.run = [&context, options] { return env(context, *options); };
    });
}

}  // namespace rhumb::cli
