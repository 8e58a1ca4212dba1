#include "pki/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ChainOfExample : public testing::Test {
protected:
    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Certificate leaf_ = *authority_.try_issue({"localhost"}, key_);
};

TEST_F(ChainOfExample, IsTheSameAfterALapThroughPem) {
    const auto chain = *Chain::make({leaf_, authority_.intermediate});

    const auto again = Chain::from_pem(chain.to_pem());

    ASSERT_TRUE(again) << again.error().message;
    EXPECT_THAT(again->certificates(), ElementsAre(leaf_, authority_.intermediate));
    EXPECT_EQ(again->leaf(), leaf_);
}

TEST_F(ChainOfExample, IsRefusedWhenItIsEmptyOrInTheWrongOrder) {
    EXPECT_EQ(Chain::make({}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(Chain::from_pem("no certificates").error().kind, ErrorKind::invalid);

    const auto wrong = Chain::make({leaf_, authority_.root, authority_.intermediate});
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message, HasSubstr("«CN=Example root» did not sign «CN=localhost»"));
}

}  // namespace
}  // namespace rhumb::pki
