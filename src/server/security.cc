#include "server/security.h"

#include <utility>

#include "access/login.h"
#include "access/token_service.h"
#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "identity/people_changes.h"
#include "providers/moved.h"
#include "providers/watch.h"

namespace rhumb::server {

// The order of members is the order of making; they end in the opposite one.
struct Security::Members {
    Members(Surroundings its_surroundings, std::unique_ptr<identity::Tokens> its_tokens,
            std::unique_ptr<identity::Sessions> its_sessions)
        : around{its_surroundings},
          users{identity::EmbeddedUsers::open_later(around.store, around.clock)},
          tokens{std::move(its_tokens)},
          sessions{std::move(its_sessions)} {}

    Surroundings around;
    std::unique_ptr<identity::EmbeddedUsers> users;
    identity::EmbeddedRoles roles{around.store, around.clock};
    identity::LocalAdministrators locals{*users, roles};
    providers::Current current{{around.store, around.seal, around.clock, around.log}, locals};
    identity::People people{current.users(), current.roles(), around.clock};
    identity::PeopleChanges changes{around.store};
    identity::SignIns sign_ins{people, around.store, around.seal, around.clock, around.log};
    std::unique_ptr<identity::Tokens> tokens;
    std::unique_ptr<identity::Sessions> sessions;
    std::shared_ptr<Snapshot<config::Security>> settings =
        std::make_shared<Snapshot<config::Security>>(std::make_shared<const config::Security>());
    access::Parts parts{people,
                        sign_ins,
                        *tokens,
                        *sessions,
                        around.store,
                        around.seal,
                        around.sign_in_pool,
                        around.pool,
                        around.people_pool,
                        around.sign_in_outside_pool,
                        settings,
                        around.clock,
                        around.log,
                        locals,
                        [this] { return current.browser_sign_in(); }};
    bool has_configuration = false;
    providers::Watch watch{current};
    access::Gate gate{parts, around.certificates};

    /// Where users have moved, tokens and sessions of before are of others.
    void count_people_from(const config::Security& wanted) {
        const auto now = around.clock.now();
        const auto since = providers::note_people_of(wanted, around.store, now);
        if (!since)
            around.log.error("security", "noting where users are: {}", since.error().message);
        people.count_from(since.value_or(now),
                          [this](std::string_view name) { return locals.is_one(name); });
    }
    void tell(std::string_view step, const Result<void>& done) const {
        if (!done) around.log.error("security", "{}: {}", step, done.error().message);
    }
};

Security::Security(std::unique_ptr<Members> members) : members_{std::move(members)} {}
Security::~Security() = default;

Result<std::unique_ptr<Security>> Security::open(Surroundings surroundings) {
    TRY(auto tokens,
        identity::Tokens::open(surroundings.store, surroundings.seal, surroundings.clock));
    TRY(auto sessions, identity::Sessions::open(surroundings.store, surroundings.clock));
    return std::unique_ptr<Security>{new Security{
        std::make_unique<Members>(surroundings, std::move(tokens), std::move(sessions))}};
}

const access::Parts& Security::parts() const { return members_->parts; }

site::Entrances Security::entrances() const {
    const auto& parts = members_->parts;
    return {.gate = &members_->gate,
            .sign_in = std::make_shared<access::SignInPages>(parts),
            .token_service = [&parts](const std::string& gis_path) -> site::HandlerPointer {
                return std::make_shared<access::TokenService>(parts, gis_path);
            }};
}

const providers::Current& Security::providers() const { return members_->current; }

providers::Report Security::report() const {
    return {.time = members_->around.clock.now(),
            .status = members_->current.status(),
            .hidden = members_->watch.hidden()};
}

Result<void> Security::apply(const config::Document& document) {
    const auto& wanted = document.security;
    if (std::exchange(members_->has_configuration, true))
        TRY_DONE(members_->current.take(wanted));
    else
        members_->current.start_with(wanted);
    members_->people.set_age_max(members_->current.remember());
    members_->count_people_from(wanted);
    members_->settings->replace(std::make_shared<const config::Security>(wanted));
    members_->sessions->set_limits(
        {.idle = wanted.sessions.idle_minutes, .absolute = wanted.sessions.absolute_hours});
    identity::SignInLimits limits;
    limits.account_failures = wanted.sign_in.account_failures;
    limits.account_wait = wanted.sign_in.account_minutes;
    limits.address_failures = wanted.sign_in.address_failures;
    members_->sign_ins.set_limits(limits);
    return {};
}

void Security::reload() {
    members_->current.refresh();
    // Else every sign-in would have places outside asked for everybody anew.
    if (members_->changes.look()) members_->people.forget();
    members_->tell("reading tokens", members_->tokens->reload());
    members_->tell("reading sessions", members_->sessions->reload());
}

void Security::look_after() {
    members_->current.refresh();
    members_->tell("looking after tokens", members_->tokens->look_after());
    members_->tell("looking after sessions", members_->sessions->look_after());
}

}  // namespace rhumb::server
