#include "certs/authority.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "certs/dates.h"
#include "certs/sealing.h"
#include "pki/issue.h"
#include "pki/public_suffix.h"

namespace rhumb::certs {

namespace {

/// Special-use names that nobody else can be given: RFC 6761 (test, localhost), RFC 6762 (local),
/// RFC 8375 (home.arpa), ICANN's resolution of 2024 (internal).
constexpr std::array private_domains{"localhost", "test", "internal", "home.arpa", "local"};

/// Addresses that are not routed on the Internet: RFC 1918, loopback, link-local, shared (RFC
/// 6598), RFC 4193.
constexpr std::array private_ranges{"10.0.0.0/8",  "172.16.0.0/12",  "192.168.0.0/16",
                                    "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
                                    "fc00::/7",    "fe80::/10",      "::1/128"};

/// Before this, no Rhumb existed: a clock that says so is not set. A root with such dates would
/// never work.
constexpr Seconds epoch = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

}  // namespace

pki::NameConstraints constraints_for(const std::vector<pki::Name>& names) {
    pki::NameConstraints constraints;
    for (const auto* const domain : private_domains) constraints.domains.emplace_back(domain);
    for (const auto* const range : private_ranges)
        constraints.ranges.push_back(*pki::AddressRange::parse(range));
    for (const auto& name : names) {
        if (constraints.permit(name) || pki::is_public_suffix(name)) continue;
        if (name.is_ip())
            constraints.ranges.push_back(*pki::AddressRange::parse(name.text()));
        else
            constraints.domains.push_back(name.is_wildcard() ? name.text().substr(2) : name.text());
    }
    return constraints;
}

Authority::Authority(storage::AuthorityRecord record, pki::Certificate root,
                     pki::Certificate intermediate)
    : record_{std::move(record)}, root_{std::move(root)}, intermediate_{std::move(intermediate)} {}

Result<Authority> Authority::from_record(storage::AuthorityRecord record) {
    auto root = pki::Certificate::from_pem(record.root_pem);
    auto intermediate = pki::Certificate::from_pem(record.intermediate_pem);
    for (const auto* read : {&root, &intermediate})
        if (!*read)
            return fail(
                ErrorKind::internal,
                "the local authority «{}» is damaged in the store: {}; restore the store from a backup, or "
                "make a new authority: rhumb ca rotate",
                record.name, read->error().message);
    return Authority{std::move(record), *std::move(root), *std::move(intermediate)};
}

Result<std::optional<Authority>> Authority::find(const storage::Store& store) {
    TRY(auto record, store.read([](const storage::View& view) { return view.find_authority(); }));
    if (!record) return std::nullopt;
    TRY(auto authority, from_record(*std::move(record)));
    return authority;
}

namespace {

/// "Rhumb local authority maps.example.org 2026", within the 64 bytes that a common name may have.
std::string common_name(std::string_view what, std::string_view host, std::string_view when) {
    const std::size_t taken = what.size() + when.size() + 2;
    return fmt::format("{} {} {}", what, host.substr(0, 64 - std::min<std::size_t>(64, taken)),
                       when);
}

Result<pki::Certificate> make_root(const pki::Key& key, const AuthorityOptions& options) {
    const auto host = options.host.empty() ? std::string{"localhost"} : options.host;
    return pki::issue_self_signed({.usage = pki::Usage::root,
                                   .common_name = common_name("Rhumb local authority", host,
                                                              to_date(options.now).substr(0, 4)),
                                   .names = {},
                                   .now = options.now,
                                   .lifetime = root_lifetime,
                                   .constraints = constraints_for(options.permitted)},
                                  key);
}

/// The intermediate repeats the root's constraints: some clients (Java) do not look for them in a
/// root.
Result<pki::Certificate> make_intermediate(const pki::Key& key, const pki::Signer& root,
                                           Seconds now) {
    constexpr std::string_view lead = "Rhumb local authority ";
    const auto root_name = root.certificate.common_name();
    std::string_view host = root_name;
    if (host.starts_with(lead)) host.remove_prefix(lead.size());
    host = host.substr(0, host.rfind(' '));
    return pki::issue({.usage = pki::Usage::intermediate,
                       .common_name = common_name("Rhumb local issuer", host, to_date(now)),
                       .names = {},
                       .now = now,
                       .lifetime = intermediate_lifetime,
                       .constraints = root.certificate.name_constraints()},
                      key.public_key(), root);
}

Result<storage::AuthorityRecord> make_record(const crypto::Seal& seal,
                                             const AuthorityOptions& options) {
    if (options.now < epoch)
        return fail(
            ErrorKind::unavailable,
            "making the local authority: the machine's clock says {}; set it right first, certificates "
            "depend on it",
            to_date(options.now));
    TRY(const auto key_of_root, pki::Key::generate(pki::KeyType::ec_p256));
    TRY(const auto root, make_root(key_of_root, options));
    TRY(const auto key_of_intermediate, pki::Key::generate(pki::KeyType::ec_p256));
    TRY(const auto intermediate,
        make_intermediate(key_of_intermediate, {root, key_of_root}, options.now));
    storage::AuthorityRecord record;
    record.name = root.common_name();
    record.root_pem = root.to_pem();
    record.intermediate_pem = intermediate.to_pem();
    TRY(record.sealed_root_key, seal_key(seal, root_key, key_of_root));
    TRY(record.sealed_intermediate_key, seal_key(seal, intermediate_key, key_of_intermediate));
    record.created = options.now;
    return record;
}

storage::Event event_of(const Actor& actor, Seconds now, std::string what,
                        const pki::Certificate& subject) {
    storage::Event event;
    event.time = now;
    event.who = actor.who;
    event.from = actor.from;
    event.what = std::move(what);
    event.subject = subject.common_name();
    event.detail = fmt::format("until {}, SHA-256 {}", to_date(subject.not_after()),
                               pki::to_colon_hex(subject.fingerprint_sha256()));
    return event;
}

}  // namespace

Result<Authority> Authority::create(storage::Store& store, const crypto::Seal& seal,
                                    const AuthorityOptions& options, const Actor& actor) {
    TRY(auto record, make_record(seal, options));
    TRY(auto made, from_record(std::move(record)));
    TRY(made.record_.id,
        store.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
            TRY(const auto present, transaction.find_authority());
            if (present)
                return fail(
                    ErrorKind::conflict,
                    "there is a local authority already, «{}»; to replace it: rhumb ca rotate",
                    present->name);
            TRY(const auto id, transaction.add_authority(made.record_));
            TRY_DONE(transaction.add_event(
                event_of(actor, options.now, "authority.created", made.root_)));
            return id;
        }));
    return made;
}

