#include "identity/sessions.h"

#include <atomic>
#include <thread>

#include "identity/example.h"
#include "storage/sessions.h"

namespace rhumb::identity {
namespace {

constexpr std::int64_t start = 1'000'000;

class SessionsOfBrowsers : public UsersAndRoles {
protected:
    SessionsOfBrowsers() { sessions_ = open(); }

    std::unique_ptr<Sessions> open() {
        auto opened = Sessions::open(*store_, clock_);
        EXPECT_TRUE(opened) << opened.error().message;
        return *std::move(opened);
    }
    Sessions::Begun begin(std::string_view user = "ann", std::string_view agent = "Firefox") {
        auto begun = sessions_->begin(user, "192.0.2.1", agent);
        EXPECT_TRUE(begun) << begun.error().message;
        return *std::move(begun);
    }

    std::unique_ptr<Sessions> sessions_;
};

TEST_F(SessionsOfBrowsers, AreFoundByTheirSecretAlone) {
    const auto begun = begin();
    EXPECT_EQ(begun.secret.size(), 43U);
    EXPECT_EQ(begun.session.id.size(), 16U);
    const auto found = sessions_->find(begun.secret);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->user, "ann");
    EXPECT_EQ(found->address, "192.0.2.1");
    EXPECT_EQ(found->agent, "Firefox");
    EXPECT_EQ(found->form_secret, begun.session.form_secret);
    EXPECT_EQ(sessions_->find(begun.session.id), nullptr);
    EXPECT_EQ(sessions_->find(begun.session.form_secret), nullptr);
    EXPECT_EQ(sessions_->find(""), nullptr);
    auto other = begun.secret;
    other.back() = other.back() == 'A' ? 'E' : 'A';
    EXPECT_EQ(sessions_->find(other), nullptr);
    EXPECT_EQ(sessions_->find(begun.secret + "A"), nullptr);
}

TEST_F(SessionsOfBrowsers, AreAllOfTheirOwn) {
    const auto one = begin();
    const auto other = begin();
    EXPECT_NE(one.secret, other.secret);
    EXPECT_NE(one.session.id, other.session.id);
    EXPECT_NE(one.session.form_secret, other.session.form_secret);
    EXPECT_NE(one.session.form_secret, one.secret);
}

TEST_F(SessionsOfBrowsers, AreKeptWithoutTheirSecret) {
    const auto begun = begin();
    const auto records =
        store_->read([](const storage::View& view) { return storage::sessions(view); }).value();
    ASSERT_EQ(records.size(), 1U);
    for (const auto& text : {records[0].id, records[0].secret, records[0].agent})
        EXPECT_EQ(text.find(begun.secret), std::string::npos);
    for (const auto& line : trail()) EXPECT_EQ(line.find(begun.secret), std::string::npos);
    EXPECT_EQ(trail().back(), "session.begun ann: " + begun.session.id);
}

TEST_F(SessionsOfBrowsers, EndWhenNobodyUsedThemForLong) {
    const auto begun = begin();
    clock_.set(start + 30 * 60 - 1);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
    clock_.set(start + 60 * 60 - 2);
    EXPECT_NE(sessions_->find(begun.secret), nullptr) << "its use counts";
    clock_.set(start + 90 * 60 - 2);
    EXPECT_EQ(sessions_->find(begun.secret), nullptr);
    EXPECT_TRUE(sessions_->list().empty());
}

TEST_F(SessionsOfBrowsers, EndAfterTheLongestTimeHoweverMuchTheyAreUsed) {
    const auto begun = begin();
    for (std::int64_t minutes = 0; minutes < 12 * 60; minutes += 20) {
        clock_.set(start + minutes * 60);
        EXPECT_NE(sessions_->find(begun.secret), nullptr) << minutes;
    }
    clock_.set(start + 12 * 3600);
    EXPECT_EQ(sessions_->find(begun.secret), nullptr);
}

TEST_F(SessionsOfBrowsers, TakeTheirTimesFromTheConfiguration) {
    const auto begun = begin();
    sessions_->set_limits({.idle = std::chrono::minutes{1}, .absolute = std::chrono::minutes{2}});
    clock_.set(start + 59);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
    clock_.set(start + 110);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
    clock_.set(start + 120);
    EXPECT_EQ(sessions_->find(begun.secret), nullptr);
}

TEST_F(SessionsOfBrowsers, OutliveTheServer) {
    const auto begun = begin();
    clock_.set(start + 20 * 60);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
    ASSERT_TRUE(sessions_->look_after());
    sessions_ = open();
    clock_.set(start + 45 * 60);
    const auto found = sessions_->find(begun.secret);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->form_secret, begun.session.form_secret);
}

