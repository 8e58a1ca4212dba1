#include "certs/authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/sealing.h"
#include "pki/issue.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<pki::Name> names(const std::vector<std::string>& texts) {
    return *pki::parse_names(texts);
}

class LocalAuthority : public testing::Test {
protected:
    AuthorityOptions options(Seconds now = example_now) const {
        return {.host = "chart-room",
                .permitted = names({"chart-room", "maps.example.org", "203.0.113.9"}),
                .now = now};
    }
    Authority create() {
        return *Authority::create(example_.store, example_.seal, options(), example_actor);
    }
    static Order order(const std::vector<std::string>& texts) {
        Order order;
        order.names = names(texts);
        return order;
    }

    ExampleStore example_;
};

TEST_F(LocalAuthority, IsMadeOnceAndFoundAgain) {
    EXPECT_FALSE(*Authority::find(example_.store));

    const auto made = create();
    const auto found = Authority::find(example_.store);

    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->root(), made.root());
    EXPECT_EQ((*found)->intermediate(), made.intermediate());
    EXPECT_EQ(made.name(), "Rhumb local authority chart-room 2026");
    EXPECT_THAT(made.intermediate().common_name(),
                HasSubstr("Rhumb local issuer chart-room 2026-03-01"));
    EXPECT_EQ(made.root().not_after(), example_now + days{3650});
    EXPECT_THAT(example_.events(),
                ElementsAre("authority.created Rhumb local authority chart-room 2026"));

    const auto second = Authority::create(example_.store, example_.seal, options(), example_actor);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_THAT(second.error().message, HasSubstr("rhumb ca rotate"));
}

TEST_F(LocalAuthority, PermitsPrivateNamesThoseOfTheMachineAndNothingElse) {
    const auto authority = create();
    for (const auto& name :
         names({"localhost", "a.localhost", "a.test", "gis.internal", "nas.home.arpa",
                "printer.local", "chart-room", "maps.example.org", "a.maps.example.org", "10.1.2.3",
                "172.31.0.1", "192.168.1.1", "127.0.0.9", "169.254.1.1", "100.100.1.1", "fd00::1",
                "fe80::1", "::1", "203.0.113.9"}))
        EXPECT_TRUE(authority.permits(name)) << name.text();
    for (const auto& name :
         names({"example.org", "www.example.com", "google.com", "test.example.com", "8.8.8.8",
                "172.32.0.1", "203.0.113.10", "2001:db8::1", "::2"}))
        EXPECT_FALSE(authority.permits(name)) << name.text();
    EXPECT_EQ(authority.intermediate().name_constraints(), authority.root().name_constraints());
}

TEST_F(LocalAuthority, IssuesWhatAStrictClientAccepts) {
    const auto authority = create();

    const auto issued = authority.issue(
        example_.seal, order({"localhost", "maps.example.org", "*.maps.example.org", "::1"}),
        example_now);

    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_TRUE(issued->key.matches(issued->chain.leaf()));
    EXPECT_EQ(issued->key.type(), "ec-p256");
    EXPECT_EQ(issued->chain.certificates().size(), 2U);
    EXPECT_EQ(issued->chain.leaf().not_after(), example_now + days{90});
    EXPECT_TRUE(authority.has_issued(issued->chain));
    for (const auto* host : {"localhost", "a.maps.example.org", "::1"})
        EXPECT_TRUE(pki::verify(issued->chain,
                                {.roots = {authority.root()}, .now = example_now, .host = host}))
            << host;
}

TEST_F(LocalAuthority, RefusesToIssueBeyondItsConstraints) {
    const auto issued = create().issue(example_.seal, order({"www.example.com"}), example_now);

    ASSERT_FALSE(issued);
    EXPECT_THAT(issued.error().message, HasSubstr("not permitted to vouch for www.example.com"));
}

TEST_F(LocalAuthority, RenewsItsIntermediateSoThatOldCertificatesStayGood) {
    const auto authority = create();
    const auto old = *authority.issue(example_.seal, order({"localhost"}), example_now);
    const auto later = example_now + days{500};
    EXPECT_FALSE(authority.is_intermediate_due(example_now + days{480}));
    EXPECT_TRUE(authority.is_intermediate_due(later));

    const auto renewed =
        authority.renew_intermediate(example_.store, example_.seal, later, example_actor);

    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_EQ(renewed->root(), authority.root());
    EXPECT_FALSE(renewed->is_intermediate_due(later));
    EXPECT_NE(*renewed->intermediate().public_key().digest(),
              *authority.intermediate().public_key().digest());
    EXPECT_EQ((*Authority::find(example_.store))->intermediate(), renewed->intermediate());
    EXPECT_TRUE(renewed->has_issued(old.chain));
    EXPECT_TRUE(pki::verify(
        old.chain,
        {.roots = {renewed->root()}, .now = example_now + days{89}, .host = "localhost"}));
    EXPECT_TRUE(renewed->issue(example_.seal, order({"localhost"}), later));
    EXPECT_THAT(example_.events().back(),
                HasSubstr("authority.intermediate-renewed Rhumb local issuer chart-room"));
}

