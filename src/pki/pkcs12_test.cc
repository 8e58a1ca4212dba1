#include "pki/pkcs12.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/bag.h"
#include "pki/example.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WritePkcs12 : public testing::Test {
protected:
    std::string refusal(const Key& key, std::string_view password, std::string name = {}) const {
        const auto written = to_pkcs12(chain_, key, crypto::Secret::copy_of(password),
                                       {.friendly_name = std::move(name)});
        return written ? "" : written.error().message;
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Chain chain_ = authority_.chain({"a.test"}, key_);
};

TEST_F(WritePkcs12, PutsTheRootBehindTheChainWhenAsked) {
    const auto password = crypto::Secret::copy_of("opensesame");
    const auto file = to_pkcs12(chain_, key_, password, {.root = authority_.root});
    EXPECT_THAT(read_bag(file->view(), &password)->certificates,
                ElementsAre(chain_.leaf(), authority_.intermediate, authority_.root));

    const auto whole = *Chain::make({chain_.leaf(), authority_.intermediate, authority_.root});
    const auto once = to_pkcs12(whole, key_, password, {.root = authority_.root});
    EXPECT_THAT(read_bag(once->view(), &password)->certificates, testing::SizeIs(3));
}

TEST_F(WritePkcs12, RefusesWhatOthersCouldNotRead) {
    EXPECT_THAT(refusal(*Key::generate(KeyType::ec_p256), "x"), HasSubstr("does not belong"));
    EXPECT_THAT(refusal(key_, "B\xFCro"), HasSubstr("password is not UTF-8"));
    EXPECT_THAT(refusal(key_, std::string_view{"a\0b", 3}), HasSubstr("password is not UTF-8"));
    EXPECT_THAT(refusal(key_, "x", "B\xFCro"), HasSubstr("friendly name is not UTF-8"));
}

TEST(Pkcs12Encryption, HasTheTextsOfTheCommandLine) {
    for (const auto* text : {"modern", "compatible"})
        EXPECT_EQ(to_text(*parse_pkcs12_encryption(text)), text);
    EXPECT_THAT(parse_pkcs12_encryption("rot13").error().message, HasSubstr("compatible"));
}

}  // namespace
}  // namespace rhumb::pki
