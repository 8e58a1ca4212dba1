#include "wizard/apply.h"

#include <nlohmann/json.hpp>

#include "identity/administrator_making.h"
#include "identity/first_administrator.h"
#include "providers/secrets.h"
#include "providers/sql.h"
#include "storage/store.h"
#include "storage/user_records.h"
#include "wizard/undo_record.h"

namespace rhumb::wizard {

namespace {

tl::unexpected<Error> changed_meanwhile() {
    return fail(ErrorKind::conflict,
                "the configuration has changed since it was looked at, and nothing was done: begin "
                "anew, so that nobody's change is lost");
}

Result<void> keep_secrets(storage::Transaction& transaction, const Decision& decision,
                          const Bench& bench, Seconds now) {
    for (const auto& [name, secret] : decision.secrets) {
        TRY(const bool is_new, providers::set_secret(transaction, bench.surroundings.seal, name,
                                                     secret.view(), bench.actor, now));
        // Somebody else's secret would be lost.
        if (!is_new) return changed_meanwhile();
    }
    return {};
}

/// Names of the places that had none.
Result<std::vector<std::string>> make_all_tables(const Decision& decision, const Bench& bench) {
    const auto& around = bench.surroundings;
    std::vector<std::string> made;
    for (const auto& draft : decision.drafts) {
        if (!draft.makes_tables) continue;
        auto is_new = providers::create_sql_tables(draft.provider,
                                                   {.store = around.store,
                                                    .seal = around.seal,
                                                    .clock = around.clock,
                                                    .log = around.log,
                                                    .typed_secrets = &decision.secrets},
                                                   bench.actor);
        if (!is_new)
            return tl::unexpected(
                std::move(is_new.error()).within("nothing was changed: the tables cannot be made"));
        if (*is_new) made.push_back(draft.provider.name);
    }
    return made;
}

}  // namespace

Result<Applied> apply(const Decision& decision, const Configured& seen, const Bench& bench,
                      const std::string& comment) {
    auto& store = bench.surroundings.store;
    const auto now = bench.surroundings.clock.now();
    Applied applied;
    std::optional<storage::UserRecord> administrator;
    if (const auto& wanted = decision.administrator) {
        TRY(const bool is_wanted, identity::wants_first_administrator(store, now));
        if (!is_wanted)
            return fail(ErrorKind::conflict, "there is an administrator by now: begin anew");
        TRY(administrator, identity::ready_administrator(store, wanted->name, wanted->full_name,
                                                         wanted->password.view(), now));
    }
    if (seen.config_file.empty()) {
        TRY(applied.tables, make_all_tables(decision, bench));
    }
    for (const auto& [name, ignored] : decision.secrets) applied.secrets.push_back(name);
    if (administrator) applied.administrator = administrator->name;

    const auto edit = [&](config::Document& document) -> Result<void> {
        if (document != seen.document) return changed_meanwhile();
        document = decision.document;
        return {};
    };
    const auto along = [&](storage::Transaction& transaction, storage::Id number) -> Result<void> {
        const bool is_other = number != seen.revision;
        applied.has_changed = is_other || !decision.secrets.empty() || administrator.has_value();
        if (!applied.has_changed) return {};
        TRY_DONE(keep_secrets(transaction, decision, bench, now));
        Undoable record{.made = number, .before = seen.revision, .secrets = applied.secrets};
        if (administrator) {
            TRY_DONE(identity::add_administrator(transaction, *administrator, now, bench.actor));
            record.administrator = administrator->name;
            TRY(record.administrator_state,
                identity::state_of_user(transaction, administrator->name));
        }
        return put_undoable(transaction, record);
    };
    TRY(applied.revision, bench.home.edit(edit,
                                          {bench.actor.who, bench.actor.from,
                                           comment.empty() ? "security configured" : comment, now},
                                          along));
    return applied;
}

}  // namespace rhumb::wizard
