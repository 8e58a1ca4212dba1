#include "certs/staged.h"

#include <algorithm>

#include "certs/recording.h"

namespace rhumb::certs {

namespace {

tl::unexpected<Error> overtaken(const std::string& name) {
    return fail(ErrorKind::conflict,
                "storing «{}»: somebody else has changed the certificate of that name in the "
                "meantime; nothing was stored. Look at it with rhumb cert show, and try again",
                name);
}

/// What the event says beside the facts: the errors that somebody has overridden.
std::string overridden(const Staged& staged) {
    std::string ids;
    for (const auto& finding : staged.findings) {
        if (finding.severity != pki::Severity::error) continue;
        ids += ids.empty() ? ", in spite of " : " ";
        ids += finding.id;
    }
    return ids;
}

/// The old one archived, the new one in use; the new one's id.
Result<storage::Id> put(storage::Transaction& transaction, const Staged& staged,
                        storage::CertificateRecord& record, Seconds now) {
    TRY(const auto old, transaction.find_certificate(record.name));
    if ((old ? std::optional{old->id} : std::nullopt) != staged.replaces)
        return overtaken(record.name);
    if (!old) return transaction.add_certificate(record);
    if (record.friendly_name.empty()) record.friendly_name = old->friendly_name;
    return transaction.replace_certificate(old->id, record, now);
}

Result<Change::Answer> note_answer(storage::Transaction& transaction, storage::Id request_id,
                                   storage::Id certificate, Seconds now) {
    const auto request = transaction.get_request(request_id);
    if (!request)
        return fail(
            ErrorKind::conflict,
            "the request that it answers was cancelled in the meantime; nothing was stored");
    TRY_DONE(transaction.note_answer(request_id, now, certificate));
    return Change::Answer{request_id, request->answered, request->certificate};
}

}  // namespace

Result<Change> store(storage::Store& store, const crypto::Seal& seal, const Staged& staged,
                     const Actor& actor, Seconds now) {
    TRY(auto record, make_record(seal, staged.certificate, now));
    Change change;
    change.what = staged.what;
    change.name = record.name;
    change.archived = staged.replaces;
    change.findings = staged.findings;
    change.notes = staged.notes;
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(change.added, put(transaction, staged, record, now));
        if (staged.request) {
            TRY(change.answer, note_answer(transaction, *staged.request, *change.added, now));
        }
        auto event = make_event(actor, now, staged.what, record);
        event.detail += overridden(staged);
        TRY_DONE(transaction.add_event(event));
        return {};
    }));
    return change;
}

}  // namespace rhumb::certs
