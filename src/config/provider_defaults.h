#pragma once
/// What reading fills in where a provider's kind decides it.

#include "config/provider.h"

namespace rhumb::config {

/// Attributes, filters and the like that are usual in a directory of that flavour; no URL, no base.
LdapProvider ldap_defaults(LdapProvider::Flavour flavour);

/// Rhumb's own where it has queries none; by its queries else.
bool keeps_users(const Provider& provider);
/// A directory without group_base and a database without roles_of keep none.
bool keeps_roles(const Provider& provider);

}  // namespace rhumb::config
