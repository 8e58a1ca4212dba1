#include "certs/revocation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority_issue.h"
#include "certs/authority_rotation.h"
#include "certs/example.h"
#include "certs/removal.h"
#include "certs/renewal.h"
#include "certs/revocation_lists.h"
#include "certs/self_sign.h"
#include "pki/validate.h"

namespace rhumb::certs {
namespace {

using pki::RevocationReason;
using std::chrono::days;
using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Revoking : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(
            prepare(example_.store, example_.seal, example_machine(), example_now, example_actor));
        issue("gis");
    }
    void issue(const std::string& name, Seconds now = example_now) {
        IssueOrder order;
        order.names = *pki::parse_names(std::vector<std::string>{name + ".local"});
        order.name = name;
        order.now = now;
        const auto issued = issue_certificate(example_.store, example_.seal, order, example_actor);
        ASSERT_TRUE(issued) << issued.error().message;
    }
    Result<Revocation> revoke(RevocationOrder order) {
        if (order.now == Seconds{}) order.now = example_now + days{1};
        return certs::revoke(example_.store, example_.seal, order, example_actor);
    }
    static RevocationOrder gis(RevocationReason reason = RevocationReason::superseded) {
        RevocationOrder order;
        order.name = "gis";
        order.reason = reason;
        return order;
    }
    Entry entry(const std::string& name) const { return *inventory_.get(name); }
    Authority authority() const { return **Authority::find(example_.store); }
    /// The list of `signer`, as it is served.
    pki::Crl list_of(const pki::Certificate& signer) const {
        for (const auto& list : value_of(current_crls(example_.store)))
            if (list.path == *crl_path(signer)) return *pki::Crl::from_der(list.der);
        ADD_FAILURE() << "no list of " << signer.subject();
        std::abort();
    }
    /// What a client says that heeds lists.
    std::string judged(const pki::Chain& chain, Seconds now) const {
        pki::Validation validation;
        validation.roots = {authority().root()};
        const auto& all = chain.certificates();
        validation.intermediates.assign(all.begin() + 1, all.end());
        validation.now = now;
        for (const auto& list : value_of(current_crls(example_.store)))
            validation.crls.push_back(value_of(pki::Crl::from_der(list.der)));
        const auto path = pki::validate(chain.leaf(), validation);
        return path ? "good" : std::string{path.error().id} + ": " + path.error().sentence;
    }

    ExampleStore example_;
    Inventory inventory_{example_.store, example_.seal};
};

TEST_F(Revoking, PutsACertificateOnTheListAndAnotherInItsPlace) {
    const auto old = *entry("gis").chain;
    EXPECT_EQ(judged(old, example_now + hours{1}), "good");

    const auto revocation = revoke(gis());

    ASSERT_TRUE(revocation) << revocation.error().message;
    ASSERT_EQ(revocation->revoked.size(), 1U);
    EXPECT_EQ(revocation->revoked[0].serial, old.leaf().serial());
    ASSERT_TRUE(revocation->change);
    const auto fresh = entry("gis");
    EXPECT_EQ(fresh.record.id, revocation->change->added);
    EXPECT_NE(fresh.chain->leaf(), old.leaf());
    EXPECT_EQ(fresh.record.names, std::vector<std::string>{"gis.local"});
    const auto list = list_of(authority().intermediate());
    ASSERT_TRUE(list.find(old.leaf().serial()));
    EXPECT_EQ(list.find(old.leaf().serial())->reason, RevocationReason::superseded);
    EXPECT_EQ(list.find(old.leaf().serial())->when, example_now + days{1});
    EXPECT_TRUE(list.is_signed_by(authority().intermediate()));
    EXPECT_THAT(judged(old, example_now + days{1}), HasSubstr("revoked"));
    EXPECT_EQ(judged(*fresh.chain, example_now + days{1}), "good");
    EXPECT_THAT(example_.events(), Contains("certificate.revoked gis"));
}

TEST_F(Revoking, HappensOnce) {
    const auto serial = entry("gis").chain->leaf().serial();
    ASSERT_TRUE(revoke(gis()));
    RevocationOrder again;
    again.serial = serial;
    const auto refused = revoke(again);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("already: superseded"));
}

TEST_F(Revoking, TakesOutOfUseWithoutAnotherWhereThatIsWanted) {
    auto order = gis(RevocationReason::cessation_of_operation);
    order.replaces = false;

    const auto revocation = revoke(order);

    ASSERT_TRUE(revocation) << revocation.error().message;
    EXPECT_FALSE(revocation->change->added);
    EXPECT_FALSE(inventory_.get("gis"));
    EXPECT_THAT(example_.events(), Contains("certificate.archived gis"));
}

TEST_F(Revoking, DestroysAKeyThatSomebodyElseHas) {
    const auto id = entry("gis").record.id;

    const auto revocation = revoke(gis(RevocationReason::key_compromise));

    ASSERT_TRUE(revocation) << revocation.error().message;
    EXPECT_THAT(revocation->notes, Contains(HasSubstr("destroyed")));
    const auto record =
        *example_.store.read([&](const storage::View& view) { return view.get_certificate(id); });
    EXPECT_EQ(record.sealed_key, "");
    EXPECT_TRUE(inventory_.open_key(entry("gis"))) << "the new one has a key of its own";
}

