#include <algorithm>

#include "base/instant.h"
#include "base/text.h"
#include "config/parse.h"
#include "config/secret_place.h"
#include "identity/administrator_making.h"
#include "storage/secrets.h"
#include "storage/store.h"
#include "wizard/apply.h"
#include "wizard/undo_record.h"

namespace rhumb::wizard {

namespace {

constexpr std::string_view setting = "wizard-undo";

tl::unexpected<Error> nothing_to_undo() {
    return fail(ErrorKind::not_found,
                "there is nothing to take back: `rhumb security configure` has changed nothing, or "
                "its last change was taken back already. Earlier configurations: rhumb config "
                "history, rhumb config rollback NUMBER");
}

tl::unexpected<Error> changed_since(const storage::Revision& latest, const Undoable& record) {
    return fail(ErrorKind::conflict,
                "the configuration was changed since then (revision {} by {} at {}), and nothing "
                "was taken back. `rhumb config rollback {}` makes all of the configuration what it "
                "was before the wizard, without what others have changed since; users and secrets "
                "stay. `rhumb config diff {} {}` shows the difference",
                latest.number, latest.author, to_readable(latest.time), record.before,
                record.before, latest.number);
}

/// One transaction of taking back.
class Undoing {
public:
    Undoing(storage::Transaction& transaction, const Undoable& record, const Bench& bench)
        : transaction_{transaction}, record_{record}, bench_{bench} {}

    Result<std::vector<std::string>> run(const config::Document& document) {
        if (record_.made == record_.before)
            lines_.emplace_back("the configuration stays as it is: the wizard had left it so");
        else
            lines_.push_back(
                fmt::format("the configuration is as it was in revision {}", record_.before));
        for (const auto& name : record_.secrets) TRY_DONE(take_secret(name, document));
        if (!record_.administrator.empty()) TRY_DONE(take_administrator());
        TRY_DONE(forget_undoable(transaction_));
        return std::move(lines_);
    }

private:
    Result<void> take_secret(const std::string& name, const config::Document& document) {
        TRY(const auto secret, storage::find_secret(transaction_, name));
        if (!secret) return {};
        const auto users = config::providers_with_secret(document.security, name);
        if (!users.empty()) {
            lines_.push_back(
                fmt::format("the secret «{}» stays: {} needs it", name, text::join(users, ", ")));
            return {};
        }
        TRY_DONE(storage::remove_secret(transaction_, name));
        TRY_DONE(transaction_.add_event({.time = now(),
                                         .who = bench_.actor.who,
                                         .from = bench_.actor.from,
                                         .what = "secret.removed",
                                         .subject = name,
                                         .detail = {}}));
        lines_.push_back(fmt::format("the secret «{}» is removed", name));
        return {};
    }

    Result<void> take_administrator() {
        const auto& name = record_.administrator;
        TRY(const auto state, identity::state_of_user(transaction_, name));
        if (state.empty()) return {};
        if (text::iequals(name, bench_.actor.who) &&
            !bench_.actor.from.starts_with("command line")) {
            lines_.push_back(fmt::format("the user «{}» stays: that is you", name));
            return {};
        }
        if (state != record_.administrator_state) {
            lines_.push_back(fmt::format(
                "the user «{0}» stays: he was changed since (rhumb user remove {0})", name));
            return {};
        }
        TRY_DONE(identity::take_administrator_back(transaction_, name, now(), bench_.actor));
        lines_.push_back(fmt::format("the user «{}» is removed", name));
        return {};
    }

    Seconds now() const { return bench_.surroundings.clock.now(); }

    storage::Transaction& transaction_;
    const Undoable& record_;
    const Bench& bench_;
    std::vector<std::string> lines_;
};

}  // namespace

Result<std::optional<Undoable>> find_undoable(const storage::View& view) {
    TRY(const auto kept, view.find_setting(setting));
    if (!kept) return std::nullopt;
    const auto json = Json::parse(*kept, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return Undoable{.made = json.value("made", std::int64_t{0}),
                    .before = json.value("before", std::int64_t{0}),
                    .secrets = json.value("secrets", std::vector<std::string>{}),
                    .administrator = json.value("administrator", std::string{}),
                    .administrator_state = json.value("administrator_state", std::string{})};
}

Result<std::optional<Undoable>> find_undoable(const storage::Store& store) {
    return store.read([](const storage::View& view) { return find_undoable(view); });
}

Result<void> put_undoable(storage::Transaction& transaction, const Undoable& record) {
    const Json json{{"made", record.made},
                    {"before", record.before},
                    {"secrets", record.secrets},
                    {"administrator", record.administrator},
                    {"administrator_state", record.administrator_state}};
    return transaction.put_setting(setting, json.dump());
}

Result<void> forget_undoable(storage::Transaction& transaction) {
    return transaction.remove_setting(setting);
}

Result<Undone> undo(const Bench& bench) {
    auto& store = bench.surroundings.store;
    TRY(const auto record, find_undoable(store));
    if (!record) return nothing_to_undo();
    Undone undone;
    const auto along = [&](storage::Transaction& transaction, storage::Id) -> Result<void> {
        TRY(const auto again, find_undoable(transaction));
        if (!again || again->made != record->made) return nothing_to_undo();
        // The newest is the one that has just been made, if one was.
        TRY(const auto revisions, transaction.revisions(2));
        const bool is_back = record->made != record->before;
        const auto& seen = revisions.at(is_back ? revisions.size() - 1 : 0);
        if (seen.number != record->made) return changed_since(seen, *record);
        TRY(const auto latest, transaction.find_latest_revision());
        TRY(const auto document, config::parse_or_fail(latest->text, "the configuration"));
        TRY(undone.lines, Undoing(transaction, *record, bench).run(document));
        return {};
    };
    TRY(undone.revision, bench.home.rollback(record->before,
                                             {bench.actor.who, bench.actor.from,
                                              "security as before", bench.surroundings.clock.now()},
                                             along));
    return undone;
}

}  // namespace rhumb::wizard
