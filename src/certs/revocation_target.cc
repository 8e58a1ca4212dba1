#include "certs/revocation_target.h"

#include <algorithm>

#include "base/text.h"
#include "certs/authority_making.h"
#include "certs/dates.h"
#include "certs/inventory.h"

namespace rhumb::certs {

namespace {

/// Who must revoke what we did not issue, or what to do instead.
tl::unexpected<Error> foreign(const std::string& name, const pki::Certificate& leaf) {
    if (leaf.is_self_signed())
        return fail(ErrorKind::invalid,
                    "«{}» is self-signed: nobody can revoke it. Take it out of use (rhumb cert "
                    "remove {}), and out of the trust stores of the clients that were told to "
                    "trust it",
                    name, name);
    return fail(ErrorKind::invalid,
                "«{}» was issued by «{}»: only that authority can revoke it. Ask it to (serial "
                "number {}), by its Web site or the program that ordered the certificate; then "
                "bring a new one (rhumb cert request --for {})",
                name, leaf.issuer(), leaf.serial(), name);
}

/// The key that signed the chain's leaf, when it is one of ours; else nothing.
Result<std::optional<std::string>> find_signer(const storage::View& view,
                                               const pki::Certificate& leaf) {
    TRY(const auto authorities, AuthorityReader::list(view));
    for (const auto& authority : authorities)
        for (const auto& intermediate : authority.intermediates())
            if (leaf.is_issued_by(intermediate.certificate)) {
                TRY(auto id, signer_id(intermediate.certificate));
                return id;
            }
    return std::nullopt;
}

Result<RevocationTarget> make_target(const storage::View& view, const std::string& name,
                                     const std::string& chain_pem, Seconds now) {
    auto chain = pki::Chain::from_pem(chain_pem);
    if (!chain)
        return tl::unexpected(std::move(chain).error().within(fmt::format("revoking «{}»", name)));
    const auto& leaf = chain->leaf();
    TRY(auto signer, find_signer(view, leaf));
    if (!signer) return foreign(name, leaf);
    if (leaf.not_after() < now)
        return fail(ErrorKind::invalid,
                    "«{}» has expired on {}: clients refuse it anyway, so there is nothing to "
                    "revoke",
                    name, to_date(leaf.not_after()));
    TRY(const auto revocation, view.find_revocation(*signer, leaf.serial()));
    if (revocation)
        return fail(ErrorKind::conflict, "«{}» (serial number {}) was revoked on {} already: {}",
                    name, leaf.serial(), to_date(revocation->time), revocation->reason);
    return RevocationTarget{name, *std::move(signer), *std::move(chain), {}, {}};
}

Result<RevocationTarget> target_of(const storage::View& view, storage::CertificateRecord record,
                                   Seconds now) {
    TRY(auto target, make_target(view, record.name, record.chain_pem, now));
    target.certificate = std::move(record);
    return target;
}

Result<RevocationTarget> target_of(const storage::View& view,
                                   storage::ClientCertificateRecord record, Seconds now) {
    TRY(auto target, make_target(view, record.user, record.chain_pem, now));
    target.client = std::move(record);
    return target;
}

std::string serial_of(const std::string& chain_pem) {
    const auto chain = pki::Chain::from_pem(chain_pem);
    return chain ? chain->leaf().serial() : "";
}

/// As people write serial numbers: in capitals, with colons.
std::string normalized(std::string_view serial) {
    std::string plain;
    for (const char c : serial)
        if (c != ':' && c != ' ') plain += text::to_lower(c);
    return plain;
}

Result<RevocationTarget> find_by_serial(const storage::View& view, std::string_view serial,
                                        Seconds now) {
    const auto wanted = normalized(serial);
    TRY(const auto certificates, view.certificates(true));
    for (const auto& record : certificates)
        if (serial_of(record.chain_pem) == wanted) return target_of(view, record, now);
    TRY(const auto clients, view.client_certificates());
    for (const auto& record : clients)
        if (record.serial == wanted) return target_of(view, record, now);
    return fail(ErrorKind::not_found,
                "no certificate has the serial number {}; rhumb cert list --all shows those there "
                "are",
                wanted);
}

/// All of one user's that can be revoked; when there is none, why the newest cannot.
Result<std::vector<RevocationTarget>> find_by_user(const storage::View& view,
                                                   const std::string& user, Seconds now) {
    TRY(const auto clients, view.client_certificates());
    std::vector<RevocationTarget> targets;
    std::optional<Error> why;
    for (const auto& record : clients) {
        if (record.user != user) continue;
        if (auto target = target_of(view, record, now))
            targets.push_back(*std::move(target));
        else if (!why)
            why = std::move(target).error();
    }
    if (!targets.empty()) return targets;
    if (why) return tl::unexpected(*std::move(why));
    return fail(ErrorKind::not_found, "no client certificate was issued to «{}»", user);
}

}  // namespace

Result<std::vector<RevocationTarget>> find_revocation_targets(const storage::View& view,
                                                              const RevocationOrder& order) {
    std::vector<RevocationTarget> targets;
    if (!order.serial.empty()) {
        TRY(auto target, find_by_serial(view, order.serial, order.now));
        targets.push_back(std::move(target));
        return targets;
    }
    if (order.is_client) return find_by_user(view, order.name, order.now);
    TRY(auto record, view.find_certificate(order.name));
    if (!record)
        return fail(ErrorKind::not_found,
                    "no certificate in use is called «{}»; an archived one is revoked by its "
                    "serial number (--serial)",
                    order.name);
    TRY(auto target, target_of(view, *std::move(record), order.now));
    targets.push_back(std::move(target));
    return targets;
}

}  // namespace rhumb::certs
