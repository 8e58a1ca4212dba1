#include "certs/authority.h"

#include <algorithm>

#include "certs/authority_making.h"
#include "certs/revocation_lists.h"
#include "certs/sealing.h"
#include "pki/validate.h"

namespace rhumb::certs {

std::string_view to_text(AuthorityState state) {
    switch (state) {
        case AuthorityState::next: return "next";
        case AuthorityState::active: return "active";
        case AuthorityState::retired: return "retired";
    }
    return "unknown";
}

Result<std::optional<Authority>> Authority::find(const storage::Store& store) {
    return store.read([](const storage::View& view) { return AuthorityReader::find(view); });
}

Result<std::optional<Authority>> Authority::find_next(const storage::Store& store) {
    return store.read([](const storage::View& view) -> Result<std::optional<Authority>> {
        TRY(auto record, view.find_next_authority());
        if (!record) return std::nullopt;
        TRY(auto authority, AuthorityReader::read(view, *std::move(record)));
        return authority;
    });
}

Result<std::vector<Authority>> Authority::list(const storage::Store& store) {
    return store.read([](const storage::View& view) { return AuthorityReader::list(view); });
}

Result<Authority> Authority::create(storage::Store& store, const crypto::Seal& seal,
                                    const AuthorityOptions& options, const Actor& actor) {
    TRY(auto made, make_authority(seal, options));
    return store.transact([&](storage::Transaction& transaction) -> Result<Authority> {
        TRY(const auto present, transaction.find_authority());
        if (present)
            return fail(ErrorKind::conflict,
                        "there is a local authority already, «{}»; to replace it: rhumb ca rotate",
                        present->name);
        made.record.activated = options.now;
        TRY(made.record.id, transaction.add_authority(made.record));
        made.intermediate.authority = made.record.id;
        TRY_DONE(transaction.add_intermediate(made.intermediate));
        TRY_DONE(transaction.add_event(
            authority_event(actor, options.now, "authority.created", made.root)));
        return AuthorityReader::read(transaction, made.record);
    });
}

AuthorityState Authority::state() const {
    if (record_.retired) return AuthorityState::retired;
    return record_.activated ? AuthorityState::active : AuthorityState::next;
}

std::optional<pki::Certificate> Authority::cross(Seconds now) const {
    if (!cross_ || state() != AuthorityState::active || !cross_->is_valid_at(now))
        return std::nullopt;
    if (!is_cross_by_next_ && now >= *record_.activated + cross_overlap) return std::nullopt;
    return cross_;
}

bool Authority::permits(const pki::Name& name) const {
    const auto constraints = root_.name_constraints();
    return !constraints || constraints->permit(name);
}

bool Authority::is_intermediate_due(Seconds now) const {
    return intermediate().is_due(now) || !intermediate().is_valid_at(now);
}

Result<Authority> Authority::renew_intermediate(storage::Store& store, const crypto::Seal& seal,
                                                Seconds now, const Actor& actor,
                                                std::string_view crl_base) const {
    TRY(const auto key, AuthorityReader::open_root_key(*this, seal));
    TRY(const auto url, crl_url(crl_base, root_));
    TRY(const auto made, make_intermediate(seal, {root_, key}, now, url));
    return store.transact([&](storage::Transaction& transaction) {
        return replace_intermediate(transaction, *this, made, actor, now);
    });
}

Result<Issued> Authority::sign(const crypto::Seal& seal, pki::IssueOptions options,
                               pki::KeyType key_type, std::string_view crl_base) const {
    const auto& signing = intermediates_.front();
    TRY(const auto signing_key,
        open_key(seal, intermediate_key, signing.certificate, signing.record.sealed_key));
    TRY(options.crl_url, crl_url(crl_base, signing.certificate));
    TRY(auto key, pki::Key::generate(key_type));
    TRY(auto leaf, pki::issue(options, key.public_key(), {signing.certificate, signing_key}));
    std::vector<pki::Certificate> certificates{std::move(leaf), signing.certificate};
    if (auto carried = cross(options.now)) certificates.push_back(*std::move(carried));
    TRY(auto chain, pki::Chain::make(std::move(certificates)));
    return Issued{std::move(chain), std::move(key)};
}

Result<Issued> Authority::issue(const crypto::Seal& seal, const Order& order, Seconds now,
                                std::string_view crl_base) const {
    pki::IssueOptions options;
    options.usage = pki::Usage::server;
    options.common_name = order.common_name;
    options.subject = order.subject;
    options.names = order.names;
    options.now = now;
    options.lifetime = order.lifetime;
    TRY(auto issued, sign(seal, std::move(options), order.key_type, crl_base));
    for (const auto& name : order.names) {
        auto verified = pki::verify(
            issued.chain,
            {.roots = {root_}, .now = now, .host = name.is_wildcard() ? "" : name.text()});
        if (!verified)
            return tl::unexpected(
                std::move(verified).error().within(fmt::format("issuing for {}", name.text())));
    }
    return issued;
}

Result<Issued> Authority::issue_client(const crypto::Seal& seal, const ClientOrder& order,
                                       Seconds now, std::string_view crl_base) const {
    pki::IssueOptions options;
    options.usage = pki::Usage::client;
    options.common_name = order.user;
    options.subject = order.subject;
    options.emails = order.emails;
    options.now = now;
    options.lifetime = order.lifetime;
    TRY(auto issued, sign(seal, std::move(options), order.key_type, crl_base));
    pki::Validation validation;
    validation.roots = {root_};
    const auto& certificates = issued.chain.certificates();
    validation.intermediates.assign(certificates.begin() + 1, certificates.end());
    validation.now = now;
    validation.purpose = pki::Purpose::client;
    validation.emails = order.emails;
    if (const auto path = pki::validate(issued.chain.leaf(), validation); !path)
        return tl::unexpected(
            pki::to_error(path.error()).within(fmt::format("issuing for «{}»", order.user)));
    return issued;
}

bool Authority::has_issued(const pki::Chain& chain) const {
    const auto& certificates = chain.certificates();
    return std::ranges::any_of(certificates, [&](const pki::Certificate& certificate) {
        return certificate.is_issued_by(root_);
    });
}

bool Authority::is_current(const pki::Chain& chain, Seconds now) const {
    const auto& certificates = chain.certificates();
    const auto carried = cross(now);
    if (certificates.size() != (carried ? 3U : 2U)) return false;
    if (carried && certificates.back() != *carried) return false;
    return std::ranges::any_of(intermediates_, [&](const Intermediate& intermediate) {
        return !intermediate.is_revoked && intermediate.certificate == certificates[1];
    });
}

}  // namespace rhumb::certs
