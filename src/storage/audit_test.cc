#include "storage/audit.h"

#include <fstream>

#include <gmock/gmock.h>

#include "storage/audit_chain.h"
#include "storage/migrate.h"
#include "storage/session.h"
#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;
using Kind = AuditFault::Kind;

crypto::Seal seal_of(char c) {
    return must(
        crypto::Seal::make(crypto::Secret::copy_of(std::string(crypto::Seal::key_size, c))));
}

/// A store with seven events, the first of which tells that the trail is sealed.
class Audit : public ::testing::Test {
protected:
    Audit() {
        store.seal_audit_with(seal);
        for (int number = 1; number <= 6; ++number) add("ann", fmt::format("user.{}", number));
    }

    void add(std::string who, std::string what) { add_to(store, std::move(who), std::move(what)); }
    static void add_to(Store& to, std::string who, std::string what) {
        must(to.transact([&](Transaction& transaction) -> Result<void> {
            TRY_DONE(transaction.add_event(
                {0, at(100), std::move(who), "command line", std::move(what), "bob", "detail"}));
            return {};
        }));
    }
    /// As somebody who can write the file, and takes the guards away first.
    void tamper(const std::string& sql) {
        auto session = must(Session::open(directory.path() / "rhumb.db", {}));
        must(session->run(
            "tampering",
            "PRAGMA foreign_keys = OFF; DROP TRIGGER event_is_never_changed;"
            "DROP TRIGGER event_is_never_removed; DROP TRIGGER event_chain_is_never_changed;"
            "DROP TRIGGER event_chain_is_never_removed;" +
                sql));
    }
    /// As one who knows how the chain is made.
    void chain_anew() {
        auto session = must(Session::open(directory.path() / "rhumb.db", {}));
        must(session->run("emptying", "DELETE FROM event_chain"));
        must(session->begin(Session::Begin::write));
        must(chain_events(*session));
        must(session->commit());
    }
    AuditReport look(const std::optional<AuditHead>& noted = {}) {
        return must(store.read([&](const View& view) { return verify_audit(view, &seal, noted); }));
    }
    std::vector<Kind> faults() {
        std::vector<Kind> kinds;
        for (const auto& fault : look().faults) kinds.push_back(fault.kind);
        return kinds;
    }

    testing::TemporaryDirectory directory;
    crypto::Seal seal = seal_of('k');
    Store store = must(Store::open(directory.path()));
};

TEST_F(Audit, HoldsTogetherAndIsSealedToItsEnd) {
    const auto report = look();
    EXPECT_THAT(report.faults, IsEmpty());
    EXPECT_EQ(report.count, 7U);
    EXPECT_EQ(report.head.id, 7);
    EXPECT_EQ(report.sealed, report.head);
}

