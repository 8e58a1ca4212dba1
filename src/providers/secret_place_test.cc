#include "providers/secret_place.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "providers/secrets.h"
#include "storage/testing.h"

namespace rhumb::providers {
namespace {

using storage::testing::at;
using storage::testing::must;
using ::testing::HasSubstr;
using ::testing::Not;

class Still : public Clock {
public:
    Seconds now() const override { return at(100); }
};

crypto::Seal seal_of(char fill) {
    return must(crypto::Seal::make(crypto::Secret::copy_of(std::string(32, fill))));
}

class ASecret : public ::testing::Test {
protected:
    std::string read(std::string_view place) {
        return std::string{must(read_secret(place, surroundings_)).view()};
    }
    Error failure(std::string_view place) {
        auto secret = read_secret(place, surroundings_);
        EXPECT_FALSE(secret);
        return secret ? Error{} : secret.error();
    }
    std::string file(const std::string& content, mode_t mode) {
        const auto path = directory_.path() / "secret";
        std::ofstream{path} << content;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return "file:" + path.string();
    }
    bool set(std::string_view name, std::string_view value) {
        return must(set_secret(store_, seal_, name, value, {"ann", "here"}, clock_.now()));
    }

    storage::testing::TemporaryDirectory directory_;
    storage::Store store_ = must(storage::Store::open(directory_.path()));
    crypto::Seal seal_ = seal_of('k');
    Still clock_;
    observe::Log log_ = observe::Log::to_nowhere();
    Surroundings surroundings_{store_, seal_, clock_, log_};
};

TEST_F(ASecret, IsReadFromTheStoreWhereItIsSealed) {
    EXPECT_TRUE(set("ldap", "correct horse"));
    EXPECT_EQ(read("store:ldap"), "correct horse");
    EXPECT_FALSE(set("ldap", "battery staple"));
    EXPECT_EQ(read("store:ldap"), "battery staple");
    const auto all = must(store_.read([](const storage::View& v) { return storage::secrets(v); }));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all.front().sealed, Not(HasSubstr("battery")));
}

TEST_F(ASecret, ThatWasTypedComesBeforeTheOneOfTheStore) {
    set("ldap", "of the store");
    set("county", "of the store, too");
    std::map<std::string, crypto::Secret, std::less<>> typed;
    typed.emplace("ldap", crypto::Secret::copy_of("typed"));
    surroundings_.typed_secrets = &typed;
    EXPECT_EQ(read("store:ldap"), "typed");
    EXPECT_EQ(read("store:county"), "of the store, too");
}

TEST_F(ASecret, IsInTheTrailByNameAlone) {
    set("ldap", "correct horse");
    set("ldap", "battery staple");
    must(remove_secret(store_, "ldap", {"ann", "here"}, clock_.now()));
    const auto events = must(store_.read([](const storage::View& v) { return v.events(); }));
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].what, "secret.removed");
    EXPECT_EQ(events[1].what, "secret.changed");
    EXPECT_EQ(events[2].what, "secret.added");
    for (const auto& event : events) {
        EXPECT_EQ(event.subject, "ldap");
        EXPECT_EQ(event.who, "ann");
        EXPECT_EQ(event.detail, "");
    }
}

TEST_F(ASecret, ThatIsMissingIsToldWithTheCommandThatPutsItThere) {
    const auto error = failure("store:ldap");
    EXPECT_EQ(error.kind, ErrorKind::not_found);
    EXPECT_THAT(error.message, HasSubstr("rhumb secret set ldap"));
    EXPECT_EQ(remove_secret(store_, "ldap", {}, clock_.now()).error().kind, ErrorKind::not_found);
}

TEST_F(ASecret, DoesNotOpenUnderAnotherMasterKey) {
    set("ldap", "correct horse");
    const auto other = seal_of('x');
    const auto secret = read_secret("store:ldap", {store_, other, clock_, log_, nullptr});
    ASSERT_FALSE(secret);
    EXPECT_THAT(secret.error().message, HasSubstr("rhumb secret set ldap"));
    EXPECT_THAT(secret.error().message, Not(HasSubstr("horse")));
}

TEST_F(ASecret, HasANameAndAValueWithinBounds) {
    for (const auto* const name : {"", "two words", "a/b", "a:b"})
        EXPECT_FALSE(set_secret(store_, seal_, name, "x", {}, at(1))) << name;
    EXPECT_FALSE(set_secret(store_, seal_, "good", "", {}, at(1)));
    EXPECT_FALSE(
        set_secret(store_, seal_, "good", std::string(secret_bytes_max + 1, 'x'), {}, at(1)));
    EXPECT_TRUE(set_secret(store_, seal_, "good", std::string(secret_bytes_max, 'x'), {}, at(1)));
}

TEST_F(ASecret, IsTheFirstLineOfAFile) {
    EXPECT_EQ(read(file("correct horse\nmore\n", 0600)), "correct horse");
    EXPECT_EQ(read(file("\xEF\xBB\xBF"
                        "from Windows \r\n",
                        0600)),
              "from Windows ");
    EXPECT_EQ(read(file("no end", 0640)), "no end");
}

TEST_F(ASecret, IsRefusedFromAFileThatOthersRead) {
    for (const mode_t mode : {0644U, 0604U, 0660U, 0602U}) {
        const auto error = failure(file("correct horse", mode));
        EXPECT_EQ(error.kind, ErrorKind::invalid);
        EXPECT_THAT(error.message, HasSubstr("chmod 600"));
        EXPECT_THAT(error.message, Not(HasSubstr("horse")));
    }
}

TEST_F(ASecret, IsRefusedFromWhatIsEmptyOrNoFile) {
    EXPECT_THAT(failure(file("\nsecond", 0600)).message, HasSubstr("first line is empty"));
    EXPECT_THAT(failure("file:" + directory_.path().string()).message, HasSubstr("no file"));
    EXPECT_THAT(failure("file:/no/such/file").message, HasSubstr("/no/such/file"));
}

TEST_F(ASecret, ThatIsNeededNowhereIsEmpty) { EXPECT_EQ(read(""), ""); }

TEST_F(ASecret, ThatStandsInThePlaceItselfIsNotRepeated) {
    EXPECT_THAT(failure("correct horse").message, Not(HasSubstr("horse")));
}

}  // namespace
}  // namespace rhumb::providers
