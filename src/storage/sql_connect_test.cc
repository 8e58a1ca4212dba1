#include "storage/sql_connect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rhumb::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SqlPlace place(std::string driver = "") {
    SqlPlace place;
    place.host = "db.example.org";
    place.database = "people";
    place.user = "rhumb";
    place.password = crypto::Secret::copy_of("it's a \\ secret");
    place.roots_file = "/etc/roots.pem";
    place.odbc_driver = std::move(driver);
    place.limit = std::chrono::milliseconds{2500};
    return place;
}

TEST(SqlConnect, TellsLibpqEverythingThatItWouldTakeFromTheEnvironment) {
    EXPECT_EQ(libpq_text(place()),
              "host='db.example.org' hostaddr='' port='5432' dbname='people' user='rhumb' "
              "password='it\\'s a \\\\ secret' passfile='/dev/null/none' sslmode='verify-full' "
              "sslrootcert='/etc/roots.pem' gssencmode='disable' options='' "
              "application_name='rhumb' client_encoding='UTF8' connect_timeout='3' "
              "tcp_user_timeout='2500' keepalives_idle='30' keepalives_interval='10' "
              "keepalives_count='3' target_session_attrs='any' ");
}

TEST(SqlConnect, VerifiesUnlessToldOtherwiseByName) {
    auto open = place("ODBC Driver 18 for SQL Server");
    EXPECT_THAT(odbc_text(open).value(), HasSubstr("Encrypt=yes;TrustServerCertificate=no;"));
    EXPECT_THAT(odbc_text(place("PostgreSQL Unicode")).value(), HasSubstr("SSLmode=verify-full;"));

    open.insecurely_without_tls = true;
    EXPECT_THAT(odbc_text(open).value(), HasSubstr("Encrypt=optional;"));
    EXPECT_THAT(libpq_text(open), HasSubstr("sslmode='prefer'"));
}

TEST(SqlConnect, NamesServerAndPortAsMicrosoftsDriverWantsThem) {
    EXPECT_EQ(odbc_text(place("ODBC Driver 18 for SQL Server")).value(),
              "Driver={ODBC Driver 18 for SQL Server};Server={tcp:db.example.org,1433};Encrypt=yes;"
              "TrustServerCertificate=no;LoginTimeout=3;APP=rhumb;Database=people;UID=rhumb;"
              "PWD=it's a \\ secret;");
}

TEST(SqlConnect, RefusesSignsThatWouldEndASettingOfOdbc) {
    for (const auto* password : {"a;Encrypt=no", "a}b", "a{b", "a\nb"}) {
        auto bad = place("PostgreSQL Unicode");
        bad.password = crypto::Secret::copy_of(password);
        const auto text = odbc_text(bad);
        ASSERT_FALSE(text);
        EXPECT_THAT(text.error().message, Not(HasSubstr(password)));
    }
    auto bad = place("PostgreSQL Unicode");
    bad.host = "a;SSLmode=disable";
    EXPECT_FALSE(odbc_text(bad));
}

TEST(SqlConnect, LetsFreeTdsIntoTheNetWithoutVerifyingOnlyWhenToldSo) {
    auto open = place("FreeTDS");
    open.insecurely_without_tls = true;
    EXPECT_EQ(
        odbc_text(open).value(),
        "Driver={FreeTDS};Server=db.example.org;Port=1433;TDS_Version=7.4;ClientCharset=UTF-8;"
        "Encryption=request;Timeout=3;APP=rhumb;Database=people;UID=rhumb;"
        "PWD=it's a \\ secret;");
}

}  // namespace
}  // namespace rhumb::storage
