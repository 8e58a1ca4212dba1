/// PKCS#12: files of openssl, GnuTLS, Java and NSS are read by us, and ours by each of them.

#include <gmock/gmock.h>

#include "pki/bag.h"
#include "pki/example.h"
#include "pki/pkcs12.h"
#include "pki/tools_example.h"

namespace rhumb::pki {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class InteropOfPkcs12 : public WithTools {
protected:
    void SetUp() override {
        write("a.key", key_.to_pem()->view());
        write("a.pem", chain_.leaf().to_pem());
        write("chain.pem", chain_.to_pem());
        write("others.pem", authority_.intermediate.to_pem());
    }

    /// That the file has the key and the chain, and opens with that password alone.
    void expect_readable(const std::string& name, std::string_view text) const {
        SCOPED_TRACE(name);
        const auto password = crypto::Secret::copy_of(text);
        const auto bag = read_bag(read(name), &password);
        ASSERT_TRUE(bag) << bag.error().message;
        ASSERT_THAT(bag->keys, SizeIs(1));
        EXPECT_TRUE(bag->keys[0].matches(chain_.leaf()));
        EXPECT_THAT(bag->certificates,
                    UnorderedElementsAre(chain_.leaf(), authority_.intermediate));

        const auto wrong = crypto::Secret::copy_of("no" + std::string{text});
        const auto refused = read_bag(read(name), &wrong);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::denied) << refused.error().message;
    }

    void write_ours(const std::string& name, std::string_view password,
                    Pkcs12Encryption encryption) const {
        const auto file = to_pkcs12(chain_, key_, crypto::Secret::copy_of(password),
                                    {.encryption = encryption, .friendly_name = "My Site"});
        ASSERT_TRUE(file) << file.error().message;
        write(name, file->view());
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::rsa_2048);
    const Chain chain_ = authority_.chain({"a.test"}, key_);
};

TEST_F(InteropOfPkcs12, OpensslsAreRead) {
    const auto make = [&](const std::string& name, const std::string& options,
                          const std::string& password) {
        write("password", password);
        output_of("openssl pkcs12 -export -in chain.pem -inkey a.key -out " + name +
                  " -passout file:password " + options);
        expect_readable(name, password);
    };
    make("modern.p12", "", "opensesame");
    make("legacy.p12", "-legacy", "opensesame");
    make("des3.p12", "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1", "opensesame");
    make("no-mac.p12", "-nomac", "opensesame");
    make("certs-open.p12", "-certpbe NONE", "opensesame");
    make("umlauts.p12", "", "Übergröße");
    make("umlauts-legacy.p12", "-legacy", "Übergröße");
    make("cyrillic-legacy.p12", "-legacy", "пароль");
    make("many-rounds.p12", "-iter 200000", "opensesame");
}

TEST_F(InteropOfPkcs12, OpensslsWithoutAPasswordAreRead) {
    for (const auto* options : {"", "-legacy", "-keypbe NONE -certpbe NONE -nomac"}) {
        output_of(
            std::string{"openssl pkcs12 -export -in chain.pem -inkey a.key -out e.p12 -passout "
                        "pass: "} +
            options);
        const crypto::Secret empty;
        EXPECT_THAT(read_bag(read("e.p12"))->keys, SizeIs(1)) << options;
        EXPECT_THAT(read_bag(read("e.p12"), &empty)->keys, SizeIs(1)) << options;
    }
}

TEST_F(InteropOfPkcs12, GnutlsOnesAreRead) {
    const std::string make =
        "certtool --to-p12 --load-privkey a.key --load-certificate chain.pem --p12-name x --outder "
        "--outfile ";
    output_of(make + "g.p12 --password opensesame");
    expect_readable("g.p12", "opensesame");
    output_of(make + "g3.p12 --password opensesame --pkcs-cipher 3des-pkcs12");
    expect_readable("g3.p12", "opensesame");
    output_of(make + "grc.p12 --password opensesame --pkcs-cipher rc2-40");
    expect_readable("grc.p12", "opensesame");
    output_of(make + "ge.p12 --empty-password");
    output_of(make + "gn.p12 --null-password");
    for (const auto* name : {"ge.p12", "gn.p12"}) {
        const auto bag = read_bag(read(name));
        ASSERT_TRUE(bag) << name << ": " << bag.error().message;
        EXPECT_THAT(bag->keys, SizeIs(1)) << name;
    }
}

