#include "certs/authority_rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Seconds later = example_now + days{400};

std::vector<pki::Name> names(const std::vector<std::string>& texts) {
    return *pki::parse_names(texts);
}

class Rotating : public testing::Test {
protected:
    static AuthorityOptions options(Seconds now, const std::vector<std::string>& permitted = {
                                                     "maps.example.org"}) {
        return {.host = "chart-room", .permitted = names(permitted), .now = now};
    }
    Result<Rotation> rotate(Activation activation, const AuthorityOptions& wanted) {
        return rotate_root(example_.store, example_.seal, wanted, activation, example_actor);
    }
    Authority active() const { return **Authority::find(example_.store); }
    pki::Chain issue(const Authority& authority, Seconds now) const {
        Order order;
        order.names = names({"maps.example.org"});
        auto issued = authority.issue(example_.seal, order, now);
        EXPECT_TRUE(issued) << issued.error().message;
        return issued->chain;
    }
    static bool is_accepted(const pki::Chain& chain, const pki::Certificate& root, Seconds now) {
        const auto verified =
            pki::verify(chain, {.roots = {root}, .now = now, .host = "maps.example.org"});
        if (!verified) last_refusal() = verified.error().message;
        return verified.has_value();
    }
    static std::string& last_refusal() {
        static std::string text;
        return text;
    }

    ExampleStore example_;
    Authority old_ =
        *Authority::create(example_.store, example_.seal, options(example_now), example_actor);
};

TEST_F(Rotating, MakesTheNextRootKnownWhileTheOldOneGoesOnSigning) {
    const auto rotation = rotate({Activation::Kind::by_hand}, options(later));

    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_THAT(rotation->notes, IsEmpty());
    EXPECT_EQ(rotation->authority.state(), AuthorityState::next);
    EXPECT_EQ(active().root(), old_.root());
    EXPECT_THAT(*roots_to_trust(example_.store),
                ElementsAre(old_.root(), rotation->authority.root()));
    const auto chain = issue(active(), later);
    EXPECT_TRUE(is_accepted(chain, old_.root(), later)) << last_refusal();
    EXPECT_TRUE(is_accepted(chain, rotation->authority.root(), later)) << last_refusal();
    EXPECT_THAT(example_.events().back(), HasSubstr("authority.announced"));
    EXPECT_EQ(rotate({Activation::Kind::by_hand}, options(later)).error().kind,
              ErrorKind::conflict);
}

TEST_F(Rotating, LetsClientsWithEitherRootInAfterTheActivation) {
    const auto next = rotate({Activation::Kind::by_hand}, options(later))->authority;

    const auto activated = activate_root(example_.store, example_actor, later + days{30});

    ASSERT_TRUE(activated) << activated.error().message;
    EXPECT_EQ(activated->root(), next.root());
    EXPECT_EQ(activated->state(), AuthorityState::active);
    for (const auto after : {days{30}, days{200}, days{394}}) {
        const auto chain = issue(active(), later + after);
        EXPECT_EQ(chain.certificates().size(), 3U);
        EXPECT_TRUE(is_accepted(chain, old_.root(), later + after)) << last_refusal();
        EXPECT_TRUE(is_accepted(chain, next.root(), later + after)) << last_refusal();
        EXPECT_TRUE(active().is_current(chain, later + after));
    }
    const auto chain = issue(active(), later + days{396});
    EXPECT_EQ(chain.certificates().size(), 2U) << "the overlap is over";
    EXPECT_THAT(*roots_to_trust(example_.store), ElementsAre(next.root()));
    const auto all = *Authority::list(example_.store);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].state(), AuthorityState::retired);
    EXPECT_EQ(activate_root(example_.store, example_actor, later).error().kind,
              ErrorKind::not_found);
}

TEST_F(Rotating, CanBeDoneAtOnce) {
    const auto before = issue(old_, later);

    const auto rotation = rotate({Activation::Kind::at_once}, options(later));

    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_EQ(active().root(), rotation->authority.root());
    EXPECT_FALSE(active().is_current(before, later));
    const auto chain = issue(active(), later);
    EXPECT_TRUE(is_accepted(chain, old_.root(), later)) << last_refusal();
    EXPECT_TRUE(is_accepted(chain, active().root(), later)) << last_refusal();
}

