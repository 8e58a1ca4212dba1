#include "pki/assemble.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/example.h"

namespace rhumb::pki {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Assemble : public testing::Test {
protected:
    Result<Assembled> assembled(const std::vector<Certificate>& pool,
                                const std::vector<Certificate>& roots = {},
                                Seconds now = example_now) const {
        return assemble(leaf_, pool, {.now = now, .roots = roots});
    }

    const ExampleAuthority authority_;
    const Key key_ = *Key::generate(KeyType::ec_p256);
    const Certificate leaf_ = *authority_.try_issue({"a.test"}, key_);
    const Certificate& intermediate_ = authority_.intermediate;
    const Certificate& root_ = authority_.root;
};

TEST_F(Assemble, FindsTheOrderInAnyBag) {
    const ExampleAuthority stranger;
    std::vector<Certificate> bag{leaf_, intermediate_, root_, stranger.root, leaf_, root_};
    for (int i = 0; i < 20; ++i) {
        const auto found = assembled(bag);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_THAT(found->chain.certificates(), ElementsAre(leaf_, intermediate_));
        EXPECT_EQ(found->root, root_);
        EXPECT_FALSE(found->is_root_known);
        EXPECT_TRUE(found->is_complete());
        EXPECT_THAT(found->unused, ElementsAre(stranger.root));
        std::rotate(bag.begin(), bag.begin() + 1 + i % 3, bag.end());
    }
}

TEST_F(Assemble, EndsAtARootThatIsKnown) {
    const auto found = assembled({intermediate_}, {root_});

    EXPECT_THAT(found->chain.certificates(), ElementsAre(leaf_, intermediate_));
    EXPECT_EQ(found->root, root_);
    EXPECT_TRUE(found->is_root_known);
    EXPECT_THAT(found->unused, IsEmpty());
}

TEST_F(Assemble, NamesTheIssuerThatIsMissing) {
    const auto alone = assembled({});
    ASSERT_TRUE(alone);
    ASSERT_TRUE(alone->missing);
    EXPECT_EQ(alone->missing->subject, intermediate_.subject());
    EXPECT_EQ(alone->missing->of, leaf_.subject());
    EXPECT_FALSE(alone->missing->may_be_root);
    EXPECT_THAT(alone->missing->urls, IsEmpty());

    const auto rootless = assembled({intermediate_});
    ASSERT_TRUE(rootless->missing);
    EXPECT_EQ(rootless->missing->subject, root_.subject());
    EXPECT_TRUE(rootless->missing->may_be_root);
}

TEST_F(Assemble, SaysWhereTheMissingIssuerCanBeHad) {
    const auto leaf = *issue({.usage = Usage::server,
                              .common_name = "",
                              .names = example_names({"a.test"}),
                              .now = example_now,
                              .lifetime = days{90},
                              .constraints = {},
                              .issuer_url = "http://ca.test/intermediate.cer"},
                             key_.public_key(), {intermediate_, authority_.intermediate_key});
    EXPECT_THAT(assemble(leaf, {}, {.now = example_now})->missing->urls,
                ElementsAre("http://ca.test/intermediate.cer"));
}

TEST_F(Assemble, TakesASelfSignedLeafAsItIs) {
    const auto self_signed = *issue_self_signed({.usage = Usage::server,
                                                 .common_name = "",
                                                 .names = example_names({"a.test"}),
                                                 .now = example_now,
                                                 .lifetime = days{90},
                                                 .constraints = {}},
                                                key_);
    const auto found = assemble(self_signed, std::vector{self_signed, root_}, {.now = example_now});
    EXPECT_THAT(found->chain.certificates(), ElementsAre(self_signed));
    EXPECT_TRUE(found->is_complete());
}

/// A renewed intermediate has the name and the key of the old one; both may be at hand.
TEST_F(Assemble, PrefersTheIntermediateThatIsValidForLonger) {
    const auto made = [&](days lifetime) {
        return *issue({.usage = Usage::intermediate,
                       .common_name = "Example intermediate",
                       .names = {},
                       .now = example_now,
                       .lifetime = lifetime,
                       .constraints = {}},
                      authority_.intermediate_key.public_key(), {root_, authority_.root_key});
    };
    const auto ending = made(days{10}), lasting = made(days{700});
    for (const auto& pool :
         {std::vector{ending, lasting, root_}, std::vector{lasting, ending, root_}})
        EXPECT_THAT(assembled(pool)->chain.certificates(), ElementsAre(leaf_, lasting));
}

/// The same intermediate's name and key, signed by two roots.
class AssembleCrossSigned : public Assemble {
protected:
    const ExampleAuthority older_;
    /// The root, signed by the older root: a longer way, to another root.
    const Certificate cross_ = *cross_sign(root_, {older_.root, older_.root_key}, example_now);
};

TEST_F(AssembleCrossSigned, TakesTheShortestWay) {
    const auto found = assembled({cross_, older_.root, root_, intermediate_});
    EXPECT_THAT(found->chain.certificates(), ElementsAre(leaf_, intermediate_));
    EXPECT_EQ(found->root, root_);
    EXPECT_THAT(found->unused, UnorderedElementsAre(cross_, older_.root));
}

TEST_F(AssembleCrossSigned, PrefersTheWayToARootThatIsKnown) {
    const auto found = assembled({cross_, intermediate_, root_}, {older_.root});
    EXPECT_THAT(found->chain.certificates(), ElementsAre(leaf_, intermediate_, cross_));
    EXPECT_EQ(found->root, older_.root);
}

TEST_F(AssembleCrossSigned, PrefersAWayThatIsValidNow) {
    // A root that ends in a month, with the same name and key.
    const auto ending = *issue_self_signed({.usage = Usage::root,
                                            .common_name = "Example root",
                                            .names = {},
                                            .now = example_now,
                                            .lifetime = days{30},
                                            .constraints = example_constraints()},
                                           authority_.root_key);
    const std::vector<Certificate> pool{ending, cross_, older_.root, intermediate_};

    EXPECT_EQ(assembled(pool)->root, ending);
    EXPECT_EQ(assembled(pool, {}, example_now + days{60})->root, older_.root);
}

TEST_F(AssembleCrossSigned, GoesRoundNoCircle) {
    const auto back = *cross_sign(older_.root, {root_, authority_.root_key}, example_now);
    const auto found = assembled({cross_, back, intermediate_});
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_THAT(found->chain.certificates(), testing::SizeIs(testing::Ge(2U)));
    EXPECT_FALSE(found->is_complete());
}

TEST_F(Assemble, RefusesTheAuthorityInPlaceOfTheLeaf) {
    const auto refused = assemble(intermediate_, std::vector{leaf_, root_}, {.now = example_now});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("of the authority, not of the server"));
}

TEST_F(Assemble, RefusesAPoolBeyondItsBound) { EXPECT_FALSE(assembled(std::vector(2001, root_))); }

/// Fifty authorities of one name and key: each could be the issuer of each.
TEST_F(Assemble, EndsSoonAmongManyOfTheSameName) {
    std::vector<Certificate> pool{intermediate_};
    for (int i = 0; i < 50; ++i)
        pool.push_back(*issue({.usage = Usage::intermediate,
                               .common_name = "Example root",
                               .names = {},
                               .now = example_now,
                               .lifetime = days{365},
                               .constraints = {}},
                              authority_.root_key.public_key(), {root_, authority_.root_key}));
    const auto start = std::chrono::steady_clock::now();
    const auto found = assembled(pool);
    EXPECT_TRUE(found);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{10});
}

TEST_F(Assemble, FindsTheLeavesOfABag) {
    EXPECT_THAT(find_leaves(std::vector{root_, leaf_, intermediate_, leaf_}), ElementsAre(leaf_));
    EXPECT_THAT(find_leaves(std::vector{root_, intermediate_}), IsEmpty());
    EXPECT_THAT(find_leaves(std::vector{root_}), ElementsAre(root_));
}

}  // namespace
}  // namespace rhumb::pki