TEST_F(Audit, ChainsByTheWrittenRule) {
    // Computed apart from this program, with Python's hashlib, by what audit.h says.
    const Event event{1, at(1'700'000'000), "ann", "command line", "user.added", "bob", ""};
    EXPECT_EQ(must(chain_of("", event)),
              "902a72e974d27638797ac7738c42a140a2b62d49a03dcb3582766a3191a36ad5");
    EXPECT_EQ(must(chain_of(must(chain_of("", event)), {2, at(-1), "ä", "", "x.y", "", "d\n"})),
              "7966b7e7db9292695b991e053ebcc59b02af3af55b846b7502572d63f2d2cbbb");
}

TEST_F(Audit, ShowsAChangedEvent) {
    tamper("UPDATE event SET who = 'eve' WHERE id = 4");
    const auto report = look();
    ASSERT_EQ(report.faults.size(), 1U);
    EXPECT_EQ(report.faults.front().kind, Kind::changed);
    EXPECT_EQ(report.faults.front().id, 4);
    EXPECT_THAT(report.faults.front().message, HasSubstr("event 4"));
}

TEST_F(Audit, ShowsEveryChangedField) {
    for (const auto* field : {"time = 5", "from_where = 'x'", "what = 'x'", "subject = 'x'",
                              "detail = 'x'", "who = ''", "detail = detail || 'x'"}) {
        SCOPED_TRACE(field);
        auto session = must(Session::open(directory.path() / "rhumb.db", {}));
        must(session->run(
            "",
            "DROP TRIGGER IF EXISTS event_is_never_changed; CREATE TABLE kept AS SELECT * FROM event"));
        must(session->run("", fmt::format("UPDATE event SET {} WHERE id = 3", field)));
        EXPECT_THAT(faults(), ElementsAre(Kind::changed));
        must(session->run(
            "",
            "UPDATE event SET (time, who, from_where, what, subject, detail) = "
            "(SELECT time, who, from_where, what, subject, detail FROM kept WHERE kept.id = event.id);"
            "DROP TABLE kept"));
        EXPECT_THAT(faults(), IsEmpty());
    }
}

TEST_F(Audit, ShowsWhatMovedFromOneFieldToAnother) {
    tamper("UPDATE event SET who = 'annc', from_where = 'ommand line' WHERE id = 4");
    EXPECT_THAT(faults(), ElementsAre(Kind::changed));
}

TEST_F(Audit, ShowsARemovedEvent) {
    tamper("DELETE FROM event_chain WHERE event = 4; DELETE FROM event WHERE id = 4");
    const auto report = look();
    ASSERT_EQ(report.faults.size(), 1U);
    EXPECT_EQ(report.faults.front().kind, Kind::removed);
    EXPECT_THAT(report.faults.front().message, HasSubstr("event 4 is missing"));
}

TEST_F(Audit, ShowsARemovedBeginning) {
    tamper("DELETE FROM event_chain WHERE event < 3; DELETE FROM event WHERE id < 3");
    EXPECT_THAT(faults(), ElementsAre(Kind::removed));
}

TEST_F(Audit, ShowsTwoEventsThatChangedPlaces) {
    tamper(
        "UPDATE event SET id = 100 WHERE id = 3; UPDATE event SET id = 3 WHERE id = 4;"
        "UPDATE event SET id = 4 WHERE id = 100");
    EXPECT_THAT(faults(), ElementsAre(Kind::changed, Kind::changed));
}

TEST_F(Audit, ShowsACutEnd) {
    tamper("DELETE FROM event_chain WHERE event > 5; DELETE FROM event WHERE id > 5");
    EXPECT_THAT(faults(), ElementsAre(Kind::cut));
}

TEST_F(Audit, ShowsACutEndWhereTheCounterWasSetBack) {
    tamper(
        "DELETE FROM event_chain WHERE event > 5; DELETE FROM event WHERE id > 5;"
        "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'event'");
    EXPECT_THAT(faults(), ElementsAre(Kind::cut));
    // Nor does what comes later close the wound.
    for (int number = 0; number < 4; ++number) add("eve", "user.added");
    EXPECT_THAT(faults(), ElementsAre(Kind::chained_anew));
}

TEST_F(Audit, ShowsACutEndByTheCounterAlone) {
    tamper("DELETE FROM event_chain WHERE event > 5; DELETE FROM event WHERE id > 5");
    const auto report =
        must(store.read([&](const View& view) { return verify_audit(view, nullptr); }));
    ASSERT_EQ(report.faults.size(), 1U);
    EXPECT_EQ(report.faults.front().kind, Kind::cut);
    EXPECT_FALSE(report.sealed);
}

TEST_F(Audit, ShowsATrailThatWasChainedAnew) {
    tamper("UPDATE event SET who = 'eve' WHERE id = 4");
    chain_anew();
    EXPECT_THAT(faults(), ElementsAre(Kind::chained_anew));
    add("ann", "user.later");
    EXPECT_THAT(faults(), ElementsAre(Kind::chained_anew));
}

TEST_F(Audit, ShowsATrailThatWasChainedAnewWithoutAGap) {
    tamper(
        "DELETE FROM event WHERE id = 4; UPDATE event SET id = id - 1 WHERE id > 4;"
        "UPDATE sqlite_sequence SET seq = 6 WHERE name = 'event'");
    chain_anew();
    EXPECT_THAT(faults(), ElementsAre(Kind::cut));
    add("ann", "user.later");
    EXPECT_THAT(faults(), ElementsAre(Kind::chained_anew));
}

TEST_F(Audit, ShowsAnEventThatWasPutThereByHand) {
    tamper(
        "INSERT INTO event (time, who, from_where, what, subject, detail) VALUES (1, 'ann', '', 'a.b', '', '')");
    EXPECT_THAT(faults(), ElementsAre(Kind::unchained));
    add("ann", "user.later");
    EXPECT_THAT(faults(), ElementsAre(Kind::unchained));
}

TEST_F(Audit, ShowsAMissingSeal) {
    tamper("DELETE FROM setting WHERE key = 'audit-head'");
    EXPECT_THAT(faults(), ElementsAre(Kind::seal_missing));
    add("ann", "user.later");
    EXPECT_THAT(faults(), ElementsAre(Kind::seal_missing));
}

TEST_F(Audit, ShowsADamagedSealAndOneOfAnotherKey) {
    tamper("UPDATE setting SET value = x'00' WHERE key = 'audit-head'");
    EXPECT_THAT(faults(), ElementsAre(Kind::seal_unreadable));
    const auto other = seal_of('x');
    const auto report =
        must(store.read([&](const View& view) { return verify_audit(view, &other); }));
    ASSERT_EQ(report.faults.size(), 1U);
    EXPECT_EQ(report.faults.front().kind, Kind::seal_unreadable);
}

TEST_F(Audit, ComparesWithWhatSomebodyHasNoted) {
    const auto noted = look().head;
    add("ann", "user.later");
    EXPECT_THAT(look(noted).faults, IsEmpty());
    EXPECT_THAT(look(AuditHead{noted.id, std::string(64, '0')}).faults.size(), 1U);
    const auto beyond = look(AuditHead{noted.id + 5, noted.chain});
    ASSERT_EQ(beyond.faults.size(), 1U);
    EXPECT_EQ(beyond.faults.front().kind, Kind::cut);
}

TEST_F(Audit, SealsWhatOthersHaveAddedWithoutTheMasterKey) {
    auto other = must(Store::open(directory.path()));
    add_to(other, "bob", "user.added");
    add_to(other, "bob", "user.added");
    EXPECT_EQ(look().sealed->id, 7);
    EXPECT_EQ(look().head.id, 9);
    EXPECT_THAT(faults(), IsEmpty());

    must(store.seal_audit());

    EXPECT_EQ(look().sealed, look().head);
    EXPECT_EQ(look().head.id, 9);
}

TEST_F(Audit, DoesNotSealAnEndThatWasTamperedWith) {
    auto other = must(Store::open(directory.path()));
    add_to(other, "bob", "user.added");
    add_to(other, "bob", "user.added");
    tamper("UPDATE event SET who = 'eve' WHERE id = 8");
    must(store.seal_audit());
    EXPECT_EQ(look().sealed->id, 7);
    EXPECT_THAT(faults(), ElementsAre(Kind::changed));
}

TEST_F(Audit, StaysUnderTheSealWhenTheMasterKeyChanges) {
    const auto next = seal_of('n');
    must(store.transact([&](Transaction& transaction) -> Result<void> {
        return reseal_audit(transaction, seal, next, false);
    }));
    seal.take_over(next);  // the store's copy takes it over, too
    add("ann", "user.later");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(look().sealed->id, 8);
}

TEST_F(Audit, IsSealedAnewWhereTheOldKeyIsLost) {
    const auto lost = seal_of('l');
    const auto next = seal_of('n');
    const auto reseal = [&](bool accepts_loss) {
        return store.transact([&](Transaction& transaction) -> Result<void> {
            return reseal_audit(transaction, lost, next, accepts_loss);
        });
    };
    EXPECT_FALSE(reseal(false));
    must(reseal(true));
    seal = next;
    EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Audit, RefusesChangesAndRemovalsOfItsOwnTables) {
    auto session = must(Session::open(directory.path() / "rhumb.db", {}));
    for (const auto* statement :
         {"UPDATE event SET who = 'eve'", "DELETE FROM event WHERE id = 7",
          "UPDATE event_chain SET chain = ''", "DELETE FROM event_chain WHERE event = 7"}) {
        SCOPED_TRACE(statement);
        EXPECT_FALSE(session->run("tampering", statement));
    }
}

TEST_F(Audit, KeepsTextThatIsNoText) {
    add(std::string{"a\0b\xFF\r\n", 6}, "user.odd");
    const auto last = must(store.read([](const View& view) { return view.events(1); })).front();
    EXPECT_EQ(last.who, "a b? \n");
    EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(Audit, NumbersOnWhereATransactionWasGivenUp) {
    (void)store.transact([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_event({0, at(1), "ann", "", "a.b", "", ""}));
        return fail(ErrorKind::conflict, "given up");
    });
    add("ann", "user.later");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(look().head.id, 8);
}

TEST(AuditOfAnOlderStore, IsChainedWhenTheSchemaIsBroughtUp) {
    testing::TemporaryDirectory directory;
    const auto path = directory.path() / "rhumb.db";
    std::ofstream{path}.flush();
    {
        auto session = must(Session::open(path, {}));
        must(migrate(*session, all_migrations().first(6)));
        must(session->run(
            "filling",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
            "INSERT INTO event (time, who, from_where, what, subject, detail)"
            " SELECT i, 'ann', 'command line', 'user.added', 'bob' || i, '' FROM n"));
    }
    auto store = must(Store::open(directory.path()));
    const auto look = [&] {
        return must(store.read([&](const View& view) { return verify_audit(view, nullptr); }));
    };
    EXPECT_EQ(look().count, 5000U);
    EXPECT_THAT(look().faults, IsEmpty());

    store.seal_audit_with(seal_of('k'));
    must(store.seal_audit());
    EXPECT_EQ(look().count, 5001U);
    EXPECT_THAT(look().faults, IsEmpty());
}

TEST(EventFilter, ChoosesByTimePersonPlaceAndKind) {
    testing::TemporaryDirectory directory;
    auto store = must(Store::open(directory.path()));
    must(store.transact([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(
            transaction.add_event({0, at(10), "ann", "command line", "user.added", "bob", ""}));
        TRY_DONE(transaction.add_event({0, at(20), "Ann", "192.0.2.1", "user.removed", "bob", ""}));
        TRY_DONE(transaction.add_event({0, at(30), "eve", "192.0.2.1", "userland.x", "Bob", ""}));
        return {};
    }));
    const auto ids = [&](const EventFilter& filter) {
        std::vector<Id> found;
        for (const auto& event :
             must(store.read([&](const View& view) { return events(view, filter); })))
            found.push_back(event.id);
        return found;
    };
    EXPECT_THAT(ids({}), ElementsAre(3, 2, 1));
    EXPECT_THAT(ids({.since = at(20)}), ElementsAre(3, 2));
    EXPECT_THAT(ids({.until = at(20)}), ElementsAre(1));
    EXPECT_THAT(ids({.who = "ANN"}), ElementsAre(2, 1));
    EXPECT_THAT(ids({.from = "192.0.2.1"}), ElementsAre(3, 2));
    EXPECT_THAT(ids({.what = "user"}), ElementsAre(2, 1));
    EXPECT_THAT(ids({.what = "user.added"}), ElementsAre(1));
    EXPECT_THAT(ids({.what = "user.add"}), IsEmpty());
    EXPECT_THAT(ids({.subject = "BOB"}), ElementsAre(3, 2, 1));
    EXPECT_THAT(ids({.before = 3, .count_max = 1}), ElementsAre(2));
    EXPECT_THAT(ids({.since = at(15), .until = at(25), .who = "ann", .what = "user"}),
                ElementsAre(2));
}

}  // namespace
}  // namespace rhumb::storage
