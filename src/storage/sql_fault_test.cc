#include "storage/sql_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Step = SqlFault::Step;

SqlPlace place() {
    SqlPlace place;
    place.host = "db.example.org";
    place.port = 5433;
    place.database = "people";
    place.password = crypto::Secret::copy_of("swordfish");
    return place;
}

TEST(SqlFault, SaysHowFarItCame) {
    struct Case {
        const char* state;
        const char* text;
        Step step;
    };
    for (const auto& [state, text, step] :
         {Case{"", "could not translate host name \"x\" to address", Step::name},
          Case{"     ", "connection to server at \"x\", port 1 failed: Connection refused",
               Step::port},
          Case{"", "timeout expired", Step::port},
          Case{"", "SSL error: certificate verify failed", Step::certificate},
          Case{"", "server certificate for \"a\" does not match host name \"b\"",
               Step::certificate},
          Case{"", "server does not support SSL, but SSL was required", Step::tls},
          Case{"", "root certificate file \"/a\" does not exist", Step::machine},
          Case{"", "FATAL:  password authentication failed for user \"rhumb\"", Step::login},
          Case{"28000", "Login failed for user 'rhumb'.", Step::login},
          Case{"", "FATAL:  database \"x\" does not exist", Step::database},
          Case{"", "FATAL:  sorry, too many clients already", Step::busy},
          Case{"53300", "too many", Step::busy},
          Case{"57014", "canceling statement due to statement timeout", Step::time},
          Case{"HYT00", "Timeout expired", Step::time},
          Case{"57P01", "terminating connection", Step::gone},
          Case{"42501", "permission denied", Step::permission},
          Case{"42P01", "relation", Step::missing},
          Case{"42S02", "Invalid object", Step::missing},
          Case{"23505", "duplicate key", Step::conflict},
          Case{"42601", "syntax", Step::statement},
          Case{"IM002", "Data source name not found", Step::machine},
          Case{"", "who knows", Step::gone}}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(to_fault(place(), state, text).step, step);
    }
}

TEST(SqlFault, NamesThePlaceTheReasonAndTheRemedy) {
    const auto error = to_error(place(), to_fault(place(), "57014", "canceling statement"));

    EXPECT_EQ(error.kind, ErrorKind::unavailable);
    EXPECT_THAT(error.message, HasSubstr("the database people at db.example.org:5433: it needed "
                                         "longer than the time limit [canceling statement]"));
    EXPECT_THAT(error.message, HasSubstr("Remedy: "));
    EXPECT_EQ(to_error(place(), to_fault(place(), "23505", "")).kind, ErrorKind::conflict);
}

TEST(SqlFault, RepeatsOneLineWithoutControlCharactersAndNeverThePassword) {
    const auto fault =
        to_fault(place(), "XX000", "bad\x1b[31m thing\nDETAIL: Failing row contains ($6$hash)");
    EXPECT_THAT(fault.said, HasSubstr("[bad [31m thing]"));
    EXPECT_THAT(fault.said, Not(HasSubstr("hash")));

    EXPECT_THAT(to_fault(place(), "", "no user with swordfish").said, Not(HasSubstr("swordfish")));
    EXPECT_EQ(in_one_line("a\xC3\xA4\xFF b"), "a");
    EXPECT_EQ(in_one_line(std::string(1000, 'x')).size(), 300U);
}

}  // namespace
}  // namespace rhumb::storage
