#include "site/home.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/write.h"
#include "storage/testing.h"

namespace rhumb::site {
namespace {

using config::Document;
using storage::testing::at;
using storage::testing::must;
using storage::testing::TemporaryDirectory;
using ::testing::HasSubstr;

Change change_at(std::int64_t seconds, std::string comment = "") {
    return {"root", "command line", std::move(comment), at(seconds)};
}

constexpr const char* one_site = "# Kept as it is.\n[[site]]\nname = \"One\"\n";

class HomeInTheStore : public ::testing::Test {
protected:
    std::vector<storage::Event> events() {
        return must(store.read([](const storage::View& view) { return view.events(); }));
    }

    TemporaryDirectory temporary;
    storage::Store store = must(storage::Store::open(temporary.path()));
    Document first = Document::with_defaults(8080, 8443);
    Home home = must(Home::in_store(store, first, change_at(1, "first start")));
};

TEST_F(HomeInTheStore, MakesTheFirstRevisionOfWhatTheCallerGives) {
    const auto current = must(home.current());

    EXPECT_EQ(current.document, first);
    EXPECT_EQ(current.text, config::to_toml(first));
    EXPECT_EQ(current.revision, 1);
    EXPECT_EQ(current.time, at(1));
    EXPECT_FALSE(home.is_file());
    EXPECT_EQ(home.directory(), temporary.path());
    EXPECT_EQ(home.name(), "the store in " + temporary.path().string());
    EXPECT_EQ(events().at(0).what, "configuration.made");
}

TEST_F(HomeInTheStore, MakesTheFirstRevisionOnce) {
    const auto again = must(Home::in_store(store, Document::with_defaults(1, 2), change_at(9)));

    EXPECT_EQ(must(again.current()).document, first);
    EXPECT_EQ(must(again.history()).size(), 1U);
}

TEST_F(HomeInTheStore, KeepsTheTextOfAChangeWithItsAuthorTimeAndComment) {
    EXPECT_EQ(must(home.apply(one_site, change_at(5, "one site only"))), 2);

    const auto current = must(home.current());
    EXPECT_EQ(current.text, one_site);
    EXPECT_EQ(current.revision, 2);
    const auto revision = must(home.history()).at(0);
    EXPECT_EQ(revision.author, "root");
    EXPECT_EQ(revision.time, at(5));
    EXPECT_EQ(revision.comment, "one site only");
    EXPECT_EQ(revision.digest, "6f596d5f1804ed00eee658315ad17bd04b622fe28e778cf140431ff9da98c787");
    EXPECT_EQ(events().at(0).what, "configuration.applied");
    EXPECT_EQ(events().at(0).subject, "revision 2");
    EXPECT_EQ(events().at(0).from, "command line");
}

TEST_F(HomeInTheStore, MakesNoRevisionOfATextThatIsTheSame) {
    must(home.apply(one_site, change_at(5)));

    EXPECT_EQ(must(home.apply(one_site, change_at(6))), 2);

    EXPECT_EQ(must(home.history()).size(), 2U);
    EXPECT_EQ(events().size(), 2U);
}

TEST_F(HomeInTheStore, WritesNothingOfATextThatIsNotGood) {
    const auto applied = home.apply("[server]\nloops = -1\n[gis]\nmax_records = 0", change_at(5));

    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::invalid);
    EXPECT_THAT(applied.error().message, HasSubstr("the new configuration:2:9: loops must be"));
    EXPECT_THAT(applied.error().message,
                HasSubstr("the new configuration:4:15: max_records must be"));
    EXPECT_EQ(must(home.history()).size(), 1U);
    EXPECT_EQ(events().size(), 1U);
}

TEST_F(HomeInTheStore, ChangesTheDocumentInOneStep) {
    const auto publish = [](std::string name) {
        return [name](Document& document) -> Result<void> {
            document.gis.services.push_back({.name = name,
                                             .source = "x.gpkg",
                                             .title = {},
                                             .description = {},
                                             .attribution = {},
                                             .require_https = {},
                                             .started = true});
            return {};
        };
    };

    EXPECT_EQ(must(home.edit(publish("Rivers"), change_at(2))), 2);
    EXPECT_EQ(must(home.current()).document.gis.services.at(0).name, "Rivers");

    const auto twice = home.edit(publish("RIVERS"), change_at(3));
    ASSERT_FALSE(twice);
    EXPECT_THAT(twice.error().message, HasSubstr("two services are called"));
    const auto refused = home.edit(
        [](Document&) -> Result<void> { return fail(ErrorKind::not_found, "no"); }, change_at(3));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "no");
    EXPECT_EQ(must(home.history()).size(), 2U);
}

