#include "config/write.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "config/parse.h"
#include "config/provider_defaults.h"

namespace rhumb::config {
namespace {

/// Makes documents that parse() could have made: every key is now absent, now something unusual.
class Maker {
public:
    explicit Maker(unsigned seed) : random_{seed} {}

    Document document() {
        Document document;
        document.server = server();
        document.sites.resize(1 + below(3));
        for (std::size_t i = 0; i < document.sites.size(); ++i) document.sites[i] = site(i);
        document.gis.max_records = static_cast<std::uint32_t>(1 + below(5000));
        for (std::size_t i = 0, count = below(3); i < count; ++i) {
            auto& folder = document.gis.folders.emplace_back();
            folder.name = "Folder_" + std::to_string(i);
            add_policy(folder);
        }
        for (std::size_t i = 0, count = below(4); i < count; ++i)
            document.gis.services.push_back(service(i));
        document.security = security();
        return document;
    }

private:
    Server server() {
        Server server;
        server.loops = static_cast<std::uint32_t>(below(9));
        if (flip()) server.public_url = "https://[2001:db8::1]:8443";
        server.log_level = static_cast<LogLevel>(below(4));
        if (flip()) server.limits.idle_seconds = std::chrono::seconds{1 + below(1000)};
        if (flip()) server.limits.body_bytes = below(1U << 30U);
        if (flip()) server.limits.connections = static_cast<std::uint32_t>(1 + below(1000));
        return server;
    }

    Site site(std::size_t index) {
        Site site;
        site.name = "Site " + std::to_string(index) + line();
        const auto port = static_cast<std::uint16_t>(1000 + index * 10);
        site.bindings = {
            {false, "*", port},
            {true, flip() ? "::1" : "127.0.0.1", static_cast<std::uint16_t>(port + 1)}};
        if (flip()) site.bindings[0].public_port = static_cast<std::uint16_t>(1 + below(65535));
        if (flip()) site.bindings[1].certificates = {"e" + line()};
        if (flip()) site.bindings[1].certificates.push_back("f" + line());
        if (flip()) site.host_names = {"a.example", "*.b.example", "192.0.2.1"};
        if (flip()) site.certificates = {"c" + line()};
        if (flip()) site.certificates.push_back("d" + line());
        site.strict_sni = flip();
        site.tls = static_cast<TlsProfile>(below(3));
        if (flip()) site.root = "r" + line();
        if (flip()) site.index = {"a.html", "ä\"b"};
        if (flip()) site.index.clear();
        site.listing = flip();
        site.require_https = static_cast<RequireHttps>(below(3));
        site.client_certificate = static_cast<ClientCertificate>(below(3));
        if (flip()) site.allow = allow();
        site.hsts = static_cast<Hsts>(below(4));
        site.access_log = static_cast<AccessLog>(below(4));
        if (flip()) site.access_log_file = "/var/log/" + line();
        site.compress = flip();
        if (flip()) site.error_pages = {{404, "/missing page.html"}, {503, "/wait"}};
        if (flip())
            site.mime = {{"fgb", "application/vnd.flatgeobuf"},
                         {"c++", "text/plain; charset=utf-8"}};
        if (flip())
            site.headers = {{"x-a", "b \"c\" \\ ä"},
                            {"content-security-policy", "default-src 'self'"}};
        for (std::size_t i = 0, count = below(4); i < count; ++i)
            site.locations.push_back(location(i));
        return site;
    }

    Location location(std::size_t index) {
        Location location;
        location.path = "/" + std::to_string(index) + "/p q";
        add_policy(location);
        if (flip()) location.handler = flip() ? HandlerKind::viewer : HandlerKind::none;
        if (location.handler != HandlerKind::files) return location;
        if (flip()) location.root = "x" + line();
        if (flip()) location.index = std::vector<std::string>{};
        if (flip()) location.listing = flip();
        return location;
    }

