#include "ldap/pool.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "ldap/example_directory.h"

namespace rhumb::ldap {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class LdapPool : public testing::Test {
protected:
    void SetUp() override {
        if (!has_slapd()) GTEST_SKIP() << "no slapd on this machine";
        directory_.emplace();
    }
    std::unique_ptr<Pool> make(std::vector<Server> servers, std::size_t connections = 4,
                               std::string_view password = "the password of rhumb") const {
        return std::make_unique<Pool>(
            Pool::Options{.servers = std::move(servers),
                          .protection = {.roots_file = directory_->roots_file()},
                          .service_name = "cn=rhumb,dc=example,dc=org",
                          .service_password = crypto::Secret::copy_of(password),
                          .connections_max = connections});
    }
    /// Which server answers, as whom.
    static Answer<std::string> who(Pool& pool, Pool::As as, std::chrono::milliseconds limit = 5s) {
        const auto deadline = steady_clock::now() + limit;
        return pool.ask<std::string>(
            as, deadline, [&](Connection& connection) -> Answer<std::string> {
                TRY(const auto name, connection.who_am_i(deadline));
                return fmt::format("{} {}", connection.server().port, name);
            });
    }
    std::string service_at(const Server& server) const {
        return fmt::format("{} dn:cn=rhumb,dc=example,dc=org", server.port);
    }

    std::optional<ExampleDirectory> directory_{};
};

TEST_F(LdapPool, SearchesAsItsServiceWhateverTheConnectionWasUsedFor) {
    const auto pool = make({directory_->secure()}, 1);
    const auto deadline = steady_clock::now() + 10s;
    EXPECT_EQ(who(*pool, Pool::As::service).value_or("?"), service_at(directory_->secure()));
    const auto bound = pool->ask<BindEnd>(Pool::As::anybody, deadline, [&](Connection& connection) {
        return connection.bind("uid=ann,ou=people,dc=example,dc=org", "a password of ann",
                               deadline);
    });
    ASSERT_TRUE(bound) << bound.error().message;
    EXPECT_TRUE(bound->is_good());
    EXPECT_EQ(who(*pool, Pool::As::service).value_or("?"), service_at(directory_->secure()));
}

TEST_F(LdapPool, SaysThatItsOwnPasswordIsWrong) {
    const auto pool = make({directory_->secure()}, 1, "wrong");
    const auto failed = who(*pool, Pool::As::service);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().fault, Fault::refused);
    EXPECT_EQ(failed.error().code, invalid_credentials);
    EXPECT_NE(failed.error().message.find("«cn=rhumb,dc=example,dc=org»"), std::string::npos);
    EXPECT_EQ(failed.error().message.find("wrong,"), std::string::npos);
}

TEST_F(LdapPool, ReplacesConnectionsThatDied) {
    const auto pool = make({directory_->secure()});
    ASSERT_TRUE(who(*pool, Pool::As::service));
    directory_->end();
    EXPECT_FALSE(who(*pool, Pool::As::service));
    directory_->start();
    EXPECT_EQ(who(*pool, Pool::As::service).value_or("?"), service_at(directory_->secure()));
}

TEST_F(LdapPool, GoesToTheNextServerWhenOneIsDeadOrHangs) {
    auto nowhere = directory_->secure();
    {
        const net::TestPort closed;
        nowhere.port = closed.address().port;
    }
    EXPECT_EQ(who(*make({nowhere, directory_->secure()}), Pool::As::service).value_or("?"),
              service_at(directory_->secure()));
    const net::TestPort silent;
    auto hanging = directory_->secure();
    hanging.port = silent.address().port;
    const auto pool = make({hanging, directory_->secure()});
    const auto begin = steady_clock::now();
    EXPECT_EQ(who(*pool, Pool::As::service, 1s).value_or("?"), service_at(directory_->secure()));
    // From then on it is passed over.
    const auto again = steady_clock::now();
    EXPECT_EQ(who(*pool, Pool::As::anybody, 1s).value_or("?").substr(0, 5),
              service_at(directory_->secure()).substr(0, 5));
    EXPECT_LT(steady_clock::now() - again, again - begin);
}

TEST_F(LdapPool, TellsOfAllServersWhenNoneAnswers) {
    auto other = directory_->secure();
    directory_->end();
    other.host = "127.0.0.1";
    const auto failed = who(*make({directory_->secure(), other}), Pool::As::service);
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().message.find("ldaps://localhost:"), std::string::npos);
    EXPECT_NE(failed.error().message.find("ldaps://127.0.0.1:"), std::string::npos);
}

TEST_F(LdapPool, HasNoMoreConnectionsThanItMay) {
    const auto pool = make({directory_->secure()}, 2);
    std::atomic<int> at_once{0};
    std::atomic<int> most{0};
    std::atomic<int> good{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 12; ++i)
            threads.emplace_back([&] {
                const auto deadline = steady_clock::now() + 20s;
                const auto done = pool->ask<int>(Pool::As::service, deadline,
                                                 [&](Connection& connection) -> Answer<int> {
                                                     most = std::max(most.load(), ++at_once);
                                                     TRY_DONE(connection.who_am_i(deadline));
                                                     --at_once;
                                                     return 1;
                                                 });
                if (done) ++good;
            });
    }
    EXPECT_EQ(good, 12);
    EXPECT_LE(most, 2);
}

TEST_F(LdapPool, WaitsForAConnectionNoLongerThanItMay) {
    const auto pool = make({directory_->secure()}, 1);
    const auto held = pool->ask<int>(Pool::As::service, steady_clock::now() + 10s,
                                     [&](Connection&) -> Answer<int> {
                                         const auto begin = steady_clock::now();
                                         const auto busy = who(*pool, Pool::As::service, 100ms);
                                         EXPECT_FALSE(busy);
                                         EXPECT_EQ(busy.error().fault, Fault::busy);
                                         EXPECT_LT(steady_clock::now() - begin, 3s);
                                         return 1;
                                     });
    EXPECT_TRUE(held);
}

}  // namespace
}  // namespace rhumb::ldap
