/// Requests, keys, PKCS#7 and revocation lists: from us to openssl and GnuTLS, and back.

#include <gmock/gmock.h>

#include "pki/bag.h"
#include "pki/example.h"
#include "pki/pkcs7.h"
#include "pki/tools_example.h"
#include "pki/wanted_names.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Interop : public WithTools {
protected:
    Bag read_back(const std::string& name, std::string_view password = "") const {
        const auto secret = crypto::Secret::copy_of(password);
        auto bag = read_bag(read(name), password.empty() ? nullptr : &secret);
        EXPECT_TRUE(bag) << name << ": " << (bag ? "" : bag.error().message);
        return bag.value_or(Bag{});
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Chain chain_ = authority_.chain({"a.test"}, key_);
};

class InteropOfRequests : public Interop, public testing::WithParamInterface<KeyType> {};

INSTANTIATE_TEST_SUITE_P(KeyTypes, InteropOfRequests,
                         testing::Values(KeyType::ec_p256, KeyType::ec_p384, KeyType::rsa_2048,
                                         KeyType::rsa_3072));

TEST_P(InteropOfRequests, OursAreReadByOthers) {
    const auto key = *Key::generate(GetParam());
    const auto names = *parse_wanted_names(std::vector<std::string>{
        "gis.example.org", "*.bücher.example", "192.0.2.7", "2001:db8::7"});
    const auto request = make_request({.common_name = "gis.example.org",
                                       .organization = "Büro für Karten",
                                       .city = "Köln",
                                       .country = "DE"},
                                      names, key);
    ASSERT_TRUE(request) << request.error().message;
    write("our.csr", request->to_pem());
    write("our.der", request->to_der());

    const auto openssl =
        output_of("openssl req -in our.csr -noout -verify -text -nameopt utf8,sep_comma_plus");
    EXPECT_THAT(openssl, HasSubstr("self-signature verify OK"));
    EXPECT_THAT(openssl, HasSubstr("O=Büro für Karten"));
    EXPECT_THAT(openssl, HasSubstr("DNS:*.xn--bcher-kva.example, DNS:gis.example.org, IP "
                                   "Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7"));
    EXPECT_THAT(openssl, HasSubstr("TLS Web Server Authentication"));
    const auto gnutls = output_of("certtool --crq-info --infile our.csr");
    EXPECT_THAT(gnutls, HasSubstr("Self signature: verified"));
    EXPECT_THAT(gnutls, HasSubstr("DNSname: gis.example.org"));
    EXPECT_THAT(gnutls, HasSubstr("IPAddress: 2001:db8::7"));
    EXPECT_THAT(output_of("certtool --crq-info --inder --infile our.der"), HasSubstr("Köln"));
    EXPECT_THAT(output_of("keytool -printcertreq -file our.csr"), HasSubstr("gis.example.org"));
}

TEST_F(Interop, RequestsOfOthersAreRead) {
    output_of(
        "openssl req -new -newkey rsa:2048 -nodes -keyout o.key -out o.csr -utf8 "
        "-subj '/C=DE/O=Büro/CN=o.test' -addext subjectAltName=DNS:o.test,IP:192.0.2.1");
    write("g.cfg", "cn = g.test\norganization = Example\ndns_name = g.test\ndns_name = *.g.test\n");
    output_of("certtool --generate-privkey --key-type ecdsa --curve secp384r1 --outfile g.key");
    output_of("certtool --generate-request --load-privkey g.key --template g.cfg --outfile g.csr");
    output_of(
        "keytool -genkeypair -keystore j.p12 -storetype PKCS12 -storepass changeit -alias j "
        "-keyalg EC -dname CN=j.test");
    output_of(
        "keytool -certreq -keystore j.p12 -storepass changeit -alias j -ext san=dns:j.test "
        "-file j.csr");

    const auto openssl = read_back("o.csr"), gnutls = read_back("g.csr"), java = read_back("j.csr");
    ASSERT_THAT(openssl.requests, SizeIs(1));
    ASSERT_THAT(gnutls.requests, SizeIs(1));
    ASSERT_THAT(java.requests, SizeIs(1));
    EXPECT_THAT(to_texts(openssl.requests[0].names()), ElementsAre("o.test", "192.0.2.1"));
    EXPECT_EQ(openssl.requests[0].subject().organization, "Büro");
    EXPECT_TRUE(openssl.requests[0].matches(read_back("o.key").keys.at(0)));
    EXPECT_THAT(to_texts(gnutls.requests[0].names()), UnorderedElementsAre("g.test", "*.g.test"));
    EXPECT_TRUE(gnutls.requests[0].matches(read_back("g.key").keys.at(0)));
    EXPECT_THAT(to_texts(java.requests[0].names()), ElementsAre("j.test"));
    EXPECT_TRUE(java.requests[0].matches(read_back("j.p12", "changeit").keys.at(0)));
}