TEST_F(Revoking, KeepsWhatIsRevokedFromComingBack) {
    const auto revocation = revoke(gis());
    ASSERT_TRUE(revocation && revocation->change);

    const auto undone = undo(example_.store, *revocation->change, "was not seen", example_actor,
                             example_now + days{1});
    EXPECT_THAT(undone.error().message, HasSubstr("never comes back into use"));
    EXPECT_EQ(entry("gis").record.id, revocation->change->added);
    const auto restored =
        restore(example_.store, {.name = "gis"}, true, example_actor, example_now + days{1});
    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().message, HasSubstr("superseded"));
}

TEST_F(Revoking, ReachesWhatIsArchivedByItsSerialNumber) {
    const auto old = *entry("gis").chain;
    ASSERT_TRUE(Renewal(example_.store, example_.seal, example_actor)
                    .renew_now("gis", example_machine(), example_now));
    const auto present = entry("gis").record.id;
    RevocationOrder order;
    order.serial = "00ff";
    EXPECT_EQ(revoke(order).error().kind, ErrorKind::not_found);
    order.serial.clear();
    for (const char c : old.leaf().serial())  // as other programs show it
        order.serial += fmt::format("{}{}", order.serial.size() % 3 == 2 ? ":" : "",
                                    static_cast<char>(std::toupper(c)));

    const auto revocation = revoke(order);

    ASSERT_TRUE(revocation) << revocation.error().message;
    EXPECT_FALSE(revocation->change);
    EXPECT_EQ(entry("gis").record.id, present) << "the one in use is another, and stays";
    EXPECT_THAT(judged(old, example_now + days{1}), HasSubstr("revoked"));
}

TEST_F(Revoking, SaysWhoMustRevokeWhatIsNotOurs) {
    SelfSignOrder self_signed;
    self_signed.names = *pki::parse_names(std::vector<std::string>{"lone.test"});
    self_signed.name = "lone";
    self_signed.now = example_now;
    ASSERT_TRUE(self_sign(example_.store, example_.seal, self_signed, example_actor));
    RevocationOrder order;
    order.name = "lone";
    EXPECT_THAT(revoke(order).error().message, HasSubstr("self-signed: nobody can revoke it"));

    ExampleStore other;
    const auto theirs = *Authority::create(
        other.store, other.seal, {.host = "x", .permitted = {}, .now = example_now}, example_actor);
    Order wanted;
    wanted.names = *pki::parse_names(std::vector<std::string>{"theirs.test"});
    auto issued = *theirs.issue(other.seal, wanted, example_now);
    ASSERT_TRUE(inventory_.add({.name = "theirs",
                                .origin = storage::Origin::import,
                                .chain = issued.chain,
                                .key = issued.key},
                               example_actor, example_now));
    order.name = "theirs";
    const auto refused = revoke(order);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("Rhumb local issuer x"));
    EXPECT_THAT(refused.error().message, HasSubstr("only that authority can revoke it"));
    order.name = "none";
    EXPECT_EQ(revoke(order).error().kind, ErrorKind::not_found);
}

TEST_F(Revoking, RefusesReasonsThatAreNoneAndWhatHasExpired) {
    for (const auto reason : {RevocationReason::certificate_hold, RevocationReason::remove_from_crl,
                              RevocationReason::ca_compromise})
        EXPECT_EQ(revoke(gis(reason)).error().kind, ErrorKind::invalid);
    auto late = gis();
    late.now = example_now + days{91};
    EXPECT_THAT(revoke(late).error().message, HasSubstr("expired"));
    EXPECT_THAT(*revocations(example_.store), IsEmpty());
}

TEST_F(Revoking, ChangesNothingWhenNoOtherCanTakeItsPlace) {
    const ExampleStore other;  // for its master key
    auto order = gis();
    order.now = example_now + days{1};

    const auto refused = certs::revoke(example_.store, other.seal, order, example_actor);

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("nothing was revoked"));
    EXPECT_THAT(*revocations(example_.store), IsEmpty());
    EXPECT_TRUE(inventory_.get("gis"));
}

TEST_F(Revoking, OfAUserTakesAllOfHisCertificates) {
    ClientIssueOrder client;
    client.user = "ann";
    client.now = example_now;
    ASSERT_TRUE(issue_client_certificate(example_.store, example_.seal, client, example_actor));
    client.keeps_key = true;
    ASSERT_TRUE(issue_client_certificate(example_.store, example_.seal, client, example_actor));
    client.user = "bob";
    ASSERT_TRUE(issue_client_certificate(example_.store, example_.seal, client, example_actor));
    RevocationOrder order;
    order.name = "ann";
    order.is_client = true;
    order.reason = RevocationReason::key_compromise;

    const auto revocation = revoke(order);

    ASSERT_TRUE(revocation) << revocation.error().message;
    EXPECT_EQ(revocation->revoked.size(), 2U);
    for (const auto& one : value_of(client_certificates(example_.store))) {
        EXPECT_EQ(one.revocation.has_value(), one.record.user == "ann");
        if (one.record.user != "ann") continue;
        EXPECT_FALSE(open_client_key(example_.seal, one));
    }
    EXPECT_EQ(revoke(order).error().kind, ErrorKind::conflict);
    order.name = "carl";
    EXPECT_EQ(revoke(order).error().kind, ErrorKind::not_found);
}

