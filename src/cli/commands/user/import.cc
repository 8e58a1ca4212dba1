/// rhumb user import: many users at once, out of a table in CSV.

#include <algorithm>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/accounts.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/user/groups.h"
#include "cli/table.h"
#include "identity/csv.h"
#include "identity/user_import.h"

namespace rhumb::cli {

namespace {

using Act = identity::ImportPlan::Act;

struct ImportOptions {
    std::string file;
    std::string columns;
    std::string map;
    bool changes_known = false;
    bool makes_roles = false;
    bool leaves_passwords = false;
    bool is_dry_run = false;
};

const char* word_for(Act act) {
    switch (act) {
        case Act::add: return "add";
        case Act::change: return "change";
        case Act::leave: return "leave";
    }
    return "";
}

std::ptrdiff_t count_of(const identity::ImportPlan& plan, Act act) {
    return std::ranges::count(plan.steps, act, &identity::ImportPlan::Step::act);
}

void print(const Context& context, const identity::ImportPlan& plan, bool is_done) {
    if (context.wants_json) {
        auto steps = nlohmann::ordered_json::array();
        for (const auto& step : plan.steps)
            steps.push_back(
                {{"act", word_for(step.act)}, {"user", step.name}, {"detail", step.detail}});
        auto roles = nlohmann::ordered_json::array();
        for (const auto& role : plan.new_roles)
            roles.push_back(
                {{"name", role.name}, {"privilege", identity::to_text(role.privilege)}});
        say("{}",
            nlohmann::ordered_json{{"done", is_done}, {"roles", roles}, {"steps", steps}}.dump(2));
        return;
    }
    if (!is_done) {
        Table table{{"WOULD", "USER", "DETAIL"}};
        for (const auto& role : plan.new_roles)
            table.add({"make", "role:" + role.name,
                       fmt::format("may {}", identity::to_text(role.privilege))});
        for (const auto& step : plan.steps) table.add({word_for(step.act), step.name, step.detail});
        table.print();
    }
    say("{}: {}, {}: {}, left as they are: {}", is_done ? "Added" : "To be added",
        count_of(plan, Act::add), is_done ? "changed" : "to be changed",
        count_of(plan, Act::change), count_of(plan, Act::leave));
}

Result<identity::NameMap> read_map(const std::string& file) {
    TRY(const auto text, read_file(file, identity::csv_bytes_max));
    auto map = identity::NameMap::read(text);
    if (!map) return tl::unexpected(std::move(map).error().within(file));
    return map;
}

Result<identity::UserTable> read_table(const ImportOptions& options) {
    identity::NameMap names;
    identity::TableForm form{.has_passwords = !options.leaves_passwords, .names = &names};
    if (!options.map.empty()) {
        TRY(names, read_map(options.map));
    }
    if (!options.columns.empty())
        for (const auto column : text::split(options.columns, ','))
            form.columns.emplace_back(text::trim(column));
    const auto* const file = options.file == "-" ? "/dev/stdin" : options.file.c_str();
    TRY(auto text, read_file(file, identity::csv_bytes_max));
    auto table = identity::read_user_table(text, form);
    crypto::wipe(text.data(), text.size());
    if (!table) return tl::unexpected(std::move(table).error().within(options.file));
    return table;
}

Result<Exit> run(const Context& context, const ImportOptions& options) {
    TRY(const auto accounts, Accounts::open(context));
    const auto table = read_table(options);
    if (!table) {
        if (table.error().kind == ErrorKind::invalid) return refused(table.error());
        return tl::unexpected(table.error());
    }
    const auto* const rows = &table->rows;
    print_notes(table->notes);
    TRY(const auto plan, identity::plan_import(*rows, *accounts.users, *accounts.roles,
                                               {.changes_known = options.changes_known,
                                                .makes_roles = options.makes_roles}));
    if (!plan.faults.empty())
        return refused({ErrorKind::invalid, text::join(plan.faults, "\nrhumb: ")});
    if (!options.is_dry_run) {
        const bool is_shown = ::isatty(STDERR_FILENO) == 1;
        const auto progress = [&](std::size_t done) {
            if (is_shown) std::fputs(fmt::format("\r{} of {}", done, rows->size()).c_str(), stderr);
        };
        const auto done = identity::carry_out_import(*rows, plan, *accounts.users, *accounts.roles,
                                                     actor(context), progress);
        if (is_shown) std::fputs("\r", stderr);
        if (!done) return tl::unexpected(done.error());
    }
    print(context, plan, !options.is_dry_run);
    const bool has_passwords =
        std::ranges::any_of(*rows, [](const auto& row) { return row.password.has_value(); });
    if (has_passwords && !options.is_dry_run) {
        const std::string note = "the table has passwords in it that anybody can read: delete it";
        print_notes({&note, 1});
    }
    return Exit::done;
}

}  // namespace

void add_user_import(CLI::App& noun, Context& context) {
    auto options = std::make_shared<ImportOptions>();
    auto* const verb = noun.add_subcommand("import", "Add many users, out of a table in CSV");
    verb->add_option("file", options->file, "The table; - for standard input")->required();
    verb->add_flag("--change", options->changes_known,
                   "Give those who are there already what the table has, too");
    verb->add_option("--columns", options->columns,
                     "Names of the columns of a table without a head: name,password,email");
    verb->add_option("--map", options->map,
                     "A table of names: user:ann,user:anna or role:org_admin,role:administrators");
    verb->add_flag("--make-roles", options->makes_roles, "Make roles that are not there");
    verb->add_flag("--without-passwords", options->leaves_passwords,
                   "Pass over passwords in the table");
    verb->add_flag("--dry-run", options->is_dry_run, "Say what would be done, and do nothing");
    verb->callback([&context, options] {
        context.run = [&context, options] { return run(context, *options); };
    });
}

}  // namespace rhumb::cli
