/// Renewal over simulated years: what is served is good on every day.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority_issue.h"
#include "certs/authority_rotation.h"
#include "certs/example.h"
#include "certs/revocation_lists.h"
#include "pki/validate.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::IsEmpty;

class Years : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(
            prepare(example_.store, example_.seal, example_machine(), example_now, example_actor));
        issue("short", days{6});
        issue("long", days{825});
    }
    void issue(const std::string& name, days lifetime) {
        IssueOrder order;
        order.names = *pki::parse_names(std::vector<std::string>{name + ".local"});
        order.name = name;
        order.lifetime = lifetime;
        order.now = example_now;
        const auto issued = issue_certificate(example_.store, example_.seal, order, example_actor);
        ASSERT_TRUE(issued) << issued.error().message;
    }
    /// One run of the engine, and what a client with that root says of all that is served then.
    void pass(Seconds now, const pki::Certificate& root) {
        const auto report = renewal_.run_once(example_machine(), now);
        ASSERT_TRUE(report) << report.error().message;
        ASSERT_THAT(report->failures, IsEmpty());
        renewed_ += report->renewed.size();
        accept(now, root);
    }
    void accept(Seconds now, const pki::Certificate& root) {
        pki::Validation validation;
        validation.roots = {root};
        validation.now = now;
        for (const auto& list : value_of(current_crls(example_.store)))
            validation.crls.push_back(value_of(pki::Crl::from_der(list.der)));
        const auto entries = *Inventory{example_.store, example_.seal}.list();
        ASSERT_EQ(entries.size(), 3U);
        for (const auto& entry : entries) {
            const auto& chain = entry.chain->certificates();
            validation.intermediates.assign(chain.begin() + 1, chain.end());
            const auto path = pki::validate(chain.front(), validation);
            ASSERT_TRUE(path) << entry.record.name << ", day "
                              << std::chrono::duration_cast<days>(now - example_now).count() << ": "
                              << path.error().sentence;
        }
    }

    ExampleStore example_;
    Renewal renewal_{example_.store, example_.seal, example_actor};
    std::size_t renewed_ = 0;
};

TEST_F(Years, NeverServeAnythingThatAClientRefuses) {
    const auto root = (*Authority::find(example_.store))->root();
    for (auto now = example_now; now < example_now + days{2 * 365}; now += days{2}) {
        pass(now, root);
        if (HasFatalFailure()) return;
    }
    // `auto` 12 times, the intermediate once, `long` once, and `short` every other time: no more.
    EXPECT_GT(renewed_, 150U);
    EXPECT_LT(renewed_, 260U);
}

TEST_F(Years, MayBeSleptThrough) {
    const auto root = (*Authority::find(example_.store))->root();
    for (const auto asleep : {days{1}, days{40}, days{200}, days{800}, days{1500}, days{2500}}) {
        pass(example_now + asleep, root);
        if (HasFatalFailure()) return;
    }
    pass(example_now + days{2000}, root);  // and a clock that was set back
}

TEST_F(Years, ContainTwoRotationsOfTheRoot) {
    auto trusted = (*Authority::find(example_.store))->root();
    const auto rotate = [&](Seconds now) {
        const auto rotation = rotate_root(
            example_.store, example_.seal, {.host = "chart-room", .permitted = {}, .now = now},
            {Activation::Kind::at_time, now + activation_delay}, example_actor);
        ASSERT_TRUE(rotation) << rotation.error().message;
    };
    for (auto now = example_now; now < example_now + days{2 * 365 + 100}; now += days{5}) {
        const auto day = (now - example_now) / days{1};
        if (day == 100 || day == 600) rotate(now);
        // Clients learn of the new root half a year late.
        if (day == 300 || day == 800) trusted = (*Authority::find(example_.store))->root();
        pass(now, trusted);
        accept(now, (*Authority::find(example_.store))->root());
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace rhumb::certs