Result<Authority> Authority::rotate(storage::Store& store, const crypto::Seal& seal,
                                    const AuthorityOptions& options, const Actor& actor) {
    TRY(auto record, make_record(seal, options));
    TRY(auto made, from_record(std::move(record)));
    TRY(made.record_.id,
        store.transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
            TRY(const auto present, transaction.find_authority());
            if (present) TRY_DONE(transaction.retire_authority(present->id, options.now));
            TRY(const auto id, transaction.add_authority(made.record_));
            TRY_DONE(transaction.add_event(
                event_of(actor, options.now, "authority.rotated", made.root_)));
            return id;
        }));
    return made;
}

bool Authority::permits(const pki::Name& name) const {
    const auto constraints = root_.name_constraints();
    return !constraints || constraints->permit(name);
}

bool Authority::is_intermediate_due(Seconds now) const {
    return intermediate_.is_due(now) || !intermediate_.is_valid_at(now);
}

Result<Authority> Authority::renew_intermediate(storage::Store& store, const crypto::Seal& seal,
                                                Seconds now, const Actor& actor) const {
    TRY(const auto key_of_root, open_key(seal, root_key, root_, record_.sealed_root_key));
    TRY(const auto key, pki::Key::generate(pki::KeyType::ec_p256));
    TRY(const auto intermediate, make_intermediate(key, {root_, key_of_root}, now));
    auto record = record_;
    record.intermediate_pem = intermediate.to_pem();
    TRY(record.sealed_intermediate_key, seal_key(seal, intermediate_key, key));
    TRY(auto renewed, from_record(std::move(record)));
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto present, transaction.find_authority());
        if (!present || present->id != record_.id ||
            present->intermediate_pem != record_.intermediate_pem)
            return fail(
                ErrorKind::conflict,
                "the local authority was changed by somebody else at the same time; try again");
        TRY_DONE(transaction.update_authority(renewed.record_));
        TRY_DONE(transaction.add_event(
            event_of(actor, now, "authority.intermediate-renewed", renewed.intermediate_)));
        return {};
    }));
    return renewed;
}

Result<Issued> Authority::issue(const crypto::Seal& seal, const Order& order, Seconds now) const {
    TRY(const auto signing_key,
        open_key(seal, intermediate_key, intermediate_, record_.sealed_intermediate_key));
    TRY(auto key, pki::Key::generate(order.key_type));
    TRY(auto leaf, pki::issue({.usage = pki::Usage::server,
                               .common_name = order.common_name,
                               .names = order.names,
                               .now = now,
                               .lifetime = order.lifetime,
                               .constraints = {}},
                              key.public_key(), {intermediate_, signing_key}));
    TRY(auto chain, pki::Chain::make({std::move(leaf), intermediate_}));
    for (const auto& name : order.names) {
        auto verified = pki::verify(
            chain, {.roots = {root_}, .now = now, .host = name.is_wildcard() ? "" : name.text()});
        if (!verified)
            return tl::unexpected(
                std::move(verified).error().within(fmt::format("issuing for {}", name.text())));
    }
    return Issued{std::move(chain), std::move(key)};
}

bool Authority::has_issued(const pki::Chain& chain) const {
    return chain.certificates().back().is_issued_by(root_);
}

}  // namespace rhumb::certs
