#include "certs/change.h"

#include "certs/recording.h"
#include "certs/revocation.h"

namespace rhumb::certs {

namespace {

tl::unexpected<Error> changed_since(const Change& change) {
    return fail(ErrorKind::conflict,
                "taking back what was done to «{}»: somebody has changed it since, so it stays as "
                "it is; look at it with rhumb cert show",
                change.name);
}

/// That the store is still as the change has left it.
Result<void> check_untouched(const storage::Transaction& transaction, const Change& change) {
    TRY(const auto in_use, transaction.find_certificate(change.name));
    const auto id = in_use ? std::optional{in_use->id} : std::nullopt;
    if (id != change.added) return changed_since(change);
    if (!change.answer) return {};
    TRY(const auto request, transaction.get_request(change.answer->request));
    if (request.certificate != change.added) return changed_since(change);
    return {};
}

}  // namespace

Result<void> undo(storage::Store& store, const Change& change, std::string_view why,
                  const Actor& actor, Seconds now) {
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(check_untouched(transaction, change));
        if (change.added) TRY_DONE(transaction.archive_certificate(*change.added, now));
        if (change.archived) {
            TRY_DONE(check_not_revoked(transaction, *change.archived));
            TRY_DONE(transaction.restore_certificate(*change.archived));
        }
        if (const auto& answer = change.answer)
            TRY_DONE(transaction.note_answer(answer->request, answer->answered_before,
                                             answer->certificate_before));
        TRY_DONE(transaction.add_event(make_event(actor, now, "certificate.undone", change.name,
                                                  fmt::format("{}: {}", change.what, why))));
        return {};
    });
}

}  // namespace rhumb::certs
