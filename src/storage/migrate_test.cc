#include "storage/migrate.h"

#include <fstream>
#include <vector>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;

std::unique_ptr<Session> open_session(const std::filesystem::path& directory) {
    std::ofstream{directory / "rhumb.db", std::ios::app};
    return must(Session::open(directory / "rhumb.db", {}));
}

TEST(Migrate, BringsEveryOlderSchemaToThePresentOneAndKeepsWhatIsThere) {
    const auto all = all_migrations();
    ASSERT_GE(all.size(), 2U);
    for (std::size_t had = 1; had < all.size(); ++had) {
        SCOPED_TRACE(had);
        const TemporaryDirectory temporary;
        {
            const auto session = open_session(temporary.path());
            must(migrate(*session, all.first(had)));
            must(session->run("adding", "INSERT INTO setting VALUES ('old', x'01')"));
        }

        auto store = must(Store::open(temporary.path()));

        EXPECT_EQ(must(store.read([](const View& view) { return view.find_setting("old"); })),
                  "\x01");
        EXPECT_TRUE(store.read([](const View& view) { return view.certificates(); }));
        EXPECT_TRUE(store.check_integrity());
    }
}

TEST(Migrate, DoesNothingToAPresentSchema) {
    const TemporaryDirectory temporary;
    must(Store::open(temporary.path()));
    const auto session = open_session(temporary.path());
    const auto before = must(session->number("reading", "PRAGMA schema_version"));

    must(migrate(*session, all_migrations()));

    EXPECT_EQ(must(session->number("reading", "PRAGMA schema_version")), before);
}

TEST(Migrate, RefusesASchemaThatIsNewerThanTheProgram) {
    const TemporaryDirectory temporary;
    must(Store::open(temporary.path()));
    must(open_session(temporary.path())->run("ageing", "PRAGMA user_version = 1000"));

    const auto store = Store::open(temporary.path());

    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, ErrorKind::conflict);
    EXPECT_NE(store.error().message.find("newer Rhumb"), std::string::npos)
        << store.error().message;
}

TEST(Migrate, RefusesADatabaseOfAnotherProgram) {
    const TemporaryDirectory temporary;
    must(open_session(temporary.path())->run("making", "CREATE TABLE theirs (a)"));

    const auto store = Store::open(temporary.path());

    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, ErrorKind::conflict);
    EXPECT_NE(store.error().message.find("another program"), std::string::npos)
        << store.error().message;
}

TEST(Migrate, LeavesTheOldSchemaWhenAStepFails) {
    const TemporaryDirectory temporary;
    const auto session = open_session(temporary.path());
    const auto all = all_migrations();
    must(migrate(*session, all.first(1)));
    const std::vector<Migration> broken{
        all[0], {2, "broken", "CREATE TABLE half (a); CREATE TABLE half (a);"}};

    const auto done = migrate(*session, broken);

    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("schema to 2 (broken)"), std::string::npos)
        << done.error().message;
    EXPECT_EQ(must(session->number("reading", "PRAGMA user_version")), 1);
    EXPECT_EQ(
        must(session->number("reading", "SELECT count(*) FROM sqlite_master WHERE name = 'half'")),
        0);
}

TEST(Migrate, NeverLetsARevisionOrAnEventBeChanged) {
    const TemporaryDirectory temporary;
    auto store = must(Store::open(temporary.path()));
    must(store.transact([](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_revision({0, "root", at(1), "", "text", ""}));
        TRY_DONE(transaction.add_event({0, at(1), "root", "", "a.b", "", ""}));
        return {};
    }));
    const auto session = open_session(temporary.path());

    EXPECT_FALSE(session->run("changing", "UPDATE revision SET text = 'other'"));
    EXPECT_FALSE(session->run("removing", "DELETE FROM revision"));
    EXPECT_FALSE(session->run("changing", "UPDATE event SET who = 'other'"));
}

}  // namespace
}  // namespace rhumb::storage
