#include "certs/inventory.h"

#include "base/text.h"
#include "certs/recording.h"
#include "certs/sealing.h"

namespace rhumb::certs {

namespace {

Entry to_entry(storage::CertificateRecord record) {
    auto chain = pki::Chain::from_pem(record.chain_pem);
    return {std::move(record), std::move(chain)};
}

}  // namespace

std::string_view to_text(storage::Origin origin) {
    switch (origin) {
        case storage::Origin::local_authority: return "local authority";
        case storage::Origin::self_signed: return "self-signed";
        case storage::Origin::import: return "import";
        case storage::Origin::request: return "request";
        case storage::Origin::acme: return "acme";
    }
    return "unknown";
}

Result<std::vector<Entry>> Inventory::list(bool with_archived) const {
    TRY(auto records,
        store_.read([&](const storage::View& view) { return view.certificates(with_archived); }));
    std::vector<Entry> entries;
    for (auto& record : records) entries.push_back(to_entry(std::move(record)));
    return entries;
}

Entry Inventory::read(storage::CertificateRecord record) { return to_entry(std::move(record)); }

Result<Entry> Inventory::get(std::string_view name) const {
    TRY(auto records, store_.read([](const storage::View& view) { return view.certificates(); }));
    std::vector<std::string> known;
    for (auto& record : records) {
        if (text::iequals(record.name, name)) return to_entry(std::move(record));
        known.push_back(record.name);
    }
    return fail(ErrorKind::not_found, "no certificate is called «{}»; there {}", name,
                known.empty() ? "is none yet" : "are: " + text::join(known, ", "));
}

Result<storage::Id> Inventory::add(const NewCertificate& certificate, const Actor& actor,
                                   Seconds now) {
    TRY(const auto record, make_record(seal_, certificate, now));
    return store_.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        TRY(const auto id, transaction.add_certificate(record));
        TRY_DONE(transaction.add_event(make_event(actor, now, "certificate.added", record)));
        return id;
    });
}

Result<storage::Id> Inventory::replace(storage::Id old_id, const NewCertificate& certificate,
                                       const Actor& actor, Seconds now) {
    TRY(auto record, make_record(seal_, certificate, now));
    return store_.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        TRY(const auto old, transaction.get_certificate(old_id));
        if (old.archived)
            return fail(ErrorKind::conflict,
                        "replacing «{}»: somebody else has replaced it in the meantime", old.name);
        if (record.friendly_name.empty()) record.friendly_name = old.friendly_name;
        TRY(const auto id, transaction.replace_certificate(old_id, record, now));
        TRY_DONE(transaction.add_event(make_event(actor, now, "certificate.replaced", record)));
        return id;
    });
}

Result<void> Inventory::archive(std::string_view name, const Actor& actor, Seconds now) {
    TRY(const auto entry, get(name));
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.archive_certificate(entry.record.id, now));
        TRY_DONE(
            transaction.add_event(make_event(actor, now, "certificate.archived", entry.record)));
        return {};
    });
}

Result<pki::Key> Inventory::open_key(const Entry& entry) const {
    if (!entry.chain) return tl::unexpected(entry.chain.error());
    return certs::open_key(seal_, leaf_key, entry.chain->leaf(), entry.record.sealed_key);
}

}  // namespace rhumb::certs
