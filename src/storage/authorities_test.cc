/// What the store keeps of authorities, revocations and renewals comes out of it as it was.

#include <fstream>

#include <gmock/gmock.h>

#include "storage/migrate.h"
#include "storage/session.h"
#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using namespace storage::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Authorities : public ::testing::Test {
protected:
    template <class Work>
    auto change(Work work) {
        return must(store.transact(work));
    }
    template <class Work>
    auto look(Work work) {
        return must(store.read(work));
    }
    Id add(const std::string& name, std::optional<Seconds> activated) {
        return change([&](Transaction& transaction) {
            AuthorityRecord record;
            record.name = name;
            record.root_pem = "root of " + name;
            record.sealed_root_key = std::string{"\0r", 2};
            record.cross_pem = "cross";
            record.created = at(1);
            record.activates = at(9);
            record.activated = activated;
            return transaction.add_authority(record);
        });
    }

    TemporaryDirectory temporary;
    Store store = must(Store::open(temporary.path()));
};

TEST_F(Authorities, AreTheOneThatSignsTheOneToComeAndThoseThatHaveRetired) {
    const auto first = add("A", at(1));
    const auto next = add("B", {});

    EXPECT_EQ(look([](const View& view) { return view.find_authority(); })->id, first);
    auto coming = look([](const View& view) { return view.find_next_authority(); });
    ASSERT_TRUE(coming);
    EXPECT_EQ(coming->id, next);
    EXPECT_EQ(coming->name, "B");
    EXPECT_EQ(coming->root_pem, "root of B");
    EXPECT_EQ(coming->sealed_root_key, (std::string{"\0r", 2}));
    EXPECT_EQ(coming->cross_pem, "cross");
    EXPECT_EQ(coming->activates, at(9));
    EXPECT_EQ(coming->created, at(1));

    auto old = look([](const View& view) { return view.find_authority(); });
    old->retired = at(5);
    old->cross_pem = "";
    coming->activated = at(5);
    change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.update_authority(*old));
        return transaction.update_authority(*coming);
    });
    EXPECT_EQ(look([](const View& view) { return view.find_authority(); })->id, next);
    EXPECT_FALSE(look([](const View& view) { return view.find_next_authority(); }));
    const auto all = look([](const View& view) { return view.authorities(); });
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].retired, at(5));
    EXPECT_EQ(all[1].cross_pem, "");
    old->id = 99;
    EXPECT_EQ(store.transact([&](Transaction& change) { return change.update_authority(*old); })
                  .error()
                  .kind,
              ErrorKind::not_found);
}

TEST_F(Authorities, RetireTheIntermediateBeforeWhenANewOneComes) {
    const auto a = add("A", at(1));
    const auto b = add("B", at(1));
    const auto add_intermediate = [&](Id authority, const std::string& pem, Seconds when) {
        return change([&](Transaction& transaction) {
            return transaction.add_intermediate({0, authority, pem, "key of " + pem, when, {}});
        });
    };
    add_intermediate(a, "a1", at(1));
    add_intermediate(b, "b1", at(2));
    add_intermediate(a, "a2", at(3));

    const auto all = look([](const View& view) { return view.intermediates(); });

    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].pem, "a2");
    EXPECT_EQ(all[0].authority, a);
    EXPECT_EQ(all[0].sealed_key, "key of a2");
    EXPECT_FALSE(all[0].retired);
    EXPECT_FALSE(all[1].retired);
    EXPECT_EQ(all[2].retired, at(3));
    EXPECT_EQ(all[2].created, at(1));
}

