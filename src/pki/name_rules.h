#pragma once
/// The forms of names in certificates, and which names a certificate covers (RFC 9525). For those
/// who judge certificates.

#include <string>
#include <string_view>

#include "pki/facts.h"
#include "pki/names.h"

namespace rhumb::pki {

/// What is wrong with the form of a DNS name as RFC 5280 section 4.2.1.6 wants it (letters, digits
/// and hyphens; a wildcard only as the whole first label): a phrase, "" when nothing is. Clients do
/// not mind an underscore.
enum class Underscore { refused, allowed };
std::string_view fault_of_dns_name(std::string_view text,
                                   Underscore underscore = Underscore::refused);

/// The same of a mail address: one @, something on both sides.
std::string_view fault_of_email(std::string_view text);

/// The same of any name of an alternative name.
std::string_view fault_of(const GeneralName& name, Underscore underscore = Underscore::refused);

/// For people: «*.example.org», «192.0.2.1», «a mail address» …
std::string shown(const GeneralName& name);

enum class Coverage {
    none,
    by_public_suffix,  ///< only by a wildcard for all of a public suffix (*.co.uk)
    full,
};

/// How far `names` are good for `wanted`. The common name counts for nothing.
Coverage coverage(const AlternativeNames& names, const Name& wanted);

/// True when one of the names is that mail address: before the @ to the letter, behind it without
/// case.
bool has_email(const AlternativeNames& names, std::string_view email);

/// What is wrong with a common name that looks like the name of a server and is not, letter by
/// letter, one of `names` (Baseline Requirements 7.1.4.3): a phrase, "" when nothing is. A domain
/// that all DNS names are below is let pass, since many authorities put it there to describe.
std::string_view fault_of_common_name(std::string_view common_name, const AlternativeNames& names);

/// Equal mail addresses, as above. Both must be well formed.
bool is_same_mailbox(std::string_view a, std::string_view b);

}  // namespace rhumb::pki
