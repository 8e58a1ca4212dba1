#include "site/bind.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "config/parse.h"
#include "config/write.h"

namespace rhumb::site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

config::Document parsed(std::string_view text) {
    auto document = config::parse_or_fail(text, "test.toml");
    EXPECT_TRUE(document) << document.error().message;
    return *std::move(document);
}

/// The lines about bindings of the first site, after an edit that went well and can be read again.
std::string edited(std::string_view from, const auto& edit) {
    auto document = parsed(from);
    const auto done = edit(document);
    EXPECT_TRUE(done) << done.error().message;
    const auto written = config::to_toml(document);
    EXPECT_EQ(parsed(written), document) << written;
    std::string lines;
    for (const auto line : text::split(written, '\n'))
        if (line.starts_with("host_names") || line.starts_with("bindings") ||
            line.starts_with("certificate"))
            lines.append(line).append("\n");
    return lines;
}
std::string bound(std::string_view text, const BindOrder& order) {
    return edited(text, [&](config::Document& document) { return bind_in(document, order); });
}
std::string unbound(std::string_view text, const UnbindOrder& order) {
    return edited(text, [&](config::Document& document) { return unbind_in(document, order); });
}
Error refusal(std::string_view text, const BindOrder& order) {
    auto document = parsed(text);
    const auto done = bind_in(document, order);
    EXPECT_FALSE(done);
    return done ? Error{} : done.error();
}

constexpr std::string_view usual = "[[site]]\n";  // http on 80, https on 443
constexpr std::string_view two_ports =
    "[[site]]\nbindings = [\"https://*:443\", \"https://*:8443\"]\n";

TEST(Bind, GivesASiteItsCertificate) {
    EXPECT_EQ(bound(usual, {.certificates = {"gis"}}),
              "bindings = [\"http://*:80\", \"https://*:443\"]\ncertificate = \"gis\"\n");
    EXPECT_EQ(
        bound(usual, {.certificates = {"gis-ecdsa", "gis-rsa"}}),
        "bindings = [\"http://*:80\", \"https://*:443\"]\ncertificate = [\"gis-ecdsa\", \"gis-rsa\"]\n");
}

TEST(Bind, TakesThePlaceOfAnotherUnlessItIsToStandBeside) {
    constexpr std::string_view old =
        "[[site]]\nbindings = [\"https://*:443\"]\ncertificate = \"old\"\n";
    EXPECT_THAT(bound(old, {.certificates = {"new"}}), HasSubstr("certificate = \"new\""));
    EXPECT_THAT(bound(old, {.certificates = {"new"}, .beside = true}),
                HasSubstr("certificate = [\"old\", \"new\"]"));
    EXPECT_THAT(bound(usual, {.certificates = {"new"}, .beside = true}),
                HasSubstr("certificate = \"new\""))
        << "“auto” gives way to what is named";
}

TEST(Bind, GivesOnePortACertificateOfItsOwn) {
    EXPECT_EQ(
        bound(two_ports, {.where = {.port = 8443}, .certificates = {"inner"}}),
        "bindings = [\"https://*:443\", { url = \"https://*:8443\", certificate = \"inner\" }]\n");
    EXPECT_EQ(bound(two_ports, {.certificates = {"gis"}}),
              "bindings = [\"https://*:443\", \"https://*:8443\"]\ncertificate = \"gis\"\n");
}

TEST(Bind, MakesABindingForAPortThatIsNotThereYet) {
    EXPECT_EQ(bound("[[site]]\nbindings = [\"http://*:80\"]\n", {.certificates = {"gis"}}),
              "bindings = [\"http://*:80\", \"https://*:443\"]\ncertificate = \"gis\"\n");
    EXPECT_EQ(
        bound(usual, {.where = {.port = 8443}, .certificates = {"gis"}}),
        "bindings = [\"http://*:80\", \"https://*:443\", { url = \"https://*:8443\", certificate = \"gis\" }]\n");
    EXPECT_THAT(bound(usual, {.where = {.port = 8443, .address = "::1"}, .certificates = {"gis"}}),
                HasSubstr("{ url = \"https://[::1]:8443\", certificate = \"gis\" }"));
}

