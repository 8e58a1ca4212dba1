#include "certs/host_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"

namespace rhumb::certs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(MachineNames, AreTheNamesAndAddressesThatAUrlCanHave) {
    auto facts = example_machine();
    facts.addresses.emplace_back("not an address");
    facts.wanted = {"Maps.example.org."};

    const auto machine = machine_names(facts);

    ASSERT_TRUE(machine) << machine.error().message;
    EXPECT_THAT(pki::to_texts(machine->own),
                ElementsAre("chart-room", "chart-room.example.org", "chart-room.local", "localhost",
                            "127.0.0.1", "192.168.7.2", "203.0.113.9", "::1", "fd00::7"));
    EXPECT_THAT(pki::to_texts(machine->wanted), ElementsAre("maps.example.org"));
    EXPECT_EQ(machine->primary, "maps.example.org");
}

TEST(MachineNames, AreLocalhostsAtLeast) {
    const auto machine =
        machine_names({.host_name = "no good name", .names = {}, .addresses = {}, .wanted = {}});

    EXPECT_THAT(pki::to_texts(machine->own), ElementsAre("localhost", "127.0.0.1", "::1"));
    EXPECT_EQ(machine->primary, "localhost");
}

TEST(MachineNames, RefuseAWantedNameThatIsNone) {
    auto facts = example_machine();
    facts.wanted = {"https://maps"};
    EXPECT_THAT(machine_names(facts).error().message, HasSubstr("«https://maps»"));
}

TEST(MachineNames, KeepABoundOnAddresses) {
    auto facts = example_machine();
    for (int i = 0; i < 200; ++i) facts.addresses.push_back(fmt::format("10.0.0.{}", i));
    EXPECT_LT(machine_names(facts)->own.size(), 50U);
}

TEST(LeafNames, LeaveOutWhatTheRootDoesNotPermitAndTellOfWantedOnes) {
    ExampleStore example;
    const auto machine = *machine_names(example_machine());
    const auto authority = *Authority::create(
        example.store, example.seal,
        {.host = "chart-room", .permitted = machine.own, .now = example_now}, example_actor);
    auto facts = example_machine();
    facts.wanted = {"maps.example.com", "maps.test"};
    facts.addresses = {"198.51.100.1"};

    const auto chosen = leaf_names(*machine_names(facts), authority);

    EXPECT_THAT(pki::to_texts(chosen.names),
                ElementsAre("chart-room", "chart-room.example.org", "chart-room.local", "localhost",
                            "maps.test", "127.0.0.1", "::1"));
    EXPECT_THAT(pki::to_texts(chosen.refused), ElementsAre("maps.example.com"));
    EXPECT_THAT(refusal_text(chosen, authority),
                HasSubstr("rhumb ca rotate --host maps.example.com"));
    EXPECT_THAT(refusal_text({chosen.names, {}}, authority), IsEmpty());
}

}  // namespace
}  // namespace rhumb::certs
