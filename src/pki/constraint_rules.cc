#include "pki/constraint_rules.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "pki/name_rules.h"

namespace rhumb::pki {

namespace {

using Kind = GeneralName::Kind;

/// True when `name` is `domain` or below it; of ".domain", really below it. "" takes in all.
bool is_within_domain(std::string_view name, std::string_view domain) {
    if (domain.empty()) return true;
    if (domain.front() == '.') return name.size() > domain.size() && name.ends_with(domain);
    if (!name.ends_with(domain)) return false;
    return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

/// Whether the host names that a DNS name stands for are all within the domain.
bool is_all_within(std::string_view name, std::string_view domain) {
    const auto lower = text::to_lower(name);
    const auto lower_domain = text::to_lower(domain);
    if (!lower.starts_with("*.")) return is_within_domain(lower, lower_domain);
    // Any first label may stand for the star, so what follows it must be within by itself. Of
    // ".domain", the star is the label that must be there.
    const auto rest = std::string_view{lower}.substr(2);
    return is_within_domain(rest, lower_domain) ||
           (lower_domain.starts_with('.') && std::string_view{lower_domain}.substr(1) == rest);
}

/// Whether one of the host names that it stands for is within the domain.
bool is_any_within(std::string_view name, std::string_view domain) {
    if (is_all_within(name, domain)) return true;
    const auto lower = text::to_lower(name);
    const auto lower_domain = text::to_lower(domain);
    if (!lower.starts_with("*.")) return false;
    // *.example.com stands for bar.example.com, and so touches that domain.
    const auto dot = lower_domain.find('.', 1);
    return dot != std::string::npos &&
           std::string_view{lower_domain}.substr(dot) == std::string_view{lower}.substr(1);
}

bool is_email_within(std::string_view email, std::string_view constraint) {
    if (constraint.empty()) return true;
    if (constraint.find('@') != std::string_view::npos) return is_same_mailbox(email, constraint);
    const auto domain = text::to_lower(email.substr(email.find('@') + 1));
    const auto wanted = text::to_lower(constraint);
    // Of mail, a host stands for itself alone (RFC 5280), ".host" for all below.
    return wanted.starts_with('.') ? is_within_domain(domain, wanted) : domain == wanted;
}

/// The host of a URI; "" when it has none, or has an address.
std::string host_of_uri(std::string_view uri) {
    const auto authority = uri.find("://");
    if (authority == std::string_view::npos) return {};
    auto host = uri.substr(authority + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto user = host.rfind('@'); user != std::string_view::npos)
        host = host.substr(user + 1);
    if (host.starts_with('[')) return {};
    host = host.substr(0, host.find(':'));
    if (!fault_of_dns_name(host).empty() || host.starts_with('*')) return {};
    return text::to_lower(host);
}

bool is_uri_within(std::string_view uri, std::string_view constraint) {
    if (constraint.empty()) return true;
    const auto wanted = text::to_lower(constraint);
    const auto host = host_of_uri(uri);
    return wanted.starts_with('.') ? is_within_domain(host, wanted) : host == wanted;
}

bool is_address_within(std::string_view address, std::string_view range) {
    if (range.size() != 2 * address.size()) return false;
    for (std::size_t i = 0; i < address.size(); ++i)
        if (((address[i] ^ range[i]) & range[address.size() + i]) != 0) return false;
    return true;
}

crypto::NameHandle read_directory_name(std::string_view der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    return crypto::NameHandle{d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size()))};
}

/// How many relative distinguished names it is made of.
int parts_of(const X509_NAME* name) {
    const int count = X509_NAME_entry_count(name);
    return count == 0 ? 0 : X509_NAME_ENTRY_set(X509_NAME_get_entry(name, count - 1)) + 1;
}

/// A directory name is within another one that it begins with.
bool is_directory_within(std::string_view name_der, std::string_view base_der) {
    const auto name = read_directory_name(name_der);
    const auto base = read_directory_name(base_der);
    if (!name || !base) return false;
    const int wanted = parts_of(base.get());
    for (int i = X509_NAME_entry_count(name.get()) - 1;
         i >= 0 && X509_NAME_ENTRY_set(X509_NAME_get_entry(name.get(), i)) >= wanted; --i)
        X509_NAME_ENTRY_free(X509_NAME_delete_entry(name.get(), i));
    return X509_NAME_cmp(name.get(), base.get()) == 0;
}

/// `is_excluded`: a touch is enough; else all that the name stands for must be within.
bool is_within(const GeneralName& name, const GeneralName& subtree, bool is_excluded) {
    switch (name.kind) {
        case Kind::dns:
            return is_excluded ? is_any_within(name.value, subtree.value)
                               : is_all_within(name.value, subtree.value);
        case Kind::email: return is_email_within(name.value, subtree.value);
        case Kind::uri: return is_uri_within(name.value, subtree.value);
        case Kind::ip: return is_address_within(name.value, subtree.value);
        case Kind::directory: return is_directory_within(name.value, subtree.value);
        case Kind::other: return is_excluded;
    }
    return is_excluded;
}

std::string_view fault_of_domain(std::string_view domain, Strictness strictness) {
    if (domain.empty()) return {};
    if (domain.find('*') != std::string_view::npos) return "there is a wildcard in it";
    if (strictness == Strictness::clients) return {};
    if (domain.starts_with('.')) return "it begins with a period";
    return fault_of_dns_name(domain);
}

std::string_view fault_of_mail_constraint(std::string_view text) {
    if (text.empty()) return {};
    if (text.find('@') != std::string_view::npos) return fault_of_email(text);
    return fault_of_dns_name(text.substr(text.starts_with('.') ? 1 : 0));
}

/// An address and a mask whose ones all stand before its zeros.
bool is_block(std::string_view range) {
    if (range.size() != 8 && range.size() != 32) return false;
    bool is_ended = false;
    for (const char byte : range.substr(range.size() / 2))
        for (unsigned bit = 0x80; bit != 0; bit >>= 1U) {
            const bool is_set = (static_cast<unsigned char>(byte) & bit) != 0;
            if (is_set && is_ended) return false;
            is_ended |= !is_set;
        }
    return true;
}

std::string_view fault_of_constraint(const GeneralName& name, Strictness strictness) {
    switch (name.kind) {
        case Kind::dns: return fault_of_domain(name.value, strictness);
        case Kind::email: return fault_of_mail_constraint(name.value);
        case Kind::ip: return is_block(name.value) ? "" : "it is no block of addresses";
        default: return {};
    }
}

/// All names of `below` that constraints speak of.
std::vector<GeneralName> names_of(const Facts& below) {
    std::vector<GeneralName> names;
    if (below.has_subject) names.push_back({Kind::directory, below.subject_der});
    for (const auto& email : below.subject_emails) names.push_back({Kind::email, email});
    if (below.alternative)
        names.insert(names.end(), below.alternative->names.begin(), below.alternative->names.end());
    return names;
}

Fault too_much() {
    return {"path.too-much",
            "there are so many names and name constraints that comparing them would take too long"};
}

/// What speaks against one name; nothing when the constraints say nothing of its kind.
std::optional<Fault> fault_of_name_under(const Subtrees& subtrees, const GeneralName& name) {
    const auto is_of_its_kind = [&](const GeneralName& subtree) {
        return subtree.kind == name.kind;
    };
    const bool is_permitted_asked = std::ranges::any_of(subtrees.permitted, is_of_its_kind);
    const bool is_excluded_asked = std::ranges::any_of(subtrees.excluded, is_of_its_kind);
    if (!is_permitted_asked && !is_excluded_asked) return std::nullopt;
    if (const auto fault = fault_of(name, Underscore::allowed); !fault.empty())
        return Fault{
            "name.malformed",
            fmt::format("its name {} cannot be held against the name constraints above it: {}",
                        shown(name), fault)};
    if (name.kind == Kind::other || (name.kind == Kind::uri && host_of_uri(name.value).empty()))
        return Fault{
            "constraints.unsupported",
            "name constraints above it speak of a kind of name that cannot be compared here, and it has such a name"};
    const auto is_in_one_of = [&](const std::vector<GeneralName>& list, bool is_excluded) {
        return std::ranges::any_of(list, [&](const GeneralName& subtree) {
            return is_of_its_kind(subtree) && is_within(name, subtree, is_excluded);
        });
    };
    if (is_in_one_of(subtrees.excluded, true))
        return Fault{"constraints.excluded",
                     fmt::format("an authority above it excludes the name {}", shown(name))};
    if (is_permitted_asked && !is_in_one_of(subtrees.permitted, false))
        return Fault{
            "constraints.not-permitted",
            fmt::format("its name {} is not among those that an authority above it may certify",
                        shown(name))};
    return std::nullopt;
}

}  // namespace

std::optional<Fault> fault_of_subtrees(const Subtrees& subtrees, Strictness strictness) {
    if (subtrees.has_distance)
        return Fault{"constraints.malformed",
                     "its name constraints have a minimum or a maximum, which nobody understands"};
    if (strictness == Strictness::letter && subtrees.permitted.empty() && subtrees.excluded.empty())
        return Fault{"constraints.empty", "its name constraints are there, but empty"};
    for (const auto* list : {&subtrees.permitted, &subtrees.excluded})
        for (const auto& name : *list)
            if (const auto fault = fault_of_constraint(name, strictness); !fault.empty())
                return Fault{
                    "constraints.malformed",
                    fmt::format("its name constraint {} is malformed: {}", shown(name), fault)};
    return std::nullopt;
}

std::optional<Fault> fault_under(const Subtrees& subtrees, const Facts& below,
                                 std::size_t& budget) {
    const auto cost = 1 + subtrees.permitted.size() + subtrees.excluded.size();
    for (const auto& name : names_of(below)) {
        if (cost > budget) return too_much();
        budget -= cost;
        if (auto fault = fault_of_name_under(subtrees, name)) return fault;
    }
    return std::nullopt;
}

}  // namespace rhumb::pki
