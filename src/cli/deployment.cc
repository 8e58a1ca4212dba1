#include "cli/deployment.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/certificate_facts.h"
#include "cli/commands/cert/shared.h"

namespace rhumb::cli {

namespace {

Result<std::vector<std::string>> known_names(const certs::Inventory& inventory) {
    TRY(const auto entries, inventory.list());
    std::vector<std::string> names;
    for (const auto& entry : entries) names.push_back(entry.record.name);
    return names;
}

site::Undo put_back(site::Home& home, const Context& context, storage::Id revision) {
    return [&home, &context, revision](std::string_view why) -> Result<void> {
        TRY_DONE(
            home.rollback(revision, change(context, fmt::format("back to {}: {}", revision, why))));
        return {};
    };
}

struct Outcome {
    certs::Change change;
    std::optional<site::Rebound> bound;
    site::Deployed deployed;
    certs::MirrorReport mirrors;
    bool was_refused = false;
};

bool is_empty(const certs::Change& change) {
    return !change.added && !change.archived && !change.answer;
}

/// Binds what was made, where the work says so; the undo takes both back.
Result<site::Undo> bind_made(const Context& context, const certs::Inventory& inventory,
                             site::Home& home, const Work& work, Outcome& outcome,
                             const site::Undo& undo) {
    const auto bound = [&]() -> Result<storage::Id> {
        TRY(const auto before, home.current());
        TRY(const auto known, known_names(inventory));
        const site::BindOrder order{.where = {.site = work.where.site, .port = work.where.port},
                                    .certificates = {outcome.change.name}};
        TRY(outcome.bound,
            site::bind(home, order, known,
                       change(context, fmt::format("bind {}", outcome.change.name))));
        return before.revision;
    }();
    if (!bound) {
        TRY_DONE(undo(bound.error().message));
        return tl::unexpected(Error{bound.error()}.within("binding it; nothing was changed"));
    }
    if (outcome.bound->revision == 0) return undo;
    const auto unbind = put_back(home, context, *bound);
    return site::Undo{[undo, unbind](std::string_view why) -> Result<void> {
        TRY_DONE(unbind(why));
        return undo(why);
    }};
}

Result<void> deploy(const Context& context, Installation& installation, const Work& work,
                    Outcome& outcome) {
    const certs::Inventory inventory{*installation.store, installation.seal};
    TRY(auto home, installation.home(context));
    const site::Make make = [&]() -> Result<site::Undo> {
        auto made = work.make();
        if (!made) {
            outcome.was_refused =
                made.error().kind == ErrorKind::invalid || made.error().kind == ErrorKind::conflict;
            return tl::unexpected(std::move(made).error());
        }
        outcome.change = *std::move(made);
        const site::Undo undo = [&](std::string_view why) -> Result<void> {
            if (is_empty(outcome.change)) return {};
            return certs::undo(*installation.store, outcome.change, why, actor(context),
                               context.clock.now());
        };
        if (!work.where.is_told()) return undo;
        return bind_made(context, inventory, home, work, outcome, undo);
    };
    TRY(outcome.deployed, site::deploy({.inventory = inventory,
                                        .home = home,
                                        .clock = context.clock,
                                        .running = [&context] { return find_running(context); }},
                                       make));
    TRY(outcome.mirrors, certs::update_mirrors(*installation.store, installation.seal,
                                               actor(context), context.clock.now()));
    return {};
}

nlohmann::ordered_json to_json(const site::Rebound& bound) {
    auto bindings = nlohmann::ordered_json::array();
    for (const auto& binding : bound.bindings) bindings.push_back(binding.to_text());
    return {{"site", bound.site}, {"bindings", bindings}, {"revision", bound.revision}};
}

void print(const Work& work, const Outcome& outcome) {
    say("The certificate «{}» is {}.", outcome.change.name, work.done);
    if (outcome.bound) {
        std::vector<std::string> bindings;
        for (const auto& binding : outcome.bound->bindings) bindings.push_back(binding.to_text());
        say("It is bound to {} of site «{}».", text::join(bindings, ", "), outcome.bound->site);
    }
    print_seen(outcome.deployed);
}

nlohmann::ordered_json to_json(const Work& work, const Outcome& outcome) {
    auto notes = nlohmann::ordered_json::array();
    for (const auto& note : outcome.change.notes) notes.push_back(note);
    nlohmann::ordered_json facts{{"name", outcome.change.name},
                                 {"done", work.done},
                                 {"findings", cli::to_json(outcome.change.findings)},
                                 {"notes", notes}};
    facts["bound"] = outcome.bound ? to_json(*outcome.bound) : nlohmann::ordered_json(nullptr);
    facts.update(cli::to_json(outcome.deployed));
    facts["mirrored"] = outcome.mirrors.written;
    return facts;
}

}  // namespace

void add_where_options(CLI::App& verb, Where& where) {
    verb.add_option("--site", where.site, "Bind it to this site; without it to the first");
    verb.add_option("--port", where.port, "Bind it to this port; made, where nothing listens")
        ->check(CLI::Range(1, 65535));
}

Result<Exit> carry_out(const Context& context, Installation& installation, const Work& work) {
    Outcome outcome;
    const auto deployed = deploy(context, installation, work, outcome);
    if (!deployed) {
        if (outcome.was_refused) return refused(deployed.error());
        return tl::unexpected(deployed.error());
    }
    if (work.is_told && context.wants_json)
        say("{}", to_json(work, outcome).dump(2));
    else if (work.is_told && !is_empty(outcome.change))
        print(work, outcome);
    print_findings(outcome.change.findings);
    print_notes(outcome.change.notes);
    print_failures(outcome.mirrors);
    return Exit::done;
}

Result<site::Deployed> carry_out_binding(const Context& context, Installation& installation,
                                         site::Home& home,
                                         const std::function<Result<site::Rebound>()>& make) {
    const certs::Inventory inventory{*installation.store, installation.seal};
    const site::Make make_and_undo = [&]() -> Result<site::Undo> {
        TRY(const auto before, home.current());
        TRY(const auto bound, make());
        if (bound.revision == 0) return site::Undo{[](std::string_view) { return Result<void>{}; }};
        return put_back(home, context, before.revision);
    };
    return site::deploy({.inventory = inventory,
                         .home = home,
                         .clock = context.clock,
                         .running = [&context] { return find_running(context); }},
                        make_and_undo);
}

void print_seen(const site::Deployed& deployed) {
    if (!deployed.is_running)
        return say("No server runs; it takes effect when one starts: rhumb serve");
    for (const auto& place : deployed.seen)
        say("Seen at {}{}: {}", place.url,
            place.host.empty() ? "" : fmt::format(" for {}", place.host),
            text::join(place.certificates, ", "));
    if (deployed.seen.empty()) say("What the running server shows has not changed.");
}

nlohmann::ordered_json to_json(const site::Deployed& deployed) {
    auto seen = nlohmann::ordered_json::array();
    for (const auto& place : deployed.seen)
        seen.push_back({{"url", place.url},
                        {"host", place.host},
                        {"site", place.site},
                        {"certificates", place.certificates}});
    return {{"server_runs", deployed.is_running}, {"seen", seen}};
}

void print_failures(const certs::MirrorReport& report) {
    for (const auto& failure : report.failures)
        std::fputs(
            fmt::format("warning: the mirror of «{}»: {}\n", failure.certificate, failure.message)
                .c_str(),
            stderr);
}

}  // namespace rhumb::cli
