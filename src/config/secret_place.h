#pragma once
/// Places of secrets: "store:NAME" and "file:/path", as keys like password_from have them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"

namespace rhumb::config {

/// "ldap" of "store:ldap"; nothing for other places.
std::optional<std::string_view> secret_in_store(std::string_view place);
/// "/run/secrets/ldap" of "file:/run/secrets/ldap"; nothing for other places.
std::optional<std::string_view> secret_in_file(std::string_view place);

/// What a secret of the store may be called: 1 to 100 letters, digits, ".", "-" and "_".
std::string check_secret_name(std::string& text);
/// A TextCheck (checks.h). A place of neither form may be a secret itself: the answer never repeats
/// it.
std::string check_secret_place(std::string& text);

/// Those that are set of a provider.
std::vector<SecretPlace> secret_places(const Provider& provider);
/// Which providers need this secret of the store, by name.
std::vector<std::string> providers_with_secret(const Security& security, std::string_view name);

}  // namespace rhumb::config
