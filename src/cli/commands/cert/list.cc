/// rhumb cert list, show: which certificates there are.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "certs/authority_issue.h"
#include "certs/facts.h"
#include "cli/certificate_facts.h"
#include "cli/commands/cert/groups.h"
#include "cli/installation.h"
#include "cli/known_roots.h"
#include "cli/shown.h"
#include "cli/table.h"
#include "cli/trust_report.h"
#include "pki/wanted_names.h"

namespace rhumb::cli {

namespace {

struct ShowOptions {
    std::string name;
    std::optional<storage::Id> id;
};

/// Names as people read them, the first few.
std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t shown_max = 3;
    std::vector<std::string> first;
    for (const auto& text : names) {
        if (first.size() == shown_max) break;
        const auto name = pki::Name::parse(text);
        first.push_back(name ? pki::to_unicode(*name) : text);
    }
    const auto more =
        names.size() > shown_max ? fmt::format(" and {} more", names.size() - shown_max) : "";
    return text::join(first, ", ") + more;
}

Result<Exit> list(const Context& context, bool with_archived) {
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entries, inventory.list(with_archived));
    const auto shown = Shown::read(context, installation);
    const auto bindings_of = [&](const certs::Entry& entry) {
        return shown && !entry.record.archived ? shown->bindings_of(entry.record.name)
                                               : std::vector<std::string>{};
    };
    const auto now = context.clock.now();
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& entry : entries) {
            all.push_back(to_json(entry, now));
            all.back()["shown_at"] = bindings_of(entry);
        }
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"NAME", "STATE", "UNTIL", "LEFT", "ORIGIN", "RENEWED", "SHOWN AT", "FOR"}};
    for (const auto& entry : entries) {
        const auto bindings = bindings_of(entry);
        table.add({entry.record.name, state_of(entry, now),
                   to_text(entry.record.not_after).substr(0, 10), left_of(entry, now),
                   std::string{certs::to_text(entry.record.origin)}, renewal_of(entry),
                   bindings.empty() ? "nowhere" : text::join(bindings, " "),
                   some_of(entry.record.names)});
    }
    table.print();
    return Exit::done;
}

std::string_view state_of(const certs::ClientEntry& entry, Seconds now) {
    if (entry.revocation) return "revoked";
    if (!entry.chain) return "damaged";
    return entry.record.not_after < now ? "expired" : "ok";
}

/// "" for one that cannot be read.
std::string fingerprint_of(const certs::ClientEntry& entry) {
    return entry.chain ? text::to_hex(entry.chain->leaf().fingerprint_sha256()) : "";
}

/// Those by which people and programs show who they are.
Result<Exit> list_clients(const Context& context) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto entries, certs::client_certificates(*installation.store));
    const auto now = context.clock.now();
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& entry : entries)
            all.push_back(
                {{"user", entry.record.user},
                 {"state", state_of(entry, now)},
                 {"serial", entry.record.serial},
                 {"sha256", fingerprint_of(entry)},
                 {"not_before", to_iso(entry.record.not_before)},
                 {"not_after", to_iso(entry.record.not_after)},
                 {"revocation", entry.revocation ? nlohmann::ordered_json(entry.revocation->reason)
                                                 : nlohmann::ordered_json()},
                 {"keeps_key", entry.record.sealed_key.has_value()}});
        say("{}", all.dump(2));
        return Exit::done;
    }
    Table table{{"USER", "STATE", "FROM", "UNTIL", "SERIAL"}};
    for (const auto& entry : entries)
        table.add({entry.record.user, std::string{state_of(entry, now)},
                   to_text(entry.record.not_before).substr(0, 10),
                   to_text(entry.record.not_after).substr(0, 10), entry.record.serial});
    table.print();
    return Exit::done;
}

/// The one in use by that name, or any by its number.
Result<certs::Entry> find(const certs::Inventory& inventory, const ShowOptions& options) {
    if (!options.id) return inventory.get(options.name);
    TRY(auto entries, inventory.list(true));
    for (auto& entry : entries)
        if (entry.record.id == *options.id && text::iequals(entry.record.name, options.name))
            return std::move(entry);
    return fail(ErrorKind::not_found,
                "there is no certificate «{}» with the number {}; `rhumb cert list --archived "
                "--json` has all numbers",
                options.name, *options.id);
}

