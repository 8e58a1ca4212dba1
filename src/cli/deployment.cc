#include "cli/deployment.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/certificate_facts.h"
#include "cli/commands/cert/shared.h"

namespace rhumb::cli {

namespace {

site::Workshop shop(const Context& context, Installation& installation, site::Home& home) {
    return {.store = *installation.store,
            .seal = installation.seal,
            .home = home,
            .clock = context.clock,
            .actor = actor(context),
            .running = [&context] { return find_running(context); }};
}

nlohmann::ordered_json to_json(const site::Rebound& bound) {
    auto bindings = nlohmann::ordered_json::array();
    for (const auto& binding : bound.bindings) bindings.push_back(binding.to_text());
    return {{"site", bound.site}, {"bindings", bindings}, {"revision", bound.revision}};
}

void print(const Work& work, const site::Worked& outcome) {
    say("The certificate «{}» is {}.", outcome.change.name, work.done);
    if (outcome.bound) {
        std::vector<std::string> bindings;
        for (const auto& binding : outcome.bound->bindings) bindings.push_back(binding.to_text());
        say("It is bound to {} of site «{}».", text::join(bindings, ", "), outcome.bound->site);
    }
    print_seen(outcome.deployed);
}

nlohmann::ordered_json to_json(const Work& work, const site::Worked& outcome) {
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
    TRY(auto home, installation.home(context));
    site::Worked outcome;
    const auto deployed =
        site::work(shop(context, installation, home), work.make, work.where, outcome);
    if (!deployed) {
        if (outcome.was_refused) return refused(deployed.error());
        return tl::unexpected(deployed.error());
    }
    if (work.is_told && context.wants_json)
        say("{}", to_json(work, outcome).dump(2));
    else if (work.is_told && !outcome.is_empty())
        print(work, outcome);
    print_findings(outcome.change.findings);
    print_notes(outcome.change.notes);
    print_failures(outcome.mirrors);
    return Exit::done;
}

Result<site::Deployed> carry_out_binding(const Context& context, Installation& installation,
                                         site::Home& home,
                                         const std::function<Result<site::Rebound>()>& make) {
    return site::work_on_bindings(shop(context, installation, home), make);
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
