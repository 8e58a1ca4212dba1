#include "wizard/steps.h"

#include <algorithm>

#include "base/text.h"
#include "config/parse.h"
#include "config/write.h"
#include "identity/user.h"
#include "wizard/answers.h"
#include "wizard/provider_settings.h"

namespace rhumb::wizard {

namespace {

using config::embedded_provider;
using Kind = Field::Kind;

constexpr std::string_view new_prefix = "new:";

const KindFacts* find_kind(const Configured& configured, std::string_view name) {
    const auto found = std::ranges::find(configured.kinds, name, &KindFacts::name);
    return found == configured.kinds.end() ? nullptr : &*found;
}

bool keeps(const KindFacts& kind, std::string_view of) {
    return of == users_step ? kind.keeps_users : kind.keeps_roles;
}

std::string label_of(const Configured& configured, const config::Provider& provider) {
    const auto* const kind = find_kind(configured, provider.kind());
    return fmt::format("{} ({})", provider.name, kind != nullptr ? kind->label : provider.kind());
}

/// Where something can be kept: here, where it is configured already, or in a new place.
std::vector<Choice> places(const Configured& configured, std::string_view of) {
    std::vector<Choice> choices;
    choices.push_back({std::string{embedded_provider}, "in Rhumb's own store",
                       "Nothing else is needed; they are added and changed with Rhumb."});
    for (const auto& provider : configured.document.security.providers) {
        const auto* const kind = find_kind(configured, provider.kind());
        if (kind == nullptr || !keeps(*kind, of)) continue;
        choices.push_back({provider.name, label_of(configured, provider),
                           "This place is configured already; its settings can be changed."});
    }
    for (const auto& kind : configured.kinds) {
        if (!keeps(kind, of)) continue;
        choices.push_back({std::string{new_prefix} + kind.name,
                           fmt::format("a new place: {}", kind.label),
                           std::string{help_of(kind.name)}});
    }
    return choices;
}

Step step_of_users(const Configured& configured) {
    Field place{.id = "place",
                .label = "Where users are kept",
                .kind = Kind::choice,
                .help =
                    "Who signs in is looked up there. Local administrators can sign in in any "
                    "case; other users of Rhumb's own store cannot while users are elsewhere.",
                .choices = places(configured, users_step),
                .present = configured.document.security.users};
    return {.id = std::string{users_step},
            .title = "Location of users",
            .sentence = "Where are the users kept who may sign in?",
            .fields = {std::move(place)}};
}

/// Whether a place tells roles of nobody but who signs in at its page.
bool has_own_users_alone(std::string_view word, const Configured& configured) {
    const auto location = find_location(word, configured, roles_step);
    const auto* const kind = location ? find_kind(configured, location->kind) : nullptr;
    return kind != nullptr && !kind->checks_passwords;
}

Step step_of_roles(const Answers& answers, const Configured& configured) {
    Field place{.id = "place",
                .label = "Where roles are kept",
                .kind = Kind::choice,
                .help =
                    "Roles say who may do what. They can be in another place than users: then "
                    "they are looked up by the user's name.",
                .choices = places(configured, roles_step),
                .present = configured.document.security.roles};
    const auto users = find_location(place_of(answers, configured, users_step), configured);
    const auto word = users && !users->is_embedded() ? users->word : "";
    std::erase_if(place.choices, [&](const Choice& choice) {
        return choice.value != word && has_own_users_alone(choice.value, configured);
    });
    for (auto& choice : place.choices)
        if (choice.value == word) choice.label += ", where users are";
    return {.id = std::string{roles_step},
            .title = "Location of roles",
            .sentence = "Where is it kept who has which role?",
            .fields = {std::move(place)}};
}

/// What says of roles only; asked for by the way where roles are kept elsewhere.
bool is_about_roles(std::string_view setting) {
    constexpr std::string_view all[] = {"administrators", "publishers", "group_base",
                                        "roles_claim"};
    return std::ranges::find(all, setting) != std::end(all);
}

bool keeps_tables(std::string_view kind) { return kind == "postgresql" || kind == "sqlserver"; }

/// The address of this server as people have it, as far as the configuration knows.
std::string own_address(const Configured& configured) {
    for (const auto& site : configured.document.sites)
        for (const auto& name : site.host_names)
            if (!name.starts_with('*')) return "https://" + name;
    return "https://<name of this server>";
}

Step step_of_connection(std::string_view id, const Location& location, bool has_roles,
                        const Configured& configured) {
    const auto* const kind = find_kind(configured, location.kind);
    const auto label = kind != nullptr ? kind->label : location.kind;
    Step step{.id = std::string{id},
              .title = location.present != nullptr
                           ? fmt::format("Connection to {}", location.present->name)
                           : fmt::format("Connection: {}", label),
              .sentence = "How is that place reached? It is tried before anything is changed.",
              .connects = true};
    if (kind != nullptr && !kind->checks_passwords)
        step.notes.push_back(fmt::format(
            "People will sign in at a page of that place. Register Rhumb there as a client first, "
            "with the redirect URI {}/login/openid/callback (docs/tasks/sign-in-with-openid.md).",
            own_address(configured)));
    const auto base =
        location.present != nullptr ? *location.present : fresh_provider(location.kind);
    if (location.present == nullptr)
        step.fields.push_back({.id = "name",
                               .label = "What Rhumb calls it",
                               .help = "A short name of yours; it stands in the configuration, in "
                                       "status and in messages.",
                               .present = free_name(location.kind, configured),
                               .is_required = true});
    for (const auto& setting : settings_of(location.kind)) {
        auto field = setting.field;
        const auto value = setting.get(base);
        if (setting.is_secret())
            field.is_kept = value != "";
        else
            field.present = value;
        if (!has_roles && is_about_roles(field.id)) field.is_rare = true;
        step.fields.push_back(std::move(field));
    }
    if (keeps_tables(location.kind))
        step.fields.push_back({.id = std::string{make_tables},
                               .label = "Make tables of Rhumb's own there",
                               .kind = Kind::yes_no,
                               .help = "When all is applied, where there are none yet.",
                               .present = false,
                               .is_rare = true});
    step.fields.push_back({.id = std::string{in_spite},
                           .label = "Go on although the connection cannot be made",
                           .kind = Kind::yes_no,
                           .help = "Nobody from there gets in until it can be made.",
                           .present = false,
                           .is_rare = true});
    return step;
}

Field number(std::string_view id, std::string_view label, std::string_view help,
             std::int64_t present, bool is_rare = false) {
    return {.id = std::string{id},
            .label = std::string{label},
            .kind = Kind::number,
            .help = std::string{help},
            .present = present,
            .is_rare = is_rare};
}

Step step_of_settings(const Configured& configured) {
    const auto& security = configured.document.security;
    return {
        .id = std::string{settings_step},
        .title = "Tokens and sessions",
        .sentence = "How long does somebody stay signed in?",
        .fields = {number("short_minutes", "Minutes a token counts",
                          "When a GIS client asks for no time of its own.",
                          security.tokens.short_minutes.count()),
                   number("long_minutes", "Minutes a token counts at most",
                          "However much a client asks for.", security.tokens.long_minutes.count()),
                   number("idle_minutes", "Minutes a browser may be idle",
                          "Then its user signs in again.", security.sessions.idle_minutes.count()),
                   number("absolute_hours", "Hours a browser stays signed in at most",
                          "From the sign-in on, whatever its user does.",
                          security.sessions.absolute_hours.count()),
                   number("account_failures", "Wrong passwords in a row until an account waits",
                          "For who guesses; the owner's own devices are not kept out.",
                          security.sign_in.account_failures, true),
                   number("account_minutes", "Minutes an account waits then", "For one address.",
                          security.sign_in.account_minutes.count(), true),
                   number("address_failures", "Wrong passwords from one address until it waits",
                          "Within ten minutes.", security.sign_in.address_failures, true)}};
}

Step step_of_administrator(const Configured& configured) {
    Step step{.id = std::string{administrator_step},
              .title = "First administrator",
              .sentence = "Who administers Rhumb even when no other place can be reached?"};
    if (!configured.administrators.empty()) {
        step.title = "Local administrators";
        step.notes.push_back(
            fmt::format("{} {} from Rhumb's own store, whatever is configured here: nothing has "
                        "to be asked.",
                        text::join(configured.administrators, ", "),
                        configured.administrators.size() == 1 ? "administers" : "administer"));
        return step;
    }
    step.fields.push_back({.id = "name",
                           .label = "Name to sign in with",
                           .help = "A user in Rhumb's own store, with the role administrators.",
                           .is_required = true});
    step.fields.push_back(
        {.id = "full_name", .label = "Full name", .help = "For people; may be empty."});
    step.fields.push_back({.id = "password",
                           .label = "Password",
                           .kind = Kind::secret,
                           .help = "10 characters at least; length counts, nothing else does.",
                           .is_made = true,
                           .is_required = true});
    return step;
}

}  // namespace

std::string_view to_text(Field::Kind kind) {
    switch (kind) {
        case Kind::choice: return "choice";
        case Kind::text: return "text";
        case Kind::number: return "number";
        case Kind::secret: return "secret";
        case Kind::list: return "list";
        case Kind::words: return "words";
        case Kind::yes_no: return "yes-no";
    }
    return "";
}

Result<Location> find_location(std::string_view word, const Configured& configured,
                               std::string_view of) {
    if (text::iequals(word, embedded_provider))
        return Location{std::string{embedded_provider}, {}, nullptr};
    const auto wrong_kind = [&](const KindFacts& kind) {
        return fail(ErrorKind::invalid, "{} keeps no {}", kind.label, of);
    };
    for (const auto& provider : configured.document.security.providers) {
        if (provider.name != word) continue;
        const auto* const kind = find_kind(configured, provider.kind());
        if (kind != nullptr && !keeps(*kind, of)) return wrong_kind(*kind);
        return Location{provider.name, std::string{provider.kind()}, &provider};
    }
    const auto name = word.starts_with(new_prefix) ? word.substr(new_prefix.size()) : word;
    if (const auto* const kind = find_kind(configured, name)) {
        if (!keeps(*kind, of)) return wrong_kind(*kind);
        return Location{std::string{new_prefix} + kind->name, kind->name, nullptr};
    }
    std::vector<std::string> known;
    for (const auto& choice : places(configured, of)) known.push_back(choice.value);
    return fail(ErrorKind::invalid, "«{:.60}» is no place to keep {}: choose one of {}", word, of,
                text::join(known, ", "));
}

std::vector<Step> steps(const Answers& answers, const Configured& configured) {
    std::vector<Step> all{step_of_users(configured), step_of_roles(answers, configured)};
    const auto users = find_location(place_of(answers, configured, users_step), configured);
    const auto roles =
        find_location(place_of(answers, configured, roles_step), configured, roles_step);
    const bool are_together = users && roles && users->word == roles->word;
    if (users && !users->is_embedded())
        all.push_back(step_of_connection(connection_step, *users, are_together, configured));
    if (roles && !roles->is_embedded() && !are_together) {
        const bool is_only = !users || users->is_embedded();
        all.push_back(step_of_connection(is_only ? connection_step : roles_connection_step, *roles,
                                         true, configured));
    }
    all.push_back(step_of_settings(configured));
    all.push_back(step_of_administrator(configured));
    all.push_back({.id = std::string{summary_step},
                   .title = "Summary",
                   .sentence = "This is what will change. Nothing has changed so far."});
    return all;
}

std::vector<Fault> judge(std::string_view step, const Answers& answers,
                         const Configured& configured) {
    auto decision = decide(answers, configured);
    std::vector<Fault> faults;
    for (auto& fault : decision.faults)
        if (fault.step == step) faults.push_back(std::move(fault));
    return faults;
}

std::string next_step(const Answers& answers, const Configured& configured) {
    const auto decision = decide(answers, configured, true);
    for (const auto& step : steps(answers, configured)) {
        const bool is_answered = answers.contains(step.id) || step.fields.empty();
        const bool is_wrong =
            std::ranges::find(decision.faults, step.id, &Fault::step) != decision.faults.end();
        if (!is_answered || is_wrong) return step.id;
    }
    return std::string{summary_step};
}

}  // namespace rhumb::wizard
