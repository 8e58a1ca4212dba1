#include "cli/commands/policy/standing.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/text.h"
#include "cli/accounts.h"
#include "config/allowed.h"
#include "site/inheritance.h"
#include "site/rules.h"

namespace rhumb::cli {

Result<RulesOf> RulesOf::read(const Context& context, Installation& installation) {
    TRY(const auto home, installation.home(context));
    TRY(auto configuration, home.current());
    RulesOf rules;
    rules.directory_ = home.directory();
    rules.revision_ = configuration.revision;
    if (home.is_file()) rules.file_ = home.name();
    rules.lines_ = config::parse(configuration.text, rules.file_).policy_lines;
    rules.document_ = std::move(configuration.document);
    rules.served_ = rules.document_;
    if (const auto running = find_running(context)) {
        for (auto& site : rules.served_.sites)
            for (const auto& real : running->document.sites)
                if (real.name == site.name) site.bindings = real.bindings;
    }
    return rules;
}

policy::Rules RulesOf::rules(const config::Site& site) const {
    return site::rules_of(document_, site, [&](const config::Location& location) {
        return site::is_single_file(site, location, directory_);
    });
}

std::string RulesOf::place_of(const policy::Statement& statement, Key key) const {
    const auto found = lines_.find(statement.where);
    if (found == lines_.end()) return {};
    if (file_.empty()) return fmt::format("revision {}", revision_);
    const auto& lines = found->second;
    const auto line = key == Key::allow                ? lines.allow
                      : key == Key::client_certificate ? lines.client_certificate
                                                       : lines.require_https;
    return line == 0 ? file_ : fmt::format("{}:{}", file_, line);
}

std::string way_to(const std::vector<identity::Role>& roles, std::string_view user,
                   std::string_view role) {
    struct Step {
        std::string name;
        std::string way;
    };
    const auto is_in = [](const std::vector<std::string>& names, std::string_view name) {
        return std::ranges::any_of(names,
                                   [&](const auto& one) { return text::iequals(one, name); });
    };
    std::set<std::string> seen;
    for (std::deque<Step> steps{{std::string{role}, ""}}; !steps.empty(); steps.pop_front()) {
        const auto& step = steps.front();
        if (!seen.insert(text::to_lower(step.name)).second) continue;
        const auto found = std::ranges::find_if(
            roles, [&](const auto& one) { return text::iequals(one.name, step.name); });
        if (found == roles.end()) continue;
        const auto way = step.way.empty() ? found->name : step.way + " ← " + found->name;
        if (is_in(found->users, user)) return way;
        for (const auto& member : found->roles) steps.push_back({member, way});
    }
    return {};
}

Result<Asker> find_asker(const Context& context, const std::string& user) {
    Asker asker;
    if (user.empty()) return asker;
    TRY(const auto accounts, Accounts::open(context));
    TRY(const auto known, accounts.users->find(user));
    if (!known) {
        asker.note = fmt::format("there is no user «{}»: he counts as nobody", user);
        return asker;
    }
    if (!known->is_active(context.clock.now())) {
        asker.note = fmt::format("«{}» is {}: he counts as nobody", known->name,
                                 known->disabled ? "disabled" : "expired");
        return asker;
    }
    TRY(const auto standing, accounts.roles->standing(known->name));
    TRY(const auto roles, accounts.roles->list());
    asker.caller.by = http::Caller::By::session;
    asker.caller.user = known->name;
    asker.caller.privilege = standing.privilege;
    for (const auto& role : standing.roles) {
        asker.caller.roles.push_back(text::to_lower(role));
        asker.ways.push_back(way_to(roles, known->name, role));
    }
    std::ranges::sort(asker.caller.roles);
    return asker;
}

std::string allow_text(const policy::Statement& statement) {
    return statement.allow ? config::to_text(*statement.allow) : "";
}

}  // namespace rhumb::cli