TEST_F(Interop, Pkcs7OfOursIsReadByOthersAndTheirsByUs) {
    write("our.p7b", *to_pkcs7_der(chain_.certificates()));
    write("our.p7.pem", *to_pkcs7_pem(chain_.certificates()));
    write("chain.pem", chain_.to_pem());

    const auto openssl = output_of("openssl pkcs7 -inform DER -in our.p7b -print_certs -noout");
    EXPECT_LT(openssl.find("a.test"), openssl.find("Example intermediate\n\n"));
    EXPECT_THAT(output_of("openssl pkcs7 -in our.p7.pem -print_certs"), HasSubstr("BEGIN CERT"));
    EXPECT_THAT(output_of("certtool --p7-info --infile our.p7.pem"),
                HasSubstr("Number of certificates: 2"));
    EXPECT_THAT(output_of("keytool -printcert -file our.p7b"), HasSubstr("CN=a.test"));

    output_of("openssl crl2pkcs7 -nocrl -certfile chain.pem -out o.p7");
    output_of("openssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out o.der.p7");
    output_of("certtool --p7-generate --load-certificate chain.pem --outfile g.p7");
    for (const auto* name : {"o.p7", "o.der.p7", "g.p7"}) {
        SCOPED_TRACE(name);
        EXPECT_THAT(read_back(name).certificates,
                    UnorderedElementsAre(chain_.leaf(), authority_.intermediate));
    }
}

TEST_F(Interop, EncryptedKeysOfOursAreReadByOthers) {
    for (const auto* text : {"opensesame", "Übergröße", "with blank"}) {
        const auto password = crypto::Secret::copy_of(text);
        write("our.key", key_.to_encrypted_pem(password)->view());
        write("password", text);
        output_of("openssl pkey -in our.key -passin file:password -check -noout");
        EXPECT_THAT(
            output_of("certtool --key-info --infile our.key --password \"$(cat password)\""),
            HasSubstr("EC"));
    }
    EXPECT_NE(run("openssl pkey -in our.key -passin pass:wrong -noout").code, 0);
}

TEST_F(Interop, EncryptedKeysOfOthersAreRead) {
    write("plain.key", key_.to_pem()->view());
    write("rsa.key", Key::generate(KeyType::rsa_2048)->to_pem()->view());
    output_of("openssl ec -in plain.key -aes256 -passout pass:opensesame -out sec1.key");
    output_of("openssl rsa -traditional -in rsa.key -des3 -passout pass:opensesame -out pkcs1.key");
    const struct {
        const char* name;
        const char* options;
    } kinds[] = {{"aes", "-v2 aes-256-cbc"},
                 {"sha1", "-v2 aes-128-cbc -v2prf hmacWithSHA1"},
                 {"des3", "-v2 des3"},
                 {"scrypt", "-scrypt"},
                 {"pbe-sha1-3des", "-v1 PBE-SHA1-3DES"},
                 {"pbe-sha1-rc2", "-provider legacy -provider default -v1 PBE-SHA1-RC2-40"},
                 {"pbe-md5-des", "-provider legacy -provider default -v1 PBE-MD5-DES"}};
    for (const auto& kind : kinds)
        output_of(
            fmt::format("openssl pkcs8 -topk8 -in plain.key -passout pass:opensesame -out {} {}",
                        kind.name, kind.options));
    output_of(
        "certtool --to-p8 --load-privkey plain.key --password opensesame --pkcs-cipher aes-192 "
        "--outfile gnutls");

    for (const auto* name : {"sec1.key", "aes", "sha1", "des3", "scrypt", "pbe-sha1-3des",
                             "pbe-sha1-rc2", "pbe-md5-des", "gnutls"}) {
        SCOPED_TRACE(name);
        const auto bag = read_back(name, "opensesame");
        ASSERT_THAT(bag.keys, SizeIs(1));
        EXPECT_TRUE(bag.keys[0].matches(chain_.leaf()));
        const auto wrong = crypto::Secret::copy_of("wrong");
        EXPECT_EQ(read_bag(read(name), &wrong).error().kind, ErrorKind::denied);
        EXPECT_EQ(read_bag(read(name)).error().kind, ErrorKind::denied);
    }
    EXPECT_THAT(read_back("pkcs1.key", "opensesame").keys, SizeIs(1));
    // As it comes out of a mail, and of an old Mac.
    output_of("sed 's/^/> /' pkcs1.key > quoted.key");
    output_of("tr '\\n' '\\r' < pkcs1.key > mac.key");
    for (const auto* name : {"quoted.key", "mac.key"})
        EXPECT_THAT(read_back(name, "opensesame").keys, SizeIs(1)) << name;
}

TEST_F(Interop, RevocationListsAreHeededByOthers) {
    const auto crl = make_crl(
        {.number = 7,
         .now = example_now,
         .lifetime = std::chrono::days{7},
         .revoked = {{chain_.leaf().serial(), example_now, RevocationReason::key_compromise}}},
        {authority_.intermediate, authority_.intermediate_key});
    ASSERT_TRUE(crl) << crl.error().message;
    write("our.crl", crl->to_pem());
    write("root.pem", authority_.root.to_pem());
    write("intermediate.pem", authority_.intermediate.to_pem());
    write("leaf.pem", chain_.leaf().to_pem());
    write("good.pem", authority_.try_issue({"b.test"}, key_)->to_pem());

    EXPECT_THAT(output_of("openssl crl -in our.crl -noout -text -CAfile intermediate.pem"),
                testing::AllOf(HasSubstr("verify OK"), HasSubstr("Key Compromise")));
    EXPECT_THAT(output_of("certtool --crl-info --infile our.crl"),
                HasSubstr("Revoked certificates (1)"));
    const auto verify = [&](const char* name) {
        return run(
            fmt::format("openssl verify -x509_strict -crl_check -attime {} -CAfile root.pem "
                        "-untrusted intermediate.pem -CRLfile our.crl {}",
                        example_now.time_since_epoch().count(), name));
    };
    EXPECT_EQ(verify("good.pem").code, 0) << verify("good.pem").text;
    EXPECT_THAT(verify("leaf.pem").text, HasSubstr("certificate revoked"));
}

}  // namespace
}  // namespace rhumb::pki
