#include "pki/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Made by OpenSSL's own tool, so that we read more than what we wrote: subject "C=DE, O=Büro für
/// Karten, CN=gis.example.org", serial 0x0a0b0c, 2026-01-02T03:04:05Z to 2027-01-02T03:04:05Z, four
/// names, key P-256, self-signed.
constexpr std::string_view foreign = R"(Some words before it.
-----BEGIN CERTIFICATE-----
MIICIjCCAcmgAwIBAgIDCgsMMAoGCCqGSM49BAMCMEMxCzAJBgNVBAYTAkRFMRow
GAYDVQQKDBFCw7xybyBmw7xyIEthcnRlbjEYMBYGA1UEAwwPZ2lzLmV4YW1wbGUu
b3JnMB4XDTI2MDEwMjAzMDQwNVoXDTI3MDEwMjAzMDQwNVowQzELMAkGA1UEBhMC
REUxGjAYBgNVBAoMEULDvHJvIGbDvHIgS2FydGVuMRgwFgYDVQQDDA9naXMuZXhh
bXBsZS5vcmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR66cdPywD6cdZWpCkc
tDtRKPINVYtI/TZNqH9w/B0QbDWih/hUA1y4UkxNDZdNFh5SC+gTYVsPt3pVf/wm
rbFko4GrMIGoMB0GA1UdDgQWBBT+Fli5ffbL/bHd5zEia1xZ2AGgkDAfBgNVHSME
GDAWgBT+Fli5ffbL/bHd5zEia1xZ2AGgkDAPBgNVHRMBAf8EBTADAQH/MFUGA1Ud
EQROMEyCD2dpcy5leGFtcGxlLm9yZ4ISKi5tYXBzLmV4YW1wbGUub3JnhwTAAAIH
hxAgAQ24AAAAAAAAAAAAAAAHgQ1hQGV4YW1wbGUub3JnMAoGCCqGSM49BAMCA0cA
MEQCIA/BOYwKYJpH1LF5CQImix0w61qUtqDS/v0DoUrbFgLFAiAfJjCejdNO20aA
uma8T/v+QWW02RfFhMppHsuEBt6TIA==
-----END CERTIFICATE-----
And after it.
)";

TEST(Certificate, TellsWhatIsInAForeignOne) {
    const auto read = Certificate::from_pem(foreign);
    ASSERT_TRUE(read) << read.error().message;

    EXPECT_EQ(read->subject(), "CN=gis.example.org,O=Büro für Karten,C=DE");
    EXPECT_EQ(read->issuer(), read->subject());
    EXPECT_EQ(read->common_name(), "gis.example.org");
    EXPECT_EQ(read->serial(), "0a0b0c");
    using namespace std::chrono;
    EXPECT_EQ(read->not_before(), sys_days{year{2026} / 1 / 2} + 3h + 4min + 5s);
    EXPECT_EQ(read->not_after(), sys_days{year{2027} / 1 / 2} + 3h + 4min + 5s);
    EXPECT_THAT(to_texts(read->names()),
                ElementsAre("gis.example.org", "*.maps.example.org", "192.0.2.7", "2001:db8::7"));
    EXPECT_EQ(
        to_colon_hex(read->fingerprint_sha256()),
        "53:02:6C:56:CC:6E:7A:B3:4F:D9:F1:28:67:BE:16:E1:52:39:93:1A:BC:E6:1A:53:45:13:F8:26:A6:E0:9E:9C");
    EXPECT_EQ(to_colon_hex(read->fingerprint_sha1()),
              "99:CE:BC:0A:FC:A3:34:72:D3:48:61:9D:53:23:AB:F2:AE:03:08:51");
    EXPECT_EQ(read->public_key().type(), "ec-p256");
    EXPECT_EQ(read->signature_algorithm(), "ecdsa-with-SHA256");
    EXPECT_TRUE(read->is_self_signed());
    EXPECT_FALSE(read->name_constraints());
}

