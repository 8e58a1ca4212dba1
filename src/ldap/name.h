#pragma once
/// Names in full ("uid=ann,ou=people,dc=example,dc=org") and filters as text: whatever somebody
/// typed stands in them as a value, and never as more than a value.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb::ldap {

/// A value in a filter (RFC 4515 section 3): whatever bytes it has.
std::string escape_in_filter(std::string_view value);
/// A value in a distinguished name (RFC 4514 section 2.4).
std::string escape_in_name(std::string_view value);

/// `pattern` with each "{name}" replaced by `value`, which is escaped already.
std::string filled_in(std::string_view pattern, std::string_view value);

/// True when it reads as a distinguished name of at least one part.
bool is_name(std::string_view name);

/// A form of it that is the same for names that differ in case (ASCII), blanks, and ways to escape
/// alone: for comparing. Nothing when it is no distinguished name.
std::optional<std::string> comparable(std::string_view name);

/// The values of the first part whose attribute is called so: "ann" of "uid=ann,ou=people" for
/// "uid". Nothing when the first part has no such attribute, or it is no text.
std::optional<std::string> first_value(std::string_view name, std::string_view attribute);

/// True when `filter` reads as one (RFC 4515): balanced, with attributes, operators and values.
bool is_filter(std::string_view filter);

}  // namespace rhumb::ldap
