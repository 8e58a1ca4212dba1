#include "storage/known_people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing.h"

namespace rhumb::storage {
namespace {

using testing::at;
using testing::must;

KnownPersonRecord person(const std::string& name, const std::string& subject,
                         const std::string& provider = "county") {
    return {.provider = provider,
            .subject = subject,
            .name = name,
            .full_name = "Full " + name,
            .email = name + "@example.org",
            .roles = {"planners", "water, and more"},
            .created = at(10),
            .checked = at(20),
            .sealed = std::string{"se\0aled", 7}};
}

class KnownPeopleInAStore : public ::testing::Test {
protected:
    Result<Id> try_add(const KnownPersonRecord& record) {
        return store_.transact([&](Transaction& t) { return add_known_person(t, record); });
    }
    std::optional<KnownPersonRecord> find(std::string_view name,
                                          std::string_view provider = "county") {
        return must(
            store_.read([&](const View& view) { return find_known_person(view, provider, name); }));
    }
    std::optional<KnownPersonRecord> find_subject(std::string_view subject) {
        return must(store_.read(
            [&](const View& view) { return find_known_subject(view, "county", subject); }));
    }
    std::vector<std::string> names(const Page& page) {
        std::vector<std::string> found;
        for (const auto& one : must(
                 store_.read([&](const View& view) { return known_people(view, "county", page); })))
            found.push_back(one.name);
        return found;
    }

    testing::TemporaryDirectory directory_;
    Store store_ = must(Store::open(directory_.path()));
};

TEST_F(KnownPeopleInAStore, AreFoundByNameAndBySubject) {
    const auto id = must(try_add(person("ann", "248289761001")));
    const auto ann = find("ANN");
    ASSERT_TRUE(ann);
    EXPECT_EQ(ann->id, id);
    EXPECT_EQ(ann->name, "ann");
    EXPECT_EQ(ann->subject, "248289761001");
    EXPECT_EQ(ann->full_name, "Full ann");
    EXPECT_EQ(ann->email, "ann@example.org");
    EXPECT_EQ(ann->roles, (std::vector<std::string>{"planners", "water, and more"}));
    EXPECT_EQ(ann->created, at(10));
    EXPECT_EQ(ann->checked, at(20));
    EXPECT_FALSE(ann->ended);
    EXPECT_EQ(ann->sealed, (std::string{"se\0aled", 7}));
    EXPECT_EQ(find_subject("248289761001")->id, id);
    EXPECT_FALSE(find("ann", "town"));
}

TEST_F(KnownPeopleInAStore, HaveSubjectsThatAreComparedByteForByte) {
    must(try_add(person("ann", "abc")));
    EXPECT_FALSE(find_subject("ABC"));
    EXPECT_TRUE(try_add(person("bob", "ABC")));
}

TEST_F(KnownPeopleInAStore, HaveANameThatNobodyElseOfTheProviderGets) {
    must(try_add(person("ann", "1")));
    const auto same_name = try_add(person("ANN", "2"));
    ASSERT_FALSE(same_name);
    EXPECT_EQ(same_name.error().kind, ErrorKind::conflict);
    const auto same_subject = try_add(person("bob", "1"));
    ASSERT_FALSE(same_subject);
    EXPECT_EQ(same_subject.error().kind, ErrorKind::conflict);
    EXPECT_TRUE(try_add(person("ann", "1", "town")));
    must(try_add(person("bob", "2")));
    auto bob = *find("bob");
    bob.name = "Ann";
    const auto renamed =
        store_.transact([&](Transaction& t) { return update_known_person(t, bob); });
    ASSERT_FALSE(renamed);
    EXPECT_EQ(renamed.error().kind, ErrorKind::conflict);
}

TEST_F(KnownPeopleInAStore, AreChangedByWhatTheProviderSaysLater) {
    must(try_add(person("ann", "1")));
    auto ann = *find("ann");
    ann.name = "Ann";
    ann.full_name = "Ann O'Hara";
    ann.roles = {};
    ann.checked = at(30);
    ann.ended = at(31);
    ann.sealed = "";
    must(store_.transact([&](Transaction& t) { return update_known_person(t, ann); }));
    const auto now = *find("ann");
    EXPECT_EQ(now.name, "Ann");
    EXPECT_EQ(now.full_name, "Ann O'Hara");
    EXPECT_TRUE(now.roles.empty());
    EXPECT_EQ(now.checked, at(30));
    EXPECT_EQ(now.ended, at(31));
    EXPECT_EQ(now.created, at(10));
    EXPECT_EQ(now.sealed, "");
}

TEST_F(KnownPeopleInAStore, HaveRolesOfOneLine) {
    auto ann = person("ann", "1");
    ann.roles = {"plan\nners"};
    const auto added = try_add(ann);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ErrorKind::invalid);
}

TEST_F(KnownPeopleInAStore, ArePagedByName) {
    for (const auto* const name : {"eve", "Bob", "ann", "100%"}) must(try_add(person(name, name)));
    EXPECT_EQ(names({}), (std::vector<std::string>{"100%", "ann", "Bob", "eve"}));
    EXPECT_EQ(names({.after = "ANN", .count_max = 1}), (std::vector<std::string>{"Bob"}));
    EXPECT_EQ(names({.contains = "%"}), (std::vector<std::string>{"100%"}));
    EXPECT_EQ(names({.contains = "full b"}), (std::vector<std::string>{"Bob"}));
}

TEST_F(KnownPeopleInAStore, AreForgottenOne) {
    must(try_add(person("ann", "1")));
    const auto remove = [&] {
        return must(store_.transact(
            [](Transaction& t) { return remove_known_person(t, "county", "Ann"); }));
    };
    EXPECT_TRUE(remove());
    EXPECT_FALSE(remove());
    EXPECT_FALSE(find("ann"));
}

TEST_F(KnownPeopleInAStore, AreAmongWhatIsSealedWhereSomethingRenewsThem) {
    const auto id = must(try_add(person("ann", "1")));
    auto bob = person("bob", "2");
    bob.sealed = "";
    must(try_add(bob));
    const auto all = must(store_.read([](const View& view) { return view.sealed(); }));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().place, SealedPlace::known_person);
    EXPECT_EQ(all.front().id, id);
    EXPECT_EQ(all.front().name, "ann of county");
}

}  // namespace
}  // namespace rhumb::storage
