#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/parse.h"
#include "config/provider_defaults.h"
#include "config/secret_place.h"
#include "config/write.h"

namespace rhumb::config {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Parsed parse(std::string_view text) { return config::parse(text, "t.toml"); }

/// A provider of that kind with what it needs, and `more`.
std::string provider(std::string_view kind, std::string_view more = "") {
    std::string text = "[[security.provider]]\nname = \"p\"\nkind = \"";
    text += kind;
    text += "\"\n";
    if (kind == "postgresql" || kind == "sqlserver")
        text += "host = \"db.example.org\"\ndatabase = \"d\"\nuser = \"u\"\n";
    if (kind == "ldap" || kind == "active-directory") text += "user_base = \"dc=x\"\n";
    if (kind == "openid") text += "client_id = \"c\"\n";
    return text.append(more);
}

const Provider& only(const Parsed& parsed) {
    EXPECT_TRUE(parsed.is_good()) << to_text(parsed.errors);
    static const Provider none;
    EXPECT_EQ(parsed.document.security.providers.size(), 1U);
    return parsed.document.security.providers.empty() ? none
                                                      : parsed.document.security.providers.front();
}

TEST(ParseProvider, FillsInWhatIsUsualForEveryKind) {
    const auto parsed = parse(provider("postgresql"));
    const auto& sql = only(parsed);
    EXPECT_EQ(sql.kind(), "postgresql");
    EXPECT_EQ(sql.time_limit_seconds, seconds{5});
    EXPECT_EQ(sql.connections, 4U);
    EXPECT_EQ(sql.remember_seconds, seconds{60});
    EXPECT_EQ(std::get<SqlProvider>(sql.settings).schema, "rhumb");
    EXPECT_EQ(parsed.document.security.users, "embedded");
    EXPECT_EQ(parsed.document.security.roles, "embedded");
}

TEST(ParseProvider, FillsInWhatIsUsualInADirectory) {
    const auto parsed = parse(provider("ldap", "urls = [\"ldap://Ldap.Example.org\"]"));
    const auto& ldap = std::get<LdapProvider>(only(parsed).settings);
    EXPECT_THAT(ldap.urls, ElementsAre("ldap://ldap.example.org"));
    EXPECT_TRUE(ldap.start_tls);
    EXPECT_EQ(ldap.user_filter, "(&(objectClass=person)(uid={name}))");
    EXPECT_EQ(ldap.name_attribute, "uid");
    EXPECT_EQ(ldap.group_filter, "(objectClass=groupOfNames)");
}

TEST(ParseProvider, FillsInWhatIsUsualInActiveDirectory) {
    const auto parsed = parse(provider("active-directory", "urls = [\"ldaps://dc1.corp\"]"));
    EXPECT_EQ(only(parsed).kind(), "active-directory");
    const auto& ldap = std::get<LdapProvider>(only(parsed).settings);
    EXPECT_EQ(ldap.name_attribute, "sAMAccountName");
    EXPECT_THAT(ldap.user_filter, HasSubstr("userPrincipalName={name}"));
    EXPECT_EQ(ldap.full_name_attribute, "displayName");
    EXPECT_EQ(ldap.group_filter, "(objectClass=group)");
}

TEST(ParseProvider, LeavesStartTlsOutWhereTlsIsNotWanted) {
    const auto parsed =
        parse(provider("ldap", "urls = [\"ldap://localhost\"]\ninsecurely_without_tls = true"));
    EXPECT_FALSE(std::get<LdapProvider>(only(parsed).settings).start_tls);
    EXPECT_THAT(parsed.warnings, IsEmpty());
    EXPECT_EQ(parse(to_toml(parsed.document)).document, parsed.document);
}

TEST(ParseProvider, WarnsOfWhatIsSaidInTheClear) {
    for (const auto& text :
         {provider("ldap", "urls = [\"ldap://a.example.org\"]\ninsecurely_without_tls = true"),
          provider("sqlserver", "insecurely_without_tls = true")}) {
        const auto parsed = parse(text);
        EXPECT_TRUE(parsed.is_good()) << to_text(parsed.errors);
        EXPECT_THAT(to_text(parsed.warnings), HasSubstr("asked without TLS")) << text;
    }
}

TEST(ParseProvider, TakesUsersFromOneAndRolesFromAnother) {
    const auto parsed =
        parse(provider("http", "url = \"https://a.example/x//\"\nsecret_from = \"store:s\"") +
              "\n[security]\nusers = \"p\"\nroles = \"embedded\"");
    EXPECT_EQ(std::get<HttpProvider>(only(parsed).settings).url, "https://a.example/x");
    const auto& security = parsed.document.security;
    EXPECT_EQ(security.users, "p");
    ASSERT_NE(security.find_provider("p"), nullptr);
    EXPECT_EQ(security.find_provider("embedded"), nullptr);
}

TEST(ParseProvider, TakesASocketOfPostgresqlWithoutAUser) {
    const auto parsed = parse(
        "[[security.provider]]\nname = \"p\"\nkind = \"postgresql\"\n"
        "host = \"/run/postgresql\"\ndatabase = \"d\"\n"
        "insecurely_without_tls = true");
    EXPECT_EQ(std::get<SqlProvider>(only(parsed).settings).host, "/run/postgresql");
    EXPECT_THAT(parsed.warnings, IsEmpty());
}

TEST(ParseProvider, TellsWhichSecretsAreNeededByWhom) {
    const auto parsed = parse(
        provider("openid", "issuer = \"https://a\"\nclient_secret_from = \"store:x\"") +
        "\n[[security.provider]]\nname = \"q\"\nkind = \"http\"\nurl = \"https://a\"\nsecret_from = "
        "\"file:/x\"");
    ASSERT_TRUE(parsed.is_good()) << to_text(parsed.errors);
    EXPECT_THAT(providers_with_secret(parsed.document.security, "x"), ElementsAre("p"));
    EXPECT_THAT(providers_with_secret(parsed.document.security, "/x"), IsEmpty());
}

TEST(ParseProvider, NeverRepeatsWhatMayBeASecret) {
    for (const auto& text :
         {provider("http", "url = \"https://a\"\nsecret_from = \"hunter2\""),
          provider("http", "url = \"https://ann:hunter2@a\"\nsecret_from = \"store:a\""),
          provider("ldap", "urls = [\"ldaps://ann:hunter2@a\"]"),
          provider("ldap", "urls = [\"ldaps://a\"]\nbind_dn = \"x\"\npassword = \"hunter2\""),
          provider("postgresql", "password_from = \"store:hunter2 \""),
          provider("openid", "issuer = \"https://hunter2@a\"\nclient_secret = \"hunter2\"")}) {
        const auto parsed = parse(text);
        EXPECT_FALSE(parsed.is_good()) << text;
        EXPECT_THAT(to_text(parsed.errors), Not(HasSubstr("hunter2")));
    }
}

struct Fault {
    const char* name;
    std::string text;
    const char* message;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class ParseProviderRefuses : public ::testing::TestWithParam<Fault> {};

TEST_P(ParseProviderRefuses, AndSaysWhatIsWrong) {
    const auto parsed = parse(GetParam().text);
    ASSERT_FALSE(parsed.is_good());
    EXPECT_THAT(to_text(parsed.errors), HasSubstr(GetParam().message));
}

std::string ldap(std::string_view more) {
    return provider("ldap", std::string{"urls = [\"ldaps://a\"]\n"}.append(more));
}
std::string queries(std::string_view more) {
    return provider("postgresql", std::string{"[security.provider.queries]\n"}.append(more));
}

const Fault faults[] = {
    {"NoName", "[[security.provider]]\nkind = \"program\"\ncommand = [\"/a\"]", "needs a name"},
    {"NoKind", "[[security.provider]]\nname = \"p\"", "the provider «p» needs a kind"},
    {"UnknownKind", provider("oracle"), "“active-directory”"},
    {"NameOfOurs", "[[security.provider]]\nname = \"Embedded\"\nkind = \"program\"",
     "Rhumb's own store"},
    {"NameWithBlank", "[[security.provider]]\nname = \"a b\"\nkind = \"program\"",
     "1 to 64 letters"},
    {"NameTwice",
     "[security]\nprovider = [{ name = \"a\", kind = \"program\", command = [\"/a\"] }, { name = "
     "\"A\", kind = \"program\", command = [\"/a\"] }]",
     "two providers are called «A»"},
    {"UsersNowhere", "[security]\nusers = \"county\"", "no such [[security.provider]]"},
    {"RolesOfADirectoryWithoutGroups", ldap("") + "[security]\nroles = \"p\"", "needs group_base"},
    {"UsersByRolesAlone", queries("roles_of = \"SELECT :user\"\n") + "[security]\nusers = \"p\"",
     "keeps no users"},
    {"RolesByUsersAlone", queries("find_user = \"SELECT :name\"\n") + "[security]\nroles = \"p\"",
     "keeps no roles"},
    {"RolesOfOpenIdAlone",
     provider("openid", "issuer = \"https://a\"\n") + "[security]\nroles = \"p\"",
     "write users = \"p\", too"},
    {"KeyOfAnotherKind", ldap("issuer = \"x\""),
     "the provider «p» is of the kind “ldap”: «issuer» is a key of “openid”"},
    {"KeyOfTheOtherDatabase", provider("postgresql", "odbc_driver = \"x\""),
     "is a key of “sqlserver”"},
    {"SlipOfThePen", ldap("user_bas = \"x\""), "did you mean «user_base»?"},
    {"TimeLimit", ldap("time_limit_seconds = 0"), "from 1 to 60"},
    {"Remember", ldap("remember_seconds = 86400"), "from 1 to 3600"},
    {"RoleOfNobody", ldap("administrators = [\"a:b\"]"), "administrators «a:b»"},
    {"Password", ldap("password = \"x\""), "rhumb secret set NAME, then password_from"},
    {"PasswordPlace", ldap("bind_dn = \"x\"\npassword_from = \"x\""),
     "no secret stands in a configuration"},
    {"PasswordFileRelative", ldap("bind_dn = \"x\"\npassword_from = \"file:x\""), "absolute path"},
    {"PasswordOfNobody", ldap("password_from = \"store:x\""), "needs bind_dn"},
    {"BindWithoutPassword", ldap("bind_dn = \"x\""), "bind_dn needs password_from"},
    {"NoUrls", provider("ldap"), "needs a urls"},
    {"EmptyUrls", provider("ldap", "urls = []"), "urls must have one"},
    {"UrlWithBase", provider("ldap", "urls = [\"ldap://a/dc=x\"]"), "scheme, host and port alone"},
    {"UrlOfTheWeb", provider("ldap", "urls = [\"https://a\"]"), "must be a URL as in “ldaps://"},
    {"LdapInTheClear", provider("ldap", "urls = [\"ldaps://a\", \"ldap://b\"]\nstart_tls = false"),
     "would be asked without TLS"},
    {"InsecurelyForNothing", ldap("insecurely_without_tls = true"), "has no meaning"},
    {"InsecurelyWithTls",
     provider("ldap", "urls = [\"ldap://b\"]\nstart_tls = true\ninsecurely_without_tls = true"),
     "contradict"},
    {"FilterOpen", ldap("user_filter = \"(uid={name}\""), "parentheses that match"},
    {"FilterTwo", ldap("group_filter = \"(a=b)(c=d)\""), "parentheses that match"},
    {"FilterOfNobody", ldap("user_filter = \"(uid=ann)\""), "must have {name}"},
    {"DirectWithoutDn", ldap("bind = \"direct\""), "needs a direct_dn"},
    {"DirectOfNobody", ldap("bind = \"direct\"\ndirect_dn = \"uid=ann\""), "must have {name}"},
    {"DirectBySearch", ldap("direct_dn = \"uid={name}\""), "needs bind = \"direct\""},
    {"Attribute", ldap("name_attribute = \"uid;binary\""), "the name of an attribute"},
    {"RootsRelative", ldap("roots_file = \"ca.pem\""), "absolute path"},
    {"DatabaseHost",
     "[[security.provider]]\nname = \"p\"\nkind = \"postgresql\"\nhost = "
     "\"postgres://a\"\ndatabase = \"d\"\nuser = \"u\"",
     "a host name or an IP address alone"},
    {"SocketOfSqlServer",
     "[[security.provider]]\nname = \"p\"\nkind = \"sqlserver\"\nhost = "
     "\"/run/x\"\ndatabase = \"d\"",
     "over the network alone"},
    {"NoUser",
     "[[security.provider]]\nname = \"p\"\nkind = \"sqlserver\"\nhost = "
     "\"a\"\ndatabase = \"d\"",
     "needs a user"},
    {"Schema", provider("postgresql", "schema = \"a;b\""), "begin with no digit"},
    {"SchemaWithQueries",
     provider("postgresql", "schema = \"x\"\nqueries = { find_user = \"SELECT :name\" }"),
     "with queries of yours"},
    {"QueriesOfNothing", queries("list_roles = \"SELECT 1\""), "needs find_user"},
    {"QueryWithoutParameter", queries("find_user = \"SELECT 'x:name'\""), "must ask for :name"},
    {"QueryWithOther", queries("roles_of = \"SELECT :user, :pass\""), "knows no parameter :pass"},
    {"QueryOpen", queries("find_user = \"SELECT ':name\""), "never ends"},
    {"QueryTwo", queries("find_user = \"SELECT :name; DROP TABLE x\""), "one statement"},
    {"IssuerInTheClear", provider("openid", "issuer = \"http://login.example.org\""),
     "http is for this machine alone"},
    {"IssuerWithQuery", provider("openid", "issuer = \"https://a/?x=y\""), "no query"},
    {"ScopesWithout", provider("openid", "issuer = \"https://a\"\nscopes = [\"email\"]"),
     "must have \"openid\""},
    {"NoSecret", provider("http", "url = \"https://a\""), "needs a secret_from"},
    {"UrlHost", provider("http", "url = \"https://\"\nsecret_from = \"store:a\""),
     "has no good host name"},
    {"UrlPort", provider("http", "url = \"https://a:0\"\nsecret_from = \"store:a\""),
     "no port from 1"},
    {"CommandEmpty", provider("program", "command = []"), "must name a program"},
    {"CommandRelative", provider("program", "command = [\"accounts\"]"), "absolute path"},
    {"CommandText", provider("program", "command = \"/a b\""), "a list of texts"},
    {"CommandNumber", provider("program", "command = [\"/a\", 7]"), "texts, in quotes"},
};

INSTANTIATE_TEST_SUITE_P(Parse, ParseProviderRefuses, testing::ValuesIn(faults),
                         [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace rhumb::config
