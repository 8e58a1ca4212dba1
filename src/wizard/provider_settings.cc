#include "wizard/provider_settings.h"

#include "config/provider_defaults.h"
#include "wizard/setting_values.h"

namespace rhumb::wizard {

namespace {

using config::Provider;
using Kind = Field::Kind;

void add_common_settings(std::vector<Setting>& settings) {
    settings.push_back(
        setting(&Provider::administrators,
                {.id = "administrators",
                 .label = "Roles there that may administer here",
                 .kind = Kind::list,
                 .help = "Who has one of these roles may do everything in Rhumb. None: nobody "
                         "from there; local administrators remain in any case."}));
    settings.push_back(setting(&Provider::publishers,
                               {.id = "publishers",
                                .label = "Roles there that may publish here",
                                .kind = Kind::list,
                                .help = "Who has one of these roles may publish services."}));
    settings.push_back(
        setting(&Provider::remember_seconds,
                {.id = "remember_seconds",
                 .label = "Seconds for which an answer counts",
                 .kind = Kind::number,
                 .help = "Who is removed or disabled there is out here after that time at most.",
                 .is_rare = true}));
    settings.push_back(
        setting(&Provider::time_limit_seconds,
                {.id = "time_limit_seconds",
                 .label = "Seconds to wait for an answer",
                 .kind = Kind::number,
                 .help = "Of one question, connecting included. What takes longer counts as no "
                         "answer, and lets nobody in.",
                 .is_rare = true}));
    settings.push_back(
        setting(&Provider::connections, {.id = "connections",
                                         .label = "Connections at a time, at most",
                                         .kind = Kind::number,
                                         .help = "More questions than that wait for each other.",
                                         .is_rare = true}));
}

}  // namespace

std::vector<Setting> settings_of(std::string_view kind) {
    std::vector<Setting> settings;
    if (kind == "postgresql" || kind == "sqlserver")
        add_sql_settings(settings, kind == "sqlserver");
    else if (kind == "ldap" || kind == "active-directory")
        add_ldap_settings(settings);
    else if (kind == "openid")
        add_openid_settings(settings);
    else if (kind == "http")
        add_http_settings(settings);
    else if (kind == "program")
        add_program_settings(settings);
    add_common_settings(settings);
    return settings;
}

Provider fresh_provider(std::string_view kind) {
    using config::LdapProvider;
    using config::SqlProvider;
    Provider provider;
    if (kind == "sqlserver")
        provider.settings = SqlProvider{.dialect = SqlProvider::Dialect::sqlserver};
    if (kind == "ldap") provider.settings = config::ldap_defaults(LdapProvider::Flavour::ldap);
    if (kind == "active-directory")
        provider.settings = config::ldap_defaults(LdapProvider::Flavour::active_directory);
    if (kind == "openid") provider.settings = config::OpenIdProvider{};
    if (kind == "http") provider.settings = config::HttpProvider{};
    if (kind == "program") provider.settings = config::ProgramProvider{};
    return provider;
}

std::string_view help_of(std::string_view kind) {
    if (kind == "postgresql")
        return "Tables that Rhumb makes in a database of yours, or tables of yours that it reads.";
    if (kind == "sqlserver") return "The same in Microsoft SQL Server, over ODBC.";
    if (kind == "ldap")
        return "OpenLDAP, 389, FreeIPA and their kin. People sign in with the password they have "
               "there.";
    if (kind == "active-directory")
        return "The directory of a Windows domain. People sign in with the password they have "
               "there.";
    if (kind == "openid")
        return "Keycloak, Entra ID, Okta and their kin. People sign in at a page of theirs; Rhumb "
               "never sees a password.";
    if (kind == "http")
        return "A Web service of your own that answers Rhumb's questions (docs/providers.md).";
    if (kind == "program")
        return "A program of your own on this machine that answers Rhumb's questions "
               "(docs/providers.md).";
    return "";
}

}  // namespace rhumb::wizard
