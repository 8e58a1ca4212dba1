#include "access/account_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/login_page.h"

namespace rhumb::access {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Account account() {
    return {.host = "gis.test",
            .person = {.name = "<ann>", .roles = {"all & sundry"}},
            .session = {.id = "here",
                        .user = "<ann>",
                        .created = {},
                        .last_used = {},
                        .address = "192.0.2.1",
                        .agent = "<Here>",
                        .form_secret = "secret"},
            .sessions = {}};
}

TEST(AccountPage, EscapesNamesRolesAndBrowsers) {
    auto shown = account();
    shown.sessions = {shown.session};
    shown.sessions.push_back(shown.session);
    shown.sessions.back().id = "there";
    const auto page = account_page(shown);
    EXPECT_THAT(page.body, HasSubstr("&lt;ann&gt;"));
    EXPECT_THAT(page.body, HasSubstr("all &amp; sundry"));
    EXPECT_THAT(page.body, HasSubstr("&lt;Here&gt;"));
    EXPECT_THAT(page.body, Not(HasSubstr("<ann>")));
    EXPECT_THAT(page.body, Not(HasSubstr("<Here>")));
    EXPECT_THAT(page.body, HasSubstr("value=\"there\""));
    EXPECT_THAT(page.body, Not(HasSubstr("value=\"here\""))) << "this one is ended by signing out";
}

TEST(AccountPage, AsksForNoPasswordThatIsKeptElsewhere) {
    auto shown = account();
    shown.may_change_password = false;
    EXPECT_THAT(account_page(shown).body, Not(HasSubstr("/account/password")));
}

TEST(AccountPage, OffersWhatTheSecondFactorIsReadyFor) {
    auto shown = account();
    EXPECT_THAT(account_page(shown).body, HasSubstr("/account/second-factor/begin"));
    EXPECT_THAT(account_page(shown).body, Not(HasSubstr("/account/second-factor/remove")));
    shown.second_factor = {.confirmed = Seconds{}, .recovery_codes = 1};
    EXPECT_THAT(account_page(shown).body, HasSubstr("1 recovery code left"));
    EXPECT_THAT(account_page(shown).body, HasSubstr("/account/second-factor/remove"));
}

TEST(SecondFactorPage, ShowsTheSecretAsACodeALinkAndText) {
    const auto page = second_factor_page({.host = "gis.test",
                                          .user = "Ann & Bob",
                                          .form_secret = "s",
                                          .secret = "foobarfoobarfoobarfo"});
    ASSERT_TRUE(page);
    EXPECT_THAT(page->body, HasSubstr("<svg"));
    EXPECT_THAT(page->body, HasSubstr("otpauth://totp/Rhumb%20gis.test:Ann%20%26%20Bob?secret="));
    EXPECT_THAT(page->body, HasSubstr("<code>MZXW 6YTB"));
}

TEST(RecoveryCodesPage, ShowsEachOnce) {
    const auto page = recovery_codes_page("gis.test", "ann", {"aaaa-bbbb", "cccc-dddd"});
    EXPECT_THAT(page.body, HasSubstr("<li>aaaa-bbbb</li>"));
    EXPECT_THAT(page.body, HasSubstr("<li>cccc-dddd</li>"));
}

}  // namespace
}  // namespace rhumb::access
