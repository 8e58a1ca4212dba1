/// rhumb cert mirror: keeps a certificate and its key as files, for other software.

#include "certs/mirror.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/cert/groups.h"
#include "cli/commands/cert/shared.h"
#include "cli/deployment.h"
#include "cli/installation.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

struct MirrorOptions {
    std::string name;
    std::string directory;
    std::string hook;
    bool is_ending = false;
};

nlohmann::ordered_json to_json(const storage::MirrorRecord& mirror) {
    return {{"certificate", mirror.certificate},
            {"directory", mirror.directory},
            {"hook", mirror.hook},
            {"is_written", !mirror.written.empty()},
            {"is_hook_due", mirror.is_hook_due},
            {"last_error", mirror.last_error}};
}

std::string state_of(const storage::MirrorRecord& mirror) {
    if (!mirror.last_error.empty()) return mirror.last_error;
    if (mirror.written.empty()) return "not written yet";
    return mirror.is_hook_due ? "the hook is due" : "up to date";
}

Result<Exit> list(const Context& context, const Installation& installation) {
    TRY(const auto mirrors, certs::list_mirrors(*installation.store));
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& mirror : mirrors) all.push_back(to_json(mirror));
        say("{}", all.dump(2));
        return Exit::done;
    }
    if (mirrors.empty()) {
        say("No certificate is mirrored.");
        return Exit::done;
    }
    Table table{{"CERTIFICATE", "DIRECTORY", "HOOK", "STATE"}};
    for (const auto& mirror : mirrors)
        table.add({mirror.certificate, mirror.directory, mirror.hook.empty() ? "none" : mirror.hook,
                   state_of(mirror)});
    table.print();
    return Exit::done;
}

/// Writes what is due, and says what became of this one.
Result<Exit> write(const Context& context, Installation& installation, const std::string& name) {
    TRY(const auto report, certs::update_mirrors(*installation.store, installation.seal,
                                                 actor(context), context.clock.now()));
    print_failures(report);
    TRY(const auto mirrors, certs::list_mirrors(*installation.store));
    for (const auto& mirror : mirrors) {
        if (mirror.certificate != name) continue;
        if (context.wants_json)
            say("{}", to_json(mirror).dump(2));
        else
            say("«{}» is kept in {}: fullchain.pem and privkey.pem (mode 0600); {}",
                mirror.certificate, mirror.directory, state_of(mirror));
    }
    return report.failures.empty() ? Exit::done : Exit::failed;
}

Result<Exit> run(const Context& context, const MirrorOptions& options) {
    TRY(auto installation, Installation::open(context));
    if (options.name.empty()) return list(context, installation);
    if (options.is_ending) {
        TRY_DONE(certs::remove_mirror(*installation.store, options.name, actor(context),
                                      context.clock.now()));
        say("«{}» is mirrored no longer; its files stay as they are.", options.name);
        return Exit::done;
    }
    if (options.directory.empty()) return list(context, installation);
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(options.name));
    std::error_code failed;
    const auto set = certs::set_mirror(
        *installation.store,
        {.certificate = entry.record.name,
         .directory = std::filesystem::absolute(options.directory, failed).lexically_normal(),
         .hook = options.hook},
        actor(context), context.clock.now());
    if (!set) return refused(set.error());
    return write(context, installation, entry.record.name);
}

}  // namespace

void add_cert_mirror(CLI::App& noun, Context& context) {
    auto options = std::make_shared<MirrorOptions>();
    auto* const verb = noun.add_subcommand(
        "mirror", "Keep a certificate and its key as files for other software; alone: list them");
    auto* const name = verb->add_option("name", options->name, "The certificate's name");
    auto* const to = verb->add_option("--to", options->directory, "The directory")->needs(name);
    verb->add_option("--hook", options->hook, "A line for the shell, run after each change")
        ->needs(to);
    verb->add_flag("--stop", options->is_ending, "Mirror it no longer; the files stay")
        ->needs(name)
        ->excludes(to);
    verb->callback([&context, options] {
        context.run = [&context, options] { return run(context, *options); };
    });
}

}  // namespace rhumb::cli