TEST_F(HomeInTheStore, GoesBackToAnEarlierRevisionByANewOne) {
    must(home.apply(one_site, change_at(5)));

    EXPECT_EQ(must(home.rollback(1, change_at(6))), 3);

    EXPECT_EQ(must(home.current()).document, first);
    EXPECT_EQ(must(home.revision(3)).comment, "back to revision 1");
    EXPECT_EQ(events().at(0).what, "configuration.rolled-back");
    const auto missing = home.rollback(99, change_at(7));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST_F(HomeInTheStore, NoticesTheChangesOfOthersButNotOfOtherThings) {
    must(home.current());
    EXPECT_FALSE(home.has_changed());

    auto other_store = must(storage::Store::open(temporary.path()));
    must(other_store.transact(
        [](storage::Transaction& transaction) { return transaction.put_setting("a", "b"); }));
    EXPECT_FALSE(home.has_changed());
    auto other = must(Home::in_store(other_store, first, change_at(2)));
    must(other.apply(one_site, change_at(3)));
    EXPECT_TRUE(home.has_changed());

    EXPECT_EQ(must(home.current()).revision, 2);
    EXPECT_FALSE(home.has_changed());
}

class HomeInAFile : public ::testing::Test {
protected:
    void write(std::string_view text) { std::ofstream{path} << text; }

    TemporaryDirectory temporary;
    std::filesystem::path path = temporary.path() / "rhumb.toml";
};

TEST_F(HomeInAFile, GivesWhatIsInTheFile) {
    write(one_site);
    const auto home = must(Home::in_file(path));

    const auto current = must(home.current());

    EXPECT_EQ(current.text, one_site);
    EXPECT_EQ(current.document.sites.at(0).name, "One");
    EXPECT_EQ(current.revision, 0);
    EXPECT_GT(current.time, at(0));
    EXPECT_EQ(home.name(), path.string());
    EXPECT_EQ(home.directory(), temporary.path());
    EXPECT_TRUE(must(home.history()).empty());
}

TEST_F(HomeInAFile, IsNotThereWithoutTheFile) {
    const auto home = Home::in_file(path);

    ASSERT_FALSE(home);
    EXPECT_THAT(home.error().message, HasSubstr(path.string()));
}

TEST_F(HomeInAFile, SaysThatTheFileIsWhereToChangeIt) {
    write(one_site);
    auto home = must(Home::in_file(path));

    for (const auto& done :
         {home.apply("", change_at(1)), home.rollback(1, change_at(1)),
          home.edit([](Document&) -> Result<void> { return {}; }, change_at(1))}) {
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, ErrorKind::conflict);
        EXPECT_THAT(done.error().message, HasSubstr(path.string()));
    }
}

TEST_F(HomeInAFile, NoticesWhenTheFileIsWrittenReplacedOrTakenAway) {
    write(one_site);
    const auto home = must(Home::in_file(path));
    must(home.current());
    EXPECT_FALSE(home.has_changed());

    write("[server]\nloops = 1\n");
    EXPECT_TRUE(home.has_changed());
    EXPECT_EQ(must(home.current()).document.server.loops, 1U);
    EXPECT_FALSE(home.has_changed());

    std::ofstream{temporary.path() / "next"} << "[server]\nloops = 2\n";
    std::filesystem::rename(temporary.path() / "next", path);
    EXPECT_TRUE(home.has_changed());
    EXPECT_EQ(must(home.current()).document.server.loops, 2U);

    std::filesystem::remove(path);
    EXPECT_TRUE(home.has_changed());
    EXPECT_FALSE(home.current());
    EXPECT_FALSE(home.has_changed());  // nothing new to say until it is there again
}

TEST_F(HomeInAFile, TellsOfAFileThatIsNotGoodOnceForEachTimeItIsWritten) {
    write(one_site);
    const auto home = must(Home::in_file(path));
    must(home.current());

    write("[server]\nloops = -1\n");

    EXPECT_TRUE(home.has_changed());
    const auto current = home.current();
    ASSERT_FALSE(current);
    EXPECT_THAT(current.error().message, HasSubstr(path.string() + ":2:9: loops must be"));
    EXPECT_FALSE(home.has_changed());
}

}  // namespace
}  // namespace rhumb::site
