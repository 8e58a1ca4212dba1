#include "providers/current.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "crypto/random.h"
#include "identity/example.h"
#include "providers/in_use.h"
#include "providers/secrets.h"

namespace rhumb::providers {
namespace {

using namespace std::chrono_literals;

/// Programs are a kind that is there, and connects to nothing when it is made.
class StoresInForce : public identity::UsersAndRoles {
protected:
    StoresInForce() : seal_{*crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size))} {
        add("Root");
        give("administrators", "user:root");
        add("ann");
    }
    static config::Provider program(const std::string& name) {
        return {.name = name, .settings = config::ProgramProvider{.command = {"/bin/false"}}};
    }
    static config::Provider directory(const std::string& name, const std::string& secret) {
        return {
            .name = name,
            .settings = config::HttpProvider{.url = "http://127.0.0.1:9/", .secret_from = secret},
            .remember_seconds = 20s};
    }
    static config::Security with(std::vector<config::Provider> providers, std::string users,
                                 std::string roles = std::string{config::embedded_provider}) {
        config::Security security;
        security.users = std::move(users);
        security.roles = std::move(roles);
        security.providers = std::move(providers);
        return security;
    }
    void keep_secret(std::string_view name, std::string_view value) {
        const auto kept = set_secret(*store_, seal_, name, value, actor_, clock_.now());
        ASSERT_TRUE(kept) << kept.error().message;
    }

    crypto::Seal seal_;
    observe::Log log_ = observe::Log::to_nowhere();
    identity::LocalAdministrators locals_{*users_, *roles_};
    Current current_{{*store_, seal_, clock_, log_}, locals_};
};

TEST_F(StoresInForce, AreTheEmbeddedOnesAtFirst) {
    EXPECT_EQ(current_.users().name(), "embedded");
    EXPECT_EQ(current_.roles().name(), "embedded");
    EXPECT_TRUE(current_.users().find("ann").value());
    EXPECT_TRUE(current_.users().is_near("ann"));
    EXPECT_NE(current_.users().editor(), nullptr);
    EXPECT_EQ(current_.browser_sign_in(), nullptr);
    EXPECT_EQ(current_.remember(), 60s);
    EXPECT_TRUE(current_.hidden().value().empty());
}

TEST_F(StoresInForce, AreOutsideOnceTheyWereTaken) {
    auto& users = current_.users();
    const auto taken = current_.take(with({program("county")}, "county"));
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(users.name(), "county");
    EXPECT_EQ(current_.roles().name(), "embedded");
    EXPECT_FALSE(users.is_near("ann"));
    EXPECT_TRUE(users.find("root").value()) << "a local administrator";
    const auto status = current_.status();
    ASSERT_EQ(status.providers.size(), 1U);
    EXPECT_EQ(status.providers[0].kind, "program");
    EXPECT_TRUE(status.providers[0].keeps_users);
    EXPECT_FALSE(status.providers[0].keeps_roles);
    EXPECT_EQ(status.fault, "");

    ASSERT_TRUE(current_.take(with({program("county")}, "embedded")));
    EXPECT_TRUE(users.find("ann").value());
    EXPECT_TRUE(current_.status().providers.empty());
}

TEST_F(StoresInForce, StayAsTheyWereWhenAProviderCannotBeMade) {
    const auto taken = current_.take(with({directory("county", "store:missing")}, "county"));
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().message.find("missing"), std::string::npos) << taken.error().message;
    EXPECT_EQ(current_.users().name(), "embedded");
    EXPECT_TRUE(current_.users().find("ann").value());

    const auto unknown = current_.take(with({}, "nowhere"));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(current_.users().name(), "embedded");
}

