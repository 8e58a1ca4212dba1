#include "certs/inventory.h"

#include <algorithm>

#include "base/text.h"
#include "certs/dates.h"
#include "certs/sealing.h"

namespace rhumb::certs {

namespace {

constexpr std::size_t name_size_max = 100;

/// Names stand in commands, URLs and configuration: letters, digits and a few signs that need no
/// quoting there.
Result<void> check_name(std::string_view name) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"._-@+*: "}.find(c) != std::string_view::npos;
    };
    const bool is_good = !name.empty() && name.size() <= name_size_max &&
                         text::trim(name) == name && name.front() != '-' &&
                         std::ranges::all_of(name, is_plain);
    if (is_good) return {};
    return fail(
        ErrorKind::invalid,
        "«{}» cannot be a certificate's name: use 1 to {} letters, digits, blanks and . _ - @ + * :",
        name, name_size_max);
}

storage::Event event_of(const Actor& actor, Seconds now, std::string what,
                        const storage::CertificateRecord& record) {
    storage::Event event;
    event.time = now;
    event.who = actor.who;
    event.from = actor.from;
    event.what = std::move(what);
    event.subject = record.name;
    event.detail = fmt::format("{}, until {}, for {}", to_text(record.origin),
                               to_date(record.not_after), text::join(record.names, " "));
    return event;
}

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

Result<storage::CertificateRecord> Inventory::make_record(const NewCertificate& certificate,
                                                          Seconds now) const {
    TRY_DONE(check_name(certificate.name));
    const auto& leaf = certificate.chain.leaf();
    if (!certificate.key.matches(leaf))
        return fail(ErrorKind::conflict,
                    "storing «{}»: the private key does not belong to the certificate «{}»",
                    certificate.name, leaf.subject());
    if (leaf.not_after() < now)
        return fail(ErrorKind::invalid,
                    "storing «{}»: the certificate has expired on {}; get a newer one",
                    certificate.name, to_date(leaf.not_after()));
    storage::CertificateRecord record;
    record.names = pki::to_texts(leaf.names());
    if (record.names.empty())
        return fail(
            ErrorKind::invalid,
            "storing «{}»: the certificate names no host (no subject alternative name), so no client would "
            "accept it; have it issued with one",
            certificate.name);
    record.name = certificate.name;
    record.origin = certificate.origin;
    record.chain_pem = certificate.chain.to_pem();
    TRY(record.sealed_key, seal_key(seal_, leaf_key, certificate.key));
    record.not_before = leaf.not_before();
    record.not_after = leaf.not_after();
    record.created = now;
    return record;
}

Result<storage::Id> Inventory::add(const NewCertificate& certificate, const Actor& actor,
                                   Seconds now) {
    TRY(const auto record, make_record(certificate, now));
    return store_.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        TRY(const auto id, transaction.add_certificate(record));
        TRY_DONE(transaction.add_event(event_of(actor, now, "certificate.added", record)));
        return id;
    });
}

Result<storage::Id> Inventory::replace(storage::Id old_id, const NewCertificate& certificate,
                                       const Actor& actor, Seconds now) {
    TRY(const auto record, make_record(certificate, now));
    return store_.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        TRY(const auto old, transaction.get_certificate(old_id));
        if (old.archived)
            return fail(ErrorKind::conflict,
                        "replacing «{}»: somebody else has replaced it in the meantime", old.name);
        TRY(const auto id, transaction.replace_certificate(old_id, record, now));
        TRY_DONE(transaction.add_event(event_of(actor, now, "certificate.replaced", record)));
        return id;
    });
}

Result<void> Inventory::archive(std::string_view name, const Actor& actor, Seconds now) {
    TRY(const auto entry, get(name));
    return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.archive_certificate(entry.record.id, now));
        TRY_DONE(transaction.add_event(event_of(actor, now, "certificate.archived", entry.record)));
        return {};
    });
}

Result<pki::Key> Inventory::open_key(const Entry& entry) const {
    if (!entry.chain) return tl::unexpected(entry.chain.error());
    return certs::open_key(seal_, leaf_key, entry.chain->leaf(), entry.record.sealed_key);
}

}  // namespace rhumb::certs
