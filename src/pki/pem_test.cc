#include "pki/pem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ReadCertificates, FindsThemAmongOtherTextAndBlocks) {
    const ExampleAuthority authority;
    const auto text = "Subject: the root\r\n" + authority.root.to_pem() +
                      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\nand\n" +
                      authority.intermediate.to_pem() + "the end";

    const auto read = read_certificates(text);

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_THAT(*read, ElementsAre(authority.root, authority.intermediate));
}

TEST(ReadCertificates, ReadsWindowsLineEnds) {
    const ExampleAuthority authority;
    std::string text;
    for (const char c : authority.root.to_pem())
        text += c == '\n' ? std::string{"\r\n"} : std::string{c};

    EXPECT_THAT(*read_certificates(text), ElementsAre(authority.root));
}

TEST(ReadCertificates, FindsNoneInOtherText) {
    EXPECT_TRUE(read_certificates("")->empty());
    EXPECT_TRUE(read_certificates("nothing here")->empty());
}

TEST(ReadCertificates, SaysWhichOneIsDamaged) {
    const ExampleAuthority authority;
    auto damaged = authority.intermediate.to_pem();
    damaged[damaged.size() / 2] = '!';

    const auto read = read_certificates(authority.root.to_pem() + damaged);

    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_THAT(read.error().message, HasSubstr("certificate 2"));
}

TEST(ReadCertificates, RefusesTooMuch) {
    EXPECT_EQ(read_certificates(std::string(pem_size_max + 1, ' ')).error().kind,
              ErrorKind::too_large);

    const auto pem = ExampleAuthority{}.root.to_pem();
    std::string many;
    for (std::size_t i = 0; i <= pem_certificates_max; ++i) many += pem;
    EXPECT_EQ(read_certificates(many).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace rhumb::pki
