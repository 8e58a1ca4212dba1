/// Lint: the names of the leaf.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pki/constraints.h"
#include "pki/lint_rules.h"
#include "pki/name_rules.h"
#include "pki/public_suffix.h"

namespace rhumb::pki {

namespace {

using Kind = GeneralName::Kind;
constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

std::span<const GeneralName> names_of(const Linted& linted) {
    const auto& alternative = linted.leaf().alternative;
    return alternative ? std::span{alternative->names} : std::span<const GeneralName>{};
}

std::string find_no_names(const Linted& linted) {
    const auto is_for_servers = [](const GeneralName& name) {
        return name.kind == Kind::dns || name.kind == Kind::ip;
    };
    return std::ranges::none_of(names_of(linted), is_for_servers)
               ? "there is no DNS name or address among its subject alternative names, and clients no longer read the "
                 "common name"
               : "";
}

std::string find_malformed(const Linted& linted) {
    for (const auto& name : names_of(linted))
        if (const auto fault = fault_of(name); !fault.empty())
            return fmt::format("the name {} is malformed: {}", shown(name), fault);
    return {};
}

std::string find_not_covered(const Linted& linted) {
    std::vector<std::string> missing;
    const auto names = linted.leaf().alternative.value_or(AlternativeNames{});
    for (const auto& wanted : linted.context.names)
        if (coverage(names, wanted) == Coverage::none)
            missing.push_back(fmt::format("«{}»", wanted.text()));
    return missing.empty()
               ? ""
               : fmt::format("the certificate is not for {}", text::join(missing, ", "));
}

std::string find_internal(const Linted& linted) {
    if (!linted.is_for_any_client()) return {};
    for (const auto& name : names_of(linted)) {
        if (name.kind != Kind::dns || !fault_of_dns_name(name.value, Underscore::allowed).empty())
            continue;
        const auto dot = name.value.rfind('.');
        const auto top = Name::parse(name.value.substr(dot == std::string::npos ? 0 : dot + 1));
        if (dot == std::string::npos || !top || !is_public_suffix(*top))
            return fmt::format("{} is a name that only your own network knows", shown(name));
    }
    return {};
}

bool is_reserved(const Name& address) {
    constexpr std::array blocks{
        "0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",   "127.0.0.0/8",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3",    "::/3",          "2001:db8::/32",   "e000::/3"};
    return std::ranges::any_of(
        blocks, [&](const char* block) { return AddressRange::parse(block)->contains(address); });
}

std::string find_reserved(const Linted& linted) {
    if (!linted.is_for_any_client()) return {};
    for (const auto& name : names_of(linted)) {
        if (name.kind != Kind::ip) continue;
        if (const auto address = Name::from_address(name.value); address && is_reserved(*address))
            return fmt::format("{} is an address that only your own network knows", shown(name));
    }
    return {};
}

std::string find_wide_wildcard(const Linted& linted) {
    for (const auto& name : names_of(linted)) {
        if (name.kind != Kind::dns || !name.value.starts_with("*.")) continue;
        if (const auto parsed = Name::parse(name.value); parsed && is_public_suffix(*parsed))
            return fmt::format("{} is a wildcard for all of a public suffix, and clients refuse it",
                               shown(name));
    }
    return {};
}

std::string find_critical(const Linted& linted) {
    const auto& leaf = linted.leaf();
    if (!leaf.alternative || leaf.alternative->is_critical != leaf.has_subject) return {};
    return leaf.has_subject
               ? "the subject alternative names are marked critical although there is a subject"
               : "the subject is empty, and the subject alternative names are not marked critical";
}

std::string find_common_name(const Linted& linted) {
    if (!linted.leaf().alternative) return {};
    for (const auto& common_name : linted.leaf().common_names)
        if (const auto fault = fault_of_common_name(common_name, *linted.leaf().alternative);
            !fault.empty())
            return fmt::format("the common name «{}» looks like a server's, but {}", common_name,
                               fault);
    return {};
}

std::string find_many(const Linted& linted) {
    const auto count = names_of(linted).size();
    return count > 100
               ? fmt::format("there are {} names in the certificate, which every handshake carries",
                             count)
               : "";
}

constexpr std::string_view without_it = "Ask for a new certificate without that name.";

constexpr std::array rules{
    RuleEntry{
        {"cert.san.missing", error, "no DNS name or address among the subject alternative names",
         "Ask for a new certificate that has the names of the server as subject alternative names."},
        find_no_names},
    RuleEntry{{"cert.san.malformed", error, "a name that no server can have", without_it},
              find_malformed},
    RuleEntry{{"cert.san.not-covered", error, "names that it should be for are missing",
               "Ask for a new certificate that has all names by which clients reach the server."},
              find_not_covered},
    RuleEntry{
        {"cert.san.internal-name", error, "for any client: a name that is not of the Internet",
         "Take a certificate of your own authority for names of your own network."},
        find_internal},
    RuleEntry{{"cert.san.reserved-address", error,
               "for any client: an address that is not of the Internet",
               "Take a certificate of your own authority for addresses of your own network."},
              find_reserved},
    RuleEntry{{"cert.san.public-suffix", error, "a wildcard for all of a public suffix",
               "Ask for a new certificate with a wildcard below a domain of your own."},
              find_wide_wildcard},
    RuleEntry{
        {"cert.san.critical", warning, "the mark «critical» of the alternative names is wrong",
         "Tell the authority; most clients accept it nevertheless."},
        find_critical},
    RuleEntry{
        {"cert.common-name.not-in-san", warning, "a common name that is none of its names",
         "Ask for a new certificate whose common name is one of its names, or that has none."},
        find_common_name},
    RuleEntry{{"cert.san.many", note, "more than 100 names",
               "Spread the names over several certificates."},
              find_many},
};

}  // namespace

std::span<const RuleEntry> name_lint() { return rules; }

}  // namespace rhumb::pki
