#include "certs/revocation.h"

#include <algorithm>

#include "base/text.h"
#include "certs/authority_making.h"
#include "certs/crl_making.h"
#include "certs/dates.h"
#include "certs/inventory.h"
#include "certs/recording.h"
#include "certs/renewal_order.h"
#include "certs/revocation_target.h"

namespace rhumb::certs {

namespace {

using pki::RevocationReason;

Result<void> check_reason(RevocationReason reason, bool is_of_authority) {
    switch (reason) {
        case RevocationReason::certificate_hold:
        case RevocationReason::remove_from_crl:
            return fail(ErrorKind::invalid,
                        "a revocation is for good here, so «{}» is no reason: clients that have "
                        "seen it once need not look again. Take superseded, and issue another "
                        "certificate when it is wanted",
                        pki::to_text(reason));
        case RevocationReason::ca_compromise:
        case RevocationReason::aa_compromise:
            if (is_of_authority) return {};
            return fail(ErrorKind::invalid,
                        "«{}» is about the key of the authority itself, not of one certificate: "
                        "rhumb ca rotate --intermediate --revoke REASON",
                        pki::to_text(reason));
        default: return {};
    }
}

/// What is to be put in the place of one that is in use.
Result<std::optional<storage::CertificateRecord>> make_replacement(const storage::Store& store,
                                                                   const crypto::Seal& seal,
                                                                   const RevocationTarget& target,
                                                                   const RevocationOrder& order) {
    if (!order.replaces || !target.is_in_use()) return std::nullopt;
    const auto make = [&]() -> Result<storage::CertificateRecord> {
        TRY(const auto authority, Authority::find(store));
        if (!authority) return fail(ErrorKind::not_found, "there is no local authority");
        const auto entry = Inventory::read(*target.certificate);
        TRY(auto issued, authority->issue(seal, order_like(entry), order.now, order.crl_base));
        return make_record(seal,
                           {.name = entry.record.name,
                            .origin = storage::Origin::local_authority,
                            .chain = std::move(issued.chain),
                            .key = std::move(issued.key),
                            .friendly_name = entry.record.friendly_name},
                           order.now);
    };
    auto made = make();
    if (!made)
        return tl::unexpected(std::move(made).error().within(fmt::format(
            "revoking «{}»: nothing was revoked, for no other certificate can take its place (say "
            "that it shall be taken out of use instead: --without-replacement)",
            target.name)));
    return made;
}

/// Takes the certificate out of use, with another in its place where there is one.
Result<Change> take_out(storage::Transaction& transaction, const RevocationTarget& target,
                        const std::optional<storage::CertificateRecord>& replacement,
                        const Actor& actor, Seconds now) {
    const auto id = target.certificate->id;
    TRY(const auto present, transaction.get_certificate(id));
    if (present.archived)
        return fail(ErrorKind::conflict,
                    "revoking «{}»: somebody else has replaced it in the meantime; look at it "
                    "again (rhumb cert show)",
                    target.name);
    Change change;
    change.name = present.name;
    change.archived = id;
    if (replacement) {
        change.what = "certificate.replaced";
        TRY(change.added, transaction.replace_certificate(id, *replacement, now));
        TRY_DONE(transaction.add_event(make_event(actor, now, change.what, *replacement)));
    } else {
        change.what = "certificate.archived";
        TRY_DONE(transaction.archive_certificate(id, now));
        TRY_DONE(transaction.add_event(make_event(actor, now, change.what, present)));
    }
    return change;
}

/// A key that somebody else has is good for nothing any more.
Result<void> destroy_key(storage::Transaction& transaction, const RevocationTarget& target) {
    if (target.certificate)
        return transaction.put_sealed(storage::SealedPlace::certificate, target.certificate->id,
                                      "");
    if (target.client && target.client->sealed_key)
        return transaction.put_sealed(storage::SealedPlace::client_certificate, target.client->id,
                                      "");
    return {};
}

/// Other certificates and requests with the same key, which are not safe either.
Result<void> note_same_key(const storage::View& view, const RevocationTarget& target,
                           std::vector<std::string>& notes) {
    TRY(const auto digest, target.chain.leaf().public_key().digest());
    TRY(const auto records, view.certificates(true));
    for (const auto& record : records) {
        if (target.certificate && record.id == target.certificate->id) continue;
        const auto chain = pki::Chain::from_pem(record.chain_pem);
        if (!chain || chain->leaf().public_key().digest().value_or("") != digest) continue;
        notes.push_back(fmt::format(
            "the certificate «{}» ({}{}) has the same key: have it revoked and replaced too",
            record.name, to_text(record.origin), record.archived ? ", archived" : ""));
    }
    return {};
}

Result<void> revoke_one(storage::Transaction& transaction, const RevocationTarget& target,
                        const RevocationOrder& order, const Actor& actor) {
    const auto& leaf = target.chain.leaf();
    TRY_DONE(transaction.add_revocation({0, target.signer, leaf.serial(), order.now,
                                         std::string{pki::to_text(order.reason)}, target.name,
                                         leaf.not_after()}));
    TRY_DONE(transaction.add_event(make_event(
        actor, order.now, target.client ? "client-certificate.revoked" : "certificate.revoked",
        target.name,
        fmt::format("{}, serial number {}", pki::to_text(order.reason), leaf.serial()))));
    if (order.reason == RevocationReason::key_compromise)
        TRY_DONE(destroy_key(transaction, target));
    return {};
}

}  // namespace

Result<Revocation> revoke(storage::Store& store, const crypto::Seal& seal,
                          const RevocationOrder& order, const Actor& actor) {
    TRY_DONE(check_reason(order.reason, false));
    TRY(const auto targets, store.read([&](const storage::View& view) {
        return find_revocation_targets(view, order);
    }));
    // Only one certificate can be in use by a name, or have a serial.
    TRY(const auto replacement, make_replacement(store, seal, targets.front(), order));
    Revocation revocation;
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        for (const auto& target : targets) {
            TRY_DONE(revoke_one(transaction, target, order, actor));
            const auto& leaf = target.chain.leaf();
            revocation.revoked.push_back({target.name, leaf.serial(), leaf.not_after()});
            if (target.is_in_use()) {
                TRY(revocation.change,
                    take_out(transaction, target, replacement, actor, order.now));
            }
            if (order.reason == RevocationReason::key_compromise)
                TRY_DONE(note_same_key(transaction, target, revocation.notes));
        }
        TRY(auto report, refresh_crls(transaction, seal, order.now));
        for (auto& failure : report.failures) revocation.notes.push_back(std::move(failure));
        return {};
    }));
    if (order.reason == RevocationReason::key_compromise)
        revocation.notes.emplace_back("the private key was destroyed");
    if (revocation.change && !revocation.change->added)
        revocation.notes.emplace_back("it was taken out of use, and nothing takes its place");
    return revocation;
}

