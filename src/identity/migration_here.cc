/// A migration into Rhumb's own store: one transaction.

#include "identity/administrators.h"
#include "identity/migration.h"
#include "identity/trail.h"
#include "storage/users.h"

namespace rhumb::identity {

namespace {

using Act = Migration::Act;
using Step = Migration::Step;

/// The store, while a migration is under way.
struct Arrival {
    storage::Transaction& transaction;
    const Actor& actor;
    Seconds now;
    std::string detail;  // for the audit trail: where it came from

    Result<void> note(std::string_view what, std::string_view subject, std::string_view more = {}) {
        TRY_DONE(transaction.add_event(
            event(actor, now, what, subject,
                  more.empty() ? detail : fmt::format("{}; {}", more, detail))));
        return {};
    }

    Result<void> add_user(const Step& step) {
        const auto& user = step.user;
        TRY_DONE(storage::add_user(
            transaction,
            {.name = user.name,
             .full_name = user.full_name,
             .email = user.email,
             .description = user.description,
             .password = step.hash,
             .password_changed = step.hash.empty()
                                     ? std::nullopt
                                     : std::optional{user.password_changed.value_or(now)},
             .created = now,
             .disabled = user.disabled,
             .expires = user.expires}));
        return note("user.added", user.name, step.hash.empty() ? "" : "with its password");
    }

    Result<void> change_user(const Step& step) {
        TRY(auto record, storage::find_user(transaction, step.to));
        if (!record)
            return fail(ErrorKind::conflict, "the user «{}» was removed meanwhile", step.to);
        record->full_name = step.user.full_name;
        record->email = step.user.email;
        record->description = step.user.description;
        record->disabled = step.user.disabled;
        record->expires = step.user.expires;
        TRY_DONE(keeping_an_administrator(
            transaction, now, [&] { return storage::update_user(transaction, *record); }));
        return note("user.changed", record->name, step.detail);
    }

    Result<void> add_role(const Step& step) {
        TRY_DONE(storage::add_role(transaction, {.name = step.role.name,
                                                 .description = step.role.description,
                                                 .privilege = step.role.privilege,
                                                 .created = now}));
        return note("role.added", step.role.name);
    }

    Result<void> add_member(const Step& step) {
        const auto kind = step.member.kind == Member::Kind::user ? storage::Membership::Kind::user
                                                                 : storage::Membership::Kind::role;
        TRY(const bool is_new,
            storage::add_membership(transaction, {step.to, kind, step.member.name}));
        if (!is_new) return {};
        return note("role.given", step.to, to_text(step.member));
    }

    Result<void> take(const Step& step) {
        if (step.is_membership) return add_member(step);
        if (step.what.kind == Member::Kind::role) return add_role(step);
        return step.act == Act::add ? add_user(step) : change_user(step);
    }
};

}  // namespace

Result<void> carry_out_migration(const Migration& migration, storage::Store& store,
                                 const Actor& actor, Seconds now) {
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        Arrival arrival{transaction, actor, now, fmt::format("from «{}»", migration.from)};
        for (const auto& step : migration.steps) {
            if (step.act == Act::leave) continue;
            if (auto taken = arrival.take(step); !taken)
                return tl::unexpected(std::move(taken).error().within(fmt::format(
                    "{} of «{}»: nothing was changed", to_text(step.what), migration.from)));
        }
        return {};
    });
}

}  // namespace rhumb::identity