TEST(Certificate, IsTheSameAfterALapThroughPemAndDer) {
    const auto certificate = *Certificate::from_pem(foreign);

    EXPECT_EQ(*Certificate::from_pem(certificate.to_pem()), certificate);
    EXPECT_EQ(*Certificate::from_der(certificate.to_der()), certificate);
    EXPECT_NE(foreign.find(certificate.to_pem()), std::string_view::npos);
}

TEST(Certificate, RefusesTextWithoutACertificate) {
    struct Case {
        const char* name;
        std::string_view pem;
    };
    for (const auto& c :
         {Case{"empty", ""}, Case{"a key", "-----BEGIN PRIVATE KEY-----\n"},
          Case{"cut short", "-----BEGIN CERTIFICATE-----\nMIIB"},
          Case{"nothing within", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"}}) {
        SCOPED_TRACE(c.name);
        const auto read = Certificate::from_pem(c.pem);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    }
}

TEST(Certificate, RefusesDerThatIsCutOrFollowedBySomething) {
    const auto der = Certificate::from_pem(foreign)->to_der();

    EXPECT_FALSE(Certificate::from_der(der.substr(0, der.size() - 1)));
    EXPECT_THAT(Certificate::from_der(der + "x").error().message, HasSubstr("followed by 1 other"));
    EXPECT_EQ(Certificate::from_der(std::string(300'000, 'x')).error().kind, ErrorKind::too_large);
}

TEST(Certificate, MatchesTheHostsItIsFor) {
    const auto certificate = *Certificate::from_pem(foreign);

    for (const auto* host : {"gis.example.org", "GIS.example.org.", "a.maps.example.org",
                             "192.0.2.7", "[2001:db8::7]", "2001:db8:0::7"})
        EXPECT_TRUE(certificate.matches_host(host)) << host;
    for (const auto* host :
         {"", "example.org", "maps.example.org", "a.b.maps.example.org", "*.maps.example.org",
          "192.0.2.8", "xgis.example.org", ".maps.example.org"})
        EXPECT_FALSE(certificate.matches_host(host)) << host;
}

TEST(Certificate, DoesNotTakeTheCommonNameForAHost) {
    const ExampleAuthority authority;
    EXPECT_FALSE(authority.root.matches_host("Example root"));
    EXPECT_TRUE(authority.root.names().empty());
}

TEST(Certificate, IsDueWhenLessThanAThirdIsLeft) {
    const ExampleAuthority authority;
    const auto leaf = *authority.try_issue({"localhost"}, *Key::generate(KeyType::ec_p256));
    const auto third = (leaf.not_after() - leaf.not_before()) / 3;

    EXPECT_FALSE(leaf.is_due(leaf.not_before()));
    EXPECT_FALSE(leaf.is_due(leaf.not_after() - third - std::chrono::seconds{1}));
    EXPECT_TRUE(leaf.is_due(leaf.not_after() - third + std::chrono::seconds{1}));
    EXPECT_TRUE(leaf.is_valid_at(leaf.not_after()));
    EXPECT_FALSE(leaf.is_valid_at(leaf.not_after() + std::chrono::seconds{1}));
    EXPECT_FALSE(leaf.is_valid_at(leaf.not_before() - std::chrono::seconds{1}));
}

TEST(Certificate, KnowsItsIssuer) {
    const ExampleAuthority authority;
    const ExampleAuthority same_names_other_keys;

    EXPECT_TRUE(authority.intermediate.is_issued_by(authority.root));
    EXPECT_FALSE(authority.intermediate.is_issued_by(same_names_other_keys.root));
    EXPECT_FALSE(authority.root.is_issued_by(authority.intermediate));
    EXPECT_TRUE(authority.root.is_ca() && authority.root.is_self_signed());
    EXPECT_TRUE(authority.intermediate.is_ca());
    EXPECT_FALSE(authority.intermediate.is_self_signed());
}

TEST(Certificate, TellsItsNameConstraints) {
    EXPECT_EQ(ExampleAuthority{}.root.name_constraints(), example_constraints());
}

/// Made by OpenSSL's own tool: two organizations and two common names; e-mail addresses; issuer
/// URLs with ldap, https before http, one twice, one with a blank; two places of revocation lists.
constexpr std::string_view talkative = R"(-----BEGIN CERTIFICATE-----
MIIDETCCAragAwIBAgIBTTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARSb290MB4X
DTI2MTEyMzA0MDQ1MVoXDTM2MTEyMDA0MDQ1MVowSjELMAkGA1UEBhMCREUxDjAM
BgNVBAoMBUZpcnN0MQ8wDQYDVQQKDAZTZWNvbmQxDDAKBgNVBAMMA29uZTEMMAoG
A1UEAwwDdHdvMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vObl
Y6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBo
N79R9aOCAcYwggHCMCkGA1UdEQQiMCCCBmEudGVzdIEKYWRhQGEudGVzdIEKQm9i
QGIudGVzdDCB6AYIKwYBBQUHAQEEgdswgdgwJwYIKwYBBQUHMAKGG2xkYXA6Ly8v
Q049Q0E/Y0FDZXJ0aWZpY2F0ZTAiBggrBgEFBQcwAoYWaHR0cHM6Ly9jYS50ZXN0
L2NhLmNlcjAhBggrBgEFBQcwAoYVaHR0cDovL2NhLnRlc3QvY2EuY2VyMCEGCCsG
AQUFBzAChhVodHRwOi8vY2EudGVzdC9jYS5jZXIwIgYIKwYBBQUHMAKGFmh0dHA6
Ly9jYS50ZXN0L2EgYi5jZXIwHwYIKwYBBQUHMAGGE2h0dHA6Ly9jYS50ZXN0L29j
c3AwagYDVR0fBGMwYTBDoEGgP4YnbGRhcDovLy9DTj1DQT9jZXJ0aWZpY2F0ZVJl
dm9jYXRpb25MaXN0hhRodHRwOi8vY2EudGVzdC8xLmNybDAaoBigFoYUSFRUUDov
L2NhLnRlc3QvMi5jcmwwHQYDVR0OBBYEFLRno5mete+mcd4AMvCKnJ5e/aDhMB8G
A1UdIwQYMBaAFDzFwlKE4M8uq070FnmRAS3dLdZmMAoGCCqGSM49BAMCA0kAMEYC
IQCwx5pqn4PARJY5vf5bJYq9f1DDHQI3AardZx/RYS0skgIhANTIzTerX/9zm70E
Z7IBkfbLivOM36lRAOdR44voCTTo
-----END CERTIFICATE-----
)";

TEST(Certificate, TellsWhereItsIssuerAndItsRevocationListCanBeHad) {
    const auto certificate = *Certificate::from_pem(talkative);

    EXPECT_THAT(certificate.issuer_urls(),
                ElementsAre("http://ca.test/ca.cer", "https://ca.test/ca.cer"));
    EXPECT_THAT(certificate.crl_urls(),
                ElementsAre("http://ca.test/1.crl", "HTTP://ca.test/2.crl"));
    EXPECT_EQ(to_colon_hex(certificate.subject_key_id()).substr(0, 11), "B4:67:A3:99");
    EXPECT_EQ(to_colon_hex(certificate.authority_key_id()).substr(0, 11), "3C:C5:C2:52");

    const auto plain = *Certificate::from_pem(foreign);
    EXPECT_TRUE(plain.issuer_urls().empty());
    EXPECT_TRUE(plain.crl_urls().empty());
}

TEST(Certificate, TellsTheLastOfEachFieldAndTheAddressesOfPeople) {
    const auto certificate = *Certificate::from_pem(talkative);

    EXPECT_EQ(certificate.subject_fields(),
              (Subject{.common_name = "two", .organization = "Second", .country = "DE"}));
    EXPECT_THAT(certificate.emails(), ElementsAre("ada@a.test", "Bob@b.test"));
    EXPECT_THAT(to_texts(certificate.names()), ElementsAre("a.test"));
}

}  // namespace
}  // namespace rhumb::pki
