#include "certs/key_rotation.h"

#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/files.h"
#include "base/text.h"
#include "certs/authority_issue.h"
#include "certs/example.h"
#include "certs/requests.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A data directory with its key file, and one of each thing that is sealed.
class ChangingTheMasterKey : public testing::Test {
protected:
    void SetUp() override {
        const auto seal = *open_seal(store(), place_);
        ASSERT_TRUE(prepare(store(), seal, example_machine(), example_now, example_actor));
        ASSERT_TRUE((*Authority::find(store()))
                        ->renew_intermediate(store(), seal, example_now, example_actor));
        ClientIssueOrder client;
        client.user = "ann";
        client.keeps_key = true;
        client.now = example_now;
        ASSERT_TRUE(issue_client_certificate(store(), seal, client, example_actor));
        RequestOrder request;
        request.names = *pki::parse_names(std::vector<std::string>{"gis.example.org"});
        ASSERT_TRUE(Requests(store(), seal).create(request, example_actor, example_now));
    }
    storage::Store& store() { return example_.store; }
    Result<KeyRotation> rotate(const KeyRotationStep& step = {}, bool accepts_loss = false) {
        return rotate_master_key(store(), place_, accepts_loss, example_actor, example_now, step);
    }
    /// Opens all that is sealed, and seals something new.
    void expect_all_opens(const crypto::Seal& seal) {
        const Inventory inventory{store(), seal};
        for (const auto& entry : value_of(inventory.list(true)))
            EXPECT_TRUE(inventory.open_key(entry)) << entry.record.name;
        for (const auto& client : value_of(client_certificates(store())))
            EXPECT_TRUE(open_client_key(seal, client));
        Requests requests{store(), seal};
        for (const auto& request : value_of(requests.list()))
            EXPECT_TRUE(requests.open_key(request));
        const auto authority = **Authority::find(store());
        const auto issued =
            Renewal(store(), seal, example_actor).renew_now("auto", example_machine(), example_now);
        EXPECT_TRUE(issued) << issued.error().message;
        EXPECT_TRUE(authority.renew_intermediate(store(), seal, example_now, example_actor));
        for (const auto& record :
             value_of(store().read([](const storage::View& view) { return view.sealed(); })))
            EXPECT_EQ(crypto::Seal::key_id_of(record.blob), seal.key_id());
    }
    bool has_next_file() const {
        return std::filesystem::exists(place_.directory / "master.key.next");
    }

    ExampleStore example_;
    crypto::MasterKeyPlace place_{example_.store.directory(), {}};
};

TEST_F(ChangingTheMasterKey, SealsAllAnew) {
    const auto before = *open_seal(store(), place_);

    const auto rotation = rotate();

    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_EQ(rotation->old_id, before.key_id());
    EXPECT_NE(rotation->new_id, before.key_id());
    EXPECT_EQ(rotation->resealed, 6U)
        << "a root, two intermediates, a certificate, a client's, a request";
    EXPECT_THAT(rotation->left, IsEmpty());
    EXPECT_EQ(rotation->remedy, "");
    EXPECT_FALSE(has_next_file());
    const auto after = *open_seal(store(), place_);
    EXPECT_EQ(after.key_id(), rotation->new_id);
    expect_all_opens(after);
    EXPECT_THAT(example_.events(), testing::Contains("master-key.changed " + rotation->new_id));
    EXPECT_FALSE(Inventory(store(), before).open_key(*Inventory(store(), before).get("auto")));
}

TEST_F(ChangingTheMasterKey, MayBeDoneAgainAndAgain) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(rotate());
    expect_all_opens(*open_seal(store(), place_));
}

/// Ends a child process at that step, as a power cut would.
class Interrupted : public ChangingTheMasterKey, public testing::WithParamInterface<const char*> {};

