#include "config/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/report.h"

namespace rhumb::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The document of a text that must be good.
Document good(std::string_view text) {
    auto parsed = parse(text, "t.toml");
    EXPECT_TRUE(parsed.is_good()) << to_text(parsed.errors);
    return parsed.document;
}

/// "line:column message" of each error.
std::vector<std::string> faults(std::string_view text) {
    std::vector<std::string> lines;
    for (const auto& error : parse(text, "t.toml").errors)
        lines.push_back(error.to_text().substr(std::string_view{"t.toml:"}.size()));
    return lines;
}

TEST(Parse, TakesAnEmptyTextAsTheDefaultSite) {
    const auto document = good("");

    EXPECT_EQ(document, Document::with_defaults());
    ASSERT_EQ(document.sites.size(), 1U);
    EXPECT_EQ(document.sites[0].name, "Default Web Site");
    EXPECT_THAT(document.sites[0].bindings,
                ElementsAre(Binding{false, "*", 80}, Binding{true, "*", 443}));
    EXPECT_EQ(document.sites[0].locations[0].path, "/api/v1");
    EXPECT_EQ(document.sites[0].locations[0].handler, HandlerKind::api);
    EXPECT_EQ(document.sites[0].locations[1].path, "/arcgis");
    EXPECT_EQ(document.sites[0].locations[1].handler, HandlerKind::gis);
    EXPECT_EQ(document.sites[0].locations[2].path, "/trust");
    EXPECT_EQ(document.sites[0].locations[2].handler, HandlerKind::trust);
}

TEST(Parse, PutsTheDefaultSitesCatalogueWhereTheInstanceSays) {
    const auto document = good("[gis]\ninstance = \"zoo\"");

    EXPECT_EQ(document.sites[0].locations[3].path, "/zoo");
    EXPECT_EQ(document.sites[0].locations[3].handler, HandlerKind::gis);
}