TEST_F(LocalAuthority, KeepsTheIntermediatesItHadWithTheirKeys) {
    const auto authority = create();
    const auto later = example_now + days{500};
    const auto renewed =
        authority.renew_intermediate(example_.store, example_.seal, later, example_actor);

    ASSERT_TRUE(renewed);
    ASSERT_EQ(renewed->intermediates().size(), 2U);
    const auto& old = renewed->intermediates().back();
    EXPECT_EQ(old.certificate, authority.intermediate());
    EXPECT_EQ(old.record.retired, later);
    EXPECT_TRUE(open_key(example_.seal, intermediate_key, old.certificate, old.record.sealed_key));
}

TEST_F(LocalAuthority, TellsCertificatesToFindItsListOnlyWhereThereIsAnAddress) {
    const auto authority = create();
    EXPECT_THAT(
        authority.issue(example_.seal, order({"localhost"}), example_now)->chain.leaf().crl_urls(),
        testing::IsEmpty());
    const auto issued = authority.issue(example_.seal, order({"localhost"}), example_now,
                                        "http://maps.example.org:8080/");
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_THAT(issued->chain.leaf().crl_urls(),
                ElementsAre(testing::MatchesRegex(
                    "http://maps.example.org:8080/.well-known/rhumb/crl/[0-9a-f]+.crl")));
    EXPECT_EQ(authority.issue(example_.seal, order({"localhost"}), example_now, "https://a.test")
                  .error()
                  .kind,
              ErrorKind::invalid)
        << "a list behind https would need the certificate that is in question";
}

TEST_F(LocalAuthority, PutsAWholeSubjectIn) {
    auto wanted = order({"maps.example.org"});
    wanted.subject.organization = "Büro für Karten";
    wanted.subject.country = "DE";
    const auto issued = create().issue(example_.seal, wanted, example_now);
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_EQ(issued->chain.leaf().subject_fields().organization, "Büro für Karten");
    EXPECT_EQ(issued->chain.leaf().common_name(), "maps.example.org");
}

TEST_F(LocalAuthority, IsNotRenewedTwiceByTwoPrograms) {
    const auto authority = create();
    const auto later = example_now + days{500};
    ASSERT_TRUE(authority.renew_intermediate(example_.store, example_.seal, later, example_actor));

    const auto second =
        authority.renew_intermediate(example_.store, example_.seal, later, example_actor);

    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
}

TEST_F(LocalAuthority, IsNotMadeByAMachineWhoseClockIsNotSet) {
    const auto made =
        Authority::create(example_.store, example_.seal, options(Seconds{days{1}}), example_actor);

    EXPECT_EQ(made.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(made.error().message, HasSubstr("clock says 1970-01-02"));
}

TEST_F(LocalAuthority, CannotSignUnderAnotherMasterKeyAndSaysSo) {
    const auto authority = create();
    const ExampleStore other;

    const auto issued = authority.issue(other.seal, order({"localhost"}), example_now);

    ASSERT_FALSE(issued);
    EXPECT_THAT(issued.error().message, HasSubstr("put back the master key"));
}

TEST_F(LocalAuthority, KeepsItsKeysSealedEachForItsOwnUse) {
    const auto authority = create();
    const auto& record = authority.record();
    const auto& intermediate = authority.intermediates().front();

    EXPECT_TRUE(open_key(example_.seal, intermediate_key, intermediate.certificate,
                         intermediate.record.sealed_key));
    EXPECT_TRUE(open_key(example_.seal, root_key, authority.root(), record.sealed_root_key));
    EXPECT_FALSE(open_key(example_.seal, leaf_key, authority.root(), record.sealed_root_key));
    EXPECT_FALSE(
        open_key(example_.seal, root_key, authority.intermediate(), record.sealed_root_key));
    EXPECT_FALSE(open_key(example_.seal, intermediate_key, authority.intermediate(),
                          record.sealed_root_key));
}

TEST_F(LocalAuthority, FitsALongHostNameIntoItsOwn) {
    auto long_named = options();
    long_named.host = std::string(63, 'x') + ".example.org";
    const auto authority =
        Authority::create(example_.store, example_.seal, long_named, example_actor);

    ASSERT_TRUE(authority) << authority.error().message;
    EXPECT_EQ(authority->name().size(), 64U);
    EXPECT_THAT(authority->name(), testing::EndsWith(" 2026"));
}

}  // namespace
}  // namespace rhumb::certs
