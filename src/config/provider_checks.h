#pragma once
/// What single values of providers must be like: text checks as those of checks.h. None of their
/// answers repeats the value, for it may have a password in it.

#include <string>
#include <string_view>

namespace rhumb::config {

/// A provider's name: 1 to 64 letters, digits, ".", "-" and "_"; not "embedded".
std::string check_provider_name(std::string& text);
/// A path of a file that does not depend on where Rhumb runs.
std::string check_absolute_path(std::string& text);
/// A host name or IP address; or a directory with a socket: "/var/run/postgresql".
std::string check_database_host(std::string& text);
/// An identifier of SQL that needs no quotes.
std::string check_sql_name(std::string& text);
/// "ldaps://ldap.example.org:636"; becomes lower-case, without a slash at the end.
std::string check_ldap_url(std::string& text);
/// A filter of RFC 4515: in parentheses, which match.
std::string check_ldap_filter(std::string& text);
/// The same with {name} in it.
std::string check_user_filter(std::string& text);
/// A name of an attribute (RFC 4512 section 2.5), without options.
std::string check_attribute(std::string& text);
/// https, or http for this machine alone; no query, no fragment, no user. A slash at the end is
/// taken off.
std::string check_service_url(std::string& text);
/// The same where a slash at the end counts.
std::string check_issuer(std::string& text);
/// A scope of OAuth 2.0 (RFC 6749 section 3.3).
std::string check_scope(std::string& text);

/// True for "localhost", addresses of this machine itself, and directories with sockets.
bool is_this_machine(std::string_view host);
/// The host of a URL that one of the checks above has passed.
std::string_view host_of_url(std::string_view url);

}  // namespace rhumb::config
