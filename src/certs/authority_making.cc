#include "certs/authority_making.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "certs/dates.h"
#include "certs/recording.h"
#include "certs/sealing.h"
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

}  // namespace

/// The intermediate repeats the root's constraints: some clients (Java) do not look for them in a
/// root.
Result<storage::IntermediateRecord> make_intermediate(const crypto::Seal& seal,
                                                      const pki::Signer& root, Seconds now,
                                                      const std::string& crl_url) {
    constexpr std::string_view lead = "Rhumb local authority ";
    const auto root_name = root.certificate.common_name();
    std::string_view host = root_name;
    if (host.starts_with(lead)) host.remove_prefix(lead.size());
    host = host.substr(0, host.rfind(' '));
    TRY(const auto key, pki::Key::generate(pki::KeyType::ec_p256));
    pki::IssueOptions options;
    options.usage = pki::Usage::intermediate;
    options.common_name = common_name("Rhumb local issuer", host, to_date(now));
    options.now = now;
    options.lifetime = intermediate_lifetime;
    options.constraints = root.certificate.name_constraints();
    options.crl_url = crl_url;
    TRY(const auto certificate, pki::issue(options, key.public_key(), root));
    storage::IntermediateRecord record;
    record.pem = certificate.to_pem();
    TRY(record.sealed_key, seal_key(seal, intermediate_key, key));
    record.created = now;
    return record;
}

Result<MadeAuthority> make_authority(const crypto::Seal& seal, const AuthorityOptions& options) {
    if (options.now < epoch)
        return fail(
            ErrorKind::unavailable,
            "making the local authority: the machine's clock says {}; set it right first, certificates "
            "depend on it",
            to_date(options.now));
    TRY(auto key, pki::Key::generate(pki::KeyType::ec_p256));
    TRY(auto root, make_root(key, options));
    TRY(auto intermediate, make_intermediate(seal, {root, key}, options.now));
    storage::AuthorityRecord record;
    record.name = root.common_name();
    record.root_pem = root.to_pem();
    TRY(record.sealed_root_key, seal_key(seal, root_key, key));
    record.created = options.now;
    return MadeAuthority{std::move(record), std::move(intermediate), std::move(root),
                         std::move(key)};
}

storage::Event authority_event(const Actor& actor, Seconds now, std::string what,
                               const pki::Certificate& subject) {
    return make_event(actor, now, std::move(what), subject.common_name(),
                      fmt::format("until {}, SHA-256 {}", to_date(subject.not_after()),
                                  pki::to_colon_hex(subject.fingerprint_sha256())));
}

Result<std::string> signer_id(const pki::Certificate& certificate) {
    TRY(const auto digest, certificate.public_key().digest());
    return text::to_hex(digest);
}

Result<Authority> AuthorityReader::read(const storage::View& view,
                                        storage::AuthorityRecord record) {
    const auto damaged = [&](std::string_view why) {
        return fail(ErrorKind::internal,
                    "the local authority «{}» is damaged in the store: {}; restore the store from "
                    "a backup, or make a new authority: rhumb ca rotate --now",
                    record.name, why);
    };
    auto root = pki::Certificate::from_pem(record.root_pem);
    if (!root) return damaged(root.error().message);
    TRY(const auto signer, signer_id(*root));
    Authority authority{record, *std::move(root)};
    TRY(auto intermediates, view.intermediates());
    for (auto& intermediate : intermediates) {
        if (intermediate.authority != record.id) continue;
        auto certificate = pki::Certificate::from_pem(intermediate.pem);
        if (!certificate) return damaged(certificate.error().message);
        TRY(const auto revocation, view.find_revocation(signer, certificate->serial()));
        authority.intermediates_.push_back(
            {std::move(intermediate), *std::move(certificate), revocation.has_value()});
    }
    if (authority.intermediates_.empty()) return damaged("its intermediate is missing");
    if (record.cross_pem.empty()) return authority;
    auto cross = pki::Certificate::from_pem(record.cross_pem);
    if (!cross) return damaged(cross.error().message);
    TRY(const auto next, view.find_next_authority());
    if (next) {
        const auto next_root = pki::Certificate::from_pem(next->root_pem);
        authority.is_cross_by_next_ = next_root && cross->is_issued_by(*next_root);
    }
    authority.cross_ = *std::move(cross);
    return authority;
}

Result<std::optional<Authority>> AuthorityReader::find(const storage::View& view) {
    TRY(auto record, view.find_authority());
    if (!record) return std::nullopt;
    TRY(auto authority, read(view, *std::move(record)));
    return authority;
}

Result<std::vector<Authority>> AuthorityReader::list(const storage::View& view) {
    TRY(auto records, view.authorities());
    std::vector<Authority> authorities;
    for (auto& record : records)
        if (auto authority = read(view, std::move(record)))
            authorities.push_back(*std::move(authority));
    return authorities;
}

Result<pki::Key> AuthorityReader::open_root_key(const Authority& authority,
                                                const crypto::Seal& seal) {
    return open_key(seal, root_key, authority.root(), authority.record().sealed_root_key);
}

Result<Authority> replace_intermediate(storage::Transaction& transaction,
                                       const Authority& authority,
                                       storage::IntermediateRecord intermediate, const Actor& actor,
                                       Seconds now) {
    TRY(const auto present, AuthorityReader::find(transaction));
    if (!present || present->id() != authority.id() ||
        present->intermediate() != authority.intermediate())
        return fail(ErrorKind::conflict,
                    "the local authority was changed by somebody else at the same time; try again");
    intermediate.authority = authority.id();
    TRY_DONE(transaction.add_intermediate(intermediate));
    TRY(auto renewed, AuthorityReader::read(transaction, present->record()));
    TRY_DONE(transaction.add_event(
        authority_event(actor, now, "authority.intermediate-renewed", renewed.intermediate())));
    return renewed;
}

}  // namespace rhumb::certs
