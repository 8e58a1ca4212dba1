#include "certs/removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/example_answers.h"
#include "certs/install.h"
#include "certs/inventory.h"
#include "certs/self_sign.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class Removing : public testing::Test {
protected:
    storage::Id make(const std::string& name, bool may_replace = false) {
        SelfSignOrder order;
        order.names = pki::example_names({"maps.test"});
        order.name = name;
        order.may_replace = may_replace;
        order.now = example_now;
        const auto change = self_sign(example_.store, example_.seal, order, example_actor);
        EXPECT_TRUE(change) << change.error().message;
        return *change->added;
    }
    Result<Change> remove(const Removal& removal) {
        return certs::remove(example_.store, removal, example_actor, example_now);
    }
    Result<Change> restore(const Archived& which, bool may_replace = false,
                           Seconds now = example_now) {
        return certs::restore(example_.store, which, may_replace, example_actor, now);
    }
    Result<Purged> purge(const Archived& which) {
        return certs::purge(example_.store, which, example_actor, example_now);
    }
    Result<void> undo(const Change& change) {
        return certs::undo(example_.store, change, "a test", example_actor, example_now);
    }

    ExampleStore example_;
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(Removing, TakesOutOfUseAndBringsBack) {
    const auto id = make("maps");

    const auto removed = remove({.name = "MAPS"});
    ASSERT_TRUE(removed) << removed.error().message;
    EXPECT_EQ(removed->archived, id);
    EXPECT_EQ(inventory_.get("maps").error().kind, ErrorKind::not_found);

    const auto restored = restore({.name = "maps"});
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->added, id);
    EXPECT_TRUE(inventory_.open_key(*inventory_.get("maps")));
    EXPECT_THAT(example_.events(), Contains("certificate.restored maps"));
}

TEST_F(Removing, RefusesWhatIsInUseUnlessTold) {
    make("maps");
    Removal removal{.name = "maps", .uses = {"site «A», https://*:443"}};

    const auto refused = remove(removal);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("site «A», https://*:443"));
    removal.even_if_used = true;
    EXPECT_TRUE(remove(removal));
    EXPECT_EQ(remove(removal).error().kind, ErrorKind::not_found);
}

TEST_F(Removing, CanBeTakenBack) {
    const auto id = make("maps");
    const auto removed = *remove({.name = "maps"});
    ASSERT_TRUE(undo(removed));
    EXPECT_EQ(inventory_.get("maps")->record.id, id);
    EXPECT_EQ(undo(removed).error().kind, ErrorKind::conflict);
}

TEST_F(Removing, RestoresTheOneThatWasArchivedLastOrTheOneOfAnId) {
    const auto first = make("maps");
    const auto second = make("maps", true);
    const auto third = make("maps", true);

    EXPECT_EQ(restore({.name = "maps"}).error().kind, ErrorKind::conflict);
    const auto back = restore({.name = "maps"}, true);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->added, second);
    EXPECT_EQ(back->archived, third);
    EXPECT_EQ(restore({.name = "maps", .id = first}, true)->added, first);
    EXPECT_THAT(restore({.name = "maps", .id = 77}, true).error().message,
                HasSubstr("with the id 77; there are: maps (id"));
}

TEST_F(Removing, TakesARestorationBackToo) {
    make("maps");
    const auto second = make("maps", true);
    const auto back = *restore({.name = "maps"}, true);
    ASSERT_TRUE(undo(back));
    EXPECT_EQ(inventory_.get("maps")->record.id, second);
}

TEST_F(Removing, SaysWhenWhatIsRestoredHasExpired) {
    make("maps");
    ASSERT_TRUE(remove({.name = "maps"}));
    const auto back = restore({.name = "maps"}, false, example_now + days{400});
    ASSERT_TRUE(back);
    EXPECT_THAT(back->notes, Contains(HasSubstr("it has expired on")));
}

TEST_F(Removing, PurgesForGoodAllOfANameOrOne) {
    const auto first = make("maps");
    EXPECT_EQ(purge({.name = "maps"}).error().kind, ErrorKind::conflict);
    make("maps", true);
    make("maps", true);
    const auto one = purge({.name = "maps", .id = first});
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_EQ(one->certificates, 1U);
    EXPECT_EQ(one->keys, 1U);
    ASSERT_TRUE(remove({.name = "maps"}));

    const auto rest = purge({.name = "Maps"});

    EXPECT_EQ(rest->certificates, 2U);
    EXPECT_TRUE(rest->is_scrubbed);
    EXPECT_THAT(*inventory_.list(true), IsEmpty());
    EXPECT_THAT(purge({.name = "maps"}).error().message, HasSubstr("there is none"));
}

TEST_F(Removing, PurgesTheKeyOfTheRequestTooUnlessSomethingElseHasIt) {
    const OutsideAuthority outside;
    Requests requests{example_.store, example_.seal};
    RequestOrder order;
    order.names = pki::example_names({"maps.test"});
    order.name = "maps";
    const auto asked = *requests.create(order, example_actor, example_now);
    const auto install = [&](Seconds issued) {
        const ExampleFiles files{outside.answer(asked, {.now = issued}), outside.middle};
        InstallOptions options;
        options.files = files;
        options.now = example_now;
        ASSERT_TRUE(certs::install(example_.store, example_.seal, options, example_actor));
    };
    install(example_now);
    install(example_now - days{1});

    // The one in use has the same key.
    EXPECT_EQ(purge({.name = "maps"})->keys, 0U);
    EXPECT_EQ(requests.list(true)->size(), 1U);
    ASSERT_TRUE(remove({.name = "maps"}));
    EXPECT_EQ(purge({.name = "maps"})->keys, 1U);

    EXPECT_THAT(*requests.list(true), IsEmpty());
}

}  // namespace
}  // namespace rhumb::certs
