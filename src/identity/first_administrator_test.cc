#include "identity/first_administrator.h"

#include "identity/administrators.h"
#include "identity/example.h"

namespace rhumb::identity {
namespace {

class TheFirstAdministrator : public UsersAndRoles {
protected:
    std::string make_code() {
        auto code = make_first_code(*store_, clock_.now(), actor_);
        EXPECT_TRUE(code) << code.error().message;
        return code.value_or("");
    }
    Result<void> use(std::string_view code, std::string_view name = "ann",
                     std::string_view password = good) {
        return add_first_administrator(people_, locals_, *store_, clock_.now(),
                                       {.code = code, .name = name, .password = password},
                                       "192.0.2.1");
    }
    bool is_wanted() { return wants_first_administrator(*store_, clock_.now()).value(); }
    void go_on(std::int64_t seconds) {
        clock_.set(clock_.now().time_since_epoch().count() + seconds);
    }

    People people_{*users_, *roles_, clock_};
    LocalAdministrators locals_{*users_, *roles_};
};

TEST_F(TheFirstAdministrator, IsMadeByTheCodeOnce) {
    EXPECT_TRUE(is_wanted());
    const auto code = make_code();
    EXPECT_TRUE(has_first_code(*store_, clock_.now()).value());
    const auto made = use(code);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_FALSE(is_wanted());
    EXPECT_EQ(people_.load("ann").value()->privilege, Privilege::administer);
    EXPECT_EQ(sign_in("ann"), SignIn::Outcome::accepted);
    EXPECT_FALSE(has_first_code(*store_, clock_.now()).value());
    const auto again = use(code, "eve");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::denied);
    EXPECT_EQ(trail().back(), "first-administrator.added ann");
}

TEST_F(TheFirstAdministrator, TypesTheCodeAsPeopleDo) {
    auto code = make_code();
    for (auto& c : code)
        if (c == '-') c = ' ';
    ASSERT_TRUE(use("  " + code));
}

TEST_F(TheFirstAdministrator, IsNotMadeByAWrongCode) {
    const auto code = make_code();
    for (const std::string& wrong : {std::string{}, std::string{"aaaa-bbbb"}, code + "0",
                                     code.substr(0, code.size() - 1), std::string(5000, 'a')}) {
        const auto made = use(wrong);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, ErrorKind::denied);
        EXPECT_EQ(made.error().message.find(code), std::string::npos);
    }
    EXPECT_TRUE(use(code));
}

TEST_F(TheFirstAdministrator, IsMadeByTheLatestCodeWithinADay) {
    const auto first = make_code();
    const auto second = make_code();
    EXPECT_FALSE(use(first));
    go_on(24 * 3600);
    EXPECT_FALSE(has_first_code(*store_, clock_.now()).value());
    EXPECT_FALSE(use(second));
    go_on(-48 * 3600);
    EXPECT_FALSE(use(second)) << "nor by setting the clock back";
}

TEST_F(TheFirstAdministrator, KeepsTheCodeWhenSomethingElseIsWrong) {
    const auto code = make_code();
    add("bob");
    EXPECT_EQ(use(code, "ann", "short").error().kind, ErrorKind::invalid);
    EXPECT_EQ(use(code, "a/b").error().kind, ErrorKind::invalid);
    EXPECT_EQ(use(code, "bob").error().kind, ErrorKind::conflict);
    EXPECT_TRUE(use(code));
}

TEST_F(TheFirstAdministrator, IsNotAskedForWhileThereIsOne) {
    const auto code = make_code();
    add("root");
    give("administrators", "user:root");
    EXPECT_FALSE(is_wanted());
    EXPECT_FALSE(has_first_code(*store_, clock_.now()).value());
    EXPECT_FALSE(use(code));
    const auto another = make_first_code(*store_, clock_.now(), actor_);
    ASSERT_FALSE(another);
    EXPECT_EQ(another.error().kind, ErrorKind::conflict);
}

TEST_F(TheFirstAdministrator, GetsARoleThatMayAdministerWhateverItIsCalled) {
    ASSERT_TRUE(roles_->update("administrators",
                               {.name = "chiefs", .privilege = Privilege::administer}, actor_));
    ASSERT_TRUE(use(make_code()));
    EXPECT_EQ(people_.load("ann").value()->roles, std::vector<std::string>{"chiefs"});
}

TEST_F(TheFirstAdministrator, IsToldWhenNoRoleMayAdminister) {
    ASSERT_TRUE(roles_->remove("administrators", actor_));
    const auto code = make_code();
    const auto made = use(code);
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("rhumb role add"), std::string::npos);
    EXPECT_FALSE(users_->find("ann").value()) << "half of it";
    EXPECT_TRUE(has_first_code(*store_, clock_.now()).value());
}

TEST_F(TheFirstAdministrator, HasACodeThatIsKeptAsADigestAlone) {
    const auto code = make_code();
    for (const auto& line : trail()) EXPECT_EQ(line.find(code), std::string::npos);
    const auto kept = store_->read(
        [](const storage::View& view) { return view.find_setting("first-administrator"); });
    EXPECT_EQ(kept.value().value().find(code), std::string::npos);
}

}  // namespace
}  // namespace rhumb::identity