    GisService service(std::size_t index) {
        GisService service;
        service.name = (flip() ? "Folder/S" : "S") + std::to_string(index);
        service.source = "data" + line();
        if (flip()) service.title = "Title" + line();
        if (flip()) service.description = "Two\nlines\tand" + line();
        if (flip()) service.attribution = "© somebody";
        add_policy(service);
        service.started = flip();
        for (std::uint32_t i = 0, count = static_cast<std::uint32_t>(below(3)); i < count; ++i)
            service.layers.push_back({i * 7, allow()});
        return service;
    }

    template <class Part>
    void add_policy(Part& part) {
        if (flip()) part.require_https = static_cast<RequireHttps>(below(3));
        if (flip()) part.client_certificate = static_cast<ClientCertificate>(below(3));
        if (flip()) part.allow = allow();
    }

    AllowList allow() {
        using Kind = Allowed::Kind;
        const AllowList lists[] = {{{Kind::anyone}},
                                   {{Kind::authenticated}},
                                   {{Kind::role, "planners"}, {Kind::user, "Ann O'Hara #1 ä"}},
                                   {{Kind::address, "192.0.2.0/24"},
                                    {Kind::address, "2001:db8::/32"},
                                    {Kind::role, "Everyone"}},
                                   {{Kind::address, "127.0.0.1"}}};
        return lists[below(std::size(lists))];
    }

    Security security() {
        using std::chrono::hours;
        using std::chrono::minutes;
        Security security;
        if (flip()) {
            security.trusted_proxies = {"10.0.0.0/8", "2001:db8::1"};
            security.proxies_end_tls = flip();
        }
        if (flip()) security.client_authorities = {"ca" + line(), "/etc/ca.pem"};
        if (flip()) security.tokens.short_minutes = minutes{1 + below(1440)};
        if (flip()) security.tokens.long_minutes = minutes{1440 + below(5000)};
        if (flip()) security.sessions.idle_minutes = minutes{1 + below(500)};
        if (flip()) security.sessions.absolute_hours = hours{1 + below(700)};
        if (flip()) security.sign_in = {3, minutes{1 + below(100)}, 7};
        const CertificateUser rules[] = {
            {"ann", std::string(64, 'a')},
            {"bob", "", "CN=" + line(), "", "*@example.org"},
            {"", "", "", "O=x \"y\" \\", "", "email"},
        };
        for (std::size_t i = 0, count = below(4); i < count; ++i)
            security.certificate_users.push_back(rules[below(std::size(rules))]);
        for (std::size_t i = 0, count = below(4); i < count; ++i)
            security.providers.push_back(provider(i));
        if (!security.providers.empty() && flip()) security.users = security.providers.front().name;
        return security;
    }

    Provider provider(std::size_t index) {
        Provider provider;
        provider.name = "p." + std::to_string(index);
        if (flip()) provider.time_limit_seconds = std::chrono::seconds{1 + below(60)};
        if (flip()) provider.connections = static_cast<std::uint32_t>(1 + below(64));
        if (flip()) provider.remember_seconds = std::chrono::seconds{1 + below(3600)};
        if (flip()) provider.administrators = {"gis admins", "ä"};
        if (flip()) provider.publishers = {"publishers"};
        switch (below(5)) {
            case 0: provider.settings = sql(); break;
            case 1: provider.settings = ldap(); break;
            case 2: provider.settings = openid(); break;
            case 3:
                provider.settings = HttpProvider{.url = "https://a.example:8443/x",
                                                 .secret_from = "store:own",
                                                 .roots_file = flip() ? "/etc/x" + line() : ""};
                break;
            default:
                provider.settings = ProgramProvider{.command = {"/bin/x" + line(), line(), line()}};
        }
        return provider;
    }

