#include "wizard/connection.h"

#include "providers/sql.h"

namespace rhumb::wizard {

namespace {

bool is_used(const config::Security& security, const std::string& name) {
    return security.users == name || security.roles == name;
}

/// Whether the place does something now that it did not do before.
bool is_used_anew(const config::Security& now, const config::Security& next,
                  const std::string& name) {
    return (next.users == name && now.users != name) || (next.roles == name && now.roles != name);
}

providers::ConnectionTest try_one(const config::Provider& provider,
                                  const providers::Surroundings& surroundings) {
    auto made = providers::make_provider(provider, surroundings);
    if (!made)
        return {.steps = {{.what = "the settings",
                           .is_good = false,
                           .said = made.error().message,
                           .remedy = "mend the setting that is named"}}};
    return (*made)->test_connection();
}

/// Tables that are made with the rest need not be there yet. A place that is not configured so far
/// cannot be told to make them by its name.
void speak_of_tables(const Draft& draft, providers::ConnectionTest& test) {
    if (!providers::lacks_tables(test)) return;
    auto& last = test.steps.back();
    if (draft.makes_tables) {
        last.is_good = true;
        last.said = "they are not there yet, and are made when this is applied";
        last.remedy.clear();
    } else if (draft.present == nullptr) {
        last.remedy = fmt::format(
            "have them made with the rest (by switches: {} make_tables=yes), or name queries on "
            "tables of yours",
            draft.step == connection_step ? "--provider" : "--roles-provider");
    }
}

}  // namespace

std::vector<Tried> try_connections(const Decision& decision, const Configured& configured,
                                   const providers::Surroundings& surroundings, bool everything) {
    const auto& next = decision.document.security;
    std::vector<Tried> all;
    for (const auto& draft : decision.drafts) {
        const auto& name = draft.provider.name;
        if (!is_used(next, name)) continue;
        if (!everything && !draft.is_changed() &&
            !is_used_anew(configured.document.security, next, name))
            continue;
        all.push_back({.step = draft.step,
                       .name = name,
                       .test = try_one(draft.provider, {.store = surroundings.store,
                                                        .seal = surroundings.seal,
                                                        .clock = surroundings.clock,
                                                        .log = surroundings.log,
                                                        .typed_secrets = &decision.secrets}),
                       .is_in_spite = draft.is_in_spite});
        speak_of_tables(draft, all.back().test);
    }
    return all;
}

}  // namespace rhumb::wizard
