#include "certs/key_rotation.h"

#include <algorithm>

#include "base/text.h"
#include "certs/recording.h"
#include "certs/sealed_records.h"
#include "storage/audit.h"

namespace rhumb::certs {

namespace {

/// What the present key is called; "" in a store whose key was never changed.
Result<std::string> stored_key_id(const storage::View& view) {
    TRY(const auto bytes, view.find_setting(master_key_setting));
    return bytes ? text::to_hex(*bytes) : std::string{};
}

Result<std::string> stored_key_id(const storage::Store& store) {
    return store.read([](const storage::View& view) { return stored_key_id(view); });
}

tl::unexpected<Error> other_key(const std::string& wanted, const crypto::Seal& seal) {
    return fail(ErrorKind::conflict,
                "what the store keeps sealed is under the master key {}, and the one at hand is "
                "{}: put back the master key that belongs to this store. If that is lost for good: "
                "rhumb keys rotate --accept-loss, then rhumb ca rotate --now",
                wanted, seal.key_ids().front());
}

/// The same under the other key; nothing when it is under that one already.
Result<std::optional<std::string>> reseal(const storage::SealedRecord& record,
                                          const crypto::Seal& from, const crypto::Seal& to) {
    if (crypto::Seal::key_id_of(record.blob) == to.key_id()) return std::nullopt;
    TRY(const auto purpose, sealed_purpose(record));
    TRY(const auto plain, from.open(purpose, record.blob));
    TRY(auto blob, to.seal(purpose, plain.view()));
    return blob;
}

bool is_there(const crypto::MasterKeyPlace& place) {
    const auto key = crypto::load_master_key(place);
    return key || key.error().kind != ErrorKind::not_found;
}

/// A key is made for a store that has none sealed yet, and for no other: a new one in the place of
/// one that was lost would open nothing, and hide what is wrong.
Result<void> check_key_is_there(const storage::Store& store, const crypto::MasterKeyPlace& place) {
    if (is_there(place)) return {};
    TRY(const auto needed,
        store.read([](const storage::View& view) { return sealing_keys(view); }));
    // Another program may have made it meanwhile.
    if (needed.empty() || is_there(place)) return {};
    TRY(auto next, crypto::load_next_master_key(place));
    if (next) {
        TRY(const auto seal, crypto::Seal::make(*std::move(next)));
        // What was interrupted is finished: a restore, on a machine that had no key.
        if (!place.credential && std::ranges::find(needed, seal.key_id()) != needed.end())
            return crypto::promote_next_master_key(place);
    }
    return fail(ErrorKind::conflict,
                "the master key is missing: the store is sealed under {}, and there is no file {}. "
                "Put back the master key that belongs to this store. If it is lost for good: "
                "rhumb keys rotate --accept-loss, then rhumb ca rotate --now",
                text::join(needed, ", "),
                place.credential.value_or(place.directory / "master.key").string());
}

}  // namespace

Result<crypto::Seal> open_seal(storage::Store& store, const crypto::MasterKeyPlace& place) {
    TRY_DONE(check_key_is_there(store, place));
    TRY(auto seal, crypto::make_seal(place));
    TRY(const auto wanted, stored_key_id(store));
    if (wanted.empty() || wanted == seal.key_id()) return seal;
    auto ordered = seal.with_first(wanted);
    if (!ordered) return other_key(wanted, seal);
    // The store is under the next key already: what was interrupted is finished.
    if (!place.credential) TRY_DONE(crypto::promote_next_master_key(place));
    return ordered;
}

Result<void> refresh_seal(const storage::Store& store, const crypto::MasterKeyPlace& place,
                          crypto::Seal& seal) {
    TRY(const auto wanted, stored_key_id(store));
    if (wanted.empty() || wanted == seal.key_id()) return {};
    TRY(const auto present, crypto::make_seal(place));
    const auto ordered = present.with_first(wanted);
    if (!ordered) return other_key(wanted, present);
    seal.take_over(*ordered);
    return {};
}

Result<KeyRotation> reseal_all(storage::Store& store, const crypto::Seal& from,
                               const crypto::Seal& to, bool accepts_loss, const Actor& actor,
                               Seconds now) {
    KeyRotation rotation;
    rotation.old_id = from.key_id();
    rotation.new_id = to.key_id();
    TRY(const auto id, text::from_hex(to.key_id()));
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.put_setting(master_key_setting, id));
        TRY(const auto records, transaction.sealed());
        for (const auto& record : records) {
            const auto blob = reseal(record, from, to);
            if (!blob && record.is_in_use && !accepts_loss)
                return fail(ErrorKind::conflict,
                            "changing the master key: the key of {} does not open ({}), so nothing "
                            "was changed. Put back the master key that it was sealed under; if "
                            "that is lost for good: rhumb keys rotate --accept-loss",
                            owner_of(record), blob.error().message);
            if (!blob) {
                rotation.left.push_back(
                    fmt::format("the key of {} does not open, and stays as it "
                                "is: {}",
                                owner_of(record), blob.error().message));
            } else if (*blob) {
                TRY_DONE(transaction.put_sealed(record.place, record.id, **blob));
                ++rotation.resealed;
            }
        }
        if (auto sealed = storage::reseal_audit(transaction, from, to, accepts_loss); !sealed)
            return tl::unexpected(
                Error{ErrorKind::conflict, std::move(sealed).error().message}.within(
                    "changing the master key: nothing was changed (rhumb keys rotate --accept-loss does "
                    "it all the same)"));
        TRY_DONE(transaction.add_event(
            make_event(actor, now, "master-key.changed", rotation.new_id,
                       fmt::format("in the place of {}; {} keys sealed anew, {} left",
                                   rotation.old_id, rotation.resealed, rotation.left.size()))));
        return {};
    }));
    return rotation;
}

Result<KeyRotation> rotate_master_key(storage::Store& store, const crypto::MasterKeyPlace& place,
                                      bool accepts_loss, const Actor& actor, Seconds now,
                                      const KeyRotationStep& step) {
    const auto done = [&](std::string_view what) {
        if (step) step(what);
    };
    // What was interrupted comes to its end first.
    if (auto opened = open_seal(store, place); !opened && !accepts_loss)
        return tl::unexpected(std::move(opened).error());
    TRY(auto next, crypto::load_or_create_next_master_key(place));
    done("next key written");
    TRY(const auto to, crypto::Seal::make(std::move(next)));
    TRY(const auto from, crypto::make_seal(place));
    if (from.key_ids().size() < 2)
        return fail(ErrorKind::conflict,
                    "changing the master key: the next key is the present one; make another");
    TRY(auto rotation, reseal_all(store, from, to, accepts_loss, actor, now));
    done("store sealed anew");
    if (place.credential) {
        rotation.remedy = fmt::format(
            "now let the credential {0} of the service be the new key, leave {0}.next out, and "
            "restart it; keep the old key as long as you keep backups from before",
            place.credential->filename().string());
        return rotation;
    }
    TRY_DONE(crypto::promote_next_master_key(place));
    done("key file swapped");
    return rotation;
}

}  // namespace rhumb::certs
