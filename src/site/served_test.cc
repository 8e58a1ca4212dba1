#include "site/served.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "config/parse.h"
#include "pki/example.h"

namespace rhumb::site {
namespace {

using certs::example_now;
using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using Reason = Choice::Reason;

class ServedOf : public testing::Test {
protected:
    void add(std::string name, const std::vector<std::string>& names,
             pki::KeyType type = pki::KeyType::ec_p256, days lifetime = days{90}) {
        const auto key = *pki::Key::generate(type);
        auto chain =
            *pki::Chain::make({*signer_.try_issue(names, key, lifetime), signer_.intermediate});
        ASSERT_TRUE(inventory_.add({.name = std::move(name),
                                    .origin = storage::Origin::import,
                                    .chain = std::move(chain),
                                    .key = key},
                                   certs::example_actor, example_now));
        ASSERT_TRUE(credentials_.reload(inventory_, example_now));
    }

    static config::Document document(std::string_view text) {
        auto parsed = config::parse_or_fail(text, "test.toml");
        EXPECT_TRUE(parsed) << parsed.error().message;
        return *std::move(parsed);
    }
    Choice chosen(const config::Site& site, std::string_view host) const {
        return choose(site, site.bindings.back(), host, *credentials_.current());
    }
    /// What the first site's last binding shows for `host`.
    std::vector<std::string> shown(std::string_view text, std::string_view host) const {
        const auto site = document(text).sites.at(0);
        std::vector<std::string> names;
        for (const auto& one : chosen(site, host).credentials)
            names.emplace_back(credentials_.current()->name_of(one));
        return names;
    }

