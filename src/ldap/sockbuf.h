#pragma once
/// Has libldap send and receive through a Transport instead of a socket of its own. Inside this
/// module only.

#include "ldap/transport.h"

struct ldap;

namespace rhumb::ldap {

/// A handle of libldap over `transport`, which outlives it. No setting of the system (ldap.conf),
/// of a user (.ldaprc) or of the environment (LDAP…) counts for it. Null: no memory.
::ldap* make_handle(Transport& transport, const Server& server);

}  // namespace rhumb::ldap