TEST_F(Authorities, RevokeACertificateOnce) {
    const RevocationRecord revocation{0, "aa", "01", at(7), "superseded", "gis", at(70)};
    change([&](Transaction& transaction) { return transaction.add_revocation(revocation); });

    const auto found = look([](const View& view) { return view.find_revocation("aa", "01"); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->time, at(7));
    EXPECT_EQ(found->reason, "superseded");
    EXPECT_EQ(found->name, "gis");
    EXPECT_EQ(found->not_after, at(70));
    EXPECT_FALSE(look([](const View& view) { return view.find_revocation("bb", "01"); }));
    EXPECT_FALSE(look([](const View& view) { return view.find_revocation("aa", "02"); }));
    EXPECT_EQ(
        store.transact([&](Transaction& t) { return t.add_revocation(revocation); }).error().kind,
        ErrorKind::conflict);
    auto other = revocation;
    other.signer = "bb";
    change([&](Transaction& transaction) { return transaction.add_revocation(other); });
    EXPECT_EQ(look([](const View& view) { return view.revocations(); }).size(), 2U);
}

TEST_F(Authorities, KeepOneListOfEachSignerAndNeverAnOlderOne) {
    const auto put = [&](std::uint64_t number, const std::string& der) {
        return store.transact([&](Transaction& transaction) {
            return transaction.put_crl({"aa", number, at(1), at(2), der});
        });
    };
    ASSERT_TRUE(put(1, "one"));
    ASSERT_TRUE(put(3, std::string{"\0three", 6}));

    EXPECT_EQ(put(3, "again").error().kind, ErrorKind::conflict);
    EXPECT_EQ(put(2, "late").error().kind, ErrorKind::conflict);
    const auto lists = look([](const View& view) { return view.crls(); });
    ASSERT_EQ(lists.size(), 1U);
    EXPECT_EQ(lists[0].number, 3U);
    EXPECT_EQ(lists[0].der, (std::string{"\0three", 6}));
    EXPECT_EQ(lists[0].this_update, at(1));
    EXPECT_EQ(lists[0].next_update, at(2));
}

TEST_F(Authorities, KeepCertificatesOfClientsWithOrWithoutTheirKeys) {
    ClientCertificateRecord kept{0,     "ann", "chain", "aa", "01", std::string{"\0k", 2},
                                 at(1), at(2), at(3)};
    auto handed_out = kept;
    handed_out.serial = "02";
    handed_out.sealed_key.reset();
    change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_client_certificate(handed_out));
        TRY_DONE(transaction.add_client_certificate(kept));
        return {};
    });

    const auto all = look([](const View& view) { return view.client_certificates(); });

    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].sealed_key, (std::string{"\0k", 2}));
    EXPECT_EQ(all[0].user, "ann");
    EXPECT_EQ(all[0].serial, "01");
    EXPECT_EQ(all[0].not_after, at(2));
    EXPECT_EQ(all[0].created, at(3));
    EXPECT_FALSE(all[1].sealed_key);
}

TEST_F(Authorities, LetOneRenewAtATime) {
    const auto put = [&](const std::string& holder, Seconds until) {
        change([&](Transaction& transaction) {
            return transaction.put_renewal_claim({"Auto", holder, until});
        });
    };
    EXPECT_FALSE(look([](const View& view) { return view.find_renewal_claim("auto"); }));
    put("a", at(5));
    put("b", at(6));

    change([](Transaction& transaction) { return transaction.remove_renewal_claim("auto", "a"); });
    const auto claim = look([](const View& view) { return view.find_renewal_claim("AUTO"); });
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->holder, "b");
    EXPECT_EQ(claim->until, at(6));
    change([](Transaction& transaction) { return transaction.remove_renewal_claim("auto", "b"); });
    EXPECT_FALSE(look([](const View& view) { return view.find_renewal_claim("auto"); }));
}

TEST_F(Authorities, RememberWhatWasSaidOfACertificatesEnd) {
    const auto id = change([](Transaction& transaction) {
        return transaction.add_certificate(certificate_called("gis"));
    });
    change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.add_expiry_warning(id, "week", at(1)));
        TRY_DONE(transaction.add_expiry_warning(id, "week", at(2)));
        return transaction.add_expiry_warning(id, "day", at(3));
    });
    EXPECT_THAT(look([&](const View& view) { return view.expiry_warnings(id); }),
                ElementsAre("day", "week"));
    EXPECT_THAT(look([&](const View& view) { return view.expiry_warnings(id + 1); }), IsEmpty());
    change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.archive_certificate(id, at(4)));
        return transaction.purge_certificate(id);
    });
    EXPECT_THAT(look([&](const View& view) { return view.expiry_warnings(id); }), IsEmpty());
}

