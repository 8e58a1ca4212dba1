#include "gis/map/picture_store.h"

#include <set>

#include <gtest/gtest.h>

namespace rhumb::gis::map {
namespace {

using namespace std::chrono_literals;

StoredPicture picture(std::size_t size, char byte = 'x') {
    return {std::make_shared<const std::string>(size, byte), "image/png"};
}

TEST(PictureStore, GivesBackWhatWasPutUntilItsTimeIsOver) {
    PictureStore store{{.lifetime = 300s, .bytes_max = 1000}};
    const PictureStore::Time now{1h};
    const auto name = store.put(picture(10), "png", now);
    ASSERT_TRUE(name);

    const auto found = store.find(*name, now + 299s);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found->bytes, std::string(10, 'x'));
    EXPECT_EQ(found->media_type, "image/png");
    EXPECT_FALSE(store.find(*name, now + 300s));
    EXPECT_FALSE(store.find("../" + *name, now));
}

TEST(PictureStore, NamesPicturesSoThatNobodyGuesses) {
    PictureStore store;
    std::set<std::string> names;
    for (int i = 0; i < 100; ++i) {
        const auto name = store.put(picture(1), "jpg", {});
        ASSERT_TRUE(name);
        EXPECT_EQ(name->size(), 36U);
        EXPECT_EQ(name->substr(32), ".jpg");
        names.insert(*name);
    }
    EXPECT_EQ(names.size(), 100U);
}

TEST(PictureStore, LetsTheOldestGoWhenItIsFull) {
    PictureStore store{{.lifetime = 300s, .bytes_max = 100}};
    const auto first = store.put(picture(40), "png", PictureStore::Time{1s});
    const auto second = store.put(picture(40), "png", PictureStore::Time{2s});
    const auto third = store.put(picture(40), "png", PictureStore::Time{3s});
    ASSERT_TRUE(first && second && third);

    EXPECT_FALSE(store.find(*first, PictureStore::Time{4s}));
    EXPECT_TRUE(store.find(*second, PictureStore::Time{4s}));
    EXPECT_TRUE(store.find(*third, PictureStore::Time{4s}));
}

TEST(PictureStore, RefusesWhatIsLargerThanItself) {
    PictureStore store{{.lifetime = 300s, .bytes_max = 100}};
    const auto name = store.put(picture(101), "png", {});
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace rhumb::gis::map