TEST_F(Rotating, HappensByItselfOnTheDay) {
    ASSERT_TRUE(rotate({Activation::Kind::at_time, later + activation_delay}, options(later)));

    EXPECT_FALSE(*activate_root_if_due(example_.store, example_actor, later + days{29}));
    EXPECT_EQ(active().root(), old_.root());
    EXPECT_TRUE(*activate_root_if_due(example_.store, example_actor, later + days{30}));
    EXPECT_NE(active().root(), old_.root());
    EXPECT_FALSE(*activate_root_if_due(example_.store, example_actor, later + days{31}));
}

TEST_F(Rotating, CanBeGivenUp) {
    EXPECT_EQ(cancel_rotation(example_.store, example_actor, later).error().kind,
              ErrorKind::not_found);
    ASSERT_TRUE(rotate({Activation::Kind::by_hand}, options(later)));

    ASSERT_TRUE(cancel_rotation(example_.store, example_actor, later));

    EXPECT_FALSE(*Authority::find_next(example_.store));
    EXPECT_EQ(active().root(), old_.root());
    EXPECT_EQ(issue(active(), later).certificates().size(), 2U);
    EXPECT_TRUE(rotate({Activation::Kind::by_hand}, options(later))) << "and begun again";
}

TEST_F(Rotating, ToOtherNamesSaysThatOldClientsWillRefuse) {
    const auto rotation = rotate({Activation::Kind::at_once}, options(later, {"gis.example.com"}));

    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_TRUE(rotation->authority.permits(names({"gis.example.com"}).front()));
    EXPECT_FALSE(rotation->authority.permits(names({"maps.example.org"}).front()));
    EXPECT_THAT(rotation->notes,
                ElementsAre(testing::AllOf(HasSubstr("refuse certificates with gis.example.com"),
                                           HasSubstr("before it is activated"))));
    Order order;
    order.names = names({"gis.example.com"});
    const auto issued = active().issue(example_.seal, order, later);
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_TRUE(pki::verify(issued->chain,
                            {.roots = {active().root()}, .now = later, .host = "gis.example.com"}));
    EXPECT_FALSE(pki::verify(issued->chain,
                             {.roots = {old_.root()}, .now = later, .host = "gis.example.com"}));
}

TEST_F(Rotating, WorksWhenTheOldRootsKeyIsLost) {
    const ExampleStore other;  // for its master key

    const auto rotation = rotate_root(example_.store, other.seal, options(later),
                                      {Activation::Kind::at_once}, example_actor);

    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_THAT(rotation->notes, ElementsAre(HasSubstr("put back the master key")));
    EXPECT_EQ(active().root(), rotation->authority.root());
    Order order;
    order.names = names({"maps.example.org"});
    EXPECT_TRUE(active().issue(other.seal, order, later));
}

TEST_F(Rotating, MakesTheFirstRootWhereThereIsNone) {
    ExampleStore empty;
    const auto rotation = rotate_root(empty.store, empty.seal, options(example_now),
                                      {Activation::Kind::by_hand}, example_actor);
    ASSERT_TRUE(rotation) << rotation.error().message;
    EXPECT_EQ((*Authority::find(empty.store))->root(), rotation->authority.root());
}

TEST_F(Rotating, TwiceWithinAYearLeavesOutWhatNoClientNeeds) {
    ASSERT_TRUE(rotate({Activation::Kind::at_once}, options(later)));
    const auto second = active();
    ASSERT_TRUE(rotate({Activation::Kind::at_once}, options(later + days{60})));

    const auto chain = issue(active(), later + days{60});

    EXPECT_TRUE(is_accepted(chain, second.root(), later + days{60})) << last_refusal();
    EXPECT_TRUE(is_accepted(chain, active().root(), later + days{60})) << last_refusal();
    EXPECT_EQ(chain.certificates().size(), 3U);
}

}  // namespace
}  // namespace rhumb::certs
