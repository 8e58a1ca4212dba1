#include "certs/recording.h"

#include <algorithm>

#include "base/text.h"
#include "certs/dates.h"
#include "certs/facts.h"
#include "certs/sealing.h"

namespace rhumb::certs {

namespace {

constexpr std::size_t name_size_max = 100;
constexpr std::size_t friendly_name_size_max = 200;

}  // namespace

Result<void> check_certificate_name(std::string_view name) {
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

Result<void> check_friendly_name(std::string_view text) {
    const bool has_control =
        std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (text.size() <= friendly_name_size_max && text::is_utf8(text) && !has_control) return {};
    return fail(ErrorKind::invalid,
                "a friendly name is one line of text in UTF-8, of at most {} bytes",
                friendly_name_size_max);
}

std::string name_for(const std::string& asked, const pki::Subject& subject,
                     const std::vector<pki::Name>& names) {
    if (!asked.empty()) return asked;
    const auto common = pki::Name::parse(subject.common_name);
    if (common && std::ranges::find(names, *common) != names.end()) return common->text();
    return names.empty() ? std::string{} : names.front().text();
}

Result<std::optional<storage::Id>> find_replaceable(const storage::Store& store,
                                                    const std::string& name, bool may_replace) {
    TRY(const auto in_use,
        store.read([&](const storage::View& view) { return view.find_certificate(name); }));
    if (!in_use) return std::nullopt;
    if (may_replace) return in_use->id;
    return fail(ErrorKind::conflict,
                "a certificate called «{}» ({}) is in use: say that this one takes its place "
                "(--replace), or give it another name (--as NAME)",
                in_use->name, to_text(in_use->origin));
}

Result<storage::CertificateRecord> make_record(const crypto::Seal& seal,
                                               const NewCertificate& certificate, Seconds now) {
    TRY_DONE(check_certificate_name(certificate.name));
    TRY_DONE(check_friendly_name(certificate.friendly_name));
    const auto& leaf = certificate.chain.leaf();
    if (!certificate.key.matches(leaf))
        return fail(ErrorKind::conflict,
                    "storing «{}»: the private key does not belong to the certificate «{}»",
                    certificate.name, title_of(leaf));
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
    record.friendly_name = certificate.friendly_name;
    record.origin = certificate.origin;
    record.chain_pem = certificate.chain.to_pem();
    TRY(record.sealed_key, seal_key(seal, leaf_key, certificate.key));
    record.not_before = leaf.not_before();
    record.not_after = leaf.not_after();
    record.created = now;
    return record;
}

storage::Event make_event(const Actor& actor, Seconds now, std::string what, std::string subject,
                          std::string detail) {
    storage::Event event;
    event.time = now;
    event.who = actor.who;
    event.from = actor.from;
    event.what = std::move(what);
    event.subject = std::move(subject);
    event.detail = std::move(detail);
    return event;
}

storage::Event make_event(const Actor& actor, Seconds now, std::string what,
                          const storage::CertificateRecord& record) {
    return make_event(actor, now, std::move(what), record.name,
                      fmt::format("{}, until {}, for {}", to_text(record.origin),
                                  to_date(record.not_after), text::join(record.names, " ")));
}

}  // namespace rhumb::certs
