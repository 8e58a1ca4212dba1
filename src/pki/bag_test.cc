#include "pki/bag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "pki/bag_reading.h"
#include "pki/example.h"
#include "pki/pkcs12.h"
#include "pki/pkcs7.h"

namespace rhumb::pki {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

crypto::Secret secret(std::string_view text) { return crypto::Secret::copy_of(text); }

class ReadBag : public testing::Test {
protected:
    /// The message of the error, with its kind before it; "" when there is none.
    static std::string refusal(std::string_view bytes, const crypto::Secret* password = nullptr) {
        const auto bag = read_bag(bytes, password);
        if (bag) return {};
        const auto kind = bag.error().kind;
        return std::string{kind == ErrorKind::denied        ? "denied: "
                           : kind == ErrorKind::too_large   ? "too large: "
                           : kind == ErrorKind::unavailable ? "unavailable: "
                                                            : "invalid: "} +
               bag.error().message;
    }

    std::string pem_key() const { return std::string{key_.to_pem()->view()}; }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Chain chain_ = authority_.chain({"a.test"}, key_);
    const crypto::Secret password_ = secret("opensesame");
};

TEST_F(ReadBag, FindsEverythingInAPemText) {
    const auto request = *make_request({}, example_names({"a.test"}), key_);
    const auto crl = *make_crl({.number = 1, .now = example_now, .lifetime = std::chrono::days{7}},
                               {authority_.intermediate, authority_.intermediate_key});
    const auto bag =
        read_bag("Hello,\n" + chain_.to_pem() +
                 "-----BEGIN DH PARAMETERS-----\nMIIB\n"
                 "-----END DH PARAMETERS-----\n" +
                 pem_key() + request.to_pem() + crl.to_pem() + chain_.to_pem() + "bye");

    ASSERT_TRUE(bag) << bag.error().message;
    EXPECT_THAT(bag->certificates, ElementsAre(chain_.leaf(), authority_.intermediate));
    ASSERT_THAT(bag->keys, SizeIs(1));
    EXPECT_TRUE(bag->keys.front().matches(chain_.leaf()));
    EXPECT_THAT(bag->requests, ElementsAre(request));
    EXPECT_THAT(bag->crls, ElementsAre(crl));
    EXPECT_THAT(bag->notes, ElementsAre(HasSubstr("Diffie-Hellman")));
}

TEST_F(ReadBag, ReadsDerOfEachKind) {
    EXPECT_THAT(read_bag(chain_.leaf().to_der())->certificates, ElementsAre(chain_.leaf()));
    EXPECT_THAT(read_bag(chain_.leaf().to_der() + authority_.root.to_der())->certificates,
                ElementsAre(chain_.leaf(), authority_.root));
    EXPECT_THAT(read_bag(chain_.leaf().to_der() + "\r\n")->certificates, SizeIs(1));
    EXPECT_THAT(read_bag(key_.to_pkcs8_der()->view())->keys, SizeIs(1));
    EXPECT_THAT(read_bag(make_request({}, example_names({"a.test"}), key_)->to_der())->requests,
                SizeIs(1));
    EXPECT_THAT(read_bag(*to_pkcs7_der(chain_.certificates()))->certificates,
                ElementsAre(chain_.leaf(), authority_.intermediate));
}

TEST_F(ReadBag, ReadsPemAsMailProgramsAndEditorsLeaveIt) {
    const auto pem = chain_.leaf().to_pem();
    const auto replaced = [&](std::string_view line_end, std::string_view prefix) {
        std::string text{prefix};
        for (const char c : pem) {
            if (c != '\n') {
                text += c;
            } else {
                text += line_end;
                text += prefix;
            }
        }
        return text;
    };
    std::string utf16 = "\xFF\xFE";
    for (const char c : pem) utf16 += std::string{c, '\0'};
    std::string utf16_big = "\xFE\xFF";
    for (const char c : pem) utf16_big += std::string{'\0', c};
    const struct {
        const char* name;
        std::string text;
    } cases[] = {
        {"line ends of Windows", replaced("\r\n", "")},
        {"line ends of old Macs", replaced("\r", "")},
        {"quoted in a mail", replaced("\n", "> ")},
        {"indented", replaced("\n", "    ")},
        {"on one line, escaped", replaced("\\n", "")},
        {"in JSON", "{\"certificate\": \"" + replaced("\\r\\n", "") + "\"}"},
        {"UTF-8 with a mark", "\xEF\xBB\xBF" + pem},
        {"UTF-16", utf16},
        {"UTF-16, big end first", utf16_big},
        {"bare base64", text::to_base64(chain_.leaf().to_der())},
        {"no line breaks", "-----BEGIN CERTIFICATE-----" + text::to_base64(chain_.leaf().to_der()) +
                               "-----END CERTIFICATE-----"},
        {"PKCS#7 that is called a certificate",
         "-----BEGIN CERTIFICATE-----\n" +
             text::to_base64(*to_pkcs7_der(std::vector{chain_.leaf()})) +
             "\n-----END CERTIFICATE-----"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto bag = read_bag(c.text);
        ASSERT_TRUE(bag) << bag.error().message;
        EXPECT_THAT(bag->certificates, ElementsAre(chain_.leaf()));
    }
}

TEST_F(ReadBag, OpensEncryptedKeysWithTheirPasswordAlone) {
    const std::string pem{key_.to_encrypted_pem(password_)->view()};
    const auto wrong = secret("opensesamE"), empty = secret("");

    EXPECT_TRUE(read_bag(pem, &password_)->keys.front().matches(chain_.leaf()));
    EXPECT_THAT(refusal(pem), AllOf(HasSubstr("denied"), HasSubstr("locked by a password")));
    EXPECT_THAT(refusal(pem, &wrong), AllOf(HasSubstr("denied"), HasSubstr("does not open")));
    EXPECT_THAT(refusal(pem, &empty), AllOf(HasSubstr("denied"), HasSubstr("empty password")));
}

TEST_F(ReadBag, SaysWhenAnEncryptionIsTooOldToBeRead) {
    EXPECT_THAT(refusal("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                        "DEK-Info: DES-CBC,0011223344556677\n\nAAAAAAAAAAA=\n"
                        "-----END RSA PRIVATE KEY-----\n",
                        &password_),
                AllOf(HasSubstr("unavailable"), HasSubstr("«DES-CBC»")));
}

TEST_F(ReadBag, NeverLeavesALockedKeyOutInSilence) {
    EXPECT_THAT(refusal(chain_.to_pem() + std::string{key_.to_encrypted_pem(password_)->view()}),
                AllOf(HasSubstr("denied"), HasSubstr("ENCRYPTED PRIVATE KEY")));
}

TEST_F(ReadBag, ReadsPkcs12OfBothKinds) {
    for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::compatible}) {
        const auto file =
            to_pkcs12(chain_, key_, password_, {.encryption = encryption, .friendly_name = "Büro"});
        ASSERT_TRUE(file) << file.error().message;

        const auto bag = read_bag(file->view(), &password_);

        ASSERT_TRUE(bag) << bag.error().message;
        EXPECT_THAT(bag->certificates, ElementsAre(chain_.leaf(), authority_.intermediate));
        ASSERT_THAT(bag->keys, SizeIs(1));
        EXPECT_TRUE(bag->keys.front().matches(chain_.leaf()));
        EXPECT_EQ(bag->friendly_name, "Büro");
    }
}

