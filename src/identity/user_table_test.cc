#include "identity/user_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

UserTable read(std::string_view csv, const TableForm& form = {}) {
    auto table = read_user_table(csv, form);
    EXPECT_TRUE(table) << table.error().message;
    return table ? *std::move(table) : UserTable{};
}

std::string fault(std::string_view csv, const TableForm& form = {}) {
    const auto table = read_user_table(csv, form);
    EXPECT_FALSE(table) << csv;
    return table ? "" : table.error().message;
}

std::string password(const ImportedUser& row) {
    return row.password ? std::string{row.password->view()} : "none";
}

/// As Windows writes it: little end first, with a byte order mark.
std::string utf16(std::string_view ascii, bool is_little = true) {
    std::string bytes = is_little ? "\xFF\xFE" : "\xFE\xFF";
    for (const char c : ascii) bytes += is_little ? std::string{c, '\0'} : std::string{'\0', c};
    return bytes;
}

TEST(ATableOfUsers, OfArcGisServerHasRolesWithTheirTypes) {
    const auto table = read(
        "User,Role,RoleType,Password,EMail,FullName,Description\n"
        "GretaL,Administrators,ADMINISTER,long enough 1,greta@example.org,Greta Lind,Server\n"
        "TomO,Fire Users,ACCESS,long enough 2,tom@example.org,Tom O'Quinn,Fire department\n");
    ASSERT_EQ(table.rows.size(), 2U);
    const auto& greta = table.rows[0];
    EXPECT_EQ(greta.user.name, "GretaL");
    EXPECT_EQ(greta.user.full_name, "Greta Lind");
    EXPECT_EQ(greta.user.email, "greta@example.org");
    EXPECT_EQ(greta.user.description, "Server");
    EXPECT_THAT(greta.roles, ElementsAre("Administrators"));
    EXPECT_EQ(greta.role_privilege, Privilege::administer);
    EXPECT_EQ(password(greta), "long enough 1");
    EXPECT_EQ(table.rows[1].role_privilege, Privilege::view);
}

TEST(ATableOfUsers, OfArcGisServerMayBePartedByBars) {
    const auto table = read(
        "#User|Password|EMail|FullName|Description|RolesThatTheUserBelongsTo\n"
        "Greta|long enough 1|greta@example.org|Greta Lind|Draws|publishers,rangers\n");
    ASSERT_EQ(table.rows.size(), 1U);
    EXPECT_EQ(table.rows[0].user.name, "Greta");
    EXPECT_THAT(table.rows[0].roles, ElementsAre("publishers", "rangers"));
}

TEST(ATableOfUsers, OfPortalHasFirstAndLastNames) {
    const auto table = read(
        "First Name,Last Name,Email,Username,Password,Role,User Type\n"
        "Greta,Lind,greta@example.org,glind,long enough 1,Publisher,Creator\n"
        "Omar,,omar@example.org,omar,,Viewer,Viewer\n");
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[0].user.name, "glind");
    EXPECT_EQ(table.rows[0].user.full_name, "Greta Lind");
    EXPECT_THAT(table.rows[0].roles, ElementsAre("Publisher"));
    EXPECT_EQ(table.rows[1].user.full_name, "Omar");
    EXPECT_EQ(password(table.rows[1]), "none");
    EXPECT_THAT(table.notes, ElementsAre("columns passed over: User Type"));
}

TEST(ATableOfUsers, OfWindowsBeginsWithItsType) {
    const auto table = read(utf16(
        "#TYPE Microsoft.PowerShell.Commands.LocalUser\r\n"
        "\"AccountExpires\",\"Description\",\"Enabled\",\"FullName\",\"PasswordRequired\","
        "\"Name\",\"SID\",\"PrincipalSource\",\"ObjectClass\"\r\n"
        "\"\",\"Draws, and more\",\"True\",\"Greta Lind\",\"True\",\"greta\",\"S-1-5-21-1\","
        "\"Local\",\"User\"\r\n"
        "\"\",\"\",\"False\",\"\",\"False\",\"Guest\",\"S-1-5-21-501\",\"Local\",\"User\"\r\n"));
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[0].user.name, "greta");
    EXPECT_EQ(table.rows[0].user.description, "Draws, and more");
    EXPECT_FALSE(table.rows[0].user.disabled);
    EXPECT_EQ(table.rows[0].line, 3U);
    EXPECT_EQ(table.rows[1].user.name, "Guest");
    EXPECT_TRUE(table.rows[1].user.disabled);
}

