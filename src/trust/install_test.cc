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
    std::string name() const override { return "pretended"; }
    std::string location() const override { return "memory"; }
    Result<bool> has(const pki::Certificate& /*root*/) const override { return has_root; }
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
    found_.skipped.push_back({"nss", "somewhere", Outcome::skipped, "why", "how"});
    EXPECT_THAT(outcomes(install(root_, found_)), ElementsAre(Outcome::done, Outcome::skipped));
}

TEST(CheckRoot, TakesARootAndNothingElse) {
    const pki::ExampleAuthority authority;
    const auto leaf =
        *authority.try_issue({"localhost"}, *pki::Key::generate(pki::KeyType::ec_p256));

    EXPECT_TRUE(check_root(authority.root, pki::example_now));
    EXPECT_THAT(check_root(leaf, pki::example_now).error().message,
                HasSubstr("«CN=localhost» is no root"));
    EXPECT_THAT(check_root(authority.intermediate, pki::example_now).error().message,
                HasSubstr("rhumb ca export"));
    EXPECT_THAT(
        check_root(authority.root, pki::example_now + std::chrono::days{4000}).error().message,
        HasSubstr("has expired"));
}

TEST(FindStores, RefusesAnUnknownKind) {
    EXPECT_EQ(find_stores({}, "windows", false).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace rhumb::trust
