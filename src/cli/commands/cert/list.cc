/// rhumb cert list, show: which certificates there are.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/certificate_facts.h"
#include "cli/commands/cert/groups.h"
#include "cli/installation.h"
#include "cli/table.h"

namespace rhumb::cli {

namespace {

Result<Exit> list(const Context& context, bool with_archived) {
    TRY(const auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entries, inventory.list(with_archived));
    const auto now = context.clock.now();
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& entry : entries) all.push_back(to_json(entry, now));
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"NAME", "STATE", "UNTIL", "ORIGIN", "FOR"}};
    for (const auto& entry : entries) {
        const auto& names = entry.record.names;
        const auto more = names.size() > 3 ? fmt::format(" and {} more", names.size() - 3) : "";
        const std::vector<std::string> first(
            names.begin(),
            names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, names.size())));
        table.add({entry.record.name, state_of(entry, now), to_text(entry.record.not_after),
                   std::string{certs::to_text(entry.record.origin)},
                   fmt::format("{}{}", fmt::join(first, ", "), more)});
    }
    table.print();
    return Exit::done;
}

Result<Exit> show(const Context& context, const std::string& name) {
    TRY(const auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, inventory.get(name));
    const auto facts = to_json(entry, context.clock.now());
    if (context.wants_json) {
        say("{}", facts.dump(2));
        return Exit::done;
    }
    for (const auto& [key, value] : facts.items()) {
        std::string label = key;
        std::ranges::replace(label, '_', ' ');
        if (key == "names") {
            say("{:<22} {}", label, fmt::join(value.get<std::vector<std::string>>(), ", "));
        } else if (key == "renewal") {
            if (value["failures"] != 0)
                say("{:<22} {} failures, the last: {}", "renewal", value["failures"].get<int>(),
                    value["last_error"].get<std::string>());
        } else {
            say("{:<22} {}", label, value.is_string() ? value.get<std::string>() : value.dump());
        }
    }
    return Exit::done;
}

}  // namespace

void add_cert_list(CLI::App& noun, Context& context) {
    auto with_archived = std::make_shared<bool>(false);
    auto* const list_verb = noun.add_subcommand("list", "All certificates of this installation");
    list_verb->add_flag("--archived", *with_archived, "Those out of use as well");
    list_verb->callback([&context, with_archived] {
        context.run = [&context, with_archived] { return list(context, *with_archived); };
    });

    auto name = std::make_shared<std::string>();
    auto* const show_verb = noun.add_subcommand("show", "One certificate in full");
    show_verb->add_option("name", *name, "Its name in the list")->required();
    show_verb->callback(
        [&context, name] { context.run = [&context, name] { return show(context, *name); }; });
}

}  // namespace rhumb::cli
