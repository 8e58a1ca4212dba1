#pragma once
/// For tests: a store of their own with its users and roles, and a clock that is set by hand.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"

namespace rhumb::identity {

class SetClock final : public Clock {
public:
    Seconds now() const override { return Seconds{std::chrono::seconds{seconds_.load()}}; }
    void set(std::int64_t seconds) { seconds_ = seconds; }

private:
    std::atomic<std::int64_t> seconds_{1'000'000};
};

class UsersAndRoles : public ::testing::Test {
protected:
    static constexpr crypto::HashCost cheap{1, 8192};
    static constexpr std::string_view good = "correct horse";

    UsersAndRoles() {
        auto store = storage::Store::open(directory_.path);
        EXPECT_TRUE(store) << store.error().message;
        store_ = std::make_unique<storage::Store>(*std::move(store));
        auto users = EmbeddedUsers::open(*store_, clock_, cheap);
        EXPECT_TRUE(users) << users.error().message;
        users_ = *std::move(users);
        roles_ = std::make_unique<EmbeddedRoles>(*store_, clock_);
    }

    void add(const std::string& name, std::optional<std::string_view> password = good) {
        const auto added = users_->add({.name = name}, password, actor_);
        ASSERT_TRUE(added) << added.error().message;
    }
    void give(const std::string& role, const std::string& to) {
        const auto given = roles_->give(role, to_member(to).value(), actor_);
        ASSERT_TRUE(given) << given.error().message;
    }
    SignIn::Outcome sign_in(std::string_view name, std::string_view password = good) {
        const auto result = users_->sign_in(name, password);
        EXPECT_TRUE(result) << result.error().message;
        return result->outcome;
    }
    /// The audit trail, oldest first: "user.added ann".
    std::vector<std::string> trail() {
        std::vector<std::string> all;
        const auto events =
            store_->read([](const storage::View& view) { return view.events(1000); });
        for (const auto& event : *events)
            all.insert(all.begin(), fmt::format("{} {}{}{}", event.what, event.subject,
                                                event.detail.empty() ? "" : ": ", event.detail));
        return all;
    }

    struct Directory {
        Directory() {
            std::string pattern =
                (std::filesystem::temp_directory_path() / "rhumb-identity-XXXXXX").string();
            if (::mkdtemp(pattern.data()) == nullptr) std::abort();
            path = pattern;
        }
        Directory(const Directory&) = delete;
        Directory& operator=(const Directory&) = delete;
        ~Directory() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
        std::filesystem::path path;
    };

    Directory directory_;
    SetClock clock_;
    Actor actor_{"tester", "a test"};
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<EmbeddedUsers> users_;
    std::unique_ptr<EmbeddedRoles> roles_;
};

}  // namespace rhumb::identity