TEST_F(StoresInForce, LetLocalAdministratorsInWhenTheFirstCannotBeMade) {
    current_.start_with(with({directory("county", "store:later")}, "county", "county"));
    EXPECT_EQ(current_.users().name(), "county");
    EXPECT_EQ(current_.users().sign_in("root", good).value().outcome,
              identity::SignIn::Outcome::accepted);
    EXPECT_EQ(current_.roles().standing("root")->privilege, identity::Privilege::administer);
    const auto ann = current_.users().find("ann");
    ASSERT_FALSE(ann);
    EXPECT_EQ(ann.error().kind, ErrorKind::unavailable);
    EXPECT_NE(current_.status().fault.find("later"), std::string::npos);

    keep_secret("later", "whsec_c2VjcmV0IG9mIGEgdGVzdCB0aGF0IGlzIGxvbmc=");
    current_.refresh();
    const auto status = current_.status();
    EXPECT_EQ(status.fault, "");
    ASSERT_EQ(status.providers.size(), 1U);
    EXPECT_TRUE(status.providers[0].keeps_users);
    EXPECT_TRUE(status.providers[0].keeps_roles);
}

TEST_F(StoresInForce, AreMadeAnewForAnotherSecretAndNotElse) {
    keep_secret("county", "whsec_b25lIHNlY3JldCBvZiBhIHRlc3QgdGhhdCBpcyBsb25n");
    ASSERT_TRUE(current_.take(with({directory("county", "store:county")}, "county")));
    EXPECT_EQ(current_.remember(), 20s);
    const auto before = current_.in_use();
    current_.refresh();
    EXPECT_EQ(current_.in_use(), before);
    keep_secret("county", "whsec_YW5vdGhlciBzZWNyZXQgb2YgYSB0ZXN0IGxvbmc=");
    current_.refresh();
    EXPECT_NE(current_.in_use(), before);
}

TEST_F(StoresInForce, StayWhenASecretIsGoneAndSaySo) {
    keep_secret("county", "whsec_b25lIHNlY3JldCBvZiBhIHRlc3QgdGhhdCBpcyBsb25n");
    ASSERT_TRUE(current_.take(with({directory("county", "store:county")}, "county")));
    const auto before = current_.in_use();
    ASSERT_TRUE(remove_secret(*store_, "county", actor_, clock_.now()));
    current_.refresh();
    EXPECT_EQ(current_.in_use(), before);
    EXPECT_NE(current_.status().fault, "");
    keep_secret("county", "whsec_b25lIHNlY3JldCBvZiBhIHRlc3QgdGhhdCBpcyBsb25n");
    current_.refresh();
    EXPECT_EQ(current_.status().fault, "");
}

TEST_F(StoresInForce, KeepTheirHealthWhenSomethingElseChanges) {
    ASSERT_TRUE(current_.take(with({program("county")}, "county")));
    EXPECT_FALSE(current_.users().find("bob"));
    const auto failures = current_.status().providers[0].health.failures;
    EXPECT_GT(failures, 0U);
    auto other = with({program("county"), program("town")}, "county", "town");
    other.sign_in.account_failures = 5;
    ASSERT_TRUE(current_.take(other));
    EXPECT_EQ(current_.status().providers[0].health.failures, failures);
    EXPECT_EQ(current_.status().providers[1].name, "town");
}

TEST_F(StoresInForce, AreReplacedWhileTheyAreAsked) {
    std::atomic<bool> is_over{false};
    std::vector<std::thread> askers;
    for (int i = 0; i < 3; ++i)
        askers.emplace_back([&] {
            while (!is_over) {
                EXPECT_TRUE(current_.users().find("root").value());
                (void)current_.status();
            }
        });
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(current_.take(with({program("county"), program("town")},
                                       i % 2 == 0 ? "county" : "embedded", "town")));
    is_over = true;
    for (auto& asker : askers) asker.join();
}

TEST_F(StoresInForce, KnowWhatAProviderIsMadeOf) {
    const auto roots = directory_.path / "roots.pem";
    std::ofstream{roots} << "one";
    keep_secret("s", "whsec_b25lIHNlY3JldCBvZiBhIHRlc3QgdGhhdCBpcyBsb25n");
    auto provider = directory("county", "store:s");
    std::get<config::HttpProvider>(provider.settings).roots_file = roots.string();
    const Surroundings around{*store_, seal_, clock_, log_};
    const auto first = ingredients(provider, around).value();
    EXPECT_EQ(ingredients(provider, around).value(), first);
    std::ofstream{roots} << "another";
    EXPECT_NE(ingredients(provider, around).value(), first);
    std::filesystem::remove(roots);
    EXPECT_TRUE(ingredients(provider, around)) << "that is for the kind to judge";
}

}  // namespace
}  // namespace rhumb::providers
