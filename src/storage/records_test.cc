/// Every record that is put into the store comes out of it as it was.

#include "storage/records.h"

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;

class Records : public ::testing::Test {
protected:
    template <class Work>
    auto change(Work work) {
        return store.transact(work);
    }
    template <class Work>
    auto look(Work work) {
        return must(store.read(work));
    }

    TemporaryDirectory temporary;
    Store store = must(Store::open(temporary.path()));
};

TEST_F(Records, NumbersRevisionsAndListsTheNewestFirst) {
    const auto add = [&](std::string text) {
        return must(change([&](Transaction& transaction) {
            Revision revision{0, "root", at(60), "why", std::move(text), "d1"};
            return transaction.add_revision(revision);
        }));
    };
    EXPECT_FALSE(look([](const View& view) { return view.find_latest_revision(); }));

    EXPECT_EQ(add("one"), 1);
    EXPECT_EQ(add("twö\n"), 2);

    const auto list = look([](const View& view) { return view.revisions(); });
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].number, 2);
    EXPECT_EQ(list[0].text, "");
    EXPECT_EQ(list[1].author, "root");
    EXPECT_EQ(list[1].time, at(60));
    EXPECT_EQ(list[1].comment, "why");
    EXPECT_EQ(list[1].digest, "d1");
    EXPECT_EQ(look([](const View& view) { return view.revisions(1); }).size(), 1U);
    EXPECT_EQ(look([](const View& view) { return view.get_revision(1); }).text, "one");
    EXPECT_EQ(look([](const View& view) { return view.find_latest_revision(); })->text, "twö\n");
    const auto missing = store.read([](const View& view) { return view.get_revision(3); });
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST_F(Records, KeepsAnyBytesAsASetting) {
    for (const std::string& value : {std::string{}, std::string{"\0a\0\xFF", 4},
                                     std::string(100'000, 'x'), std::string{"short"}}) {
        must(change(
            [&](Transaction& transaction) { return transaction.put_setting("tickets", value); }));
        EXPECT_EQ(look([](const View& view) { return view.find_setting("tickets"); }), value);
    }
    must(change([](Transaction& transaction) { return transaction.remove_setting("tickets"); }));
    EXPECT_FALSE(look([](const View& view) { return view.find_setting("tickets"); }));
}

TEST_F(Records, GivesACertificateBackAsItWas) {
    auto record = certificate_called("Auto");
    record.origin = Origin::acme;
    record.renewal = {at(1'800), 3, "no answer"};

    const auto id =
        must(change([&](Transaction& transaction) { return transaction.add_certificate(record); }));
    const auto found = look([&](const View& view) { return view.find_certificate("auto"); });

    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->name, "Auto");
    EXPECT_EQ(found->origin, Origin::acme);
    EXPECT_EQ(found->chain_pem, record.chain_pem);
    EXPECT_EQ(found->sealed_key, record.sealed_key);
    EXPECT_EQ(found->not_before, record.not_before);
    EXPECT_EQ(found->not_after, record.not_after);
    EXPECT_EQ(found->names, record.names);
    EXPECT_EQ(found->created, record.created);
    EXPECT_FALSE(found->archived);
    EXPECT_FALSE(found->replaced_by);
    EXPECT_EQ(found->renewal.next_attempt, at(1'800));
    EXPECT_EQ(found->renewal.failures, 3U);
    EXPECT_EQ(found->renewal.last_error, "no answer");
}

TEST_F(Records, ListsCertificatesWithKeysOfDifferentLengths) {
    must(change([](Transaction& transaction) -> Result<void> {
        for (const auto& [name, key] :
             {std::pair{"a", std::string(500, 'a')}, {"b", "b"}, {"c", ""}}) {
            auto record = certificate_called(name);
            record.sealed_key = key;
            if (key.empty()) record.names.clear();
            TRY_DONE(transaction.add_certificate(record));
        }
        return {};
    }));

    const auto all = look([](const View& view) { return view.certificates(); });

    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].sealed_key, std::string(500, 'a'));
    EXPECT_EQ(all[1].sealed_key, "b");
    EXPECT_EQ(all[2].sealed_key, "");
    EXPECT_TRUE(all[2].names.empty());
}

TEST_F(Records, LetsOneCertificateInUseHaveAName) {
    must(change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("auto"));
    }));

    const auto second = change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("AUTO"));
    });

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_NE(second.error().message.find("«auto»"), std::string::npos) << second.error().message;
}