    SqlProvider sql() {
        SqlProvider sql;
        if (flip()) {
            sql.dialect = SqlProvider::Dialect::sqlserver;
            sql.odbc_driver = flip() ? "ODBC Driver 18" : "";
        }
        sql.host = flip() ? "db.example.org" : "2001:db8::1";
        sql.port = static_cast<std::uint16_t>(below(65536));
        sql.database = "d" + line();
        sql.user = "u" + line();
        if (flip()) sql.password_from = "file:/x" + line();
        sql.insecurely_without_tls = flip();
        if (flip())
            sql.queries = {.find_user = "SELECT :name\nFROM \"x\"", .roles_of = "SELECT :user;"};
        else
            sql.schema = "s_1";
        return sql;
    }

    LdapProvider ldap() {
        auto ldap = ldap_defaults(flip() ? LdapProvider::Flavour::ldap
                                         : LdapProvider::Flavour::active_directory);
        ldap.urls = {"ldaps://a.example:1636", "ldap://[2001:db8::1]"};
        ldap.insecurely_without_tls = flip();
        ldap.start_tls = !ldap.insecurely_without_tls;
        ldap.user_base = "dc=x" + line();
        if (flip()) {
            ldap.bind = LdapProvider::Bind::direct;
            ldap.direct_dn = "{name}@x" + line();
        }
        if (flip()) {
            ldap.bind_dn = "cn=x" + line();
            ldap.password_from = "store:x";
        }
        if (flip()) ldap.user_filter = "(cn={name})";
        if (flip()) ldap.member_attribute = "memberUid";
        if (flip()) ldap.group_base = "ou=x" + line();
        ldap.nested_groups = flip();
        ldap.page_size = static_cast<std::uint32_t>(1 + below(1000));
        return ldap;
    }

    OpenIdProvider openid() {
        OpenIdProvider openid;
        openid.issuer = flip() ? "https://a.example/x/" : "http://[::1]:9000";
        openid.client_id = "c" + line();
        if (flip()) openid.client_secret_from = "store:x";
        if (flip()) openid.label = line();
        if (flip()) openid.scopes = {"openid", "a:b"};
        if (flip()) openid.name_claim = "x" + line();
        if (flip()) openid.roles_claim = "";
        openid.recheck_minutes = std::chrono::minutes{1 + below(100)};
        return openid;
    }

    /// Something that needs care in quotes.
    std::string line() {
        constexpr const char* pieces[] = {
            "", "\"", "\\", "'", "#", "ä€", "\\n", "= [", "\xF0\x9F\x97\xBA"};
        std::string text;
        for (std::size_t i = 0, count = below(4); i < count; ++i)
            text += pieces[below(std::size(pieces))];
        return text;
    }

    bool flip() { return below(2) == 0; }
    std::size_t below(std::size_t bound) { return random_() % bound; }

    std::mt19937 random_;
};

TEST(ToToml, GivesTextThatReadsAsTheSameDocument) {
    for (unsigned seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE(seed);
        const auto document = Maker{seed}.document();
        const auto text = to_toml(document);

        const auto parsed = parse(text, "t.toml");

        ASSERT_TRUE(parsed.is_good()) << to_text(parsed.errors) << "\n" << text;
        ASSERT_EQ(parsed.document, document) << text;
        ASSERT_EQ(to_toml(parsed.document), text);
    }
}

TEST(ToToml, LeavesOutWhatIsAsItWouldBeAnyway) {
    EXPECT_EQ(to_toml(Document::with_defaults(8080, 8443, "/srv/www")),
              "[[site]]\n"
              "name = \"Default Web Site\"\n"
              "bindings = [\"http://*:8080\", \"https://*:8443\"]\n"
              "root = \"/srv/www\"\n"
              "\n"
              "[[site.location]]\n"
              "path = \"/api/v1\"\n"
              "handler = \"api\"\n"
              "\n"
              "[[site.location]]\n"
              "path = \"/arcgis\"\n"
              "handler = \"gis\"\n"
              "\n"
              "[[site.location]]\n"
              "path = \"/trust\"\n"
              "handler = \"trust\"\n"
              "\n"
              "[[site.location]]\n"
              "path = \"/viewer\"\n"
              "handler = \"viewer\"\n");
}

}  // namespace
}  // namespace rhumb::config
