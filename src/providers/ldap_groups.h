#pragma once
/// Groups of an LDAP directory: in which somebody is, directly and by groups that are in groups.

#include <string>
#include <vector>

#include "ldap/connection.h"
#include "providers/ldap_directory.h"

namespace rhumb::providers {

/// Does member_attribute hold users' names ("memberUid"), and not names in full?
bool holds_user_names(const config::LdapProvider& settings);

/// The names of the groups that `member` is in: a name in full, or a user's name where
/// holds_user_names(). Ends on circles, and fails beyond bounds: `too_large`. Active Directory
/// walks nested groups itself, others are asked level by level.
ldap::Answer<std::vector<std::string>> groups_of(ldap::Connection& connection,
                                                 const config::LdapProvider& settings,
                                                 const std::string& member,
                                                 ldap::Deadline deadline);

/// A group as the directory has it.
struct LdapGroup {
    std::string full_name{};
    std::string name{};  ///< "": it has none
    std::string description{};
    std::vector<std::string> members{};  ///< as member_attribute has them
};

/// All below group_base; none when group_base is not there.
ldap::Answer<std::vector<LdapGroup>> all_groups(ldap::Connection& connection,
                                                const config::LdapProvider& settings,
                                                ldap::Deadline deadline);

}  // namespace rhumb::providers
