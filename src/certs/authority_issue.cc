#include "certs/authority_issue.h"

#include <algorithm>

#include "base/text.h"
#include "certs/authority_making.h"
#include "certs/recording.h"
#include "certs/sealing.h"

namespace rhumb::certs {

namespace {

Result<Authority> get_authority(const storage::Store& store) {
    TRY(auto authority, Authority::find(store));
    if (authority) return *std::move(authority);
    return fail(ErrorKind::not_found,
                "there is no local authority yet; the first start of the server makes it (rhumb "
                "serve)");
}

Result<void> check_lifetime(std::chrono::days lifetime) {
    if (lifetime >= std::chrono::days{1} && lifetime <= pki::server_lifetime_max) return {};
    return fail(ErrorKind::invalid,
                "a certificate of the local authority lives from 1 to 825 days, not {}: clients "
                "refuse longer ones, of authorities of one's own too",
                lifetime.count());
}

/// All names that the authority may not vouch for, at once.
Result<void> check_permitted(const Authority& authority, const std::vector<pki::Name>& names) {
    std::vector<std::string> refused;
    for (const auto& name : names)
        if (!authority.permits(name)) refused.push_back(name.text());
    if (refused.empty()) return {};
    return fail(ErrorKind::invalid,
                "the local authority may not vouch for {}: its root names what it may, and clients "
                "heed that (rhumb ca show). Leave {} out, have the certificate issued by a public "
                "authority (rhumb cert request), or make a root that may (rhumb ca rotate --host "
                "{})",
                text::join(refused, ", "), refused.size() == 1 ? "that name" : "those names",
                refused.front());
}

}  // namespace

Result<Staged> stage_issue(storage::Store& store, const crypto::Seal& seal,
                           const IssueOrder& order) {
    if (order.names.empty())
        return fail(ErrorKind::invalid,
                    "a certificate needs at least one host name or address (--name)");
    TRY_DONE(check_lifetime(order.lifetime));
    const auto name = name_for(order.name, order.subject, order.names);
    TRY_DONE(check_certificate_name(name));
    TRY_DONE(check_friendly_name(order.friendly_name));
    TRY(const auto replaces, find_replaceable(store, name, order.may_replace));
    TRY(const auto authority, get_authority(store));
    TRY_DONE(check_permitted(authority, order.names));
    Order wanted;
    wanted.names = order.names;
    wanted.common_name = order.subject.common_name;
    wanted.subject = order.subject;
    wanted.key_type = order.key_type;
    wanted.lifetime = order.lifetime;
    TRY(auto issued, authority.issue(seal, wanted, order.now, order.crl_base));
    pki::LintContext context;
    context.now = order.now;
    context.audience = pki::Audience::private_authority;
    context.names = order.names;
    auto findings = pki::lint(issued.chain, context);
    std::vector<std::string> notes;
    if (issued.chain.leaf().not_after() < order.now + order.lifetime - std::chrono::days{1})
        notes.emplace_back(
            "it lives less long than asked for: no certificate outlives the one that signs it");
    return Staged{.what = "certificate.issued",
                  .certificate = {.name = name,
                                  .origin = storage::Origin::local_authority,
                                  .chain = std::move(issued.chain),
                                  .key = std::move(issued.key),
                                  .friendly_name = order.friendly_name},
                  .replaces = replaces,
                  .request = {},
                  .findings = std::move(findings),
                  .notes = std::move(notes)};
}

Result<Change> issue_certificate(storage::Store& store, const crypto::Seal& seal,
                                 const IssueOrder& order, const Actor& actor) {
    TRY(const auto staged, stage_issue(store, seal, order));
    return certs::store(store, seal, staged, actor, order.now);
}

namespace {

ClientOrder client_order(const ClientIssueOrder& order) {
    ClientOrder wanted;
    wanted.user = order.user;
    wanted.emails = order.emails;
    // A user who is called by a mail address has it as an alternative name too.
    if (order.user.find('@') != std::string::npos &&
        std::ranges::find(order.emails, order.user) == order.emails.end())
        wanted.emails.push_back(order.user);
    wanted.key_type = order.key_type;
    wanted.lifetime = order.lifetime;
    wanted.subject = order.subject;
    wanted.subject.common_name.clear();
    return wanted;
}

}  // namespace

Result<IssuedClient> issue_client_certificate(storage::Store& store, const crypto::Seal& seal,
                                              const ClientIssueOrder& order, const Actor& actor) {
    if (text::trim(order.user).empty() || text::trim(order.user) != order.user)
        return fail(ErrorKind::invalid,
                    "a client's certificate needs the name of a user, without blanks around it");
    TRY_DONE(check_lifetime(order.lifetime));
    TRY(const auto authority, get_authority(store));
    TRY(auto issued, authority.issue_client(seal, client_order(order), order.now, order.crl_base));
    const auto& leaf = issued.chain.leaf();
    storage::ClientCertificateRecord record;
    record.user = order.user;
    record.chain_pem = issued.chain.to_pem();
    TRY(record.signer, signer_id(issued.chain.certificates().at(1)));
    record.serial = leaf.serial();
    if (order.keeps_key) {
        TRY(record.sealed_key, seal_key(seal, client_key, issued.key));
    }
    record.not_before = leaf.not_before();
    record.not_after = leaf.not_after();
    record.created = order.now;
    TRY(const auto id,
        store.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
            TRY(const auto added, transaction.add_client_certificate(record));
            TRY_DONE(transaction.add_event(
                authority_event(actor, order.now, "client-certificate.issued", leaf)));
            return added;
        }));
    return IssuedClient{id, std::move(issued.chain), std::move(issued.key)};
}

Result<std::vector<ClientEntry>> client_certificates(const storage::Store& store,
                                                     std::string_view user) {
    return store.read([&](const storage::View& view) -> Result<std::vector<ClientEntry>> {
        TRY(auto records, view.client_certificates());
        std::vector<ClientEntry> entries;
        for (auto& record : records) {
            if (!user.empty() && record.user != user) continue;
            TRY(auto revocation, view.find_revocation(record.signer, record.serial));
            auto chain = pki::Chain::from_pem(record.chain_pem);
            entries.push_back({std::move(record), std::move(chain), std::move(revocation)});
        }
        return entries;
    });
}

Result<pki::Key> open_client_key(const crypto::Seal& seal, const ClientEntry& entry) {
    if (!entry.record.sealed_key || entry.record.sealed_key->empty())
        return fail(ErrorKind::not_found,
                    "the key of the client certificate of «{}» is not kept here: it was handed out "
                    "once. Issue another one, and revoke this one if it is lost",
                    entry.record.user);
    if (!entry.chain) return tl::unexpected(entry.chain.error());
    return open_key(seal, client_key, entry.chain->leaf(), *entry.record.sealed_key);
}

}  // namespace rhumb::certs
