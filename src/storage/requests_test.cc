/// Requests and mirrors come out of the store as they were put in.

#include <fstream>
#include <iterator>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;

RequestRecord request_called(std::string name, std::string key = "aa") {
    RequestRecord record;
    record.name = std::move(name);
    record.friendly_name = "Karten, außen";
    record.request_pem = "-----BEGIN CERTIFICATE REQUEST-----\n…";
    record.key_digest = std::move(key);
    record.key_type = "ec-p256";
    record.sealed_key = std::string{"\0\x01key\xFF", 6};
    record.names = {"maps.test", "127.0.0.1"};
    record.created = at(1'500);
    record.created_by = "ann";
    return record;
}

class StoredRequests : public ::testing::Test {
protected:
    Id add(const RequestRecord& record) {
        return must(store.transact(
            [&](Transaction& transaction) { return transaction.add_request(record); }));
    }
    Id add_certificate(const std::string& name) {
        return must(store.transact([&](Transaction& transaction) {
            return transaction.add_certificate(certificate_called(name));
        }));
    }
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

TEST_F(StoredRequests, ComeBackAsTheyWere) {
    auto record = request_called("Maps");
    record.is_renewal = true;
    const Id id = add(record);

    const auto found = look([](const View& view) { return view.find_request("maps"); });

    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->name, "Maps");
    EXPECT_EQ(found->friendly_name, record.friendly_name);
    EXPECT_EQ(found->request_pem, record.request_pem);
    EXPECT_EQ(found->key_digest, "aa");
    EXPECT_EQ(found->key_type, "ec-p256");
    EXPECT_EQ(found->sealed_key, record.sealed_key);
    EXPECT_EQ(found->names, record.names);
    EXPECT_TRUE(found->is_renewal);
    EXPECT_EQ(found->created, at(1'500));
    EXPECT_EQ(found->created_by, "ann");
    EXPECT_FALSE(found->answered);
    EXPECT_FALSE(found->certificate);
}

TEST_F(StoredRequests, HaveANameThatOnePendingOneHas) {
    const Id first = add(request_called("maps"));
    EXPECT_EQ(change([](Transaction& transaction) {
                  return transaction.add_request(request_called("MAPS"));
              })
                  .error()
                  .kind,
              ErrorKind::conflict);

    const Id certificate = add_certificate("maps");
    must(change([&](Transaction& transaction) {
        return transaction.note_answer(first, at(1'600), certificate);
    }));
    const Id second = add(request_called("maps", "bb"));

    EXPECT_EQ(look([](const View& view) { return view.find_request("maps"); })->id, second);
    const auto all = look([](const View& view) { return view.requests(true); });
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].id, second);
    EXPECT_EQ(all[1].answered, at(1'600));
    EXPECT_EQ(all[1].certificate, certificate);
    EXPECT_EQ(look([](const View& view) { return view.requests(); }).size(), 1U);

    // The first cannot wait again while the second does.
    EXPECT_EQ(
        change([&](Transaction& transaction) { return transaction.note_answer(first, {}, {}); })
            .error()
            .kind,
        ErrorKind::conflict);
    must(change([&](Transaction& transaction) { return transaction.remove_request(second); }));
    must(change([&](Transaction& transaction) { return transaction.note_answer(first, {}, {}); }));
    EXPECT_EQ(look([](const View& view) { return view.find_request("maps"); })->id, first);
}

TEST_F(StoredRequests, AreFoundByTheirKeyThePendingFirst) {
    const Id answered = add(request_called("a", "k"));
    must(change([&](Transaction& transaction) {
        return transaction.note_answer(answered, at(1'600), std::nullopt);
    }));
    const Id pending = add(request_called("b", "k"));
    add(request_called("c", "other"));

    const auto found = look([](const View& view) { return view.requests_by_key("k"); });

    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].id, pending);
    EXPECT_EQ(found[1].id, answered);
    EXPECT_TRUE(look([](const View& view) { return view.requests_by_key("x"); }).empty());
}

TEST_F(StoredRequests, LoseAnAnswerThatIsPurgedAndStay) {
    const Id request = add(request_called("maps"));
    const Id certificate = add_certificate("maps");
    must(change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.note_answer(request, at(1'600), certificate));
        TRY_DONE(transaction.archive_certificate(certificate, at(1'700)));
        return transaction.purge_certificate(certificate);
    }));

    const auto left = look([&](const View& view) { return view.get_request(request); });
    EXPECT_EQ(left.answered, at(1'600));
    EXPECT_FALSE(left.certificate);
}

TEST_F(StoredRequests, LeaveNoByteOfAKeyThatWasRemoved) {
    auto record = request_called("maps");
    record.sealed_key = "a key that nobody is to find " + std::string(40, 'Z');
    const auto is_on_disk = [&] {
        std::string bytes;
        for (const auto* name : {"rhumb.db", "rhumb.db-wal"}) {
            std::ifstream file{temporary.path() / name, std::ios::binary};
            bytes.append(std::istreambuf_iterator<char>{file}, {});
        }
        return bytes.find(record.sealed_key) != std::string::npos;
    };
    const Id id = add(record);
    ASSERT_TRUE(is_on_disk());
    ASSERT_TRUE(must(store.scrub()));
    ASSERT_TRUE(is_on_disk());

    must(change([&](Transaction& transaction) { return transaction.remove_request(id); }));
    EXPECT_EQ(change([&](Transaction& transaction) { return transaction.remove_request(id); })
                  .error()
                  .kind,
              ErrorKind::not_found);
    EXPECT_TRUE(must(store.scrub()));

    EXPECT_FALSE(is_on_disk());
}

TEST_F(StoredRequests, KeepTheFriendlyNameOfACertificate) {
    auto record = certificate_called("maps");
    record.friendly_name = "Karten";
    must(change([&](Transaction& transaction) { return transaction.add_certificate(record); }));
    EXPECT_EQ(look([](const View& view) { return view.find_certificate("maps"); })->friendly_name,
              "Karten");
}

TEST_F(StoredRequests, StandBesideMirrorsOfWhichOneHasADirectory) {
    MirrorRecord mirror{"maps", "/srv/tls", "systemctl reload x", "abc", true, "no answer"};
    const auto put = [&](const MirrorRecord& record) {
        return change([&](Transaction& transaction) { return transaction.put_mirror(record); });
    };
    must(put(mirror));

    auto all = look([](const View& view) { return view.mirrors(); });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].certificate, "maps");
    EXPECT_EQ(all[0].directory, "/srv/tls");
    EXPECT_EQ(all[0].hook, "systemctl reload x");
    EXPECT_EQ(all[0].written, "abc");
    EXPECT_TRUE(all[0].is_hook_due);
    EXPECT_EQ(all[0].last_error, "no answer");

    mirror.certificate = "MAPS";
    mirror.hook.clear();
    must(put(mirror));
    all = look([](const View& view) { return view.mirrors(); });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].hook, "");

    mirror.certificate = "other";
    EXPECT_EQ(put(mirror).error().kind, ErrorKind::conflict);
    must(change([](Transaction& transaction) { return transaction.remove_mirror("Maps"); }));
    must(put(mirror));
    EXPECT_EQ(change([](Transaction& transaction) { return transaction.remove_mirror("maps"); })
                  .error()
                  .kind,
              ErrorKind::not_found);
}

}  // namespace
}  // namespace rhumb::storage