TEST(Parse, ReadsTheServer) {
    const auto server = good(R"(
[server]
loops = 3
public_url = "HTTPS://Gis.Example.org:8443/"
log_level = "debug"
[server.limits]
idle_seconds = 7
header_bytes = 2048
body_bytes = 5_000_000_000
)")
                            .server;

    EXPECT_EQ(server.loops, 3U);
    EXPECT_EQ(server.public_url, "https://gis.example.org:8443");
    EXPECT_EQ(server.log_level, LogLevel::debug);
    EXPECT_EQ(server.limits.idle_seconds, 7s);
    EXPECT_EQ(server.limits.header_bytes, 2048U);
    EXPECT_EQ(server.limits.body_bytes, 5'000'000'000U);
    EXPECT_EQ(server.limits.header_seconds, Limits{}.header_seconds);
}

TEST(Parse, ReadsASiteAndBringsItsValuesIntoCanonicalForm) {
    const auto site = good(R"(
[[site]]
name = "Maps"
host_names = ["Maps.Example.org.", "*.example.net", "192.0.2.7", "2001:DB8:0::1"]
bindings = ["https://*:443", "http://[0:0::1]:8080"]
certificate = "maps"
strict_sni = true
tls = "modern"
root = "srv/www"
index = ["a.html", "b.html"]
listing = true
require_https = "redirect"
access_log = "json"
access_log_file = "/var/log/maps.log"
compress = false
error_pages = { 404 = "/missing.html" }
mime = { FGB = "application/vnd.flatgeobuf" }
headers = { X-Frame-Options = " DENY " }
)")
                          .sites.at(0);

    EXPECT_THAT(site.host_names,
                ElementsAre("maps.example.org", "*.example.net", "192.0.2.7", "2001:db8::1"));
    EXPECT_THAT(site.bindings, ElementsAre(Binding{true, "*", 443}, Binding{false, "::1", 8080}));
    EXPECT_THAT(site.certificates, ElementsAre("maps"));
    EXPECT_TRUE(site.strict_sni);
    EXPECT_EQ(site.tls, TlsProfile::modern);
    EXPECT_EQ(site.root, "srv/www");
    EXPECT_THAT(site.index, ElementsAre("a.html", "b.html"));
    EXPECT_TRUE(site.listing);
    EXPECT_EQ(site.require_https, RequireHttps::redirect);
    EXPECT_EQ(site.access_log, AccessLog::json);
    EXPECT_EQ(site.access_log_file, "/var/log/maps.log");
    EXPECT_FALSE(site.compress);
    EXPECT_EQ(site.error_pages.at(404), "/missing.html");
    EXPECT_EQ(site.mime.at("fgb"), "application/vnd.flatgeobuf");
    EXPECT_EQ(site.headers.at("x-frame-options"), "DENY");
}

TEST(Parse, SortsLocationsAndLeavesAbsentWhatIsInherited) {
    const auto locations = good(R"(
[[site]]
[[site.location]]
path = "/private/"
require_https = "refuse"
[[site.location]]
path = "/a.html"
handler = "none"
)")
                               .sites.at(0)
                               .locations;

    ASSERT_EQ(locations.size(), 2U);
    EXPECT_EQ(locations[0].path, "/a.html");
    EXPECT_EQ(locations[0].handler, HandlerKind::none);
    EXPECT_FALSE(locations[0].require_https);
    EXPECT_EQ(locations[1].path, "/private");
    EXPECT_EQ(locations[1].require_https, RequireHttps::refuse);
    EXPECT_FALSE(locations[1].root);
    EXPECT_FALSE(locations[1].index);
    EXPECT_FALSE(locations[1].listing);
}

TEST(Parse, ReadsFoldersAndServices) {
    const auto gis = good(R"(
[gis]
max_records = 10
[[gis.folder]]
name = "Hydrography"
require_https = "refuse"
[[gis.service]]
name = "Hydrography/Rivers"
source = "rivers.gpkg"
description = """Rivers
and lakes"""
started = false
[[gis.service]]
name = "Countries"
source = "countries.gpkg"
)")
                         .gis;

    EXPECT_EQ(gis.max_records, 10U);
    EXPECT_EQ(gis.folders.at(0).require_https, RequireHttps::refuse);
    ASSERT_EQ(gis.services.size(), 2U);
    EXPECT_EQ(gis.services[0].folder(), "Hydrography");
    EXPECT_EQ(gis.services[0].short_name(), "Rivers");
    EXPECT_EQ(gis.services[0].description, "Rivers\nand lakes");
    EXPECT_FALSE(gis.services[0].started);
    EXPECT_EQ(gis.services[1].folder(), "");
    EXPECT_EQ(gis.services[1].short_name(), "Countries");
}

TEST(Parse, ReportsEveryFaultInTheOrderOfTheText) {
    EXPECT_THAT(
        faults("[server]\n"
               "loops = \"many\"\n"
               "log_level = \"loud\"\n"
               "\n"
               "[[site]]\n"
               "name = \"A\"\n"
               "bindings = [\"https://*:443\", \"ftp://*:21\", 5]\n"
               "lisitng = true\n"),
        ElementsAre(
            "2:9: loops must be a whole number, not text",
            "3:13: log_level must be one of “debug”, “info”, “warning”, “error”, not «loud»",
            "7:30: «ftp://*:21» has no scheme: a binding is scheme, address and port, as in “https://*:443”",
            "7:44: a binding must be text, in quotes, or a table, { url = \"https://*:443\", … }, not a whole number",
            "8:1: [[site]] has no key «lisitng»; did you mean «listing»?"));
}

TEST(Parse, TakesAnyLetterInCommentsAndTextsAndNoneBesideThem) {
    EXPECT_EQ(good("# Straße é ﹿ\n[server] # Größe\nloops = 1 # ü\n").server.loops, 1U);
    EXPECT_EQ(good("[[site]]\nname = \"Übersicht\" # é\n").sites.at(0).name, "Übersicht");
    EXPECT_THAT(faults("ﹿ[server]\n"), ElementsAre(HasSubstr("1:1: not valid TOML: ")));
    EXPECT_THAT(faults("é = 1\n"), ElementsAre(HasSubstr("1:1: not valid TOML: ")));
}

TEST(Parse, SaysWhereTheSyntaxIsWrong) {
    EXPECT_THAT(faults("[server]\nloops = = 1\n"), ElementsAre(HasSubstr("2:9: not valid TOML: ")));
    EXPECT_THAT(faults("[server]\nloops = 1\nloops = 2\n"), ElementsAre(HasSubstr("3:")));
}

struct Fault {
    const char* name;
    const char* text;
    const char* message;
};

class ParseRefuses : public ::testing::TestWithParam<Fault> {};

TEST_P(ParseRefuses, WithOneMessageThatSaysWhy) {
    EXPECT_THAT(faults(GetParam().text), ElementsAre(HasSubstr(GetParam().message)));
}

constexpr Fault single_faults[] = {
    {"UnknownTable", "[sever]", "did you mean «server»?"},
    {"UnknownKeyFarFromAll", "[gis]\nquux = 1",
     "[gis] has no key «quux»; it may have instance, max_records, folder, service"},
    {"OneBracket", "[site]\nname = \"a\"", "write [[site]], with two brackets"},
    {"OneBracketBelow", "[[site]]\n[site.location]\npath = \"/a\"",
     "write [[site.location]], with two brackets"},
    {"SiteIsNoTable", "site = [1]", "[[site]] must be a table, not a whole number"},
    {"RangeBelow", "[server.limits]\nheader_seconds = 0",
     "header_seconds must be from 1 to 3600, not 0"},
    {"RangeAbove", "[server.limits]\nheader_fields = 100000",
     "header_fields must be from 10 to 10000"},
    {"Fraction", "[server]\nloops = 1.5", "a whole number, not a number with a fraction"},
    {"Date", "[server]\nlog_level = 1979-05-27", "not a date or a time"},
    {"PublicUrlWithPath", "[server]\npublic_url = \"https://a.example/x\"",
     "scheme, host and port alone"},
    {"PublicUrlWithoutScheme", "[server]\npublic_url = \"a.example\"",
     "scheme, host and port alone"},
    {"PublicUrlPort", "[server]\npublic_url = \"https://a.example:0\"",
     "scheme, host and port alone"},
    {"EmptyBindings", "[[site]]\nbindings = []", "nobody could reach the site"},
    {"BindingName", "[[site]]\nbindings = [\"http://localhost:80\"]",
     "names belong into host_names"},
    {"BindingPort", "[[site]]\nbindings = [\"http://*:65536\"]", "no port from 0 to 65535"},
    {"BindingTwice", "[[site]]\nbindings = [\"http://*:80\", \"http://*:80\"]",
     "the site has «http://*:80» twice"},
    {"BindingOfTwoSchemes", "[[site]]\nbindings = [\"http://*:80\", \"https://*:80\"]",
     "one port speaks one of them"},
    {"BindingTableWithoutUrl", "[[site]]\nbindings = [{ public_port = 443 }]",
     "a binding needs a url"},
    {"BindingUrlIsNumber", "[[site]]\nbindings = [{ url = 443 }]", "url must be text, in quotes"},
    {"BindingTableWithUnknownKey",
     "[[site]]\nbindings = [{ url = \"https://*:1\", certifcate = \"a\" }]",
     "did you mean «certificate»?"},
    {"BindingPublicPort", "[[site]]\nbindings = [{ url = \"https://*:1\", public_port = 0 }]",
     "public_port must be from 1 to 65535"},
    {"BindingOfHttpWithCertificate",
     "[[site]]\nbindings = [{ url = \"http://*:1\", certificate = \"a\" }]", "is not https"},
    {"BindingTableTwice",
     "[[site]]\nbindings = [\"https://*:1\", { url = \"https://*:1\", certificate = \"a\" }]",
     "the site has «https://*:1» twice"},
    {"CertificateOfNoName", "[[site]]\ncertificate = []", "leave the key out for “auto”"},
    {"CertificateTwice", "[[site]]\ncertificate = [\"a\", \"a\"]", "certificate has «a» twice"},
    {"CertificateIsNumber", "[[site]]\ncertificate = 5", "certificate must be text"},
    {"HostIsEverything", "[[site]]\nhost_names = [\"*\"]", "leave host_names out"},
    {"HostWithScheme", "[[site]]\nhost_names = [\"https://a.example\"]", "without a scheme"},
    {"HostWithPort", "[[site]]\nhost_names = [\"a.example:80\"]", "ports belong into bindings"},
    {"HostWildcardInside", "[[site]]\nhost_names = [\"a.*.example\"]", "whole first label only"},
    {"HostNotAscii", "[[site]]\nhost_names = [\"bücher.example\"]", "must be in its ASCII form"},
    {"HostTwice", "[[site]]\nhost_names = [\"a.example\", \"A.example\"]",
     "host_names has «a.example» twice"},
    {"SiteNameWithSlash", "[[site]]\nname = \"a/b\"", "must not have a slash"},
    {"NulInText", "[[site]]\nroot = \"a\\u0000b\"", "without control characters"},
    {"ErrorPageStatus", "[[site]]\nerror_pages = { 200 = \"/a\" }", "a status from 400 to 599"},
    {"ErrorPagePath", "[[site]]\nerror_pages = { 404 = \"a.html\" }", "must begin with “/”"},
    {"MimeDot", "[[site]]\nmime = { \".txt\" = \"text/plain\" }", "without its dot"},
    {"MimeType", "[[site]]\nmime = { txt = \"text\" }", "must be a media type"},
    {"HeaderName", "[[site]]\nheaders = { \"a b\" = \"x\" }", "is not the name of a header field"},
    {"HeaderOfTheServer", "[[site]]\nheaders = { Content-Length = \"1\" }",
     "set by the server itself"},
    {"HeaderHsts", "[[site]]\nheaders = { Strict-Transport-Security = \"max-age=1\" }", "hsts = "},
    {"HeaderSplit", "[[site]]\nheaders = { a = \"x\\r\\nSet-Cookie: y\" }", "one line"},
    {"HeaderTwice", "[[site]]\nheaders = { a = \"x\", A = \"y\" }", "twice"},
    {"LocationWithoutPath", "[[site]]\n[[site.location]]\nhandler = \"none\"", "needs a path"},
    {"LocationRoot", "[[site]]\n[[site.location]]\npath = \"/\"",
     "the site's own keys stand for “/”"},
    {"LocationDots", "[[site]]\n[[site.location]]\npath = \"/a/../b\"", "“.” or “..” segments"},
    {"LocationQuery", "[[site]]\n[[site.location]]\npath = \"/a?b\"", "a path alone"},
    {"LocationTwice",
     "[[site]]\n[[site.location]]\npath = \"/a\"\n[[site.location]]\npath = \"/a/\"",
     "two locations «/a»"},
    {"LocationKeyOfFiles",
     "[[site]]\n[[site.location]]\npath = \"/viewer\"\nhandler = \"viewer\"\nroot = \"x\"",
     "root belongs to the handler “files”"},
    {"AllowOfAnotherKind", "[[gis.folder]]\nname = \"a\"\nallow = \"anyone\"",
     "allow must be a list of texts"},
    {"Application", "[[site]]\n[[site.application]]\npath = \"/geoserver\"",
     "not available in this version"},
    {"CatalogueElsewhere", "[[site]]\n[[site.location]]\npath = \"/maps\"\nhandler = \"gis\"",
     "stands at “/arcgis”"},
    {"InstanceTaken", "[gis]\ninstance = \"Manager\"", "uses for something else"},
    {"ServiceWithoutSource", "[[gis.service]]\nname = \"a\"", "needs a source"},
    {"ServiceTooDeep", "[[gis.service]]\nname = \"a/b/c\"\nsource = \"x\"",
     "“Name” or “Folder/Name”"},
    {"ServiceTwice",
     "[[gis.service]]\nname = \"A/b\"\nsource = \"x\"\n[[gis.service]]\nname = \"a/B\"\nsource = \"x\"",
     "two services are called «a/B»; the other one is in line 1"},
    {"FolderTwice", "[[gis.folder]]\nname = \"a\"\n[[gis.folder]]\nname = \"A\"",
     "two folders are called «A»"},
    {"SiteTwice",
     "[[site]]\nname = \"A\"\nbindings = [\"http://*:1\"]\n[[site]]\nname = \"a\"\nbindings = [\"http://*:2\"]",
     "two sites are called «a»; the other one is in line 2"},
    {"TwoSitesForEveryName",
     "[[site]]\nname = \"a\"\nbindings = [\"http://*:1\"]\n[[site]]\nname = \"b\"\nbindings = [\"http://*:1\"]",
     "both answer every name on «http://*:1»"},
    {"TwoSitesForOneName",
     "[[site]]\nname = \"a\"\nhost_names = [\"x.example\"]\nbindings = [\"http://*:1\"]\n"
     "[[site]]\nname = \"b\"\nhost_names = [\"y.example\", \"x.example\"]\nbindings = [\"http://*:1\"]",
     "both answer «x.example» on «http://*:1»"},
    {"TwoSitesWithTwoSchemes",
     "[[site]]\nname = \"a\"\nbindings = [\"http://*:1\"]\n[[site]]\nname = \"b\"\nhost_names = [\"b.example\"]\n"
     "bindings = [\"https://*:1\"]",
     "already used for http in line 3"},
};

INSTANTIATE_TEST_SUITE_P(Parse, ParseRefuses, ::testing::ValuesIn(single_faults),
                         [](const auto& fault) { return fault.param.name; });

TEST(Parse, LetsSitesShareABindingUnderDifferentNames) {
    const auto document = good(R"(
[[site]]
name = "one"
host_names = ["one.example"]
[[site]]
name = "two"
host_names = ["two.example"]
[[site]]
name = "every other"
)");

    EXPECT_EQ(document.sites.size(), 3U);
}

TEST(Parse, LetsAnyNumberOfBindingsChooseTheirPort) {
    good(
        "[[site]]\nbindings = [\"http://*:0\", \"https://*:0\"]\n[[site]]\nname = \"b\"\nbindings = [\"https://*:0\"]");
}

TEST(Parse, ReadsSeveralCertificatesAndThoseOfOneBinding) {
    const auto document = good(R"(
[[site]]
bindings = ["http://*:80", "https://*:443",
            { url = "https://*:8443", certificate = "inner", public_port = 444 },
            { url = "https://[::1]:8444", certificate = ["auto", "other"] }]
certificate = ["gis-ecdsa", "gis-rsa"]
)");

    const auto& site = document.sites.at(0);
    EXPECT_THAT(site.certificates, ElementsAre("gis-ecdsa", "gis-rsa"));
    ASSERT_EQ(site.bindings.size(), 4U);
    EXPECT_THAT(site.certificates_of(site.bindings[1]), ElementsAre("gis-ecdsa", "gis-rsa"));
    EXPECT_EQ(site.bindings[2].to_text(), "https://*:8443");
    EXPECT_EQ(site.bindings[2].public_port, 444);
    EXPECT_THAT(site.certificates_of(site.bindings[2]), ElementsAre("inner"));
    EXPECT_EQ(site.bindings[3].public_port, 0);
    EXPECT_TRUE(site.has_automatic_certificate()) << "by its last binding";
    EXPECT_TRUE(good("").sites.at(0).has_automatic_certificate());
    EXPECT_FALSE(good("[[site]]\ncertificate = \"a\"").sites.at(0).has_automatic_certificate());
    EXPECT_FALSE(
        good("[[site]]\nbindings = [\"http://*:80\"]").sites.at(0).has_automatic_certificate());
}

TEST(Parse, WarnsOfServicesThatNoSiteShows) {
    const auto parsed = parse("[[site]]\n[[gis.service]]\nname = \"a\"\nsource = \"b\"", "t.toml");

    EXPECT_TRUE(parsed.is_good());
    ASSERT_EQ(parsed.warnings.size(), 1U);
    EXPECT_THAT(parsed.warnings[0].to_text(), HasSubstr("t.toml:2:1: no site shows the services"));
}

TEST(Parse, WarnsOfASiteThatRequiresHttpsAndHasNone) {
    constexpr const char* text =
        "[[site]]\nbindings = [\"http://*:80\"]\nrequire_https = \"redirect\"\n";

    EXPECT_EQ(parse(text, "t.toml").warnings.size(), 1U);
    EXPECT_THAT(parse(std::string{text} + "[server]\npublic_url = \"https://a.example\"", "t.toml")
                    .warnings,
                IsEmpty());
}

TEST(Parse, BoundsTheSizeOfTheText) {
    EXPECT_THAT(faults(std::string(text_bytes_max + 1, '\n')),
                ElementsAre(HasSubstr("a configuration may have 1048576")));
    EXPECT_THAT(faults(std::string(text_bytes_max, '\n')), IsEmpty());
}

TEST(Parse, BoundsTheNestingBeforeAnythingRecurses) {
    const std::size_t many = text_bytes_max / 4;
    std::string dotted = "a";
    for (std::size_t i = 0; i < many; ++i) dotted += ".a";
    for (const auto& text : {"[" + dotted + "]", dotted + " = 1", "x = { " + dotted + " = 1 }",
                             "x = " + std::string(many, '['), "x = " + std::string(many, '{')}) {
        EXPECT_THAT(faults(text), ElementsAre(HasSubstr("nested deeper than 16 levels")))
            << text.substr(0, 20);
    }
}

TEST(Parse, BoundsTheNumberOfDiagnostics) {
    std::string text = "[server]\n";
    for (int i = 0; i < 1000; ++i) text += "unknown_" + std::to_string(i) + " = 1\n";

    const auto found = faults(text);

    ASSERT_EQ(found.size(), Report::count_max + 1);
    EXPECT_THAT(found.back(), HasSubstr("and more"));
}

TEST(Parse, GivesAllFaultsInOneErrorWhereOneIsWanted) {
    const auto document = parse_or_fail("[server]\nloops = -1\nlog_level = 1\n", "rhumb.toml");

    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().kind, ErrorKind::invalid);
    EXPECT_EQ(
        document.error().message,
        "rhumb.toml:2:9: loops must be from 0 to 1024, not -1\n"
        "rhumb.toml:3:13: log_level must be one of “debug”, “info”, “warning”, “error”, not a whole number");
}

TEST(Shown, CutsLongTextAndShowsControlCharacters) {
    EXPECT_EQ(shown("a\nb"), "«a\\x0ab»");
    EXPECT_EQ(shown(std::string(61, 'x')), "«" + std::string(60, 'x') + "…»");
    EXPECT_EQ(shown(std::string(59, 'x') + "ä and more"), "«" + std::string(59, 'x') + "…»");
}

}  // namespace
}  // namespace rhumb::config
