#include "certs/revocation_lists.h"

#include <algorithm>

#include "base/text.h"
#include "certs/authority_making.h"
#include "certs/crl_making.h"
#include "certs/sealing.h"
#include "pki/crl.h"

namespace rhumb::certs {

namespace {

constexpr std::size_t path_digits = 32;

/// A key that signs a list.
struct CrlSigner {
    std::string id;
    pki::Certificate certificate;
    std::string_view use;  // of the key
    std::string sealed_key;
    std::chrono::seconds lifetime;
};

/// All of one authority whose list somebody may still ask for.
Result<std::vector<CrlSigner>> signers_of(const Authority& authority, Seconds now) {
    std::vector<CrlSigner> signers;
    Seconds last_end{};
    for (const auto& intermediate : authority.intermediates()) {
        if (intermediate.certificate.not_after() < now) continue;
        last_end = std::max(last_end, intermediate.certificate.not_after());
        TRY(auto id, signer_id(intermediate.certificate));
        signers.push_back({std::move(id), intermediate.certificate, intermediate_key,
                           intermediate.record.sealed_key, crl_lifetime});
    }
    // A root's list is about its intermediates: for a retired one until the last of them ends.
    const bool is_retired = authority.state() == AuthorityState::retired;
    if (authority.root().not_after() < now || (is_retired && last_end < now)) return signers;
    TRY(auto id, signer_id(authority.root()));
    signers.push_back({std::move(id), authority.root(), root_key,
                       authority.record().sealed_root_key, root_crl_lifetime});
    return signers;
}

std::vector<pki::Revoked> revoked_by(const CrlSigner& signer,
                                     const std::vector<storage::RevocationRecord>& revocations,
                                     Seconds now) {
    std::vector<pki::Revoked> revoked;
    for (const auto& record : revocations) {
        // RFC 5280 section 3.3: an entry stays until one list beyond the certificate's end.
        if (record.signer != signer.id || record.not_after + signer.lifetime < now) continue;
        revoked.push_back({record.serial, record.time,
                           pki::parse_revocation_reason(record.reason)
                               .value_or(pki::RevocationReason::unspecified)});
    }
    return revoked;
}

/// Half over, not begun (the clock was wrong), or without something that was revoked.
bool is_due(const storage::CrlRecord& list, const CrlSigner& signer,
            const std::vector<pki::Revoked>& revoked, Seconds now) {
    if (list.this_update > now || now >= list.this_update + signer.lifetime / 2) return true;
    const auto read = pki::Crl::from_der(list.der);
    return !read || !std::ranges::all_of(revoked, [&](const pki::Revoked& one) {
        return read->find(one.serial).has_value();
    });
}

/// A list that is to be made.
struct Due {
    CrlSigner signer;
    std::uint64_t number;
    std::vector<pki::Revoked> revoked;
};

Result<std::vector<Due>> find_due(const storage::View& view, Seconds now) {
    TRY(const auto authorities, AuthorityReader::list(view));
    TRY(const auto revocations, view.revocations());
    TRY(const auto lists, view.crls());
    std::vector<Due> all;
    for (const auto& authority : authorities) {
        TRY(auto signers, signers_of(authority, now));
        for (auto& signer : signers) {
            const auto before = std::ranges::find(lists, signer.id, &storage::CrlRecord::signer);
            auto revoked = revoked_by(signer, revocations, now);
            if (before != lists.end() && !is_due(*before, signer, revoked, now)) continue;
            const auto number = before != lists.end() ? before->number + 1 : 1;
            all.push_back({std::move(signer), number, std::move(revoked)});
        }
    }
    return all;
}

Result<storage::CrlRecord> make_list(const crypto::Seal& seal, const Due& due, Seconds now) {
    const auto& signer = due.signer;
    TRY(const auto key, open_key(seal, signer.use, signer.certificate, signer.sealed_key));
    pki::CrlOptions options;
    options.number = due.number;
    options.now = now;
    options.lifetime = signer.lifetime;
    options.revoked = due.revoked;
    TRY(const auto made, pki::make_crl(options, {signer.certificate, key}));
    return storage::CrlRecord{signer.id, due.number, now, now + signer.lifetime, made.to_der()};
}

}  // namespace

Result<std::string> crl_path(const pki::Certificate& signer) {
    TRY(const auto id, signer_id(signer));
    return fmt::format("{}{}.crl", crl_folder, id.substr(0, path_digits));
}

Result<std::string> crl_url(std::string_view crl_base, const pki::Certificate& signer) {
    if (crl_base.empty()) return std::string{};
    if (!crl_base.starts_with("http://"))
        return fail(ErrorKind::invalid,
                    "the address of revocation lists must begin with http://, «{}» does not",
                    crl_base);
    while (crl_base.ends_with('/')) crl_base.remove_suffix(1);
    TRY(const auto path, crl_path(signer));
    return std::string{crl_base} + path;
}

Result<std::vector<PublishedCrl>> current_crls(const storage::Store& store) {
    TRY(auto records, store.read([](const storage::View& view) { return view.crls(); }));
    std::vector<PublishedCrl> lists;
    for (auto& record : records) {
        auto path = fmt::format("{}{}.crl", crl_folder, record.signer.substr(0, path_digits));
        lists.push_back({std::move(path), std::move(record.der), std::move(record.signer),
                         record.number, record.this_update, record.next_update});
    }
    return lists;
}

Result<CrlReport> refresh_crls(storage::Transaction& transaction, const crypto::Seal& seal,
                               Seconds now) {
    CrlReport report;
    TRY(const auto all, find_due(transaction, now));
    for (const auto& due : all) {
        const auto made = make_list(seal, due, now);
        if (made) {
            TRY_DONE(transaction.put_crl(*made));
            ++report.made;
        } else {
            report.failures.push_back(fmt::format("the revocation list of «{}» was not made: {}",
                                                  due.signer.certificate.common_name(),
                                                  made.error().message));
        }
    }
    return report;
}

Result<CrlReport> refresh_crls(storage::Store& store, const crypto::Seal& seal, Seconds now) {
    TRY(const auto due, store.read([&](const storage::View& view) { return find_due(view, now); }));
    if (due.empty()) return CrlReport{};
    return store.transact(
        [&](storage::Transaction& transaction) { return refresh_crls(transaction, seal, now); });
}

}  // namespace rhumb::certs
