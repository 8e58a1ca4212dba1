#pragma once
/// Trying the connection to an LDAP directory, step by step.

#include "providers/ldap_directory.h"

namespace rhumb::providers {

/// Every server of the list, with a connection of its own; users and groups at the first.
ConnectionTest try_ldap(const LdapDirectory& directory);

}  // namespace rhumb::providers
