/// rhumb security configure: the wizard, at a terminal or by switches.

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/security/shared.h"
#include "cli/paragraph.h"
#include "cli/trial_report.h"
#include "cli/wizard_switches.h"
#include "cli/wizard_walk.h"
#include "wizard/configured.h"
#include "wizard/json.h"

namespace rhumb::cli {

namespace {

using wizard::Json;

struct ConfigureOptions {
    WizardSwitches switches;
    std::string comment;
    bool is_dry = false;
    bool is_undone = false;
};

/// What an outcome is told with: a person reads lines, a program one JSON text.
class Telling {
public:
    explicit Telling(const Context& context) : wants_json_{context.wants_json} {}

    void add(const char* name, Json value) { json_[name] = std::move(value); }
    void say_line(const std::string& text) const {
        if (!wants_json_) std::fputs(text.c_str(), stdout);
    }
    Exit end(Exit exit) const {
        if (wants_json_) say("{}", json_.dump(2, ' ', false, Json::error_handler_t::replace));
        return exit;
    }
    bool wants_json() const { return wants_json_; }

private:
    bool wants_json_;
    Json json_ = Json::object();
};

/// An installation, opened for the wizard.
struct Workshop {
    Installation installation;
    site::Home home;
    observe::Log log = observe::Log::to_nowhere();
};

providers::Surroundings surroundings(const Context& context, Workshop& workshop) {
    return {.store = *workshop.installation.store,
            .seal = workshop.installation.seal,
            .clock = context.clock,
            .log = workshop.log};
}

/// How a fault is answered by switches.
std::string switch_for(const wizard::Fault& fault) {
    if (fault.step == wizard::users_step) return "--users";
    if (fault.step == wizard::roles_step) return "--roles";
    if (fault.step == wizard::administrator_step)
        return fault.field == "name" ? "--administrator" : "--password-file, --password-env";
    const bool is_secret =
        fault.field == "password" || fault.field == "client_secret" || fault.field == "secret";
    if (fault.step == wizard::connection_step)
        return is_secret ? "--secret-file, --secret-env"
                         : fmt::format("--provider {}=…", fault.field);
    if (fault.step == wizard::roles_connection_step)
        return fmt::format("--roles-provider {}=…", fault.field);
    return fault.field.empty() ? "" : fmt::format("--set {}=…", fault.field);
}

Exit tell_faults(const std::vector<wizard::Fault>& faults, Telling& telling) {
    telling.add("faults", wizard::to_json(faults));
    if (telling.wants_json()) return telling.end(Exit::usage);
    std::fputs("rhumb: nothing was changed:\n", stderr);
    for (const auto& fault : faults) {
        const auto option = switch_for(fault);
        std::fputs(
            paragraph(fmt::format(
                          "{}{}{}{}", fault.step, fault.field.empty() ? "" : "." + fault.field,
                          ": " + fault.message, option.empty() ? "" : fmt::format(" ({})", option)),
                      2)
                .c_str(),
            stderr);
    }
    return Exit::usage;
}

void tell(const wizard::Summary& summary, Telling& telling) {
    telling.add("summary", wizard::to_json(summary));
    std::string text = "\n";
    for (const auto& line : summary.lines) text += paragraph("· " + line, 2);
    if (!summary.difference.empty()) text += "\n" + summary.difference;
    telling.say_line(text);
}

/// Where the configuration is a file, it is its owner who changes it.
Exit tell_file(const wizard::Summary& summary, const wizard::Configured& configured,
               Telling& telling) {
    std::string text = "\n";
    if (!summary.text.empty())
        text += paragraph(fmt::format("The configuration is the file {}. Write this there, in the "
                                      "place of its tables about security:",
                                      configured.config_file)) +
                "\n" + summary.text;
    if (!summary.commands.empty()) {
        text += "\n" + paragraph("Before that, on this machine:");
        for (const auto& command : summary.commands) text += "  " + command + "\n";
    }
    if (!summary.later.empty()) {
        text += "\n" + paragraph("After that:");
        for (const auto& command : summary.later) text += "  " + command + "\n";
    }
    text += "\nNothing was changed.\n";
    telling.say_line(text);
    return telling.end(Exit::done);
}

/// False: something is in the way.
bool try_all(const wizard::Decision& decision, const wizard::Configured& configured,
             const providers::Surroundings& around, Telling& telling) {
    const auto tried = wizard::try_connections(decision, configured, around);
    telling.add("connections", wizard::to_json(tried));
    bool is_free = true;
    for (const auto& one : tried) {
        telling.say_line("\n" + to_text(one));
        is_free = is_free && !one.is_in_the_way();
    }
    if (!is_free)
        telling.say_line("\n" +
                         paragraph("Nothing was changed. Mend what failed, or go on knowingly with "
                                   "--in-spite-of-test."));
    return is_free;
}

Result<Exit> take_back(const Context& context, Workshop& workshop, Telling& telling) {
    const auto around = surroundings(context, workshop);
    TRY(const auto undone, wizard::undo({workshop.home, around, actor(context)}));
    telling.add("undone", wizard::to_json(undone));
    for (const auto& line : undone.lines) telling.say_line(paragraph("· " + line, 2));
    telling.say_line("\nTaken back.\n");
    return telling.end(Exit::done);
}

/// By real requests to the server, where one runs.
Result<Exit> test_access(const Context& context, Workshop& workshop, bool was_walked,
                         Telling& telling) {
    if (!find_running(context)) {
        telling.say_line(
            paragraph("No server runs; once one does, `rhumb security test` tries who "
                      "may have what."));
        return telling.end(Exit::done);
    }
    telling.say_line("\nTest of access:\n");
    const auto report = try_policy(context);
    if (!report) {
        telling.add("trial", Json{{"good", false}, {"trouble", report.error().message}});
        telling.say_line(paragraph("It could not be tried: " + report.error().message));
    } else {
        telling.add("trial", wizard::to_json(*report));
        if (!telling.wants_json()) print(*report);
        if (count_wrong(*report) == 0) return telling.end(Exit::done);
    }
    telling.say_line(
        paragraph("`rhumb security configure --undo` makes everything as it was before."));
    if (was_walked && confirm(context, "Take it all back now?"))
        return take_back(context, workshop, telling);
    return telling.end(Exit::refused);
}

Result<Exit> carry_out(const Context& context, const ConfigureOptions& options, Workshop& workshop,
                       const wizard::Answers& answers, const wizard::Configured& configured,
                       bool was_walked) {
    Telling telling{context};
    const auto around = surroundings(context, workshop);
    const auto decision = wizard::decide(answers, configured);
    if (!decision.faults.empty()) return tell_faults(decision.faults, telling);
    const auto summary = wizard::summarize(decision, configured);
    tell(summary, telling);
    if (!was_walked && !try_all(decision, configured, around, telling))
        return telling.end(Exit::refused);
    if (!configured.config_file.empty()) return tell_file(summary, configured, telling);
    if (options.is_dry) {
        telling.say_line("\nNothing was changed: --dry-run.\n");
        return telling.end(Exit::done);
    }
    if (!summary.changes_anything) return telling.end(Exit::done);
    telling.say_line("\n");
    TRY_DONE(confirm(context, "Apply this?"));
    TRY(const auto applied,
        wizard::apply(decision, configured, {workshop.home, around, actor(context)},
                      options.comment));
    telling.add("applied", wizard::to_json(applied));
    telling.say_line(
        fmt::format("\nApplied: revision {} of the configuration.\n", applied.revision));
    for (const auto& place : applied.tables)
        telling.say_line(
            paragraph(fmt::format("Tables were made in «{0}». Users come there by `rhumb user add "
                                  "NAME --store {0}`, or those who are here by `rhumb security "
                                  "migrate --from embedded --to {0}`.",
                                  place)));
    return test_access(context, workshop, was_walked, telling);
}

Result<Exit> configure(const Context& context, const ConfigureOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    Workshop workshop{std::move(installation), std::move(home)};
    if (options.is_undone) {
        TRY_DONE(confirm(context, "Take back what the wizard changed last?"));
        Telling telling{context};
        return take_back(context, workshop, telling);
    }
    TRY(const auto configured,
        wizard::read_configured(workshop.home, *workshop.installation.store, context.clock));
    const auto& switches = options.switches;
    if (switches.is_any() || context.says_yes || options.is_dry || context.wants_json) {
        const auto answers = read_answers(switches, configured);
        if (!answers) return wrong_usage(answers.error());
        return carry_out(context, options, workshop, *answers, configured, false);
    }
    auto terminal = Terminal::open();
    if (!terminal)
        return wrong_usage(
            {ErrorKind::denied,
             "nobody can be asked here: say it by switches (--users, --provider …; rhumb security "
             "configure --help), or in a file (--answers), with --yes"});
    const auto around = surroundings(context, workshop);
    TRY(const auto answers, walk({*terminal, configured, around}));
    if (!answers) {
        terminal->show("\nLeft. Nothing was changed.\n");
        return Exit::failed;
    }
    return carry_out(context, options, workshop, *answers, configured, true);
}

}  // namespace

void add_security_configure(CLI::App& noun, Context& context) {
    const auto options = std::make_shared<ConfigureOptions>();
    auto* const verb = noun.add_subcommand(
        "configure", "Say step by step where users and roles are kept, and how people sign in");
    add_wizard_switches(*verb, options->switches);
    verb->add_option("--comment", options->comment, "Why, for the history");
    verb->add_flag("--dry-run", options->is_dry, "Say what would change, and change nothing");
    verb->add_flag("--undo", options->is_undone, "Take back what was changed last");
    verb->callback([&context, options] {
        context.run = [&context, options] { return configure(context, *options); };
    });
}

}  // namespace rhumb::cli
