#include "storage/sql_dialect.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/sql_query.h"

namespace rhumb::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string_view> statements(const SqlDialect& d) {
    std::vector<std::string_view> all{
        d.server_version, d.has_schema,  d.has_tables,  d.version,       d.find_user,
        d.list_users,     d.add_user,    d.update_user, d.set_password,  d.replace_hash,
        d.rename_user,    d.remove_user, d.forget_user, d.list_roles,    d.roles_around,
        d.find_role,      d.add_role,    d.update_role, d.rename_role,   d.remove_role,
        d.forget_role,    d.find_member, d.add_member,  d.remove_member, d.make_schema};
    all.insert(all.end(), d.make_tables.begin(), d.make_tables.end());
    all.insert(all.end(), d.at_start.begin(), d.at_start.end());
    return all;
}

/// One a line, as the database gets it.
std::string all_of(const SqlDialect& dialect) {
    std::string text;
    for (const auto statement : statements(dialect)) text += with_schema(statement, "rhumb") + '\n';
    return text;
}

std::string read(const std::string& path) {
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(SqlDialect, HasStatementsThatBindEveryValue) {
    for (const auto* dialect : {&postgresql_dialect(), &sqlserver_dialect()})
        for (const auto statement : statements(*dialect)) {
            SCOPED_TRACE(statement);
            EXPECT_FALSE(statement.empty());
            EXPECT_TRUE(to_query(with_schema(statement, "rhumb")));
        }
}

TEST(SqlDialect, KeepsSqlServersStatementsInTheFormThatWasReviewed) {
    // Against no SQL Server were they tried: docs/providers.md says so. A change here is to be read
    // by somebody who has one. RHUMB_BLESS=1 writes the file.
    const std::string golden = RHUMB_SQLSERVER_GOLDEN;
    if (std::getenv("RHUMB_BLESS") != nullptr) std::ofstream{golden} << all_of(sqlserver_dialect());
    EXPECT_EQ(all_of(sqlserver_dialect()), read(golden));
}

TEST(SqlDialect, SaysNothingToSqlServerThatOnlyPostgresqlKnows) {
    for (const auto* word : {"LIMIT :", "set_config", "position(", "COLLATE \"C\"", "version()"})
        EXPECT_THAT(all_of(sqlserver_dialect()), Not(HasSubstr(word)));
    for (const auto* word : {"TOP (", "CHARINDEX", "@@", "UTF8"})
        EXPECT_THAT(all_of(postgresql_dialect()), Not(HasSubstr(word)));
}

TEST(SqlDialect, PutsASchemaIntoAStatementOnlyWhenItIsAPlainName) {
    EXPECT_EQ(with_schema("SELECT {s}.a FROM {s}.b", "x"), "SELECT x.a FROM x.b");
    for (const auto* good : {"rhumb", "dbo", "_a1", "Rhumb_2"}) EXPECT_TRUE(check_sql_schema(good));
    for (const auto* bad : {"", "1a", "a.b", "a b", "a;", "a\"", "a'", "ä", "a-b"})
        EXPECT_FALSE(check_sql_schema(bad)) << bad;
    EXPECT_FALSE(check_sql_schema(std::string(64, 'a')));
}

}  // namespace
}  // namespace rhumb::storage