TEST_F(ReadBag, TellsAWrongPasswordFromAMissingOneAndFromDamage) {
    const auto file = to_pkcs12(chain_, key_, password_);
    const auto wrong = secret("closesesame"), empty = secret("");

    EXPECT_THAT(refusal(file->view()), AllOf(HasSubstr("denied"), HasSubstr("locked")));
    EXPECT_THAT(refusal(file->view(), &wrong), AllOf(HasSubstr("denied"), HasSubstr("not open")));
    EXPECT_THAT(refusal(file->view(), &empty), AllOf(HasSubstr("denied"), HasSubstr("empty")));

    EXPECT_THAT(refusal(file->view().substr(0, file->size() / 2), &password_),
                AllOf(HasSubstr("invalid"), HasSubstr("cut off")));
    std::string changed{file->view()};
    changed[changed.size() - 30] = static_cast<char>(changed[changed.size() - 30] ^ 1);  // the MAC
    EXPECT_THAT(refusal(changed, &password_),
                AllOf(HasSubstr("invalid"), HasSubstr("has changed since")));
    changed = file->view();
    changed.replace(changed.size() / 2, 64, 64, 'x');  // what is encrypted
    EXPECT_THAT(refusal(changed, &password_), Not(IsEmpty()));
}

TEST_F(ReadBag, ReadsPkcs12WithAnEmptyPasswordGivenOrNot) {
    const auto empty = secret("");
    const auto file = to_pkcs12(chain_, key_, empty);
    ASSERT_TRUE(file) << file.error().message;

    EXPECT_THAT(read_bag(file->view())->keys, SizeIs(1));
    EXPECT_THAT(read_bag(file->view(), &empty)->keys, SizeIs(1));
    EXPECT_THAT(refusal(file->view(), &password_), HasSubstr("denied"));
}

TEST_F(ReadBag, ReadsPkcs12WithPasswordsBeyondAscii) {
    const auto utf8 = secret("Übergrößenträger"), latin1 = secret(
                                                      "\xDC"
                                                      "bergr\xF6\xDF"
                                                      "entr\xE4ger");
    for (const auto encryption : {Pkcs12Encryption::modern, Pkcs12Encryption::compatible}) {
        const auto file = to_pkcs12(chain_, key_, utf8, {.encryption = encryption});
        EXPECT_EQ(refusal(file->view(), &utf8), "");
        EXPECT_EQ(refusal(file->view(), &latin1), "");
    }
}