TEST(ATableOfUsers, OfActiveDirectorySignsInByTheAccountsName) {
    const auto table = read(
        "\"DistinguishedName\",\"Enabled\",\"GivenName\",\"Name\",\"ObjectClass\","
        "\"SamAccountName\",\"Surname\",\"UserPrincipalName\",\"MemberOf\"\r\n"
        "\"CN=Lind\\, Greta,OU=GIS,DC=corp\",\"True\",\"\",\"Lind, Greta\",\"user\",\"glind\",\"\","
        "\"glind@corp.example\",\"Microsoft.ActiveDirectory.Management.ADPropertyValueCollection\""
        "\r\n");
    ASSERT_EQ(table.rows.size(), 1U);
    EXPECT_EQ(table.rows[0].user.name, "glind");
    EXPECT_EQ(table.rows[0].user.full_name, "Lind, Greta");
    EXPECT_THAT(table.rows[0].roles, IsEmpty());
}

TEST(ATableOfUsers, OfCsvdeHasBitsTicksAndNamesInFull) {
    const auto table = read(
        utf16("DN,objectClass,cn,sAMAccountName,userAccountControl,accountExpires,mail,memberOf\n"
              "\"CN=Greta,DC=x\",user,Greta Lind,greta,512,9223372036854775807,greta@example.org,"
              "\"CN=GIS Users,OU=Groups,DC=x;CN=a\\,b,DC=x\"\n"
              "\"CN=Omar,DC=x\",user,Omar,omar,514,134258688000000000,,\n",
              false));
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_FALSE(table.rows[0].user.disabled);
    EXPECT_FALSE(table.rows[0].user.expires);
    EXPECT_THAT(table.rows[0].roles, ElementsAre("GIS Users", "a,b"));
    EXPECT_TRUE(table.rows[1].user.disabled);
    EXPECT_EQ(table.rows[1].user.expires, Seconds{std::chrono::seconds{1'781'395'200}});
}

TEST(ATableOfUsers, OfIisMayHaveNoHead) {
    const auto table =
        read("greta,long enough 1\nomar,long enough 2\n", {.columns = {"user", "password"}});
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[1].user.name, "omar");
    EXPECT_EQ(password(table.rows[1]), "long enough 2");
    EXPECT_EQ(table.rows[1].line, 2U);
    EXPECT_THAT(fault("greta,long enough 1\n"), HasSubstr("no column is called «greta»"));
}

TEST(ATableOfUsers, OfMembershipOfAspNetSaysWhoIsApproved) {
    const auto table = read(
        "UserName\tEmail\tIsApproved\tIsLockedOut\nann\ta@x\tFalse\tTrue\nbob\t\tTrue\tFalse\n");
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_TRUE(table.rows[0].user.disabled);
    EXPECT_FALSE(table.rows[1].user.disabled);
}

TEST(ATableOfUsers, IsReadWithoutItsPasswordsWhereTheyAreNotWanted) {
    const auto* const csv = "name,password\nann,short\n";
    EXPECT_THAT(fault(csv), HasSubstr("line 2: "));
    EXPECT_EQ(password(read(csv, {.has_passwords = false}).rows.at(0)), "none");
}

TEST(ATableOfUsers, IsRenamedByAMap) {
    const auto names = NameMap::read(
        "user:ann,user:anna\nrole:org_admin,role:administrators\n"
        "user:eve,\nrole:old,\n");
    ASSERT_TRUE(names);
    const auto table = read("name,roles\nANN,org_admin|old|x\neve,x\n", {.names = &*names});
    ASSERT_EQ(table.rows.size(), 1U);
    EXPECT_EQ(table.rows[0].user.name, "anna");
    EXPECT_THAT(table.rows[0].roles, ElementsAre("administrators", "x"));
    EXPECT_THAT(table.notes, ElementsAre("left out by the map of names: 1"));
}

TEST(ATableOfUsers, TellsEveryFaultWithItsLine) {
    const auto message = fault(
        "SamAccountName,Enabled,accountExpires,userAccountControl,RoleType\n"
        "ann,maybe,,,\nbob,,31.12.2027,,\ncid,,,x,\ndan,,,,OWNER\na/b,,,,\nann2,,,,,\n");
    for (const auto* const line : {"line 2: «maybe»", "line 3: ", "line 4: «x»",
                                   "line 5: ", "line 6: ", "line 7: 6 fields for 5 columns"})
        EXPECT_THAT(message, HasSubstr(line));
}

TEST(ATableOfUsers, WithAHeadThatIsNoneIsRefused) {
    EXPECT_THAT(fault(""), HasSubstr("empty"));
    EXPECT_THAT(fault("Enabled,SID\n"), HasSubstr("no column «name»"));
    EXPECT_THAT(fault("name,Na_me\n"), HasSubstr("twice"));
    EXPECT_THAT(fault("name,emial\n"), HasSubstr("no column is called «emial»"));
    EXPECT_THAT(fault("\xFF\xFE\x41"), HasSubstr("UTF-16"));
    EXPECT_THAT(fault(std::string{"\xFF\xFE\x00\xDC", 4}), HasSubstr("UTF-16"));
}

}  // namespace
}  // namespace rhumb::identity