TEST(Bind, FindsTheSiteByName) {
    constexpr std::string_view two =
        "[[site]]\nname = \"a\"\nhost_names = [\"a.test\"]\n[[site]]\nname = \"Maps\"\nhost_names = [\"b.test\"]\n";
    auto document = parsed(two);
    const auto rebound = bind_in(document, {.where = {.site = "maps"}, .certificates = {"gis"}});
    ASSERT_TRUE(rebound);
    EXPECT_EQ(rebound->site, "Maps");
    EXPECT_FALSE(rebound->is_new_binding);
    ASSERT_EQ(rebound->bindings.size(), 1U);
    EXPECT_THAT(rebound->bindings[0].certificates, ElementsAre("gis"));
    EXPECT_THAT(document.sites[0].certificates, ElementsAre("auto"));
    EXPECT_THAT(refusal(two, {.where = {.site = "none"}, .certificates = {"gis"}}).message,
                HasSubstr("no site is called «none»; there are: «a», «Maps»"));
}

TEST(Bind, AddsHostNamesWhereTheSiteHasSome) {
    EXPECT_THAT(bound("[[site]]\nhost_names = [\"a.test\"]\n",
                      {.certificates = {"gis"}, .host_names = {"B.test", "a.test"}}),
                HasSubstr("host_names = [\"a.test\", \"b.test\"]"));
    EXPECT_THAT(bound(usual, {.certificates = {"gis"}, .host_names = {"b.test"}}),
                testing::Not(HasSubstr("host_names")));
}

TEST(Bind, RefusesAPortThatSpeaksHttp) {
    const auto refused = refusal(usual, {.where = {.port = 80}, .certificates = {"gis"}});
    EXPECT_EQ(refused.kind, ErrorKind::conflict);
    EXPECT_THAT(refused.message, HasSubstr("speaks plain HTTP on port 80"));
    EXPECT_THAT(
        refusal(usual, {.where = {.port = 8443, .address = "localhost"}, .certificates = {"gis"}})
            .message,
        HasSubstr("no IP address"));
}

TEST(Unbind, GoesBackToTheAutomaticCertificate) {
    constexpr std::string_view two =
        "[[site]]\nbindings = [\"https://*:443\"]\ncertificate = [\"a\", \"b\"]\n";
    EXPECT_EQ(unbound(two, {.certificate = "A"}),
              "bindings = [\"https://*:443\"]\ncertificate = \"b\"\n");
    EXPECT_EQ(unbound(two, {}), "bindings = [\"https://*:443\"]\n");
}

TEST(Unbind, TakesItFromOnePortAlone) {
    constexpr std::string_view own =
        "[[site]]\nbindings = [\"https://*:443\", { url = \"https://*:8443\", certificate = \"a\" }]\ncertificate = \"a\"\n";
    EXPECT_EQ(
        unbound(own, {.where = {.port = 8443}, .certificate = "a"}),
        "bindings = [\"https://*:443\", { url = \"https://*:8443\", certificate = \"auto\" }]\ncertificate = \"a\"\n");
    EXPECT_EQ(
        unbound(own, {.where = {.port = 443}, .certificate = "a"}),
        "bindings = [{ url = \"https://*:443\", certificate = \"auto\" }, { url = \"https://*:8443\", certificate = \"a\" }]\n"
        "certificate = \"a\"\n");
    EXPECT_EQ(unbound(own, {.certificate = "a"}),
              "bindings = [\"https://*:443\", \"https://*:8443\"]\n");
}

