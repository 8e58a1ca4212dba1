#pragma once
/// Keeping what proves who asks out of logs, and out of addresses that are written.

#include <string>
#include <string_view>

namespace rhumb::access {

/// True for parameters whose value lets in who knows it: token, password, and the like; in any
/// case, percent-encoded or not.
bool is_secret_parameter(std::string_view name);

/// True when a parameter of the query is one, or holds an address with one.
bool has_secrets(std::string_view query);

/// A query without the parameters that are secret.
std::string without_secrets(std::string_view query);

/// Any text of a client's, for a log: values of secret parameters (there also those of "code"),
/// wherever they stand in it and up to the next "&" or "#", and whatever looks like a token of
/// ours, become "-". What was masked once stays as it is.
std::string masked(std::string_view text);

}  // namespace rhumb::access