    certs::ExampleStore example_;
    const pki::ExampleAuthority signer_;
    certs::Inventory inventory_{example_.store, example_.seal};
    certs::Credentials credentials_;
};

constexpr std::string_view automatic = "[[site]]\n";
constexpr std::string_view strict = "[[site]]\nstrict_sni = true\n";

TEST_F(ServedOf, ANameIsTheBestOfTheInventory) {
    add("auto", {"localhost"});
    add("exact", {"a.maps.test"});
    add("wild", {"*.maps.test"});
    EXPECT_THAT(shown(automatic, "a.maps.test"), ElementsAre("exact"));
    EXPECT_THAT(shown(automatic, "b.maps.test"), ElementsAre("wild"));
    EXPECT_THAT(shown(automatic, "a.b.maps.test"), ElementsAre("auto")) << "a star is one label";
    EXPECT_THAT(shown(automatic, ""), ElementsAre("auto"));
    EXPECT_THAT(shown(strict, "b.maps.test"), ElementsAre("wild"));
    EXPECT_THAT(shown(strict, "other.test"), IsEmpty());
    EXPECT_THAT(shown(strict, ""), ElementsAre("auto")) << "strictness is about names";
}

TEST_F(ServedOf, NamedCertificatesComeFirstByHowTheyFit) {
    add("auto", {"localhost"});
    add("wild", {"*.maps.test"});
    add("exact", {"a.maps.test"});
    add("sea", {"sea.test"});
    constexpr std::string_view several = "[[site]]\ncertificate = [\"wild\", \"exact\", \"sea\"]\n";
    EXPECT_THAT(shown(several, "a.maps.test"), ElementsAre("exact"));
    EXPECT_THAT(shown(several, "b.maps.test"), ElementsAre("wild"));
    EXPECT_THAT(shown(several, "sea.test"), ElementsAre("sea"));
    EXPECT_THAT(shown(several, "other.test"), ElementsAre("wild"))
        << "the first: so it was asked for";
    EXPECT_THAT(shown(several, ""), ElementsAre("wild"));
    EXPECT_THAT(shown("[[site]]\ncertificate = \"WILD\"\n", "localhost"), ElementsAre("wild"));
}

TEST_F(ServedOf, NamedCertificatesStandSideBySideByTheirKeys) {
    add("rsa", {"a.test"}, pki::KeyType::rsa_2048);
    add("ecdsa", {"a.test"});
    add("ecdsa-other", {"a.test", "b.test"}, pki::KeyType::ec_p384);
    constexpr std::string_view pair =
        "[[site]]\ncertificate = [\"rsa\", \"ecdsa\", \"ecdsa-other\"]\n";
    EXPECT_THAT(shown(pair, "a.test"), ElementsAre("rsa", "ecdsa"));
    EXPECT_THAT(shown(pair, "b.test"), ElementsAre("ecdsa-other"));
    EXPECT_THAT(shown(pair, ""), ElementsAre("rsa", "ecdsa"));
}

TEST_F(ServedOf, AutomaticAmongNamesFillsTheGaps) {
    add("auto", {"localhost"});
    add("maps", {"maps.test"});
    add("sea", {"sea.test"});
    constexpr std::string_view mixed = "[[site]]\ncertificate = [\"maps\", \"auto\"]\n";
    EXPECT_THAT(shown(mixed, "sea.test"), ElementsAre("sea"));
    EXPECT_THAT(shown(mixed, "maps.test"), ElementsAre("maps"));
    EXPECT_THAT(shown(mixed, "other.test"), ElementsAre("maps"));
}

TEST_F(ServedOf, WhatIsNamedAndMissingIsReplacedByWhatFits) {
    add("auto", {"localhost"});
    add("sea", {"sea.test"});
    constexpr std::string_view missing = "[[site]]\ncertificate = \"none\"\n";
    EXPECT_THAT(shown(missing, "sea.test"), ElementsAre("sea"));
    EXPECT_THAT(shown(missing, "other.test"), ElementsAre("auto"));
    EXPECT_THAT(shown("[[site]]\ncertificate = [\"none\", \"sea\"]\n", "other.test"),
                ElementsAre("sea"));
}

TEST_F(ServedOf, ABindingsOwnCertificateCountsBeforeTheSites) {
    add("outer", {"maps.test"});
    add("inner", {"maps.test"});
    constexpr std::string_view own =
        "[[site]]\nbindings = [\"https://*:443\", { url = \"https://*:8443\", certificate = \"inner\" }]\ncertificate = \"outer\"\n";
    EXPECT_THAT(shown(own, "maps.test"), ElementsAre("inner"));
    const auto site = document(own).sites.at(0);
    const auto outer = choose(site, site.bindings.front(), "maps.test", *credentials_.current());
    EXPECT_EQ(credentials_.current()->name_of(outer.credentials.front()), "outer");
}

TEST_F(ServedOf, SaysWhyItWasChosen) {
    add("auto", {"localhost"});
    add("maps", {"maps.test"});
    const auto named = document("[[site]]\ncertificate = \"maps\"\n").sites.at(0);
    EXPECT_EQ(chosen(named, "maps.test").reason, Reason::named);
    EXPECT_TRUE(chosen(named, "maps.test").is_for_name);
    EXPECT_EQ(chosen(named, "other.test").reason, Reason::named);
    EXPECT_FALSE(chosen(named, "other.test").is_for_name);
    const auto any = document(automatic).sites.at(0);
    EXPECT_EQ(chosen(any, "maps.test").reason, Reason::fitting);
    EXPECT_EQ(chosen(any, "other.test").reason, Reason::fallback);
    EXPECT_FALSE(chosen(any, "other.test").is_for_name);
    EXPECT_EQ(chosen(document(strict).sites.at(0), "other.test").reason, Reason::none);
}

TEST_F(ServedOf, NothingIsServedByAnEmptyInventory) {
    EXPECT_THAT(shown(automatic, "a.test"), IsEmpty());
    const auto all = all_served(document(automatic), *credentials_.current());
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all[0].certificates, IsEmpty());
}

TEST_F(ServedOf, AllIsToldByBindingAndHost) {
    add("auto", {"localhost"});
    add("maps", {"maps.test"});
    add("wild", {"*.sea.test"});
    const auto lines = [&](std::string_view text) {
        std::vector<std::string> told;
        for (const auto& one : all_served(document(text), *credentials_.current()))
            told.push_back(fmt::format("{} {} {}: {}", one.site, one.binding.port, one.host,
                                       fmt::join(one.certificates, ",")));
        return told;
    };
    EXPECT_THAT(lines("[[site]]\nname = \"S\"\n"),
                ElementsAre("S 443 : auto", "S 443 *.sea.test: wild", "S 443 maps.test: maps"));
    EXPECT_THAT(
        lines("[[site]]\nname = \"S\"\nhost_names = [\"maps.test\", \"*.sea.test\", \"x.test\"]\n"),
        ElementsAre("S 443 maps.test: maps", "S 443 *.sea.test: wild", "S 443 x.test: auto"));
    EXPECT_THAT(
        lines(
            "[[site]]\nname = \"S\"\n[[site]]\nname = \"T\"\nhost_names = [\"maps.test\"]\ncertificate = \"auto\"\n"),
        ElementsAre("S 443 : auto", "S 443 *.sea.test: wild", "T 443 maps.test: maps"))
        << "a name of another site is not this one's";
}

TEST_F(ServedOf, UsesAreToldForWhoWantsToRemoveIt) {
    add("auto", {"localhost"});
    add("maps", {"maps.test"});
    add("idle", {"idle.test"});
    const auto named = document(
        "[[site]]\nname = \"S\"\nhost_names = [\"maps.test\"]\ncertificate = [\"MAPS\", \"idle\"]\n");
    EXPECT_THAT(uses_of("maps", named, *credentials_.current()),
                ElementsAre("site «S», https://*:443, for maps.test"));
    EXPECT_THAT(uses_of("idle", named, *credentials_.current()),
                ElementsAre("site «S», https://*:443, by name"));
    EXPECT_THAT(uses_of("auto", named, *credentials_.current()), IsEmpty());
    EXPECT_THAT(uses_of("auto", document("[[site]]\nname = \"S\"\n"), *credentials_.current()),
                ElementsAre("site «S», https://*:443"));
}

}  // namespace
}  // namespace rhumb::site