TEST(Unbind, StopsListeningWhenAsked) {
    EXPECT_EQ(unbound(two_ports, {.where = {.port = 8443}, .with_binding = true}),
              "bindings = [\"https://*:443\"]\n");
    auto document = parsed("[[site]]\nbindings = [\"https://*:443\"]\n");
    EXPECT_EQ(unbind_in(document, {.where = {.port = 443}, .with_binding = true}).error().kind,
              ErrorKind::conflict);
    EXPECT_EQ(unbind_in(document, {.where = {.port = 444}, .with_binding = true}).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(unbind_in(document, {.with_binding = true}).error().kind, ErrorKind::invalid);
}

TEST(Unbind, SaysThatItIsNotBound) {
    for (const auto& order :
         {UnbindOrder{.certificate = "b"}, UnbindOrder{.where = {.port = 443}, .certificate = "b"},
          UnbindOrder{}}) {
        auto document = parsed("[[site]]\n");
        EXPECT_EQ(unbind_in(document, order).error().kind, ErrorKind::not_found);
        EXPECT_EQ(document, parsed("[[site]]\n"));
    }
}

class BindAtHome : public testing::Test {
protected:
    BindAtHome() {
        std::string made = (std::filesystem::temp_directory_path() / "rhumb-bind-XXXXXX").string();
        directory_ = mkdtemp(made.data());
        store_.emplace(*storage::Store::open(directory_ / "data"));
    }
    ~BindAtHome() override {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    const Change change_{"ann", "a test", "", Seconds{std::chrono::seconds{1'800'000'000}}};
    std::filesystem::path directory_;
    std::optional<storage::Store> store_;
};

TEST_F(BindAtHome, IsOneRevision) {
    auto home = *Home::in_store(*store_, config::Document::with_defaults(), change_);
    const auto bound = bind(home, {.certificates = {"gis"}}, {"gis"}, change_);
    ASSERT_TRUE(bound) << bound.error().message;
    EXPECT_EQ(bound->revision, 2);
    EXPECT_EQ(bind(home, {.certificates = {"gis"}}, {"gis"}, change_)->revision, 0)
        << "it is so already";
    EXPECT_EQ(unbind(home, {.certificate = "gis"}, change_)->revision, 3);
    EXPECT_EQ(home.current()->document, config::Document::with_defaults());
}

TEST_F(BindAtHome, ChangesNothingWhenTheWholeWouldNotBeGood) {
    const auto first = parsed(
        "[[site]]\nname = \"a\"\nbindings = [\"http://*:80\"]\n[[site]]\nname = \"b\"\nhost_names = [\"b.test\"]\n"
        "bindings = [\"https://*:443\"]\n[[site]]\nname = \"c\"\nbindings = [\"https://*:8443\"]\n");
    auto home = *Home::in_store(*store_, first, change_);
    const auto clash = bind(home, {.where = {.site = "a", .port = 8443}, .certificates = {"gis"}},
                            {"gis"}, change_);
    ASSERT_FALSE(clash);
    EXPECT_THAT(clash.error().message, HasSubstr("both answer every name on «https://*:8443»"));
    EXPECT_EQ(bind(home, {.certificates = {"none"}}, {"gis"}, change_).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(home.current()->document, first);
    EXPECT_EQ(home.current()->revision, 1);
}

TEST_F(BindAtHome, SaysWhatToWriteWhereTheConfigurationIsAFile) {
    const auto file = directory_ / "rhumb.toml";
    ASSERT_TRUE(write_file_atomically(file, "[[site]]\nbindings = [\"http://*:80\"] # mine\n"));
    auto home = *Home::in_file(file);
    const auto refused =
        bind(home, {.where = {.port = 8443}, .certificates = {"gis"}}, {"gis"}, change_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr(file.string()));
    EXPECT_THAT(
        refused.error().message,
        HasSubstr(
            "\n    bindings = [\"http://*:80\", \"https://*:8443\"]\n    certificate = \"gis\""));
    EXPECT_THAT(*read_file(file), HasSubstr("# mine"));
}

}  // namespace
}  // namespace rhumb::site
