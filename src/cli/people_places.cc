#include "cli/people_places.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "base/text.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/local_administrators.h"

namespace rhumb::cli {

Result<PeoplePlaces> PeoplePlaces::look(const Context& context, const Installation& installation,
                                        const config::Security& security, bool is_running) {
    PeoplePlaces places{.users = security.users, .roles = security.roles};
    if (is_running) places.report = providers::read_report(context.data);
    const auto users = identity::EmbeddedUsers::open_later(*installation.store, context.clock);
    identity::EmbeddedRoles roles{*installation.store, context.clock};
    TRY(const auto locals, (identity::LocalAdministrators{*users, roles}.list()));
    for (const auto& user : locals) places.local_administrators.push_back(user.name);
    return places;
}

namespace {

std::string place_text(const std::string& name, const std::optional<providers::Report>& report) {
    if (name == config::embedded_provider) return "in Rhumb's own store";
    if (!report) return fmt::format("in «{}»", name);
    const auto& all = report->status.providers;
    const auto found = std::ranges::find(all, name, &providers::ProviderStatus::name);
    if (found == all.end()) return fmt::format("in «{}», which is not used", name);
    return fmt::format("in «{}» ({})", name, found->label);
}

std::string health_text(const providers::Health& health) {
    using State = providers::Health::State;
    auto text = std::string{to_text(health.state)};
    if (health.state == State::resting || health.state == State::failing)
        text += fmt::format(" since {}: {}", to_readable(health.since), health.last_error);
    if (health.calls > 0)
        text += fmt::format("; {} question{}, {} failed, {} refused", health.calls,
                            health.calls == 1 ? "" : "s", health.failures, health.refused);
    return text;
}

}  // namespace

std::vector<PeoplePlaces::Line> PeoplePlaces::lines() const {
    std::vector<Line> lines{{"users", place_text(users, report)},
                            {"roles", place_text(roles, report)}};
    if (report) {
        for (const auto& provider : report->status.providers) {
            lines.push_back(
                {"", fmt::format("«{}» {}", provider.name, health_text(provider.health))});
            if (provider.browser_sign_in)
                lines.push_back({"", fmt::format("its page for signing in: {}",
                                                 health_text(*provider.browser_sign_in))});
        }
        if (!report->status.fault.empty())
            lines.push_back({"", fmt::format("not as configured: {}", report->status.fault)});
    }
    const bool is_outside =
        users != config::embedded_provider || roles != config::embedded_provider;
    if (!is_outside) return lines;
    lines.push_back({"", local_administrators.empty()
                             ? "there is no local administrator: nobody gets in who could mend it"
                             : fmt::format("local administrators: {}",
                                           text::join(local_administrators, ", "))});
    if (report && !report->hidden.empty())
        lines.push_back({"", fmt::format("they hide who has the same name there: {}",
                                         text::join(report->hidden, ", "))});
    return lines;
}

nlohmann::ordered_json PeoplePlaces::to_json() const {
    nlohmann::ordered_json json{
        {"users", users}, {"roles", roles}, {"local_administrators", local_administrators}};
    auto running = nlohmann::ordered_json(nullptr);
    if (report) running = providers::to_json(*report);
    json["running"] = std::move(running);
    return json;
}

}  // namespace rhumb::cli
