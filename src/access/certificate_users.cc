#include "access/certificate_users.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "identity/user.h"

namespace rhumb::access {

Wildcard Wildcard::of(std::string_view text) {
    std::vector<std::string> pieces;
    for (const auto piece : text::split(text, '*')) pieces.emplace_back(piece);
    return Wildcard{std::move(pieces)};
}

namespace {

/// Where `piece` begins in `text`, but for case; npos: nowhere.
std::size_t ifind(std::string_view text, std::string_view piece) {
    const auto same = [](char a, char b) { return text::to_lower(a) == text::to_lower(b); };
    const auto found = std::ranges::search(text, piece, same);
    return found.empty() && !piece.empty() ? std::string_view::npos
                                           : static_cast<std::size_t>(found.begin() - text.begin());
}

}  // namespace

bool Wildcard::matches(std::string_view text) const {
    if (pieces_.size() == 1) return text::iequals(text, pieces_.front());
    if (!text::istarts_with(text, pieces_.front())) return false;
    text.remove_prefix(pieces_.front().size());
    for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
        const auto at = ifind(text, pieces_[i]);
        if (at == std::string_view::npos) return false;
        text.remove_prefix(at + pieces_[i].size());
    }
    const auto& last = pieces_.back();
    return text.size() >= last.size() &&
           text::iequals(text.substr(text.size() - last.size()), last);
}

namespace {

/// Kinds of parts as OpenSSL calls them, by the other names that they go by.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> other_names{{
    {"E", "emailAddress"},
    {"email", "emailAddress"},
    {"mail", "emailAddress"},
    {"S", "ST"},
    {"SP", "ST"},
    {"G", "GN"},
    {"givenName", "GN"},
    {"surname", "SN"},
    {"userId", "UID"},
}};

std::string kind_of(std::string_view written) {
    const auto found = std::ranges::find_if(
        other_names, [&](const auto& pair) { return text::iequals(pair.first, written); });
    return std::string{found == other_names.end() ? written : found->second};
}

bool is_kind(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-';
    });
}

/// Reads the value of one part, up to an unescaped comma or plus sign.
Result<Wildcard> read_value(std::string_view& rest) {
    std::vector<std::string> pieces(1);
    std::size_t trimmed = 0;  // so many bytes of the last piece are no blanks at its end
    const auto keep = [&](char c) {
        pieces.back() += c;
        trimmed = pieces.back().size();
    };
    while (!rest.empty() && rest.front() != ',' && rest.front() != '+') {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '*') {
            pieces.emplace_back();
            trimmed = 0;
        } else if (c == ' ') {
            if (pieces.size() > 1 || trimmed > 0) pieces.back() += c;  // none at the beginning
        } else if (c != '\\') {
            keep(c);
        } else if (const auto byte = text::from_hex(rest.substr(0, 2)); byte && byte->size() == 1) {
            keep(byte->front());
            rest.remove_prefix(2);
        } else if (!rest.empty()) {
            keep(rest.front());
            rest.remove_prefix(1);
        } else {
            return fail(ErrorKind::invalid, "ends with a backslash");
        }
    }
    pieces.back().resize(trimmed);
    if (pieces.size() == 1 && pieces.front().empty())
        return fail(ErrorKind::invalid, "has a part without a value (\"*\" stands for any)");
    return Wildcard{std::move(pieces)};
}

}  // namespace

Result<NamePattern> NamePattern::parse(std::string_view text) {
    const auto refuse = [&](std::string_view what) {
        return fail(ErrorKind::invalid,
                    "the name «{}» {}; it is written as in \"CN=*,O=Example Ltd\"", text, what);
    };
    NamePattern pattern;
    auto rest = text::trim(text);
    for (;;) {
        const auto equals = rest.find('=');
        const auto kind = text::trim(rest.substr(0, equals));
        if (equals == std::string_view::npos || !is_kind(kind))
            return refuse("has a part that is not of the form KIND=VALUE");
        rest.remove_prefix(equals + 1);
        auto value = read_value(rest);
        if (!value) return refuse(value.error().message);
        pattern.parts_.push_back({kind_of(kind), *std::move(value)});
        if (rest.empty()) return pattern;
        rest.remove_prefix(1);
    }
}

namespace {

auto is_of_kind(std::string_view kind) {
    return [kind](const pki::NamePart& part) { return text::iequals(part.kind, kind); };
}

}  // namespace

bool NamePattern::matches(const std::vector<pki::NamePart>& name) const {
    const bool has_two = std::ranges::count_if(name, is_of_kind("CN")) > 1;
    return std::ranges::all_of(parts_, [&](const Part& wanted) {
        if (has_two && text::iequals(wanted.kind, "CN")) return false;
        return std::ranges::any_of(name, [&](const pki::NamePart& part) {
            return text::iequals(part.kind, wanted.kind) && wanted.value.matches(part.value);
        });
    });
}

Result<CertificateRule> CertificateRule::make(const config::CertificateUser& from) {
    CertificateRule rule;
    rule.rule_ = from;
    if (from.user.empty() == from.field.empty())
        return fail(ErrorKind::invalid,
                    "a rule for certificates names either a user, or the field that the user's "
                    "name is taken from");
    const bool fits_all =
        from.certificate.empty() && from.issuer.empty() && from.subject.empty() && from.san.empty();
    if (fits_all && from.field.empty())
        return fail(ErrorKind::invalid,
                    "the rule for the user «{}» would fit every certificate; say which ones are "
                    "meant: certificate, issuer, subject, san",
                    from.user);
    if (!from.issuer.empty()) {
        TRY(rule.issuer_, NamePattern::parse(from.issuer));
    }
    if (!from.subject.empty()) {
        TRY(rule.subject_, NamePattern::parse(from.subject));
    }
    if (!from.san.empty()) rule.san_ = Wildcard::of(from.san);
    return rule;
}

namespace {

std::vector<std::string> dns_names(const pki::Certificate& certificate) {
    std::vector<std::string> names;
    for (const auto& name : certificate.names()) names.push_back(name.text());
    return names;
}

bool has_alternative(const pki::Certificate& certificate, const Wildcard& wanted) {
    const auto fits = [&](const std::string& name) { return wanted.matches(name); };
    return std::ranges::any_of(certificate.emails(), fits) ||
           std::ranges::any_of(certificate.principal_names(), fits) ||
           std::ranges::any_of(dns_names(certificate), fits);
}

/// All that stand in the field.
std::vector<std::string> in_field(const pki::Certificate& certificate, std::string_view field) {
    if (field == "email") return certificate.emails();
    if (field == "upn") return certificate.principal_names();
    if (field == "dns") return dns_names(certificate);
    std::vector<std::string> found;
    for (const auto& part : certificate.subject_parts())
        if (is_of_kind(field)(part)) found.push_back(part.value);
    return found;
}

}  // namespace

std::optional<std::string> CertificateRule::user_of(const pki::Certificate& certificate) const {
    if (!rule_.certificate.empty() &&
        text::to_hex(certificate.fingerprint_sha256()) != rule_.certificate)
        return std::nullopt;
    if (issuer_ && !issuer_->matches(certificate.issuer_parts())) return std::nullopt;
    if (subject_ && !subject_->matches(certificate.subject_parts())) return std::nullopt;
    if (san_ && !has_alternative(certificate, *san_)) return std::nullopt;
    if (rule_.field.empty()) return rule_.user;
    auto names = in_field(certificate, rule_.field);
    if (names.size() != 1 || !identity::check_user_name(names.front())) return std::nullopt;
    return std::move(names.front());
}

}  // namespace rhumb::access
