#pragma once
/// What a directory says of somebody, as a User of ours; and why it lets somebody not in. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/provider.h"
#include "identity/user_store.h"
#include "ldap/search.h"

namespace rhumb::providers {

/// The attributes that to_user() looks at.
std::vector<std::string> account_attributes(const config::LdapProvider& settings);

/// Nothing when the entry has no name that can be one here. `asked`: the name by which it was
/// found: of several names of an entry that one counts, else the first.
///
/// Disabled is who is so for Active Directory (userAccountControl), for good by a password policy
/// (pwdAccountLockedTime 000001010000Z), or for 389 and FreeIPA (nsAccountLock); who is locked for
/// a while because somebody guessed is not, but is not let in by the directory. Accounts end by
/// accountExpires or shadowExpire; passwords changed by pwdLastSet, pwdChangedTime,
/// krbLastPwdChange or shadowLastChange (a day).
std::optional<identity::User> to_user(const ldap::Entry& entry,
                                      const config::LdapProvider& settings, std::string_view asked);

/// Of a password that was tried; nothing when the answer says nothing about it: the directory wants
/// something else.
std::optional<identity::SignIn::Outcome> to_outcome(const ldap::BindEnd& end);

/// "20261123141500Z", "20261123141500.0Z" (RFC 4517 section 3.3.13, in UTC as servers write it).
std::optional<Seconds> from_generalized_time(std::string_view text);
/// Tenths of a microsecond since 1601, as Active Directory counts; nothing for "never".
std::optional<Seconds> from_file_time(std::string_view text);

}  // namespace rhumb::providers