TEST_F(InteropOfPkcs12, JavasAreRead) {
    write_ours("in.p12", "opensesame", Pkcs12Encryption::compatible);
    const std::string import =
        "keytool -importkeystore -noprompt -srckeystore in.p12 -srcstorepass opensesame "
        "-deststoretype PKCS12 -deststorepass opensesame -destkeystore ";
    output_of(import + "j.p12");
    expect_readable("j.p12", "opensesame");
    output_of(import + "jl.p12 -J-Dkeystore.pkcs12.legacy");
    expect_readable("jl.p12", "opensesame");
    output_of(
        "keytool -importkeystore -noprompt -srckeystore in.p12 -srcstorepass opensesame "
        "-deststoretype JKS -deststorepass opensesame -destkeystore j.jks");
    const auto refused = read_bag(read("j.jks"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("Java keystore of the old kind"));
}

TEST_F(InteropOfPkcs12, AllEntriesOfAJavaKeystoreAreRead) {
    for (const auto* alias : {"one", "two"})
        output_of(std::string{"keytool -genkeypair -keystore many.p12 -storetype PKCS12 -storepass "
                              "opensesame -keyalg EC -dname CN="} +
                  alias + ".test -alias " + alias);
    output_of(
        "keytool -importcert -noprompt -keystore many.p12 -storepass opensesame -alias root "
        "-file others.pem");
    const auto password = crypto::Secret::copy_of("opensesame");
    const auto bag = read_bag(read("many.p12"), &password);
    ASSERT_TRUE(bag) << bag.error().message;
    EXPECT_THAT(bag->keys, SizeIs(2));
    EXPECT_THAT(bag->certificates, SizeIs(3));
    EXPECT_EQ(bag->friendly_name, "one");
}

/// Where OpenSSL's module is not installed, the reader says so, and TLS works as before.
TEST_F(InteropOfPkcs12, OldAlgorithmsWithoutTheLegacyProviderAreNamed) {
    output_of(
        "openssl pkcs12 -export -legacy -in chain.pem -inkey a.key -out l.p12 -passout "
        "pass:opensesame");
    const auto password = crypto::Secret::copy_of("opensesame");
    ASSERT_EQ(::setenv("OPENSSL_MODULES", directory_.c_str(), 1),
              0);  // NOLINT(concurrency-mt-unsafe)
    const auto refused = read_bag(read("l.p12"), &password);
    ::unsetenv("OPENSSL_MODULES");  // NOLINT(concurrency-mt-unsafe)

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr("RC2"), HasSubstr("legacy.so")));
    expect_readable("l.p12", "opensesame");
}

TEST_F(InteropOfPkcs12, WhatWasPutIntoPemIsRead) {
    write_ours("our.p12", "opensesame", Pkcs12Encryption::modern);
    // As «certutil -encode» of Windows does with any file.
    output_of(
        "sh -c '(echo -----BEGIN CERTIFICATE-----; base64 our.p12; "
        "echo -----END CERTIFICATE-----) > encoded.cer'");
    expect_readable("encoded.cer", "opensesame");
}

TEST_F(InteropOfPkcs12, NssOnesAreReadAndOursByNss) {
    output_of("certutil -N -d sql:. --empty-password");
    const struct {
        const char* password;
        Pkcs12Encryption encryption;
    } cases[] = {{"opensesame", Pkcs12Encryption::modern},
                 {"opensesame", Pkcs12Encryption::compatible},
                 {"Übergröße", Pkcs12Encryption::modern},
                 {"Übergröße", Pkcs12Encryption::compatible}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.password);
        write_ours("in.p12", c.password, c.encryption);
        write("password", std::string{c.password} + "\n");
        EXPECT_THAT(output_of("pk12util -l in.p12 -w password -d sql:."), HasSubstr("a.test"));
        output_of("pk12util -i in.p12 -w password -d sql:. -K ''");
        output_of("pk12util -o out.p12 -n 'My Site' -w password -d sql:. -K ''");
        expect_readable("out.p12", c.password);
    }
    output_of(
        "pk12util -o old.p12 -n 'My Site' -w password -d sql:. -K '' -c "
        "'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC' -C "
        "'PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC'");
    expect_readable("old.p12", "Übergröße");
}

TEST_F(InteropOfPkcs12, OursAreReadByOpensslGnutlsAndJava) {
    for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::compatible}) {
        SCOPED_TRACE(to_text(encryption));
        write_ours("our.p12", "opensesame", encryption);
        const auto openssl = output_of("openssl pkcs12 -in our.p12 -passin pass:opensesame -nodes");
        EXPECT_THAT(openssl, HasSubstr("friendlyName: My Site"));
        EXPECT_THAT(openssl, HasSubstr("BEGIN PRIVATE KEY"));
        EXPECT_THAT(openssl, HasSubstr("CN = Example intermediate"));
        EXPECT_THAT(output_of("certtool --p12-info --inder --infile our.p12 --password opensesame"),
                    HasSubstr("BEGIN CERTIFICATE"));
        EXPECT_THAT(
            output_of("keytool -list -v -keystore our.p12 -storepass opensesame"),
            testing::AllOf(HasSubstr("PrivateKeyEntry"), HasSubstr("Certificate chain length: 2")));
        EXPECT_NE(run("openssl pkcs12 -in our.p12 -passin pass:wrong -nodes").code, 0);
    }
}

TEST_F(InteropOfPkcs12, OursWithPasswordsBeyondAsciiAreReadByOpenssl) {
    for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::compatible})
        for (const auto* password : {"Übergröße", "пароль"}) {
            write("password", password);
            write_ours("our.p12", password, encryption);
            output_of("openssl pkcs12 -in our.p12 -passin file:password -nodes -noout");
        }
}

TEST_F(InteropOfPkcs12, OursMayCarryTheRoot) {
    const auto file =
        to_pkcs12(chain_, key_, crypto::Secret::copy_of("opensesame"), {.root = authority_.root});
    write("our.p12", file->view());
    EXPECT_THAT(output_of("openssl pkcs12 -in our.p12 -passin pass:opensesame -nokeys"),
                HasSubstr("subject=CN = Example root"));
}

}  // namespace
}  // namespace rhumb::pki