TEST_F(Revoking, AnIntermediateReplacesAllBelowIt) {
    const auto old = authority().intermediate();
    const auto before = *entry("gis").chain;

    const auto revocation =
        revoke_intermediate(example_.store, example_.seal, RevocationReason::ca_compromise,
                            example_now + days{1}, example_actor);

    ASSERT_TRUE(revocation) << revocation.error().message;
    EXPECT_NE(authority().intermediate(), old);
    const auto list = list_of(authority().root());
    ASSERT_TRUE(list.find(old.serial()));
    EXPECT_TRUE(list.is_signed_by(authority().root()));
    EXPECT_THAT(judged(before, example_now + days{1}), HasSubstr("revoked"));
    EXPECT_TRUE(*example_.store.read(
        [&](const storage::View& view) { return find_revocation(view, before); }));
    Renewal renewal{example_.store, example_.seal, example_actor};
    const auto report = renewal.run_once(example_machine(), example_now + days{1});
    EXPECT_THAT(report->renewed, ElementsAre("auto", "gis"));
    EXPECT_EQ(judged(*entry("gis").chain, example_now + days{1}), "good");
}

class Lists : public Revoking {
protected:
    std::size_t refresh(Seconds now) {
        const auto report = refresh_crls(example_.store, example_.seal, now);
        EXPECT_TRUE(report) << report.error().message;
        EXPECT_THAT(report->failures, IsEmpty());
        return report->made;
    }
};

TEST_F(Lists, AreMadeOfRootAndIntermediateAndAgainWhenHalfOver) {
    EXPECT_EQ(refresh(example_now), 0U) << "the first start made them";
    const auto first = list_of(authority().intermediate());
    EXPECT_EQ(first.number(), "01");
    EXPECT_EQ(first.next_update(), example_now + crl_lifetime);
    EXPECT_EQ(list_of(authority().root()).next_update(), example_now + root_crl_lifetime);

    EXPECT_EQ(refresh(example_now + days{3}), 0U);
    EXPECT_EQ(refresh(example_now + days{4}), 1U);
    EXPECT_EQ(refresh(example_now + days{4}), 0U);
    EXPECT_EQ(list_of(authority().intermediate()).number(), "02");
    EXPECT_EQ(list_of(authority().root()).number(), "01");
    EXPECT_EQ(refresh(example_now + days{46}), 2U);
}

TEST_F(Lists, AreMadeAnewWhenTheClockWasWrong) {
    ASSERT_EQ(refresh(example_now + days{300}), 2U);
    EXPECT_EQ(refresh(example_now + days{200}), 2U) << "those of the future help nobody";
    EXPECT_TRUE(list_of(authority().intermediate()).is_current_at(example_now + days{200}));
}

TEST_F(Lists, GoOnForRetiredSignersUntilTheyEnd) {
    const auto old = authority();
    auto order = gis();
    order.now = example_now + days{1};
    const auto serial = entry("gis").chain->leaf().serial();
    ASSERT_TRUE(revoke(order));
    const auto rotated = example_now + days{10};
    ASSERT_TRUE(rotate_root(example_.store, example_.seal,
                            {.host = "chart-room", .permitted = {}, .now = rotated},
                            {Activation::Kind::at_once}, example_actor));

    refresh(rotated);
    EXPECT_TRUE(list_of(authority().intermediate()).is_current_at(rotated));
    refresh(rotated + days{60});
    EXPECT_TRUE(list_of(old.intermediate()).is_current_at(rotated + days{60}));
    EXPECT_TRUE(list_of(old.intermediate()).find(serial));
    EXPECT_TRUE(list_of(old.root()).is_current_at(rotated + days{60}));
    refresh(rotated + days{200});
    EXPECT_TRUE(list_of(old.intermediate()).is_current_at(rotated + days{200}));
    EXPECT_FALSE(list_of(old.intermediate()).find(serial)) << "long expired: nobody asks";
    const auto before = list_of(old.intermediate()).number();
    refresh(example_now + days{735});
    EXPECT_EQ(list_of(old.intermediate()).number(), before) << "it has ended itself";
}

TEST_F(Lists, SayWhichSignerHasNoneAndGoOn) {
    const ExampleStore other;  // for its master key
    const auto report = refresh_crls(example_.store, other.seal, example_now + days{5});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->made, 0U);
    EXPECT_THAT(report->failures, ElementsAre(HasSubstr("put back the master key")));
}

}  // namespace
}  // namespace rhumb::certs
