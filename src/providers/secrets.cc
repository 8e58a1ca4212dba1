#include "providers/secrets.h"

#include "config/secret_place.h"

namespace rhumb::providers {
namespace {

Result<void> check(std::string_view name, std::string_view value) {
    std::string copy{name};
    if (const auto fault = config::check_secret_name(copy); !fault.empty())
        return fail(ErrorKind::invalid, "the name of a secret {}", fault);
    if (value.empty())
        return fail(ErrorKind::invalid,
                    "the secret «{}» would be empty; rhumb secret remove {} takes it away", name,
                    name);
    if (value.size() > secret_bytes_max)
        return fail(ErrorKind::invalid, "the secret «{}» has {} bytes; it may have {}", name,
                    value.size(), secret_bytes_max);
    return {};
}

Result<void> note(storage::Transaction& transaction, const observe::Actor& actor, Seconds now,
                  std::string_view what, std::string_view name) {
    TRY_DONE(transaction.add_event({.time = now,
                                    .who = actor.who,
                                    .from = actor.from,
                                    .what = std::string{what},
                                    .subject = std::string{name},
                                    .detail = {}}));
    return {};
}

}  // namespace

Result<bool> set_secret(storage::Transaction& transaction, const crypto::Seal& seal,
                        std::string_view name, std::string_view value, const observe::Actor& actor,
                        Seconds now) {
    TRY_DONE(check(name, value));
    TRY(const auto before, storage::find_secret(transaction, name));
    storage::SecretRecord record;
    if (before)
        record = *before;
    else
        record = {.name = std::string{name}, .created = now};
    record.changed = now;
    if (!before) {
        TRY(record.id, storage::add_secret(transaction, record));
    }
    TRY(record.sealed, seal.seal(storage::secret_purpose(record.id), value));
    TRY_DONE(storage::update_secret(transaction, record));
    TRY_DONE(note(transaction, actor, now, before ? "secret.changed" : "secret.added", name));
    return !before.has_value();
}

Result<bool> set_secret(storage::Store& store, const crypto::Seal& seal, std::string_view name,
                        std::string_view value, const observe::Actor& actor, Seconds now) {
    return store.transact([&](storage::Transaction& transaction) {
        return set_secret(transaction, seal, name, value, actor, now);
    });
}

Result<void> remove_secret(storage::Store& store, std::string_view name,
                           const observe::Actor& actor, Seconds now) {
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(storage::remove_secret(transaction, name));
        return note(transaction, actor, now, "secret.removed", name);
    });
}

}  // namespace rhumb::providers