TEST_F(Records, ReplacesACertificateByOneOfTheSameName) {
    const auto old_id = must(change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("auto"));
    }));

    const auto new_id = must(change([&](Transaction& transaction) {
        return transaction.replace_certificate(old_id, certificate_called("auto"), at(1'700));
    }));

    EXPECT_EQ(look([](const View& view) { return view.find_certificate("auto"); })->id, new_id);
    EXPECT_EQ(look([](const View& view) { return view.certificates(); }).size(), 1U);
    const auto all = look([](const View& view) { return view.certificates(true); });
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].id, old_id);
    EXPECT_EQ(all[1].archived, at(1'700));
    EXPECT_EQ(all[1].replaced_by, new_id);
}

TEST_F(Records, ArchivesRestoresAndPurgesACertificate) {
    const auto id = must(change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("shop"));
    }));

    EXPECT_FALSE(
        change([&](Transaction& transaction) { return transaction.purge_certificate(id); }));
    must(change(
        [&](Transaction& transaction) { return transaction.archive_certificate(id, at(1'600)); }));
    EXPECT_FALSE(look([](const View& view) { return view.find_certificate("shop"); }));
    EXPECT_FALSE(change(
        [&](Transaction& transaction) { return transaction.archive_certificate(id, at(1'600)); }));
    must(change([&](Transaction& transaction) { return transaction.restore_certificate(id); }));
    EXPECT_TRUE(look([](const View& view) { return view.find_certificate("shop"); }));
    must(change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.archive_certificate(id, at(1'600)));
        return transaction.purge_certificate(id);
    }));

    EXPECT_FALSE(store.read([&](const View& view) { return view.get_certificate(id); }));
}

TEST_F(Records, RestoresNoCertificateWhoseNameIsInUseAgain) {
    const auto id = must(change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("auto"));
    }));
    must(change([&](Transaction& transaction) {
        return transaction.replace_certificate(id, certificate_called("auto"), at(1'700));
    }));

    const auto restored =
        change([&](Transaction& transaction) { return transaction.restore_certificate(id); });

    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().kind, ErrorKind::conflict);
}

TEST_F(Records, NotesHowARenewalWent) {
    const auto id = must(change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("auto"));
    }));

    must(change([&](Transaction& transaction) {
        return transaction.update_renewal(id, {at(5), 2, "refused"});
    }));

    const auto renewal = look([&](const View& view) { return view.get_certificate(id); }).renewal;
    EXPECT_EQ(renewal.next_attempt, at(5));
    EXPECT_EQ(renewal.failures, 2U);
    EXPECT_EQ(renewal.last_error, "refused");
    EXPECT_FALSE(
        change([&](Transaction& transaction) { return transaction.update_renewal(id + 1, {}); }));
}

TEST_F(Records, PagesThroughTheAuditTrailFromTheNewestOn) {
    must(change([](Transaction& transaction) -> Result<void> {
        for (int i = 1; i <= 5; ++i) {
            TRY_DONE(transaction.add_event(
                {0, at(i), "root", "command line", "certificate.issued", "auto", "why"}));
        }
        return {};
    }));

    const auto newest = look([](const View& view) { return view.events(2); });
    const auto older = look([&](const View& view) { return view.events(100, newest.back().id); });

    ASSERT_EQ(newest.size(), 2U);
    EXPECT_EQ(newest[0].time, at(5));
    EXPECT_EQ(newest[0].from, "command line");
    EXPECT_EQ(newest[0].what, "certificate.issued");
    ASSERT_EQ(older.size(), 3U);
    EXPECT_EQ(older[0].time, at(3));
}

}  // namespace
}  // namespace rhumb::storage