TEST_P(Interrupted, LeavesAllOpenAndIsFinishedLater) {
    const auto before = open_seal(store(), place_)->key_id();
    const auto directory = store().directory();
    const pid_t child = ::fork();
    if (child == 0) {
        auto own = storage::Store::open(directory);
        if (!own) ::_exit(2);
        (void)rotate_master_key(*own, place_, false, example_actor, example_now,
                                [](std::string_view done) {
                                    if (done == GetParam()) ::_exit(0);
                                });
        ::_exit(3);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;

    const auto seal = open_seal(store(), place_);
    ASSERT_TRUE(seal) << seal.error().message;
    const bool is_done = std::string_view{GetParam()} != "next key written";
    EXPECT_EQ(seal->key_id() != before, is_done);
    expect_all_opens(*seal);
    EXPECT_EQ(has_next_file(), !is_done) << "both keys while the store is under the old one";

    ASSERT_TRUE(rotate());
    EXPECT_FALSE(has_next_file());
    expect_all_opens(*open_seal(store(), place_));
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, Interrupted,
                         testing::Values("next key written", "store sealed anew",
                                         "key file swapped"));

TEST_F(ChangingTheMasterKey, ReachesProgramsThatRunOn) {
    auto running = *open_seal(store(), place_);
    const auto before = running.key_id();
    ASSERT_TRUE(refresh_seal(store(), place_, running));
    EXPECT_EQ(running.key_id(), before);
    ASSERT_TRUE(rotate());

    const auto late =
        Renewal(store(), running, example_actor).renew_now("auto", example_machine(), example_now);
    ASSERT_FALSE(late) << "nothing comes in under the old key";

    ASSERT_TRUE(refresh_seal(store(), place_, running));
    EXPECT_NE(running.key_id(), before);
    expect_all_opens(running);
}

TEST_F(ChangingTheMasterKey, ChangesNothingWhenSomethingInUseDoesNotOpen) {
    const ExampleStore other;  // for its master key
    ASSERT_TRUE(Requests(store(), other.seal)
                    .create({.names = *pki::parse_names(std::vector<std::string>{"b.test"})},
                            example_actor, example_now));
    const auto before = open_seal(store(), place_)->key_id();

    const auto refused = rotate();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("the request «b.test»"));
    EXPECT_EQ(open_seal(store(), place_)->key_id(), before);
    const auto accepted = rotate({}, true);
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_THAT(accepted->left, ElementsAre(HasSubstr("the request «b.test»")));
}

TEST_F(ChangingTheMasterKey, IsTheWayOnAfterTheKeyWasLost) {
    ASSERT_TRUE(rotate());
    std::filesystem::remove(place_.directory / "master.key");

    const auto seal = open_seal(store(), place_);
    ASSERT_FALSE(seal);
    EXPECT_THAT(seal.error().message, HasSubstr("rhumb keys rotate --accept-loss"));
    EXPECT_FALSE(rotate());
    const auto rotation = rotate({}, true);
    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_EQ(rotation->left.size(), 6U);
    EXPECT_TRUE(open_seal(store(), place_));
}

TEST_F(ChangingTheMasterKey, WithACredentialTakesTheSecondOne) {
    const auto credential = place_.directory / "rhumb.master-key";
    std::filesystem::rename(place_.directory / "master.key", credential);
    place_.credential = credential;
    EXPECT_THAT(rotate().error().message, HasSubstr("rhumb.master-key.next"));
    const auto next = *crypto::random_secret(crypto::Seal::key_size);
    ASSERT_TRUE(
        write_file_atomically(credential.string() + ".next", text::to_hex(next.view()), 0400));

    const auto rotation = rotate();

    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_THAT(rotation->remedy, HasSubstr("let the credential rhumb.master-key"));
    expect_all_opens(*open_seal(store(), place_));
    // As systemd will have it after the change of the unit.
    std::filesystem::rename(credential.string() + ".next", credential);
    expect_all_opens(*open_seal(store(), place_));
}

TEST_F(ChangingTheMasterKey, IsNotWhatALostKeyGets) {
    const auto key = place_.directory / "master.key";
    std::filesystem::rename(key, place_.directory / "lost");

    const auto refused = open_seal(store(), place_);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("master.key"));
    EXPECT_FALSE(std::filesystem::exists(key));

    // As an interrupted restore leaves it.
    std::filesystem::rename(place_.directory / "lost", place_.directory / "master.key.next");
    expect_all_opens(*open_seal(store(), place_));
    EXPECT_TRUE(std::filesystem::exists(key));
}

}  // namespace
}  // namespace rhumb::certs