/// The root that clients must trust for this one, where it is known on this machine.
std::optional<pki::Certificate> find_root(const Installation& installation,
                                          const certs::Entry& entry) {
    const auto& last = entry.chain->certificates().back();
    if (last.is_self_signed()) return last;
    for (auto& root : known_roots(installation))
        if (last.is_issued_by(root)) return std::move(root);
    return std::nullopt;
}

nlohmann::ordered_json trust_of(const Context& context, const Installation& installation,
                                const certs::Entry& entry) {
    const auto root = find_root(installation, entry);
    if (!root) return {{"root_known_here", false}, {"stores", nlohmann::ordered_json::array()}};
    return {{"root_known_here", true},
            {"root_sha256", pki::to_colon_hex(root->fingerprint_sha256())},
            {"stores", who_trusts(context, *root)}};
}

/// "not_after" as a person reads it.
std::string label_of(std::string key) {
    for (char& c : key)
        if (c == '_') c = ' ';
    return key;
}

void print(const nlohmann::ordered_json& facts, const certs::Entry& entry, Seconds now) {
    const auto line = [](std::string_view label, std::string_view text) {
        if (!text.empty()) say("{:<22} {}", label, text);
    };
    for (const auto& [key, value] : facts.items()) {
        if (value.is_string() && key != "problem") line(label_of(key), value.get<std::string>());
        if (value.is_array())
            line(label_of(key), text::join(value.get<std::vector<std::string>>(), ", "));
    }
    line("left of its life", left_of(entry, now));
    line("renewed", renewal_of(entry));
    line("last failure", facts["renewal"]["last_error"].get<std::string>());
    if (facts.contains("trust")) {
        const auto stores = facts["trust"]["stores"].get<std::vector<std::string>>();
        line("trusted here by", !stores.empty() ? text::join(stores, "; ")
                                : facts["trust"]["root_known_here"].get<bool>()
                                    ? "nobody yet (rhumb trust install)"
                                    : "nobody: this machine does not know its root");
    }
    if (facts.contains("problem")) line("problem", facts["problem"].get<std::string>());
}

Result<Exit> show(const Context& context, const ShowOptions& options) {
    TRY(auto installation, Installation::open(context));
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(const auto entry, find(inventory, options));
    auto facts = to_json(entry, context.clock.now());
    const auto shown = Shown::read(context, installation);
    facts["in_use"] = shown && !entry.record.archived ? shown->uses_of(entry.record.name)
                                                      : std::vector<std::string>{};
    if (entry.chain) facts["trust"] = trust_of(context, installation, entry);
    if (context.wants_json)
        say("{}", facts.dump(2));
    else
        print(facts, entry, context.clock.now());
    return Exit::done;
}

}  // namespace

void add_cert_list(CLI::App& noun, Context& context) {
    auto with_archived = std::make_shared<bool>(false);
    auto* const list_verb = noun.add_subcommand("list", "All certificates of this installation");
    list_verb->add_flag("--archived", *with_archived, "Those out of use as well");
    auto of_clients = std::make_shared<bool>(false);
    list_verb->add_flag("--clients", *of_clients,
                        "Those of people and programs that were issued here, instead");
    list_verb->callback([&context, with_archived, of_clients] {
        context.run = [&context, with_archived, of_clients] {
            return *of_clients ? list_clients(context) : list(context, *with_archived);
        };
    });

    auto options = std::make_shared<ShowOptions>();
    auto* const show_verb =
        noun.add_subcommand("show", "One certificate in full, and who trusts it on this machine");
    show_verb->add_option("name", options->name, "Its name in the list")->required();
    show_verb->add_option("--id", options->id, "Its number, for one that is out of use");
    show_verb->callback([&context, options] {
        context.run = [&context, options] { return show(context, *options); };
    });
}

}  // namespace rhumb::cli
