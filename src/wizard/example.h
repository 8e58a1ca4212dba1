#pragma once
/// For tests: what is configured, and kinds of places that are there.

#include <gtest/gtest.h>

#include "config/parse.h"
#include "config/write.h"
#include "wizard/steps.h"

namespace rhumb::wizard {

inline std::vector<KindFacts> all_kinds() {
    return {{"postgresql", "PostgreSQL database"},
            {"sqlserver", "SQL Server database"},
            {"ldap", "LDAP directory"},
            {"active-directory", "Active Directory"},
            {"openid", "OpenID Connect", true, true, false},
            {"http", "service of your own"},
            {"program", "program of your own"}};
}

/// With `text` as configuration and a local administrator, unless `has_administrator` is false.
inline Configured configured_by(const std::string& text = "", bool has_administrator = true) {
    const auto parsed = config::parse(text, "t.toml");
    EXPECT_TRUE(parsed.is_good()) << config::to_text(parsed.errors);
    Configured configured{.document = parsed.document,
                          .text = config::to_toml(parsed.document),
                          .revision = 1,
                          .config_file = {}};
    configured.kinds = all_kinds();
    if (has_administrator) configured.administrators = configured.users = {"ada"};
    return configured;
}

/// "connection.urls", "settings.long_minutes": what is wrong.
inline std::vector<std::string> places_of(const std::vector<Fault>& faults) {
    std::vector<std::string> all;
    for (const auto& fault : faults)
        all.push_back(fault.field.empty() ? fault.step : fault.step + "." + fault.field);
    return all;
}

inline constexpr const char* with_ldap = R"(
[security]
users = "county"
roles = "county"
[[security.provider]]
name = "county"
kind = "ldap"
urls = ["ldaps://ldap.example.org"]
user_base = "ou=people,dc=example,dc=org"
group_base = "ou=groups,dc=example,dc=org"
bind_dn = "cn=rhumb,dc=example,dc=org"
password_from = "store:county-password"
administrators = ["gis admins"]
)";

}  // namespace rhumb::wizard
