#include "trust/install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"
#include "trust/example.h"

namespace rhumb::trust {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A store in memory that does what it is told to.
class PretendedStore final : public ClientStore {
public:
    About about() const override { return {"pretended", Level::user, "memory"}; }
    Result<bool> has(const pki::Certificate& /*root*/) const override {
        if (blindness) return tl::unexpected(*blindness);
        return has_root;
    }
    Result<std::vector<pki::Certificate>> roots() const override {
        return std::vector<pki::Certificate>{};
    }
    Result<void> install(const pki::Certificate& /*root*/) override { return change(true); }
    Result<void> remove(const pki::Certificate& /*root*/) override { return change(false); }
    std::string command(const pki::Certificate& /*root*/, bool is_install) const override {
        return is_install ? "put it in" : "take it out";
    }

    Result<void> change(bool to) {
        if (refusal) return tl::unexpected(*refusal);
        if (!is_forgetful) has_root = to;
        return {};
    }

    bool has_root = false;
    bool is_forgetful = false;
    std::optional<Error> refusal;
    std::optional<Error> blindness;
};

class Install : public testing::Test {
protected:
    Install() {
        auto owned = std::make_unique<PretendedStore>();
        store_ = owned.get();
        found_.stores.push_back(std::move(owned));
    }

    const pki::Certificate root_ = pki::ExampleAuthority{}.root;
    Found found_;
    PretendedStore* store_ = nullptr;  // found_'s
};

TEST_F(Install, IsDoneOnceAndThenAlready) {
    EXPECT_THAT(outcomes(install(root_, found_)), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(install(root_, found_)), ElementsAre(Outcome::already));
    EXPECT_THAT(outcomes(status(root_, found_)), ElementsAre(Outcome::already));
    EXPECT_THAT(outcomes(uninstall(root_, found_)), ElementsAre(Outcome::done));
    EXPECT_THAT(outcomes(uninstall(root_, found_)), ElementsAre(Outcome::already));
    EXPECT_THAT(outcomes(status(root_, found_)), ElementsAre(Outcome::skipped));
}

TEST_F(Install, TellsTheCommandWhereItTakesAnotherUser) {
    store_->refusal = Error{ErrorKind::denied, "only the administrator may"};

    const auto reports = install(root_, found_);

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped));
    EXPECT_EQ(reports.front().detail, "only the administrator may");
    EXPECT_EQ(reports.front().command, "put it in");
}

TEST_F(Install, FailsWhenTheStoreDoesNotShowTheRootAfterwards) {
    store_->is_forgetful = true;

    const auto reports = install(root_, found_);

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::failed));
    EXPECT_THAT(reports.front().detail, HasSubstr("does not show it as trusted"));
}

TEST_F(Install, ReportsWhatWasSkippedWhenLooking) {
    found_.skipped.push_back({.store = {"nss", Level::user, "somewhere"},
                              .outcome = Outcome::skipped,
                              .detail = "why",
                              .command = "how"});
    EXPECT_THAT(outcomes(install(root_, found_)), ElementsAre(Outcome::done, Outcome::skipped));
}

TEST_F(Install, SkipsAStoreThatIsInUseWithoutACommandThatWouldMeetTheSame) {
    store_->refusal = Error{ErrorKind::unavailable, "firefox works on it"};

    const auto reports = install(root_, found_);

    ASSERT_THAT(outcomes(reports), ElementsAre(Outcome::skipped));
    EXPECT_EQ(reports.front().detail, "firefox works on it");
    EXPECT_EQ(reports.front().command, "");
}

TEST_F(Install, TellsTrustedFromNotTrustedAndFromUnknown) {
    EXPECT_EQ(status(root_, found_).front().is_trusted, false);
    store_->has_root = true;
    EXPECT_EQ(status(root_, found_).front().is_trusted, true);
    store_->blindness = Error{ErrorKind::denied, "it belongs to ann"};
    EXPECT_EQ(status(root_, found_).front().is_trusted, std::nullopt);
    EXPECT_EQ(status(root_, found_).front().detail, "it belongs to ann");
}

TEST(CheckRoot, TakesARootWithoutAWord) {
    const auto warnings = check_root(pki::ExampleAuthority{}.root, pki::example_now);
    ASSERT_TRUE(warnings) << warnings.error().message;
    EXPECT_THAT(*warnings, testing::IsEmpty());
}

TEST(CheckRoot, RefusesWhatOthersVouchForAndWhatHasExpired) {
    const pki::ExampleAuthority authority;
    const auto leaf =
        *authority.try_issue({"localhost"}, *pki::Key::generate(pki::KeyType::ec_p256));

    EXPECT_THAT(check_root(leaf, pki::example_now).error().message,
                HasSubstr("«CN=localhost» is no root"));
    EXPECT_THAT(check_root(authority.intermediate, pki::example_now).error().message,
                HasSubstr("rhumb ca export"));
    EXPECT_THAT(
        check_root(authority.root, pki::example_now + std::chrono::days{4000}).error().message,
        HasSubstr("has expired"));
}

TEST(CheckRoot, WarnsOfAServersOwnCertificateAndOfOneThatIsNotYetValid) {
    const auto own = self_signed({"maps.test"});
    const auto warned = check_root(own, pki::example_now);
    ASSERT_TRUE(warned) << warned.error().message;
    EXPECT_THAT(*warned, ElementsAre(HasSubstr("one server's own certificate")));

    const auto early =
        check_root(pki::ExampleAuthority{}.root, pki::example_now - std::chrono::days{4000});
    ASSERT_TRUE(early) << early.error().message;
    EXPECT_THAT(*early, ElementsAre(HasSubstr("not yet valid")));
}

TEST(FindStores, RefusesAnUnknownKind) {
    EXPECT_EQ(find_stores({}, {.kind = "windows"}).error().kind, ErrorKind::invalid);
}

TEST(FindStores, LooksAtOneLevelAloneWhenAsked) {
    const ScratchDirectory machine;
    std::filesystem::create_directories(machine.path() / "usr/local/share/ca-certificates");
    const Places places{.root = machine.path(), .home = machine.path()};

    const auto of_machine = *find_stores(places, {.level = Level::machine});
    const auto of_user = *find_stores(places, {.level = Level::user});

    ASSERT_EQ(of_machine.stores.size(), 1U);
    EXPECT_EQ(of_machine.stores.front()->about().kind, "system");
    EXPECT_THAT(of_user.stores, testing::IsEmpty());
    for (const auto& report : of_user.skipped) EXPECT_EQ(report.store.level, Level::user);
}

TEST(Level, IsReadAsItIsWritten) {
    EXPECT_EQ(parse_level(to_text(Level::user)), Level::user);
    EXPECT_EQ(parse_level(to_text(Level::machine)), Level::machine);
    EXPECT_EQ(parse_level("all"), std::nullopt);
}

}  // namespace
}  // namespace rhumb::trust
