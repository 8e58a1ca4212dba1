#include "identity/second_factor.h"

#include "base/text.h"
#include "crypto/random.h"
#include "identity/one_time_code.h"
#include "identity/readable_code.h"
#include "identity/trail.h"
#include "storage/second_factors.h"

namespace rhumb::identity {

namespace {

constexpr std::size_t recovery_groups = 4;  // 80 bits

struct RecoveryCodes {
    std::vector<std::string> codes;
    std::vector<std::string> digests;
};

Result<RecoveryCodes> make_recovery_codes() {
    RecoveryCodes made;
    for (std::size_t i = 0; i < SecondFactors::recovery_code_count; ++i) {
        TRY(auto code, make_readable_code(recovery_groups));
        TRY(auto digest, digest_of_code(code));
        made.codes.push_back(std::move(code));
        made.digests.push_back(std::move(digest));
    }
    return made;
}

Result<crypto::Secret> open(const crypto::Seal& seal, const storage::SecondFactorRecord& factor) {
    auto secret = seal.open(storage::second_factor_purpose(factor.id), factor.sealed);
    if (!secret)
        return tl::unexpected(std::move(secret).error().within(
            fmt::format("the second factor of «{}»", factor.user)));
    return secret;
}

Result<void> note(storage::Transaction& transaction, Seconds now, const Actor& actor,
                  std::string_view what, std::string_view user, std::string_view detail = {}) {
    TRY_DONE(transaction.add_event(event(actor, now, what, user, std::string{detail})));
    return {};
}

}  // namespace

Result<SecondFactorState> second_factor_state(const storage::Store& store, std::string_view user) {
    return store.read([&](const storage::View& view) -> Result<SecondFactorState> {
        TRY(const auto factor, storage::find_second_factor(view, user));
        TRY(const auto left, storage::count_recovery_codes(view, user));
        return SecondFactorState{.confirmed = factor ? factor->confirmed : std::nullopt,
                                 .recovery_codes = left};
    });
}

Result<crypto::Secret> SecondFactors::begin(std::string_view user) {
    TRY(auto secret, crypto::random_secret(one_time_secret_size));
    const auto now = clock_.now();
    TRY_DONE(store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto before, storage::find_second_factor(transaction, user));
        if (before && before->confirmed)
            return fail(ErrorKind::conflict, "«{}» has a second factor: remove it first", user);
        TRY(const auto id,
            storage::add_second_factor(transaction, {.user = std::string{user}, .created = now}));
        TRY(const auto sealed, seal_.seal(storage::second_factor_purpose(id), secret.view()));
        return transaction.put_sealed(storage::SealedPlace::second_factor, id, sealed);
    }));
    return secret;
}

Result<std::optional<crypto::Secret>> SecondFactors::find_begun(std::string_view user) const {
    TRY(const auto factor, store_.read([&](const storage::View& view) {
        return storage::find_second_factor(view, user);
    }));
    if (!factor || factor->confirmed) return std::optional<crypto::Secret>{};
    TRY(auto secret, open(seal_, *factor));
    return std::optional{std::move(secret)};
}

Result<std::vector<std::string>> SecondFactors::confirm(std::string_view user,
                                                        std::string_view code, const Actor& actor) {
    TRY(const auto made, make_recovery_codes());
    const auto now = clock_.now();
    TRY_DONE(store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto factor, storage::find_second_factor(transaction, user));
        if (!factor || factor->confirmed)
            return fail(ErrorKind::not_found, "no second factor of «{}» waits to be confirmed",
                        user);
        TRY(const auto secret, open(seal_, *factor));
        const auto step = find_step(secret.view(), code, now, factor->last_step);
        if (!step)
            return fail(ErrorKind::invalid,
                        "that is not the code: see that the clock of the device is right, and type "
                        "the one that it shows now");
        factor->confirmed = now;
        factor->last_step = *step;
        TRY_DONE(storage::update_second_factor(transaction, *factor));
        TRY_DONE(storage::put_recovery_codes(transaction, user, made.digests));
        return note(transaction, now, actor, "second-factor.added", user);
    }));
    return made.codes;
}

Result<std::vector<std::string>> SecondFactors::renew_recovery_codes(std::string_view user,
                                                                     const Actor& actor) {
    TRY(const auto made, make_recovery_codes());
    const auto now = clock_.now();
    TRY_DONE(store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto factor, storage::find_second_factor(transaction, user));
        if (!factor || !factor->confirmed)
            return fail(ErrorKind::not_found, "«{}» has no second factor", user);
        TRY_DONE(storage::put_recovery_codes(transaction, user, made.digests));
        return note(transaction, now, actor, "second-factor.codes-renewed", user);
    }));
    return made.codes;
}

Result<bool> remove_second_factor(storage::Store& store, Seconds now, std::string_view user,
                                  const Actor& actor) {
    return store.transact([&](storage::Transaction& transaction) -> Result<bool> {
        TRY(const auto factor, storage::find_second_factor(transaction, user));
        if (!factor) return false;
        TRY_DONE(storage::remove_second_factor(transaction, user));
        if (factor->confirmed)
            TRY_DONE(note(transaction, now, actor, "second-factor.removed", user));
        return factor->confirmed.has_value();
    });
}

Result<SecondFactors::Check> SecondFactors::check(std::string_view user, std::string_view code,
                                                  std::string_view from) {
    TRY(const auto known, store_.read([&](const storage::View& view) {
        return storage::find_second_factor(view, user);
    }));
    if (!known || !known->confirmed) return Check::not_asked_for;
    if (text::trim(code).empty()) return Check::wrong;
    const auto now = clock_.now();
    const auto digest = digest_of_code(code);
    return store_.transact([&](storage::Transaction& transaction) -> Result<Check> {
        TRY(auto factor, storage::find_second_factor(transaction, user));
        if (!factor || !factor->confirmed) return Check::not_asked_for;
        TRY(const auto secret, open(seal_, *factor));
        if (const auto step = find_step(secret.view(), text::trim(code), now, factor->last_step)) {
            factor->last_step = *step;
            TRY_DONE(storage::update_second_factor(transaction, *factor));
            return Check::right;
        }
        if (!digest) return Check::wrong;
        TRY(const bool is_used, storage::use_recovery_code(transaction, user, *digest, now));
        if (!is_used) return Check::wrong;
        TRY(const auto left, storage::count_recovery_codes(transaction, user));
        TRY_DONE(note(transaction, now, {factor->user, std::string{from}},
                      "second-factor.recovery-code-used", user, fmt::format("{} are left", left)));
        return Check::right_recovery_code;
    });
}

}  // namespace rhumb::identity
