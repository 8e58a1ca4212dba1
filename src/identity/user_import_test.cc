#include "identity/user_import.h"

#include <gmock/gmock.h>

#include "identity/example.h"

namespace rhumb::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Act = ImportPlan::Act;

class ImportOfUsers : public UsersAndRoles {
protected:
    std::vector<ImportedUser> read(std::string_view csv) {
        auto table = read_user_table(csv);
        EXPECT_TRUE(table) << table.error().message;
        return table ? std::move(table->rows) : std::vector<ImportedUser>{};
    }
    ImportPlan import(std::string_view csv, bool changes_known = false) {
        const auto rows = read(csv);
        auto plan = plan_import(rows, *users_, *roles_, {.changes_known = changes_known});
        EXPECT_TRUE(plan) << plan.error().message;
        const auto done =
            carry_out_import(rows, *plan, *users_, *roles_, actor_, [](std::size_t) {});
        EXPECT_TRUE(done) << done.error().message;
        return *plan;
    }
    static std::vector<Act> acts(const ImportPlan& plan) {
        std::vector<Act> all;
        for (const auto& step : plan.steps) all.push_back(step.act);
        return all;
    }
};

TEST_F(ImportOfUsers, TakesAllThatATableHas) {
    import(
        "Name,Full Name,E-Mail,Description,Roles,Password,Disabled,Expires\n"
        "ann,Ann O'Hara,ann@example.org,draws,publishers|administrators,correct horse,no,\n"
        "bob,,,,\"publishers, administrators\",,yes,1970-01-12\n");
    const auto ann = users_->find("ann")->value();
    EXPECT_EQ(ann.full_name, "Ann O'Hara");
    EXPECT_EQ(ann.email, "ann@example.org");
    EXPECT_EQ(ann.description, "draws");
    EXPECT_TRUE(ann.is_active(clock_.now()));
    EXPECT_EQ(sign_in("ann"), SignIn::Outcome::accepted);
    EXPECT_THAT(roles_->standing("ann")->roles, ElementsAre("administrators", "publishers"));
    const auto bob = users_->find("bob")->value();
    EXPECT_FALSE(bob.has_password);
    EXPECT_TRUE(bob.disabled);
    EXPECT_EQ(bob.expires, Seconds{std::chrono::days{12}}) << "the end of that day";
    EXPECT_THAT(roles_->standing("bob")->roles, ElementsAre("administrators", "publishers"));
}

TEST_F(ImportOfUsers, LeavesThoseWhoAreThereUnlessToldToChangeThem) {
    add("ann");
    const auto* const table = "name,email,roles\nANN,ann@example.org,publishers\nbob,,\n";
    EXPECT_THAT(acts(import(table)), ElementsAre(Act::leave, Act::add));
    EXPECT_EQ(users_->find("ann")->value().email, "");

    const auto plan = import(table, true);
    EXPECT_THAT(acts(plan), ElementsAre(Act::change, Act::leave));
    EXPECT_EQ(plan.steps[0].detail, "e-mail; roles: publishers");
    const auto ann = users_->find("ann")->value();
    EXPECT_EQ(ann.name, "ann");
    EXPECT_EQ(ann.email, "ann@example.org");
    EXPECT_EQ(sign_in("ann"), SignIn::Outcome::accepted) << "no password in the table";
    EXPECT_THAT(roles_->standing("ann")->roles, ElementsAre("publishers"));
    EXPECT_THAT(acts(import(table, true)), ElementsAre(Act::leave, Act::leave));
}

TEST_F(ImportOfUsers, DoesNothingWhileThereIsAFault) {
    const auto rows = read("name,roles\nann,publishers\nbob,nowhere\n");
    const auto plan = plan_import(rows, *users_, *roles_, {});
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->faults.size(), 1U);
    EXPECT_THAT(plan->faults[0], HasSubstr("line 3: there is no role «nowhere»"));
    EXPECT_FALSE(carry_out_import(rows, *plan, *users_, *roles_, actor_, [](std::size_t) {}));
    EXPECT_TRUE(users_->list({})->empty());
}

TEST(TablesOfUsers, SayAllTheirFaultsWithTheirLines) {
    const auto rows = read_user_table(
        "name,password,disabled,expires\n"
        "a:b,,,\n"
        "ann,short,,\n"
        "bob,,perhaps,\n"
        "cy,,,2027-02-30\n"
        "dora,,,,,\n"
        "eve,,,\n"
        "EVE,,,\n"
        ",,,\n");
    ASSERT_FALSE(rows);
    for (const auto* part :
         {"line 2: the name «a:b»", "line 3: the password is shorter", "line 4: «perhaps»",
          "line 5: «2027-02-30»", "line 6: 6 fields for 4 columns", "line 8: the user «EVE»",
          "line 9: the name of a user is empty"})
        EXPECT_THAT(rows.error().message, HasSubstr(part));
}

TEST(TablesOfUsers, HaveColumnsThatAreKnownAndOnce) {
    for (const auto& [table, fault] : {std::pair{"", "empty"},
                                       {"name,shoe\n", "«shoe»"},
                                       {"email\nx\n", "no column «name»"},
                                       {"name,Na me\n", "twice"}}) {
        const auto rows = read_user_table(table);
        ASSERT_FALSE(rows) << table;
        EXPECT_THAT(rows.error().message, HasSubstr(fault));
    }
    EXPECT_TRUE(read_user_table("name\n")->rows.empty());
}

}  // namespace
}  // namespace rhumb::identity