/// A blob as Seal makes it, under the master key that those 8 bytes name.
std::string sealed_under(const std::string& key) { return "RHS\x01" + key + "nonce, text, tag"; }

TEST_F(Authorities, LetNothingInThatIsSealedUnderAnOlderMasterKey) {
    auto record = certificate_called("gis");
    record.sealed_key = sealed_under("older***");
    const auto id =
        change([&](Transaction& transaction) { return transaction.add_certificate(record); });
    change([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(transaction.put_setting("master-key", "present*"));
        return transaction.put_sealed(SealedPlace::certificate, id, sealed_under("present*"));
    });
    const auto all = look([](const View& view) { return view.sealed(); });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].blob, sealed_under("present*"));
    EXPECT_EQ(all[0].place, SealedPlace::certificate);
    EXPECT_EQ(all[0].name, "gis");
    EXPECT_TRUE(all[0].is_in_use);

    record.name = "late";
    const auto late = store.transact([&](Transaction& t) { return t.add_certificate(record); });
    ASSERT_FALSE(late);
    EXPECT_THAT(late.error().message, HasSubstr("master key was changed"));
    EXPECT_FALSE(store.transact([&](Transaction& t) {
        return t.put_sealed(SealedPlace::certificate, id, record.sealed_key);
    }));
    EXPECT_FALSE(store.transact([&](Transaction& t) {
        AuthorityRecord authority;
        authority.sealed_root_key = record.sealed_key;
        return t.add_authority(authority);
    }));
    const auto authority = add("A", at(1));
    EXPECT_FALSE(store.transact([&](Transaction& t) {
        return t.add_intermediate({0, authority, "pem", record.sealed_key, at(1), {}});
    }));
    EXPECT_FALSE(store.transact([&](Transaction& t) {
        return t.add_client_certificate(
            {0, "ann", "", "", "", record.sealed_key, at(1), at(1), at(1)});
    }));
    RequestRecord request;
    request.name = "late";
    request.sealed_key = record.sealed_key;
    EXPECT_FALSE(store.transact([&](Transaction& t) { return t.add_request(request); }));

    record.sealed_key = sealed_under("present*");
    change([&](Transaction& transaction) { return transaction.add_certificate(record); });
}

TEST(AuthoritiesOfAnOlderStore, KeepSigningWithTheIntermediateTheyHad) {
    const TemporaryDirectory temporary;
    {
        std::ofstream{temporary.path() / "rhumb.db", std::ios::app};
        const auto session = must(Session::open(temporary.path() / "rhumb.db", {}));
        must(migrate(*session, all_migrations().first(3)));
        must(session->run("adding",
                          "INSERT INTO authority (name, root_pem, sealed_root_key,"
                          " intermediate_pem, sealed_intermediate_key, created, retired) VALUES"
                          " ('old', 'r1', x'01', 'i1', x'02', 10, 20),"
                          " ('present', 'r2', x'03', 'i2', x'04', 20, NULL)"));
    }

    const auto store = must(Store::open(temporary.path()));

    const auto present = must(store.read([](const View& view) { return view.find_authority(); }));
    ASSERT_TRUE(present);
    EXPECT_EQ(present->name, "present");
    EXPECT_EQ(present->activated, at(20));
    EXPECT_FALSE(must(store.read([](const View& view) { return view.find_next_authority(); })));
    const auto intermediates =
        must(store.read([](const View& view) { return view.intermediates(); }));
    ASSERT_EQ(intermediates.size(), 2U);
    EXPECT_EQ(intermediates[0].pem, "i2");
    EXPECT_EQ(intermediates[0].authority, present->id);
    EXPECT_EQ(intermediates[0].sealed_key, "\x04");
    EXPECT_TRUE(store.check_integrity());
}

}  // namespace
}  // namespace rhumb::storage
