/// rhumb config: the configuration, its checks and its history.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/accounts.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/known_names.h"
#include "cli/table.h"
#include "config/parse.h"
#include "config/write.h"
#include "site/hsts_memory.h"

namespace rhumb::cli {

namespace {

struct ConfigOptions {
    std::string file;
    std::string comment;
    std::string out;
    std::vector<std::string> sides;
    storage::Id revision = 0;
};

Result<std::string> read_text(const std::string& file) {
    return read_file(file, config::text_bytes_max);
}

/// Where there is a store to ask: users and roles that rules name and it does not know.
Result<void> add_unknown_names(const Context& context, const std::string& file,
                               config::Parsed& parsed) {
    std::error_code failed;
    if (!std::filesystem::exists(context.data / "rhumb.db", failed)) return {};
    TRY(const auto accounts, Accounts::open(context));
    TRY(auto unknown, unknown_names(accounts, parsed, file));
    for (auto& one : unknown) parsed.warnings.push_back(std::move(one));
    return {};
}

Result<Exit> check(const Context& context, const ConfigOptions& options) {
    TRY(const auto text, read_text(options.file));
    auto parsed = config::parse(text, options.file);
    TRY_DONE(add_unknown_names(context, options.file, parsed));
    if (context.wants_json) {
        const auto list = [](const std::vector<config::Diagnostic>& diagnostics) {
            auto all = nlohmann::ordered_json::array();
            for (const auto& one : diagnostics)
                all.push_back({{"file", one.file},
                               {"line", one.line},
                               {"column", one.column},
                               {"message", one.message}});
            return all;
        };
        say("{}", nlohmann::ordered_json{{"good", parsed.is_good()},
                                         {"errors", list(parsed.errors)},
                                         {"warnings", list(parsed.warnings)}}
                      .dump(2));
    } else {
        for (const auto& one : parsed.errors) say("{}", one.to_text());
        for (const auto& one : parsed.warnings) say("warning: {}", one.to_text());
        if (parsed.is_good()) say("{} is good", options.file);
    }
    return parsed.is_good() ? Exit::done : Exit::refused;
}

/// Before the first start, for who sets machines up: `rhumb serve` begins with it then, and lays no
/// samples down.
Result<Exit> apply_as_first(const Context& context, const std::string& text,
                            const std::string& comment) {
    TRY(auto store, storage::Store::open(context.data));
    const auto made = change(context, comment);
    TRY(auto home, site::Home::in_store_from(store, text, made));
    TRY(const auto number, home.apply(text, made));  // another one may have been quicker
    say("revision {}, with which `rhumb serve` begins in {}", number, context.data.string());
    return Exit::done;
}

Result<Exit> apply(const Context& context, const ConfigOptions& options) {
    TRY(const auto text, read_text(options.file));
    TRY(const auto document, config::parse_or_fail(text, options.file));
    std::error_code failed;
    if (!std::filesystem::exists(context.data / "rhumb.db", failed))
        return apply_as_first(context, text, options.comment);
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    // Before the server takes it, and with it notes what browsers are told.
    TRY(const auto told, installation.store->read(site::HstsMemory::read));
    TRY(const auto number, home.apply(text, change(context, options.comment)));
    say("revision {}", number);
    for (const auto& sentence : told.advice(document, context.clock.now()))
        say("advice: {}", sentence);
    return Exit::done;
}

Result<std::string> revision_text(const site::Home& home, storage::Id number) {
    if (number == 0) {
        TRY(auto current, home.current());
        return std::move(current.text);
    }
    TRY(auto revision, home.revision(number));
    return std::move(revision.text);
}

Result<Exit> export_text(const Context& context, const ConfigOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(const auto text, revision_text(home, options.revision));
    if (!options.out.empty()) {
        TRY_DONE(write_file_atomically(options.out, text));
        return Exit::done;
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return Exit::done;
}

/// A side of a comparison: a revision's number, or a file.
Result<std::string> side_text(const site::Home& home, const std::string& side) {
    const auto number = text::to_integer(side);
    return number && *number > 0 ? revision_text(home, *number) : read_text(side);
}

Result<Exit> diff(const Context& context, const ConfigOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    std::string old_label = "current";
    std::string new_label;
    TRY(auto old_text, revision_text(home, 0));
    std::string new_text;
    if (options.sides.size() == 2) {
        old_label = options.sides[0];
        TRY(old_text, side_text(home, old_label));
    }
    if (options.sides.empty()) {
        // What the last change was.
        TRY(const auto revisions, home.history(2));
        new_label = "current";
        new_text = old_text;
        old_label = revisions.size() < 2 ? "nothing" : fmt::format("{}", revisions[1].number);
        if (revisions.size() < 2) {
            old_text.clear();
        } else {
            TRY(old_text, revision_text(home, revisions[1].number));
        }
    } else {
        new_label = options.sides.back();
        TRY(new_text, side_text(home, new_label));
    }
    const auto difference = config::diff(old_text, new_text, old_label, new_label);
    std::fwrite(difference.data(), 1, difference.size(), stdout);
    return Exit::done;
}

Result<Exit> history(const Context& context, const ConfigOptions&) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(const auto revisions, home.history());
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& one : revisions)
            all.push_back({{"number", one.number},
                           {"time", to_iso(one.time)},
                           {"author", one.author},
                           {"comment", one.comment},
                           {"digest", one.digest}});
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"REVISION", "TIME", "AUTHOR", "COMMENT"}};
    for (const auto& one : revisions)
        table.add({std::to_string(one.number), to_text(one.time), one.author, one.comment});
    table.print();
    return Exit::done;
}

Result<Exit> rollback(const Context& context, const ConfigOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    TRY(const auto number,
        home.rollback(options.revision,
                      change(context, fmt::format("rollback to {}", options.revision))));
    say("revision {}, as revision {} was", number, options.revision);
    return Exit::done;
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("config", "The configuration: check, apply, compare, take back")
            ->require_subcommand(1);
    const auto options = std::make_shared<ConfigOptions>();
    const auto add = [&](const char* name, const char* help,
                         Result<Exit> (*run)(const Context&, const ConfigOptions&)) {
        auto* const verb = noun->add_subcommand(name, help);
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return verb;
    };
    add("check", "Say every fault of a file, with line and column; exit code 3 when there is one",
        check)
        ->add_option("file", options->file)
        ->required();
    auto* const apply_verb =
        add("apply", "Make a file the configuration, as a new revision", apply);
    apply_verb->add_option("file", options->file)->required();
    apply_verb->add_option("--comment", options->comment, "Why, for the history");
    add("diff",
        "What changed: the last change, from now to a file or revision, or between two of them",
        diff)
        ->add_option("sides", options->sides, "Revisions or files")
        ->expected(0, 2);
    auto* const export_verb = add("export", "Print the configuration", export_text);
    export_verb->add_option("--revision", options->revision, "An earlier one");
    export_verb->add_option("--out", options->out, "A file instead of the screen");
    add("history", "All revisions, the newest first", history);
    add("rollback", "Make an earlier revision the configuration again", rollback)
        ->add_option("revision", options->revision)
        ->required()
        ->check(CLI::PositiveNumber);
}

}  // namespace rhumb::cli
