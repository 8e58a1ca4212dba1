#pragma once
/// What single values must be like. Each check takes a text as it was written, brings it into
/// canonical form, and answers what is wrong with it and what would be right, or "" when it is
/// good.

#include <string>

namespace rhumb::config {

using TextCheck = std::string (*)(std::string& text);

/// One line without control characters; may be empty.
std::string check_line(std::string& text);
/// The same, not empty.
std::string check_filled_line(std::string& text);
/// Several lines; tabs are allowed.
std::string check_prose(std::string& text);
/// A path of a file: not empty.
std::string check_file_path(std::string& text);
/// "/a/b" of a URL, decoded: no empty, "." or ".." segment. A slash at the end is taken off.
std::string check_url_path(std::string& text);
/// A name of a file without a directory.
std::string check_file_name(std::string& text);
/// A site's name: a filled line of at most 100 bytes, not "." or "..", without slashes.
std::string check_site_name(std::string& text);
/// "example.org", "*.example.org", or an IP address. Becomes lower-case, without a dot at the end.
std::string check_host_name(std::string& text);
/// "https://example.org" or "https://example.org:8443". A slash at the end is taken off.
std::string check_public_url(std::string& text);
/// A file's extension without its dot. Becomes lower-case.
std::string check_extension(std::string& text);
/// "text/html; charset=utf-8".
std::string check_media_type(std::string& text);
/// A header field that a site may set. Becomes lower-case.
std::string check_header_name(std::string& text);
/// What may follow it (RFC 9110 section 5.5).
std::string check_header_value(std::string& text);
/// First segment of the catalogue's URLs.
std::string check_instance(std::string& text);
/// A folder of the catalogue.
std::string check_folder_name(std::string& text);
/// "Name" or "Folder/Name".
std::string check_service_name(std::string& text);

/// "192.0.2.7", "10.0.0.0/8". Comes into its shortest form.
std::string check_network(std::string& text);
/// A name that a user or a role may have (identity/user.h).
std::string check_account_name(std::string& text);
/// SHA-256 of a certificate: 64 hexadecimal digits, in pairs with colons or without. Becomes
/// lower-case, without colons.
std::string check_fingerprint(std::string& text);

}  // namespace rhumb::config