Result<Revocation> revoke_intermediate(storage::Store& store, const crypto::Seal& seal,
                                       RevocationReason reason, Seconds now, const Actor& actor) {
    TRY_DONE(check_reason(reason, true));
    TRY(const auto authority, Authority::find(store));
    if (!authority) return fail(ErrorKind::not_found, "there is no local authority yet");
    const auto& old = authority->intermediate();
    TRY(const auto key, AuthorityReader::open_root_key(*authority, seal));
    TRY(const auto made, make_intermediate(seal, {authority->root(), key}, now));
    TRY(const auto root_id, signer_id(authority->root()));
    TRY(const auto old_id, signer_id(old));
    Revocation revocation;
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_revocation({0, root_id, old.serial(), now,
                                             std::string{pki::to_text(reason)}, old.common_name(),
                                             old.not_after()}));
        TRY_DONE(transaction.add_event(
            make_event(actor, now, "authority.intermediate-revoked", old.common_name(),
                       fmt::format("{}, serial number {}", pki::to_text(reason), old.serial()))));
        TRY_DONE(replace_intermediate(transaction, *authority, made, actor, now));
        TRY(auto report, refresh_crls(transaction, seal, now));
        for (auto& failure : report.failures) revocation.notes.push_back(std::move(failure));
        TRY(const auto clients, transaction.client_certificates());
        const auto lost = std::ranges::count_if(clients, [&](const auto& client) {
            return client.signer == old_id && client.not_after > now;
        });
        if (lost > 0)
            revocation.notes.push_back(fmt::format(
                "{} certificates of clients hang below it and must be issued anew", lost));
        return {};
    }));
    revocation.revoked.push_back({old.common_name(), old.serial(), old.not_after()});
    return revocation;
}

Result<std::vector<storage::RevocationRecord>> revocations(const storage::Store& store) {
    TRY(auto all, store.read([](const storage::View& view) { return view.revocations(); }));
    std::ranges::reverse(all);
    return all;
}

Result<std::optional<storage::RevocationRecord>> find_revocation(const storage::View& view,
                                                                 const pki::Chain& chain) {
    const auto& certificates = chain.certificates();
    for (std::size_t index = 0; index + 1 < certificates.size(); ++index) {
        TRY(const auto signer, signer_id(certificates[index + 1]));
        TRY(auto found, view.find_revocation(signer, certificates[index].serial()));
        if (found) return found;
    }
    TRY(const auto authorities, AuthorityReader::list(view));
    for (const auto& authority : authorities) {
        if (!certificates.back().is_issued_by(authority.root())) continue;
        TRY(const auto signer, signer_id(authority.root()));
        TRY(auto found, view.find_revocation(signer, certificates.back().serial()));
        if (found) return found;
    }
    return std::nullopt;
}

Result<void> check_not_revoked(const storage::View& view, storage::Id certificate) {
    TRY(const auto record, view.get_certificate(certificate));
    const auto chain = pki::Chain::from_pem(record.chain_pem);
    if (!chain) return {};  // a damaged record has other faults
    TRY(const auto revocation, find_revocation(view, *chain));
    if (!revocation) return {};
    return fail(ErrorKind::conflict,
                "«{}» (serial number {}) was revoked on {} ({}) and never comes back into use: "
                "have another one issued (rhumb cert issue)",
                record.name, chain->leaf().serial(), to_date(revocation->time), revocation->reason);
}

}  // namespace rhumb::certs
