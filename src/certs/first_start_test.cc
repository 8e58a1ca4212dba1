#include "certs/first_start.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FirstStart : public testing::Test {
protected:
    Result<Prepared> start(const HostFacts& facts, Seconds now = example_now) {
        return prepare(example_.store, example_.seal, facts, now, example_actor);
    }
    pki::Certificate leaf() const {
        return Inventory{store_, example_.seal}.get(auto_name)->chain->leaf();
    }

    ExampleStore example_;
    storage::Store& store_ = example_.store;
};

TEST_F(FirstStart, MakesAnAuthorityAndACertificateForTheMachine) {
    const auto prepared = start(example_machine());

    ASSERT_TRUE(prepared) << prepared.error().message;
    EXPECT_TRUE(prepared->is_authority_new && prepared->is_certificate_new);
    EXPECT_EQ(prepared->primary, "chart-room");
    EXPECT_THAT(prepared->renewal.warnings, IsEmpty());
    EXPECT_EQ(leaf().common_name(), "chart-room");
    EXPECT_THAT(pki::to_texts(leaf().names()),
                ElementsAre("chart-room", "chart-room.example.org", "chart-room.local", "localhost",
                            "127.0.0.1", "192.168.7.2", "::1", "fd00::7"));
    EXPECT_THAT(example_.events(),
                ElementsAre("authority.created Rhumb local authority chart-room 2026",
                            "certificate.added auto"));
}

TEST_F(FirstStart, ChangesNothingTheSecondTime) {
    const auto first = start(example_machine());
    const auto before = leaf();

    const auto second = start(example_machine(), example_now + days{10});

    ASSERT_TRUE(second) << second.error().message;
    EXPECT_FALSE(second->is_authority_new || second->is_certificate_new);
    EXPECT_EQ(second->authority.root(), first->authority.root());
    EXPECT_EQ(leaf(), before);
}

TEST_F(FirstStart, PermitsTheNamesOfTheFirstStartForEver) {
    auto facts = example_machine();
    facts.wanted = {"maps.example.com", "203.0.113.9"};
    const auto prepared = start(facts);

    EXPECT_EQ(prepared->primary, "maps.example.com");
    EXPECT_TRUE(leaf().matches_host("maps.example.com"));
    EXPECT_TRUE(leaf().matches_host("203.0.113.9"));
}

TEST_F(FirstStart, TellsTheRemedyForALaterNameThatTheRootCannotVouchFor) {
    ASSERT_TRUE(start(example_machine()));
    auto facts = example_machine();
    facts.wanted = {"maps.example.com", "maps.test"};

    const auto prepared = start(facts);

    ASSERT_TRUE(prepared);
    EXPECT_THAT(prepared->renewal.warnings,
                ElementsAre(HasSubstr("rhumb ca rotate --host maps.example.com")));
    EXPECT_TRUE(leaf().matches_host("maps.test")) << "what it can vouch for is added at once";
    EXPECT_EQ(prepared->primary, "localhost");
}

TEST_F(FirstStart, DoesNotTakeAWholeTopLevelDomainBecauseTheMachineIsCalledLikeOne) {
    auto facts = example_machine();
    facts.host_name = "dev";
    facts.wanted = {"co.uk", "maps.dev"};

    const auto prepared = start(facts);

    ASSERT_TRUE(prepared) << prepared.error().message;
    EXPECT_FALSE(prepared->authority.permits(*pki::Name::parse("shop.dev")));
    EXPECT_TRUE(leaf().matches_host("dev.local"));
    EXPECT_TRUE(leaf().matches_host("maps.dev"));
    EXPECT_FALSE(leaf().matches_host("dev"));
    EXPECT_THAT(prepared->renewal.warnings, ElementsAre(HasSubstr("co.uk cannot be certified")));
}

TEST_F(FirstStart, RecoversAfterYearsOfSleep) {
    const auto first = start(example_machine());
    const auto later = example_now + days{1000};  // leaf and intermediate are long over

    const auto prepared = start(example_machine(), later);

    ASSERT_TRUE(prepared) << prepared.error().message;
    EXPECT_EQ(prepared->authority.root(), first->authority.root());
    const auto entry = Inventory{store_, example_.seal}.get(auto_name);
    EXPECT_TRUE(pki::verify(
        *entry->chain, {.roots = {prepared->authority.root()}, .now = later, .host = "localhost"}));
}

TEST_F(FirstStart, EndsWithOneAuthorityWhenTwoProgramsStartAtOnce) {
    std::vector<std::thread> programs;
    std::vector<std::string> roots(4);
    for (auto& root : roots)
        programs.emplace_back([&] {
            auto store = storage::Store::open(store_.directory());
            const auto prepared =
                prepare(*store, example_.seal, example_machine(), example_now, example_actor);
            root = prepared ? prepared->authority.root().fingerprint_sha256()
                            : prepared.error().message;
        });
    for (auto& program : programs) program.join();

    for (const auto& root : roots) EXPECT_EQ(root, roots.front());
    EXPECT_EQ(Inventory(store_, example_.seal).list(true)->size(), 1U);
}

}  // namespace
}  // namespace rhumb::certs