TEST_F(SessionsOfBrowsers, AreEndedOneOrAll) {
    const auto one = begin();
    const auto other = begin();
    const auto bobs = begin("bob");
    ASSERT_TRUE(sessions_->end(one.session.id, actor_));
    EXPECT_EQ(sessions_->find(one.secret), nullptr);
    EXPECT_NE(sessions_->find(other.secret), nullptr);
    const auto again = sessions_->end(one.session.id, actor_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::not_found);
    EXPECT_EQ(sessions_->end_all_of("ANN", actor_).value(), 1U);
    EXPECT_EQ(sessions_->end_all_of("ann", actor_).value(), 0U);
    EXPECT_EQ(sessions_->find(other.secret), nullptr);
    EXPECT_NE(sessions_->find(bobs.secret), nullptr);
    EXPECT_EQ(trail().back(), "session.ended ann: all 1");
}

TEST_F(SessionsOfBrowsers, AreEndedByAnotherProcess) {
    const auto begun = begin();
    ASSERT_TRUE(open()->end(begun.session.id, actor_));
    EXPECT_NE(sessions_->find(begun.secret), nullptr) << "it is not known yet";
    ASSERT_TRUE(sessions_->reload());
    EXPECT_EQ(sessions_->find(begun.secret), nullptr);
}

TEST_F(SessionsOfBrowsers, KeepTheirUseWhenTheStoreIsReadAnew) {
    const auto begun = begin();
    clock_.set(start + 29 * 60);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
    ASSERT_TRUE(sessions_->reload());
    clock_.set(start + 50 * 60);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
    EXPECT_EQ(sessions_->list().front().last_used, clock_.now());
}

TEST_F(SessionsOfBrowsers, ThatAreOverAreRemovedFromTheStore) {
    begin();
    clock_.set(start + 3600);
    begin("bob");
    ASSERT_TRUE(sessions_->look_after());
    const auto records =
        store_->read([](const storage::View& view) { return storage::sessions(view); }).value();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].user, "bob");
}

TEST_F(SessionsOfBrowsers, AreNotWrittenWhenNobodyUsedThem) {
    begin();
    const auto before = store_->change_number().value();
    ASSERT_TRUE(sessions_->look_after());
    EXPECT_EQ(store_->change_number().value(), before);
}

TEST_F(SessionsOfBrowsers, AreAHundredOfAUserAtMost) {
    const auto first = begin();
    clock_.set(start + 1);
    std::string last;
    for (int i = 0; i < 100; ++i) last = begin().secret;
    EXPECT_EQ(sessions_->list("ann").size(), 100U);
    EXPECT_EQ(sessions_->find(first.secret), nullptr);
    EXPECT_NE(sessions_->find(last), nullptr);
}

TEST_F(SessionsOfBrowsers, SayWhatABrowserCallsItselfOnOneShortLine) {
    EXPECT_EQ(begin("ann", "a\r\nb\tc\x01").session.agent, "a  b c ");
    EXPECT_EQ(begin("ann", std::string(300, 'x')).session.agent, std::string(200, 'x'));
    EXPECT_EQ(begin("ann", std::string(199, 'x') + "\xc3\xa4").session.agent,
              std::string(199, 'x'));
    EXPECT_LT(begin("ann", "\xff\xfe").session.agent.size(), 3U);
}

TEST_F(SessionsOfBrowsers, OfTheFutureDoNotCountYet) {
    const auto begun = begin();
    clock_.set(start - 3600);
    EXPECT_EQ(sessions_->find(begun.secret), nullptr);
    clock_.set(start);
    EXPECT_NE(sessions_->find(begun.secret), nullptr);
}

TEST_F(SessionsOfBrowsers, AreSafeFromManyThreads) {
    const auto kept = begin("kept");
    std::atomic<bool> is_over{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            while (!is_over) EXPECT_NE(sessions_->find(kept.secret), nullptr);
        });
    std::thread reloader{[&] {
        while (!is_over) EXPECT_TRUE(sessions_->reload());
    }};
    for (int i = 0; i < 30; ++i) {
        const auto begun = begin();
        EXPECT_NE(sessions_->find(begun.secret), nullptr);
        EXPECT_TRUE(sessions_->end(begun.session.id, actor_));
        EXPECT_EQ(sessions_->find(begun.secret), nullptr);
    }
    is_over = true;
    for (auto& reader : readers) reader.join();
    reloader.join();
}

}  // namespace
}  // namespace rhumb::identity
