#include "certs/authority_issue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "pki/validate.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Issuing : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(
            prepare(example_.store, example_.seal, example_machine(), example_now, example_actor));
    }
    static IssueOrder order(const std::vector<std::string>& names) {
        IssueOrder order;
        order.names = *pki::parse_names(names);
        order.now = example_now;
        return order;
    }
    Result<Change> issue(const IssueOrder& wanted) {
        return issue_certificate(example_.store, example_.seal, wanted, example_actor);
    }
    static ClientIssueOrder client(const std::string& user) {
        ClientIssueOrder order;
        order.user = user;
        order.now = example_now;
        return order;
    }
    Result<IssuedClient> issue(const ClientIssueOrder& wanted) {
        return issue_client_certificate(example_.store, example_.seal, wanted, example_actor);
    }
    Authority authority() const { return **Authority::find(example_.store); }
    Entry entry(const std::string& name) const { return *inventory_.get(name); }

    ExampleStore example_;
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(Issuing, PutsAServersCertificateIntoTheInventory) {
    auto wanted = order({"printer.local", "192.168.7.9"});
    wanted.key_type = pki::KeyType::rsa_2048;
    wanted.lifetime = days{200};
    wanted.subject.organization = "Survey";
    wanted.friendly_name = "Plotter";

    const auto change = issue(wanted);

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_EQ(change->what, "certificate.issued");
    const auto made = entry("printer.local");
    EXPECT_EQ(made.record.id, change->added);
    EXPECT_EQ(made.record.origin, storage::Origin::local_authority);
    EXPECT_EQ(made.record.friendly_name, "Plotter");
    const auto& leaf = made.chain->leaf();
    EXPECT_EQ(leaf.public_key().type(), "rsa-2048");
    EXPECT_EQ(leaf.not_after(), example_now + days{200});
    EXPECT_EQ(leaf.subject_fields().organization, "Survey");
    EXPECT_THAT(pki::to_texts(leaf.names()), ElementsAre("printer.local", "192.168.7.9"));
    EXPECT_THAT(example_.events(), Contains("certificate.issued printer.local"));
}

TEST_F(Issuing, RefusesAllNamesThatTheRootDoesNotPermitAtOnce) {
    const auto refused = issue(order({"a.local", "www.example.com", "8.8.8.8"}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("may not vouch for www.example.com, 8.8.8.8"));
    EXPECT_THAT(refused.error().message, HasSubstr("rhumb ca rotate --host www.example.com"));
    EXPECT_THAT(refused.error().message, HasSubstr("rhumb cert request"));
}

TEST_F(Issuing, KeepsToTheRulesOfLifetimes) {
    for (const auto lifetime : {days{0}, days{-1}, days{826}, days{100000}}) {
        auto wanted = order({"a.local"});
        wanted.lifetime = lifetime;
        EXPECT_THAT(issue(wanted).error().message, HasSubstr("from 1 to 825 days"));
    }
    auto wanted = order({"a.local"});
    wanted.lifetime = days{825};
    const auto change = issue(wanted);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_THAT(change->notes, ElementsAre(HasSubstr("no certificate outlives")))
        << "the intermediate lives for 730 days";
    EXPECT_EQ(entry("a.local").chain->leaf().not_after(), authority().intermediate().not_after());
}

TEST_F(Issuing, ReplacesOnlyWhenTold) {
    ASSERT_TRUE(issue(order({"a.local"})));
    EXPECT_THAT(issue(order({"a.local"})).error().message, HasSubstr("--replace"));
    auto wanted = order({"a.local", "b.local"});
    wanted.may_replace = true;
    const auto change = issue(wanted);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_TRUE(change->archived);
    EXPECT_EQ(entry("a.local").record.names.size(), 2U);
}

TEST_F(Issuing, NeedsNamesAndAnAuthority) {
    EXPECT_EQ(issue(order({})).error().kind, ErrorKind::invalid);
    ExampleStore empty;
    EXPECT_EQ(stage_issue(empty.store, empty.seal, order({"a.local"})).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(issue_client_certificate(empty.store, empty.seal, client("ann"), example_actor)
                  .error()
                  .kind,
              ErrorKind::not_found);
}

TEST_F(Issuing, GivesAClientACertificateThatIsForNothingElse) {
    const auto issued = issue(client("ann@example.org"));

    ASSERT_TRUE(issued) << issued.error().message;
    const auto& leaf = issued->chain.leaf();
    EXPECT_EQ(leaf.common_name(), "ann@example.org");
    EXPECT_THAT(leaf.emails(), ElementsAre("ann@example.org"));
    EXPECT_TRUE(issued->key.matches(leaf));
    EXPECT_EQ(leaf.not_after(), example_now + client_lifetime);
    pki::Validation validation;
    validation.roots = {authority().root()};
    validation.intermediates = {authority().intermediate()};
    validation.now = example_now;
    validation.purpose = pki::Purpose::client;
    EXPECT_TRUE(pki::validate(leaf, validation));
    validation.purpose = pki::Purpose::server;
    EXPECT_FALSE(pki::validate(leaf, validation));
    EXPECT_EQ(inventory_.list()->size(), 1U) << "no server can ever show it";
    EXPECT_THAT(example_.events(), Contains("client-certificate.issued ann@example.org"));
}

TEST_F(Issuing, KeepsAClientsKeyOnlyWhenTold) {
    const auto handed_out = issue(client("ann"));
    auto wanted = client("bob.lee");
    wanted.keeps_key = true;
    wanted.emails = {"bob@example.org"};
    const auto kept = issue(wanted);
    ASSERT_TRUE(handed_out && kept) << kept.error().message;

    const auto all = *client_certificates(example_.store);

    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].record.user, "bob.lee");
    const auto key = open_client_key(example_.seal, all[0]);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_TRUE(key->matches(kept->chain.leaf()));
    EXPECT_THAT(open_client_key(example_.seal, all[1]).error().message,
                HasSubstr("handed out once"));
    EXPECT_EQ(client_certificates(example_.store, "ann")->size(), 1U);
    EXPECT_THAT(*client_certificates(example_.store, "carl"), IsEmpty());
}

TEST_F(Issuing, RefusesUsersThatHaveNoName) {
    for (const auto* user : {"", " ", " ann", "ann "})
        EXPECT_EQ(issue(client(user)).error().kind, ErrorKind::invalid) << user;
    EXPECT_EQ(issue(client(std::string(65, 'a'))).error().kind, ErrorKind::invalid);
    auto late = client("ann");
    late.lifetime = days{900};
    EXPECT_EQ(issue(late).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace rhumb::certs
