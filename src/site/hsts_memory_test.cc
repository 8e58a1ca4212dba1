#include "site/hsts_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"

namespace rhumb::site {
namespace {

using certs::example_now;
using config::Hsts;
using std::chrono::days;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Document with(Hsts step, std::string name = "Maps and more") {
    config::Document document;
    document.sites.emplace_back();
    document.sites.front().name = std::move(name);
    document.sites.front().hsts = step;
    return document;
}

TEST(HstsMemory, KnowsNothingOfSitesThatNeverSaidAnything) {
    HstsMemory memory;
    EXPECT_FALSE(memory.note(with(Hsts::off), example_now));
    EXPECT_THAT(memory.entries(), IsEmpty());
    EXPECT_THAT(memory.forgetting(with(Hsts::off), example_now), IsEmpty());
}

TEST(HstsMemory, TakesBackWhatWasSaidForAsLongAsABrowserMayRemember) {
    HstsMemory memory;
    EXPECT_TRUE(memory.note(with(Hsts::week), example_now));
    const auto end = example_now + days{3};
    (void)memory.note(with(Hsts::week), end);
    EXPECT_THAT(memory.forgetting(with(Hsts::week), end), IsEmpty());
    EXPECT_TRUE(memory.note(with(Hsts::off), end));
    EXPECT_THAT(memory.forgetting(with(Hsts::off), end), ElementsAre("Maps and more"));
    EXPECT_THAT(memory.forgetting(with(Hsts::off), end + days{7} - minutes{1}),
                ElementsAre("Maps and more"));
    EXPECT_THAT(memory.forgetting(with(Hsts::off), end + days{9}), IsEmpty());
    EXPECT_TRUE(memory.note(with(Hsts::off), end + days{9}));
    EXPECT_THAT(memory.entries(), IsEmpty());
}

TEST(HstsMemory, RemembersALongerStepBehindAShorterOne) {
    HstsMemory memory;
    (void)memory.note(with(Hsts::year), example_now);
    (void)memory.note(with(Hsts::minutes), example_now + days{1});
    (void)memory.note(with(Hsts::off), example_now + days{2});
    EXPECT_THAT(memory.forgetting(with(Hsts::off), example_now + days{300}),
                ElementsAre("Maps and more"));
}

TEST(HstsMemory, IsWrittenInStridesAndStillCoversEveryAnswer) {
    HstsMemory memory;
    int writes = 0;
    for (int minute = 0; minute < 60 * 24 * 7; ++minute) {
        const auto now = example_now + minutes{minute};
        writes += memory.note(with(Hsts::week), now) ? 1 : 0;
        ASSERT_GE(memory.entries().at("Maps and more").until, now + days{7});
    }
    EXPECT_LE(writes, 12);
}

TEST(HstsMemory, SurvivesTheStore) {
    certs::ExampleStore example;
    HstsMemory memory;
    (void)memory.note(with(Hsts::year), example_now);
    ASSERT_TRUE(example.store.transact(
        [&](storage::Transaction& transaction) { return memory.write(transaction); }));
    const auto read = example.store.read(HstsMemory::read);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->entries(), memory.entries());
    ASSERT_TRUE(example.store.transact(
        [&](storage::Transaction& transaction) { return HstsMemory{}.write(transaction); }));
    EXPECT_THAT(example.store.read(HstsMemory::read)->entries(), IsEmpty());
}

TEST(HstsMemory, PassesOverWhatItCannotRead) {
    const auto memory = HstsMemory::from_text(
        "week 100 200 Good\n\nweek 100 200 \nmonth 1 2 Bad\nweek x 2 Bad\nweek 1\nweek");
    EXPECT_EQ(memory.to_text(), "week 100 200 Good\n");
}

TEST(HstsMemory, AdvisesToTakeOneStepAfterTheOther) {
    HstsMemory memory;
    const auto advice = [&](Hsts step, Seconds now) { return memory.advice(with(step), now); };
    EXPECT_THAT(advice(Hsts::minutes, example_now), IsEmpty());
    EXPECT_THAT(advice(Hsts::year, example_now),
                ElementsAre(HasSubstr("Begin with hsts = \"1 week\"")));
    EXPECT_THAT(advice(Hsts::week, example_now),
                ElementsAre(HasSubstr("Begin with hsts = \"5 minutes\"")));

    (void)memory.note(with(Hsts::minutes), example_now);
    EXPECT_THAT(advice(Hsts::week, example_now + minutes{4}), testing::SizeIs(1)) << "too early";
    EXPECT_THAT(advice(Hsts::week, example_now + minutes{5}), IsEmpty());
    EXPECT_THAT(advice(Hsts::year, example_now + days{30}), testing::SizeIs(1)) << "one is skipped";

    (void)memory.note(with(Hsts::week), example_now + days{30});
    EXPECT_THAT(advice(Hsts::week, example_now + days{30}), IsEmpty()) << "it is there already";
    EXPECT_THAT(advice(Hsts::year, example_now + days{36}), testing::SizeIs(1));
    EXPECT_THAT(advice(Hsts::year, example_now + days{37}), IsEmpty());
}

}  // namespace
}  // namespace rhumb::site
