#include "wizard/setting_values.h"

namespace rhumb::wizard {

namespace {

using config::LdapProvider;
using Kind = Field::Kind;

struct Text {
    std::string LdapProvider::*member;
    const char* id;
    const char* label;
    const char* help;
    bool is_required = false;
    bool is_rare = false;
};

void add(std::vector<Setting>& settings, const Text& text) {
    settings.push_back(setting(text.member, {.id = text.id,
                                             .label = text.label,
                                             .help = text.help,
                                             .is_required = text.is_required,
                                             .is_rare = text.is_rare}));
}

void add_names(std::vector<Setting>& settings) {
    const Text texts[] = {
        {&LdapProvider::user_filter, "user_filter", "Filter that finds one user",
         "{name} is what somebody typed, made harmless: (&(objectClass=person)(uid={name})).",
         false, true},
        {&LdapProvider::name_attribute, "name_attribute", "Attribute with a user's name",
         "uid, sAMAccountName …", false, true},
        {&LdapProvider::full_name_attribute, "full_name_attribute", "Attribute with the full name",
         "cn, displayName …", false, true},
        {&LdapProvider::email_attribute, "email_attribute", "Attribute with the address of mail",
         "mail", false, true},
        {&LdapProvider::group_filter, "group_filter", "Filter that finds groups",
         "(objectClass=groupOfNames), (objectClass=group) …", false, true},
        {&LdapProvider::group_name_attribute, "group_name_attribute",
         "Attribute with a group's name", "cn", false, true},
        {&LdapProvider::member_attribute, "member_attribute", "Attribute with members of a group",
         "member (names in full) or memberUid (names of users).", false, true},
    };
    for (const auto& text : texts) add(settings, text);
}

void add_binding(std::vector<Setting>& settings) {
    settings.push_back(setting(
        &LdapProvider::bind,
        {.id = "bind",
         .label = "How a password is tried",
         .kind = Kind::choice,
         .help = "Most directories: search.",
         .choices = {{"search", "search", "find the user first, then sign in as him"},
                     {"direct", "direct", "sign in at once under a name made of what was typed"}},
         .is_rare = true}));
    add(settings, {&LdapProvider::direct_dn, "direct_dn", "Name to sign in under at once",
                   "For «direct»: uid={name},ou=people,dc=example,dc=org or {name}@example.org.",
                   false, true});
}

}  // namespace

void add_ldap_settings(std::vector<Setting>& settings) {
    settings.push_back(setting(&LdapProvider::urls,
                               {.id = "urls",
                                .label = "Address of the directory",
                                .kind = Kind::list,
                                .help = "ldaps://ldap.example.org or ldap://ldap.example.org "
                                        "(which is encrypted by StartTLS). Several, parted by "
                                        "commas, are asked in that order.",
                                .is_required = true}));
    add(settings,
        {&LdapProvider::user_base, "user_base", "Where users are (base DN)",
         "The branch below which all users are: ou=people,dc=example,dc=org.", true, false});
    add(settings,
        {&LdapProvider::group_base, "group_base", "Where groups are (base DN)",
         "Groups are Rhumb's roles. Empty: this directory keeps no roles.", false, false});
    add(settings, {&LdapProvider::bind_dn, "bind_dn", "As whom Rhumb searches",
                   "A user of the directory that may read, in full: "
                   "cn=rhumb,ou=services,dc=example,dc=org; in Active Directory also "
                   "rhumb@example.org. Empty: anonymously.",
                   false, false});
    settings.push_back(
        setting(&LdapProvider::password_from, {.id = "password",
                                               .label = "Password of who searches",
                                               .kind = Kind::secret,
                                               .help = "Kept sealed in Rhumb's store, never in the "
                                                       "configuration."}));
    add(settings,
        {&LdapProvider::password_from, "password_from", "Where that password is",
         "\"store:NAME\" or \"file:/path\"; set by itself when a password is typed.", false, true});
    add_binding(settings);
    add_names(settings);
    settings.push_back(setting(&LdapProvider::nested_groups,
                               {.id = "nested_groups",
                                .label = "Groups within groups count",
                                .kind = Kind::yes_no,
                                .help = "Who is in a group of a group has both roles.",
                                .is_rare = true}));
    settings.push_back(setting(&LdapProvider::start_tls, {.id = "start_tls",
                                                          .label = "Encrypt ldap:// by StartTLS",
                                                          .kind = Kind::yes_no,
                                                          .help = "Leave it on.",
                                                          .is_rare = true}));
    add(settings,
        {&LdapProvider::roots_file, "roots_file", "File with the root certificates to trust",
         "PEM. Empty: those of this machine; `rhumb trust install` puts one there.", false, true});
    settings.push_back(setting(&LdapProvider::insecurely_without_tls,
                               {.id = "insecurely_without_tls",
                                .label = "Connect without encryption",
                                .kind = Kind::yes_no,
                                .help = "Everybody on the way can then read the passwords of all "
                                        "who sign in.",
                                .is_rare = true}));
    settings.push_back(
        setting(&LdapProvider::page_size, {.id = "page_size",
                                           .label = "Entries of one answer, at most",
                                           .kind = Kind::number,
                                           .help = "Long lists come in pages of that size.",
                                           .is_rare = true}));
}

}  // namespace rhumb::wizard