TEST_F(ReadBag, SaysWhatAFileIsInstead) {
    using namespace std::string_view_literals;
    const struct {
        std::string_view bytes;
        const char* sentence;
    } cases[] = {
        {"", "empty"},
        {" \n\t", "nothing but blanks"},
        {"<!DOCTYPE html><html>404", "Web page"},
        {"\n <HTML>", "Web page"},
        {"\xFE\xED\xFE\xED\0\0\0\2"sv, "Java keystore"},
        {"ssh-ed25519 AAAAC3 me@here", "public key of SSH"},
        {"PuTTY-User-Key-File-3: ssh-ed25519", "PuTTY"},
        {"PK\x03\x04 and more", "ZIP"},
        {"%PDF-1.7", "PDF"},
        {"MIME-Version: 1.0\nContent-Type: text/plain", "e-mail"},
        {"{\"a\": 1}", "JSON"},
        {"just words", "a text without a certificate"},
        {"Certificate:\n    Data:\n        Version: 3", "printed for people"},
        {"\x01\x02\x03\x04", "in any form that is known"},
        {"----BEGIN CERTIFICATE----\nMIIB\n----END CERTIFICATE----", "lines of dashes"},
        {"—–BEGIN CERTIFICATE—–\nMIIB\n—–END CERTIFICATE—–", "five hyphens"},
        {"-----BEGIN CERTIFICATE---\nMIIB\n-----END CERTIFICATE---", "lines of dashes"},
        {"-----BEGIN CERTIFICATE-----\nMIIBkTCB", "has no END line"},
        {"-----BEGIN CERTIFICATE-----\nMIIB\n-----END PRIVATE KEY-----\n", "parts of two files"},
        {"-----BEGIN CERTIFICATE-----\nMI%B\n-----END CERTIFICATE-----\n", "does not belong"},
        {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "nothing in it"},
        {"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "public key alone"},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
         "key of SSH"},
        {"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQEN\n-----END PGP PUBLIC KEY BLOCK-----\n",
         "PGP"},
        {"0 s:CN=a.test", "a text without a certificate"},
        {"\x30\x03\x02\x01\x07"sv, "neither certificate nor key"},
    };
    for (const auto& c : cases)
        EXPECT_THAT(refusal(c.bytes), AllOf(HasSubstr("invalid"), HasSubstr(c.sentence)))
            << c.bytes;
}

TEST_F(ReadBag, SaysWhichBlockIsDamagedAndHow) {
    auto leaf = chain_.leaf().to_pem();
    leaf[leaf.size() / 2] = leaf[leaf.size() / 2] == 'A' ? 'B' : 'A';
    const auto cut = chain_.leaf().to_der().substr(0, 100);

    // A changed byte may still read as a certificate; a missing one cannot.
    EXPECT_THAT(refusal(cut), AllOf(HasSubstr("cut off"), HasSubstr("100 bytes")));
    EXPECT_THAT(refusal("one\ntwo\n-----BEGIN CERTIFICATE-----\n" + text::to_base64(cut) +
                        "\n-----END CERTIFICATE-----\n"),
                AllOf(HasSubstr("«CERTIFICATE» of line 3"), HasSubstr("cut off")));
    EXPECT_THAT(refusal(text::to_base64(chain_.leaf().to_der()).substr(0, 101)),
                HasSubstr("stops in the middle"));
}

TEST_F(ReadBag, RefusesAKeyThatDoesNotWork) {
    // The private half of one key with the public half of another, as PKCS#8.
    std::string der{key_.to_pkcs8_der()->view()};
    const auto other = Key::generate(KeyType::ec_p256)->to_pkcs8_der();
    der.replace(der.size() - 64, 64, other->view().substr(other->size() - 64));

    EXPECT_THAT(refusal(der), HasSubstr("do not belong together"));
}

TEST_F(ReadBag, PutsSeveralFilesTogether) {
    const auto key = pem_key(), chain = chain_.to_pem();
    const auto bag =
        read_bags(std::vector<BagFile>{{"a.key", key}, {"a.pem", chain}, {"b.pem", chain}});

    ASSERT_TRUE(bag) << bag.error().message;
    EXPECT_THAT(bag->certificates, SizeIs(2));
    EXPECT_THAT(bag->keys, SizeIs(1));
    EXPECT_THAT(
        read_bags(std::vector<BagFile>{{"a.pem", chain}, {"x.pem", "words"}}).error().message,
        testing::StartsWith("x.pem: "));
}

}  // namespace
}  // namespace rhumb::pki
