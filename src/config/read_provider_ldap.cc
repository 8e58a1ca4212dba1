#include <algorithm>

#include "config/provider_checks.h"
#include "config/readers.h"
#include "config/secret_place.h"
#include "config/words.h"

namespace rhumb::config {
namespace {

bool is_plain(const std::string& url) { return url.starts_with("ldap://"); }

/// Nobody's password goes over the network in the clear by mistake.
void check_tls(TableReader& reader, LdapProvider& ldap) {
    auto& report = reader.report();
    const auto place = reader.place_of("insecurely_without_tls");
    const bool has_plain = std::ranges::any_of(ldap.urls, is_plain);
    if (!ldap.insecurely_without_tls) {
        if (has_plain && !ldap.start_tls)
            report.error(
                reader.place_of("start_tls"),
                "{} would be asked without TLS, passwords and all: leave start_tls out, or "
                "write ldaps:// (only insecurely_without_tls = true lets it be)",
                reader.name());
        return;
    }
    if (!has_plain && !ldap.urls.empty())
        report.error(place, "insecurely_without_tls has no meaning: all urls are ldaps://");
    if (reader.has("start_tls") && ldap.start_tls)
        report.error(place, "insecurely_without_tls and start_tls contradict each other");
    ldap.start_tls = false;
    if (!std::ranges::all_of(ldap.urls, [](const std::string& url) {
            return !is_plain(url) || is_this_machine(host_of_url(url));
        }))
        report.warning(place,
                       "{} is asked without TLS: whoever is on the way reads passwords, and says "
                       "who has which role",
                       reader.name());
}

void check_bind(TableReader& reader, const LdapProvider& ldap) {
    auto& report = reader.report();
    if (reader.has("password_from") && !reader.has("bind_dn"))
        report.error(reader.place_of("password_from"),
                     "password_from needs bind_dn: who searches with it");
    if (reader.has("bind_dn") && !reader.has("password_from"))
        report.error(reader.place_of("bind_dn"),
                     "bind_dn needs password_from: rhumb secret set NAME, then password_from = "
                     "\"store:NAME\"");
    if (ldap.bind == LdapProvider::Bind::direct) {
        reader.require("direct_dn", R"(direct_dn = "uid={name},ou=people,dc=example,dc=org")");
        if (reader.has("direct_dn") && ldap.direct_dn.find("{name}") == std::string::npos)
            report.error(reader.place_of("direct_dn"),
                         "direct_dn must have {{name}} where the user's name goes");
    } else if (reader.has("direct_dn")) {
        report.error(reader.place_of("direct_dn"), "direct_dn needs bind = \"direct\"");
    }
}

}  // namespace

void read_kind(TableReader& reader, LdapProvider& settings) {
    constexpr Word<LdapProvider::Bind> bind_words[] = {{"search", LdapProvider::Bind::search},
                                                       {"direct", LdapProvider::Bind::direct}};
    reader.require("urls", R"(urls = ["ldaps://ldap.example.org"])");
    reader.require("user_base", R"(user_base = "ou=people,dc=example,dc=org")");
    if (reader.read_unseen("urls", settings.urls, check_ldap_url) && settings.urls.empty())
        reader.report().error(reader.place_of("urls"), "urls must have one");
    reader.read("start_tls", settings.start_tls);
    reader.read("roots_file", settings.roots_file, check_absolute_path);
    reader.read("insecurely_without_tls", settings.insecurely_without_tls);
    reader.read("bind", settings.bind, bind_words);
    reader.read("bind_dn", settings.bind_dn, check_filled_line);
    reader.read_unseen("password_from", settings.password_from, check_secret_place);
    reader.read("direct_dn", settings.direct_dn, check_filled_line);
    reader.read("user_base", settings.user_base, check_filled_line);
    reader.read("user_filter", settings.user_filter, check_user_filter);
    reader.read("name_attribute", settings.name_attribute, check_attribute);
    reader.read("full_name_attribute", settings.full_name_attribute, check_attribute);
    reader.read("email_attribute", settings.email_attribute, check_attribute);
    reader.read("group_base", settings.group_base, check_filled_line);
    reader.read("group_filter", settings.group_filter, check_ldap_filter);
    reader.read("group_name_attribute", settings.group_name_attribute, check_attribute);
    reader.read("member_attribute", settings.member_attribute, check_attribute);
    reader.read("nested_groups", settings.nested_groups);
    reader.read("page_size", settings.page_size, std::uint32_t{1}, std::uint32_t{10'000});
    check_tls(reader, settings);
    check_bind(reader, settings);
}

}  // namespace rhumb::config
