/// rhumb trust status: which stores of this machine and user trust the root.

#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/cert/shared.h"
#include "cli/commands/trust/groups.h"
#include "cli/commands/trust/shared.h"
#include "cli/installation.h"
#include "cli/table.h"
#include "cli/trust_programs.h"
#include "cli/trust_report.h"
#include "trust/report_json.h"

namespace rhumb::cli {

namespace {

/// A root, and what each store says of it.
struct Asked {
    pki::Certificate root;
    std::vector<trust::Report> reports;
};

/// Authorities of other installations of Rhumb, or of an earlier one here, that a store trusts.
struct Other {
    pki::Certificate root;
    std::string location;
};

struct Survey {
    std::vector<Asked> asked;
    std::vector<Other> others;
    std::vector<trust::Program> programs;
    trust::Freshness settings = trust::Freshness::absent;  // the files of `rhumb trust env`
};

bool is_of_rhumb(const pki::Certificate& root) {
    return root.is_ca() && root.common_name().starts_with("Rhumb local authority");
}

void add_others(const trust::Found& found, const std::vector<Named>& ours, Survey& survey) {
    for (const auto& store : found.stores) {
        const auto roots = store->roots();
        if (!roots) continue;  // its report says so
        for (const auto& root : *roots) {
            const bool is_ours =
                std::ranges::any_of(ours, [&](const Named& named) { return named.root == root; });
            if (!is_ours && is_of_rhumb(root))
                survey.others.push_back(
                    {root, fmt::format("{}: {}", store->about().kind, store->about().location)});
        }
    }
}

/// Programs are those of this machine and person: a single store, or an image, has none.
bool is_about_all(const TrustOptions& options) {
    return options.store == "all" && options.level == "all" &&
           std::filesystem::path{options.root} == "/" && options.java_homes.empty() &&
           options.java_keystores.empty();
}

void add_programs(const Context& context, const std::vector<Named>& roots, Survey& survey) {
    survey.programs = trust::find_programs(surroundings(context));
    std::vector<pki::Certificate> ours;
    for (const auto& one : roots) ours.push_back(one.root);
    survey.settings = trust::freshness_of(usual_material(context), ours, roots_of_system(context));
}

/// Where there is no installation (any more), its roots may still be trusted.
Survey look_for_others(const Context& context, const TrustOptions& options) {
    Survey survey;
    if (const auto found = chosen_stores(context, options, "", false))
        add_others(*found, {}, survey);
    return survey;
}

Result<Survey> look(const Context& context, const TrustOptions& options) {
    TRY(const auto roots, chosen_roots(context, options, Purpose::look));
    Survey survey;
    for (const auto& one : roots) {
        TRY(const auto found, chosen_stores(context, options, one.export_command, false));
        survey.asked.push_back({one.root, trust::status(one.root, found)});
        if (survey.asked.size() == roots.size()) add_others(found, roots, survey);
    }
    if (is_about_all(options)) add_programs(context, roots, survey);
    return survey;
}

/// 3 when a store that could be asked does not trust a root, or none could be asked.
Exit verdict(const Survey& survey) {
    bool is_asked = false;
    bool is_trusted = true;
    for (const auto& one : survey.asked)
        for (const auto& report : one.reports) {
            if (report.outcome == trust::Outcome::failed) return Exit::failed;
            is_asked = is_asked || report.is_trusted.has_value();
            is_trusted = is_trusted && report.is_trusted.value_or(true);
        }
    return is_asked && is_trusted ? Exit::done : Exit::refused;
}

nlohmann::ordered_json to_json(const Survey& survey) {
    nlohmann::ordered_json all{{"roots", nlohmann::ordered_json::array()},
                               {"others", nlohmann::ordered_json::array()}};
    for (const auto& one : survey.asked) {
        auto facts = trust::to_json(one.root, one.reports);
        facts["programs"] = cli::to_json(survey.programs, one.root);
        all["roots"].push_back(std::move(facts));
    }
    all["settings"] = trust::to_text(survey.settings);
    for (const auto& other : survey.others)
        all["others"].push_back(
            {{"name", other.root.common_name()},
             {"not_after", to_iso(other.root.not_after())},
             {"fingerprint_sha256", pki::to_colon_hex(other.root.fingerprint_sha256())},
             {"location", other.location}});
    return all;
}

std::string_view word_of(const trust::Report& report) {
    if (!report.is_trusted) return "cannot say";
    return *report.is_trusted ? "trusted" : "not trusted";
}

/// What to type for the stores that do not trust it; once for those that take the same.
void print_commands(const std::vector<trust::Report>& reports, bool is_own) {
    std::vector<std::pair<std::string, std::string>> commands;  // with the stores that need it
    for (const auto& report : reports) {
        if (report.command.empty() || report.is_trusted.value_or(false)) continue;
        const auto same =
            std::ranges::find(commands, report.command, &decltype(commands)::value_type::first);
        if (same == commands.end())
            commands.emplace_back(report.command, report.store.location);
        else
            same->second += "; " + report.store.location;
    }
    if (is_own && !commands.empty())
        say("\n`rhumb trust install` has it trusted by all of them that this user may change. By "
            "hand:");
    for (const auto& [command, stores] : commands)
        say("\nto have it trusted by {}:\n  {}", stores, command);
}

void print(const Asked& asked, bool is_own) {
    say("{}, until {}", asked.root.subject(), to_text(asked.root.not_after()));
    say("SHA-256 {}\n", pki::to_colon_hex(asked.root.fingerprint_sha256()));
    Table table{{"STORE", "FOR", "IS IT TRUSTED", "WHERE"}};
    for (const auto& report : asked.reports)
        table.add({report.store.kind, std::string{trust::to_text(report.store.level)},
                   std::string{word_of(report)}, report.store.location});
    table.print();
    for (const auto& report : asked.reports)
        if (!report.is_trusted && !report.detail.empty())
            say("\n{}: {}", report.store.location, report.detail);
    print_commands(asked.reports, is_own);
}

void print(const std::vector<Other>& others) {
    for (const auto& other : others)
        say("\nAlso trusted: «{}», until {}, by {}.\nIf it is of an installation that is gone: "
            "rhumb trust uninstall --fingerprint {}",
            other.root.common_name(), to_text(other.root.not_after()), other.location,
            pki::to_colon_hex(other.root.fingerprint_sha256()));
}

/// What is not there has no line in the table, and is not trusted all the same.
bool lacks_chromium(const TrustOptions& options, const Asked& asked) {
    const bool is_asked_for = (options.store == "all" || options.store == "nss") &&
                              options.level != "machine" && options.java_homes.empty() &&
                              options.java_keystores.empty() &&
                              std::filesystem::path{options.root} == "/";
    return is_asked_for && std::ranges::none_of(asked.reports, [](const trust::Report& report) {
               return report.store.kind == "nss";
           });
}

Result<Exit> status(const Context& context, const TrustOptions& options) {
    const auto survey = look(context, options);
    const bool is_own = options.file.empty() && options.from.empty() && options.fingerprint.empty();
    if (!survey && survey.error().kind == ErrorKind::conflict) return refused(survey.error());
    if (!survey) {
        if (is_own && !context.wants_json) print(look_for_others(context, options).others);
        return tl::unexpected(survey.error());
    }
    if (context.wants_json) {
        say("{}",
            to_json(*survey).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return verdict(*survey);
    }
    for (const auto& asked : survey->asked) {
        print(asked, is_own);
        if (lacks_chromium(options, asked))
            say("\nChromium and Chrome have no database here yet, so they do not trust it; "
                "`rhumb trust install` makes one.");
        print_programs(survey->programs, asked.root);
        say("");
    }
    if (survey->settings == trust::Freshness::stale)
        say("The files of «rhumb trust env» in {} are older than the roots: run it again.",
            usual_material(context).directory.string());
    print(survey->others);
    return verdict(*survey);
}

}  // namespace

void add_trust_status(CLI::App& noun, Context& context) {
    auto options = std::make_shared<TrustOptions>();
    auto* const verb = noun.add_subcommand("status", "Which stores have it");
    add_root_options(*verb, *options);
    add_store_options(*verb, *options);
    verb->callback([&context, options] {
        context.run = [&context, options] { return status(context, *options); };
    });
}

}  // namespace rhumb::cli
