#include "providers/custom_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb::providers::custom {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Question asked{.id = "msg_1", .text = ""};

template <class T>
std::vector<std::string> names(const std::vector<T>& all) {
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(one.name);
    return names;
}

TEST(CustomMessages, AskInOneLineOfJson) {
    const auto question = sign_in("msg_1", "Ann «O'Hara»", "two\nlines \"and\" ☃");
    ASSERT_TRUE(question);
    EXPECT_EQ(question->id, "msg_1");
    EXPECT_THAT(question->text, Not(HasSubstr("\n")));
    EXPECT_EQ(json::parse(question->text), (json{{"contract", 1},
                                                 {"id", "msg_1"},
                                                 {"ask", "sign_in"},
                                                 {"user", "Ann «O'Hara»"},
                                                 {"password", "two\nlines \"and\" ☃"}}));
    EXPECT_EQ(
        json::parse(list_users("i", {.contains = "a", .after = "b", .count_max = 9'999})->text),
        (json{{"contract", 1},
              {"id", "i"},
              {"ask", "list_users"},
              {"contains", "a"},
              {"after", "b"},
              {"count", users_max}}));
}

TEST(CustomMessages, AskNothingThatIsNoUtf8) {
    EXPECT_FALSE(find("i", "\xFF"));
    EXPECT_FALSE(sign_in("i", "ann", "\xC3"));
    EXPECT_FALSE(sign_in("i", "ann", std::string(password_bytes_max + 1, 'x')));
    EXPECT_FALSE(roles_of("i", "\xED\xA0\x80"));
    EXPECT_FALSE(list_users("i", {.contains = "\x80"}));
}

TEST(CustomMessages, TellAUserWithAllThereIs) {
    const auto found = read_found(
        R"({"id":"msg_1","user":{"name":"Ann","full_name":"Ann O'Hara","email":"a@example.org",
            "description":"draws","has_password":false,"created":1000,"password_changed":2000,
            "disabled":3000,"expires":4000}})",
        asked, "ann");
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_TRUE(*found);
    const auto& user = **found;
    EXPECT_EQ(user.name, "Ann");
    EXPECT_EQ(user.full_name, "Ann O'Hara");
    EXPECT_EQ(user.email, "a@example.org");
    EXPECT_EQ(user.description, "draws");
    EXPECT_FALSE(user.has_password);
    EXPECT_EQ(user.created, Seconds{std::chrono::seconds{1'000}});
    EXPECT_EQ(user.password_changed, Seconds{std::chrono::seconds{2'000}});
    EXPECT_EQ(user.disabled, Seconds{std::chrono::seconds{3'000}});
    EXPECT_EQ(user.expires, Seconds{std::chrono::seconds{4'000}});
}

TEST(CustomMessages, TellNobody) {
    for (const auto* text : {R"({"id":"msg_1","user":null})", R"({"id":"msg_1"})"}) {
        const auto found = read_found(text, asked, "ann");
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_FALSE(*found);
    }
}

TEST(CustomMessages, LetNobodyInAsSomebodyElse) {
    EXPECT_FALSE(read_found(R"({"id":"msg_1","user":{"name":"bob"}})", asked, "ann"));
    EXPECT_FALSE(
        read_sign_in(R"({"id":"msg_1","outcome":"accepted","user":{"name":"bob"}})", asked, "ann"));
    EXPECT_FALSE(read_sign_in(R"({"id":"msg_1","outcome":"accepted"})", asked, "ann"));
    EXPECT_FALSE(read_sign_in(R"({"id":"msg_1","outcome":"accepted","user":null})", asked, "ann"));
    EXPECT_FALSE(
        read_sign_in(R"({"id":"msg_2","outcome":"accepted","user":{"name":"ann"}})", asked, "ann"));
    EXPECT_FALSE(
        read_sign_in(R"({"id":"msg_1","outcome":"yes","user":{"name":"ann"}})", asked, "ann"));
    EXPECT_FALSE(read_sign_in(R"({"id":"msg_1","user":{"name":"ann"}})", asked, "ann"));
}

TEST(CustomMessages, TellEveryOutcome) {
    using enum identity::SignIn::Outcome;
    for (const auto& [word, outcome] : {std::pair{"accepted", accepted},
                                        {"no_such_user", no_such_user},
                                        {"wrong_password", wrong_password},
                                        {"disabled", disabled},
                                        {"expired", expired}}) {
        const auto text =
            fmt::format(R"({{"id":"msg_1","outcome":"{}","user":{{"name":"ANN"}}}})", word);
        const auto told = read_sign_in(text, asked, "ann");
        ASSERT_TRUE(told) << told.error().message;
        EXPECT_EQ(told->outcome, outcome);
        EXPECT_EQ(told->user->name, "ANN");
    }
}

/// Each is refused as an answer to every question.
TEST(CustomMessages, MakeNoSenseOfWhatIsNone) {
    const std::vector<std::string> bad{
        "",
        "hello",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{}",
        R"({"id":"msg_1","id":"msg_1"})",
        R"({"id":7})",
        R"({"id":"msg_1"} x)",
        std::string(3, '\0'),
        "{\"id\":\"msg_1\",\"user\":{\"name\":\"\xFF\"}}",
        R"({"id":"msg_1","unknown":1})",
        R"({"id":"msg_1","user":{"name":"ann","disable":1}})",
        R"({"id":"msg_1","user":{"name":"ann","disabled":true}})",
        R"({"id":"msg_1","user":{"name":"ann","disabled":-1}})",
        R"({"id":"msg_1","user":{"name":"ann","expires":1e3}})",
        R"({"id":"msg_1","user":{"name":"ann","expires":18446744073709551615}})",
        R"({"id":"msg_1","user":{"name":"ann","expires":99999999999999999999}})",
        R"({"id":"msg_1","user":{"name":"ann","email":"a\nb"}})",
        R"({"id":"msg_1","user":{"name":["ann"]}})",
        R"({"id":"msg_1","user":{"full_name":"Ann"}})",
        R"({"id":"msg_1","user":"ann"})",
        R"({"id":"msg_1","user":[]})",
        R"({"id":"msg_1","error":"no"})",
        R"({"id":"msg_1","error":{}})",
        R"({"id":"msg_1","error":{"kind":"unavailable","more":1}})",
        R"({"id":"msg_1","user":{"name":")" + std::string(600, 'x') + "\"}}",
        R"({"id":"msg_1","user":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}",
        R"({"id":"msg_1","user":)" + std::string(200'000, '['),
        std::string(answer_bytes_max + 1, ' '),
    };
    for (const auto& text : bad) {
        SCOPED_TRACE(text.substr(0, 80));
        for (const auto& error : {
                 read_found(text, asked, "ann").error(),
                 read_sign_in(text, asked, "ann").error(),
                 read_users(text, asked, {}).error(),
                 read_roles_of(text, asked).error(),
                 read_roles(text, asked).error(),
                 read_hello(text, asked).error(),
             }) {
            EXPECT_EQ(error.kind, ErrorKind::unavailable);
            EXPECT_THAT(error.message, HasSubstr("makes no sense"));
            EXPECT_LT(error.message.size(), 300U);
        }
    }
}

TEST(CustomMessages, ListUsersByNameBehindThePlaceAndWithoutImpossibleNames) {
    const auto users = read_users(
        R"({"id":"msg_1","users":[{"name":"dora"},{"name":"Bob"},{"name":"ann"},{"name":"a;b"},
            {"name":""},{"name":" eve"},{"name":"carl"},{"name":"CARL"}]})",
        asked, {.after = "Ann"});
    ASSERT_TRUE(users) << users.error().message;
    EXPECT_THAT(names(*users), ElementsAre("Bob", "carl", "dora"));
}

TEST(CustomMessages, ListNoMoreThanWasAskedFor) {
    const auto* text = R"({"id":"msg_1","users":[{"name":"a"},{"name":"b"},{"name":"c"}]})";
    EXPECT_TRUE(read_users(text, asked, {.count_max = 3}));
    EXPECT_FALSE(read_users(text, asked, {.count_max = 2}));
}

TEST(CustomMessages, GiveRolesSortedAndNeverThoseThatNobodyIsGiven) {
    const auto roles = read_roles_of(
        R"({"id":"msg_1","roles":["planners","Admins","PLANNERS","everyone","Authenticated","a:b",""]})",
        asked);
    ASSERT_TRUE(roles) << roles.error().message;
    EXPECT_THAT(*roles, ElementsAre("Admins", "planners"));
    EXPECT_FALSE(read_roles_of(R"({"id":"msg_1"})", asked));
    EXPECT_FALSE(read_roles_of(R"({"id":"msg_1","roles":[1]})", asked));
}

TEST(CustomMessages, ListRolesWithTheirMembers) {
    const auto roles = read_roles(
        R"({"id":"msg_1","roles":[{"name":"planners","description":"draw","users":["ann","a;b"],
            "roles":["Everyone","editors"]},{"name":"editors"},{"name":"anonymous"}]})",
        asked);
    ASSERT_TRUE(roles) << roles.error().message;
    EXPECT_THAT(names(*roles), ElementsAre("editors", "planners"));
    EXPECT_EQ(roles->back().description, "draw");
    EXPECT_THAT(roles->back().users, ElementsAre("ann"));
    EXPECT_THAT(roles->back().roles, ElementsAre("editors"));
    EXPECT_THAT(roles->front().users, IsEmpty());
}

TEST(CustomMessages, SayHelloWithWhatTheyCan) {
    const auto hello = read_hello(
        R"({"id":"msg_1","contract":1,"software":"county","can":["find","sign_in","roles_of","dance"]})",
        asked);
    ASSERT_TRUE(hello) << hello.error().message;
    EXPECT_EQ(hello->software, "county");
    EXPECT_TRUE(hello->has("find"));
    EXPECT_FALSE(hello->has("list_users"));
    for (const auto* text :
         {R"({"id":"msg_1","contract":2,"can":["roles_of"]})",
          R"({"id":"msg_1","can":["roles_of"]})", R"({"id":"msg_1","contract":1,"can":[]})",
          R"({"id":"msg_1","contract":1,"can":["find","roles_of"]})",
          R"({"id":"msg_1","contract":1,"can":["sign_in"]})"})
        EXPECT_FALSE(read_hello(text, asked)) << text;
    EXPECT_TRUE(read_hello(R"({"id":"msg_1","contract":1,"can":["roles_of"]})", asked));
}

TEST(CustomMessages, SayInWhoseWordsSomethingFailed) {
    const auto error_of = [](std::string_view members) {
        return read_roles_of(fmt::format(R"({{"id":"msg_1","error":{{{}}}}})", members), asked)
            .error();
    };
    const auto gone =
        error_of(R"("kind":"unavailable","message":"the\u000adatabase\u001b[31m is gone")");
    EXPECT_EQ(gone.kind, ErrorKind::unavailable);
    EXPECT_EQ(gone.message, "it says: the database [31m is gone");
    EXPECT_EQ(error_of(R"("kind":"unsupported")").kind, ErrorKind::invalid);  // no failure
    EXPECT_EQ(error_of(R"("kind":"unsupported")").message, "it says «unsupported»");
    EXPECT_EQ(error_of(R"("kind":"whatever")").kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace rhumb::providers::custom
