#include "certs/removal.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "certs/dates.h"
#include "certs/inventory.h"
#include "certs/recording.h"
#include "certs/revocation.h"

namespace rhumb::certs {

namespace {

/// The digest of a record's public key, hexadecimal; "" when the record cannot be read.
std::string key_digest_of(const storage::CertificateRecord& record) {
    const auto chain = pki::Chain::from_pem(record.chain_pem);
    if (!chain) return {};
    return text::to_hex(chain->leaf().public_key().digest().value_or(std::string{}));
}

/// For a person who meant an archived one: which there are.
std::string text_of(const std::vector<storage::CertificateRecord>& archived) {
    std::vector<std::string> texts;
    texts.reserve(archived.size());
    for (const auto& record : archived)
        texts.push_back(
            fmt::format("{} (id {}, until {})", record.name, record.id, to_date(record.not_after)));
    return texts.empty() ? "there is none" : "there are: " + text::join(texts, ", ");
}

/// Those that are meant, the one that was archived last first; never empty.
Result<std::vector<storage::CertificateRecord>> find_archived(const storage::View& view,
                                                              const Archived& which) {
    TRY(auto all, view.certificates(/*with_archived=*/true));
    bool is_in_use = false;
    std::vector<storage::CertificateRecord> archived;
    std::vector<storage::CertificateRecord> meant;
    for (auto& record : all) {
        const bool is_meant =
            text::iequals(record.name, which.name) && (!which.id || *which.id == record.id);
        is_in_use = is_in_use || (is_meant && !record.archived);
        if (!record.archived) continue;
        if (is_meant) meant.push_back(record);
        archived.push_back(std::move(record));
    }
    std::ranges::stable_sort(meant, std::ranges::greater{}, [](const auto& record) {
        return std::pair{*record.archived, record.id};
    });
    if (!meant.empty()) return meant;
    if (is_in_use)
        return fail(ErrorKind::conflict,
                    "the certificate «{}» is in use and not in the archive: remove it first (rhumb "
                    "cert remove)",
                    which.name);
    return fail(ErrorKind::not_found, "the archive has no certificate «{}»{}; {}", which.name,
                which.id ? fmt::format(" with the id {}", *which.id) : "", text_of(archived));
}

/// Removes the answered requests with these keys, unless something else still has the key; how many
/// keys are gone for good.
Result<std::size_t> forget_keys(storage::Transaction& transaction, std::set<std::string> digests) {
    TRY(const auto others, transaction.certificates(/*with_archived=*/true));
    for (const auto& other : others) digests.erase(key_digest_of(other));
    std::size_t gone = 0;
    for (const auto& digest : digests) {
        TRY(const auto requests, transaction.requests_by_key(digest));
        const bool is_awaited = std::ranges::any_of(
            requests, [](const storage::RequestRecord& request) { return !request.answered; });
        if (is_awaited) continue;
        for (const auto& request : requests) TRY_DONE(transaction.remove_request(request.id));
        ++gone;
    }
    return gone;
}

}  // namespace

Result<Change> remove(storage::Store& store, const Removal& removal, const Actor& actor,
                      Seconds now) {
    if (!removal.uses.empty() && !removal.even_if_used)
        return fail(ErrorKind::conflict,
                    "the certificate «{}» is in use by {}: unbind it there first (rhumb cert "
                    "unbind), or say that it is to be removed all the same (--even-if-used)",
                    removal.name, text::join(removal.uses, "; "));
    Change change;
    change.what = "certificate.removed";
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto record, transaction.find_certificate(removal.name));
        if (!record)
            return fail(
                ErrorKind::not_found,
                "no certificate in use is called «{}»: rhumb cert list tells which there are",
                removal.name);
        TRY_DONE(transaction.archive_certificate(record->id, now));
        change.name = record->name;
        change.archived = record->id;
        auto event = make_event(actor, now, change.what, *record);
        if (!removal.uses.empty())
            event.detail += ", though in use by " + text::join(removal.uses, "; ");
        TRY_DONE(transaction.add_event(event));
        return {};
    }));
    return change;
}

Result<Change> restore(storage::Store& store, const Archived& which, bool may_replace,
                       const Actor& actor, Seconds now) {
    Change change;
    change.what = "certificate.restored";
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto candidates, find_archived(transaction, which));
        const auto& record = candidates.front();
        TRY_DONE(check_not_revoked(transaction, record.id));
        TRY(const auto in_use, transaction.find_certificate(record.name));
        if (in_use && !may_replace)
            return fail(ErrorKind::conflict,
                        "a certificate called «{}» is in use (until {}): say that the archived one "
                        "is to take its place, or remove that one first",
                        in_use->name, to_date(in_use->not_after));
        if (in_use) {
            TRY_DONE(transaction.archive_certificate(in_use->id, now));
            change.archived = in_use->id;
        }
        TRY_DONE(transaction.restore_certificate(record.id));
        change.name = record.name;
        change.added = record.id;
        if (record.not_after < now)
            change.notes.push_back(
                fmt::format("it has expired on {}: clients will refuse it until it is renewed",
                            to_date(record.not_after)));
        TRY_DONE(transaction.add_event(make_event(actor, now, change.what, record)));
        return {};
    }));
    return change;
}

Result<Purged> purge(storage::Store& store, const Archived& which, const Actor& actor,
                     Seconds now) {
    Purged purged;
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto meant, find_archived(transaction, which));
        std::set<std::string> digests;
        for (const auto& record : meant) {
            TRY_DONE(transaction.purge_certificate(record.id));
            TRY_DONE(transaction.add_event(make_event(actor, now, "certificate.purged", record)));
            digests.insert(key_digest_of(record));
        }
        purged.certificates = meant.size();
        TRY(purged.keys, forget_keys(transaction, std::move(digests)));
        return {};
    }));
    purged.is_scrubbed = store.scrub().value_or(false);
    return purged;
}

}  // namespace rhumb::certs
