/// rhumb policy set | remove: rules of sites, directories and files.

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/accounts.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/policy/groups.h"
#include "cli/installation.h"
#include "cli/known_names.h"
#include "config/checks.h"
#include "policy/rules.h"

namespace rhumb::cli {
namespace {

struct ChangeOptions {
    std::string path;
    std::string site;
    PolicySwitches switches;
};

Result<config::Site*> find_site(config::Document& document, const std::string& name) {
    if (document.sites.empty()) return fail(ErrorKind::not_found, "there is no site");
    if (name.empty() && document.sites.size() == 1) return &document.sites.front();
    if (name.empty())
        return fail(ErrorKind::invalid, "there are {} sites: say which one by --site",
                    document.sites.size());
    const auto found = std::ranges::find_if(
        document.sites, [&](const auto& site) { return text::iequals(site.name, name); });
    if (found == document.sites.end())
        return fail(ErrorKind::not_found, "there is no site «{}»; `rhumb policy list` shows them",
                    name);
    return &*found;
}

/// Services and folders have their rules at themselves, so that they hold wherever they are shown.
Result<void> check_is_no_service(const config::Site& site, const std::string& path) {
    for (const auto& location : site.locations) {
        const bool is_gis = location.handler == config::HandlerKind::gis;
        if (is_gis && location.path != path && policy::covers(location.path, path, true))
            return fail(ErrorKind::invalid,
                        "{} is within the catalogue: `rhumb service secure NAME` and `rhumb folder "
                        "secure NAME` set rules there",
                        path);
    }
    return {};
}

config::Location& location_at(config::Site& site, const std::string& path) {
    auto& locations = site.locations;
    const auto known = std::ranges::find(locations, path, &config::Location::path);
    if (known != locations.end()) return *known;
    locations.emplace_back().path = path;
    std::ranges::sort(locations, {}, &config::Location::path);
    return *std::ranges::find(locations, path, &config::Location::path);
}

/// A location without a handler of its own, without rules and files of its own says nothing.
bool says_nothing(const config::Location& location) {
    config::Location empty;
    empty.path = location.path;
    return location == empty;
}

Result<void> edit(config::Document& document, const ChangeOptions& options,
                  const PolicyChange& change, bool must_be_there) {
    TRY(auto* const site, find_site(document, options.site));
    if (options.path == "/") {
        change.apply_to(*site);
        return {};
    }
    TRY_DONE(check_is_no_service(*site, options.path));
    const auto known = std::ranges::find(site->locations, options.path, &config::Location::path);
    if (must_be_there && known == site->locations.end())
        return fail(ErrorKind::not_found,
                    "the site «{}» has no location {}; `rhumb policy list` shows what has rules",
                    site->name, options.path);
    auto& location = location_at(*site, options.path);
    change.apply_to(location);
    if (says_nothing(location))
        std::erase_if(site->locations, [&](const auto& one) { return one.path == options.path; });
    return {};
}

std::string lines_for(const std::string& path, const PolicyChange& change) {
    if (path == "/") return change.to_lines();
    return fmt::format("  [[site.location]]\n  path = \"{}\"\n{}", path, change.to_lines());
}

Result<Exit> set(const Context& context, ChangeOptions options) {
    const auto change = PolicyChange::read(options.switches);
    if (!change) return wrong_usage(change.error());
    const auto written = options.path;
    if (const auto fault = config::check_url_path(options.path); !fault.empty())
        return wrong_usage({ErrorKind::invalid, fmt::format("the path «{}» {}", written, fault)});
    return change_policy(context, *change, fmt::format("policy of {}", options.path),
                         lines_for(options.path, *change), [&](config::Document& document) {
                             return edit(document, options, *change, false);
                         });
}

Result<Exit> remove(const Context& context, ChangeOptions options) {
    const auto written = options.path;
    if (const auto fault = config::check_url_path(options.path); !fault.empty())
        return wrong_usage({ErrorKind::invalid, fmt::format("the path «{}» {}", written, fault)});
    const auto change = PolicyChange::removal();
    return change_policy(
        context, change, fmt::format("policy of {}", options.path),
        fmt::format("  (take require_https, client_certificate and allow of {} away)",
                    options.path),
        [&](config::Document& document) { return edit(document, options, change, true); });
}

}  // namespace

Result<Exit> change_policy(const Context& context, const PolicyChange& policy,
                           const std::string& comment, const std::string& lines,
                           const std::function<Result<void>(config::Document&)>& edit) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    if (home.is_file())
        return fail(ErrorKind::conflict,
                    "the configuration is the file {}, which is changed by hand; write there:\n{}",
                    home.name(), lines);
    TRY(const auto number,
        home.edit(edit, change(context, fmt::format("{}: {}", comment, policy.to_text()))));
    if (policy.allow()) {
        TRY(const auto accounts, Accounts::open(context));
        TRY(const auto unknown, unknown_names(accounts, *policy.allow()));
        print_notes(unknown);
    }
    TRY(const auto configuration, home.current());
    for (const auto& warning : configuration.warnings) say("warning: {}", warning.message);
    say("revision {}: {}: {}", number, comment, policy.to_text());
    return Exit::done;
}

void add_policy_changes(CLI::App& noun, Context& context) {
    const auto options = std::make_shared<ChangeOptions>();
    const auto add = [&](const char* name, const char* help,
                         Result<Exit> (*run)(const Context&, ChangeOptions)) {
        auto* const verb = noun.add_subcommand(name, help);
        verb->add_option("path", options->path, "Of a site: /, a directory, or a single file")
            ->required();
        verb->add_option("--site", options->site, "Which site, where there are several");
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return verb;
    };
    auto* const verb = add("set", "Say who may have what is at a path and below", set);
    add_policy_switches(*verb, options->switches);
    add("remove", "Take the rules of a path away: what is above it holds again", remove);
}

}  // namespace rhumb::cli
