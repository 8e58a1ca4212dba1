#include "ldap/connection.h"

#include <future>

#include <gtest/gtest.h>

#include "ldap/example_directory.h"

namespace rhumb::ldap {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr const char* rhumb_name = "cn=rhumb,dc=example,dc=org";
constexpr const char* rhumb_password = "the password of rhumb";

Deadline soon(std::chrono::milliseconds limit = 10s) { return steady_clock::now() + limit; }

class LdapConnection : public testing::Test {
protected:
    void SetUp() override {
        if (!has_slapd()) GTEST_SKIP() << "no slapd on this machine";
        directory_.emplace();
    }
    Protection protection() const { return {.roots_file = directory_->roots_file()}; }
    std::unique_ptr<Connection> open(const Server& server) const {
        auto connection = Connection::open(server, protection(), soon());
        EXPECT_TRUE(connection) << connection.error().message;
        return connection ? *std::move(connection) : nullptr;
    }
    std::vector<Entry> search(Connection& connection, const Search& search) const {
        std::vector<Entry> entries;
        const auto end = connection.search(
            search, soon(), [&](Entry&& entry) { entries.push_back(std::move(entry)); });
        EXPECT_TRUE(end) << end.error().message;
        return entries;
    }

    std::optional<ExampleDirectory> directory_{};
};

TEST_F(LdapConnection, BindsAndSearchesByTlsFromTheStartAndByStartTls) {
    for (const auto& server : {directory_->secure(), directory_->plain()}) {
        const auto connection = open(server);
        ASSERT_TRUE(connection);
        EXPECT_TRUE(connection->is_secure());
        const auto end = connection->bind(rhumb_name, rhumb_password, soon());
        ASSERT_TRUE(end) << end.error().message;
        EXPECT_TRUE(end->is_good());
        EXPECT_EQ(connection->who_am_i(soon()).value_or("?"), "dn:cn=rhumb,dc=example,dc=org");
        const auto found = search(
            *connection,
            {.base = "dc=example,dc=org", .filter = "(uid=ann)", .attributes = {"cn", "mail"}});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].name, "uid=ann,ou=people,dc=example,dc=org");
        EXPECT_EQ(found[0].first("CN"), "Ann O'Hara");
        EXPECT_EQ(found[0].all("uid").size(), 0U);
        EXPECT_TRUE(connection->is_usable());
    }
}

TEST_F(LdapConnection, TellsAWrongPasswordFromARightOne) {
    const auto connection = open(directory_->secure());
    const auto wrong = connection->bind(rhumb_name, "wrong", soon());
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->code, invalid_credentials);
    EXPECT_EQ(connection->bind("uid=nobody,dc=example,dc=org", "x", soon())->code,
              invalid_credentials);
    // The connection goes on, and is nobody's.
    EXPECT_EQ(connection->who_am_i(soon()).value_or("?"), "");
    EXPECT_TRUE(connection->bind(rhumb_name, rhumb_password, soon())->is_good());
    EXPECT_TRUE(connection->bind("", "", soon())->is_good());
    EXPECT_EQ(connection->who_am_i(soon()).value_or("?"), "");
}

TEST_F(LdapConnection, NeverSendsAnEmptyPassword) {
    const auto connection = open(directory_->secure());
    const auto bound = connection->bind("uid=ann,ou=people,dc=example,dc=org", "", soon());
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().fault, Fault::protocol);
    EXPECT_FALSE(connection->bind("", "a password for nobody", soon()));
}

TEST_F(LdapConnection, ReadsPages) {
    const auto connection = open(directory_->secure());
    ASSERT_TRUE(connection->bind(rhumb_name, rhumb_password, soon())->is_good());
    Search people{.base = "ou=people,dc=example,dc=org",
                  .filter = "(objectClass=inetOrgPerson)",
                  .attributes = {"uid"},
                  .page_size = 2};
    EXPECT_EQ(search(*connection, people).size(), 5U);
    people.entries_max = 3;
    std::size_t count = 0;
    const auto end = connection->search(people, soon(), [&](Entry&&) { ++count; });
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_TRUE(end->is_cut);
    EXPECT_EQ(count, 3U);
    people.page_size = 0;
    EXPECT_TRUE(connection->search(people, soon(), [](Entry&&) {})->is_cut);
    EXPECT_TRUE(connection->is_usable());
}

TEST_F(LdapConnection, TellsWhatIsNotThereAndWhatIsNoFilter) {
    const auto connection = open(directory_->secure());
    ASSERT_TRUE(connection->bind(rhumb_name, rhumb_password, soon())->is_good());
    const auto missing = connection->search({.base = "ou=nowhere,dc=example,dc=org"}, soon(), {});
    ASSERT_TRUE(missing) << missing.error().message;
    EXPECT_TRUE(missing->is_missing);
    const auto bad =
        connection->search({.base = "dc=example,dc=org", .filter = "(uid="}, soon(), {});
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().message.find("filter"), std::string::npos) << bad.error().message;
}

TEST_F(LdapConnection, TrustsNobodyWithoutTheRoot) {
    const auto untrusted = Connection::open(directory_->secure(), {}, soon());
    ASSERT_FALSE(untrusted);
    EXPECT_EQ(untrusted.error().fault, Fault::untrusted);
    EXPECT_NE(untrusted.error().message.find("Example root"), std::string::npos)
        << untrusted.error().message;
    const auto by_start_tls = Connection::open(directory_->plain(), {}, soon());
    ASSERT_FALSE(by_start_tls);
    EXPECT_EQ(by_start_tls.error().fault, Fault::untrusted);
    const auto unreadable =
        Connection::open(directory_->secure(), {.roots_file = "/nowhere.pem"}, soon());
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().fault, Fault::roots);
}

TEST_F(LdapConnection, HoldsTheCertificateAgainstTheName) {
    auto server = directory_->secure();
    server.host = "127.0.0.1";
    const auto wrong = Connection::open(server, protection(), soon());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().fault, Fault::untrusted);
    EXPECT_NE(wrong.error().message.find("for localhost, not for 127.0.0.1"), std::string::npos)
        << wrong.error().message;
}

TEST_F(LdapConnection, RefusesACertificateThatHasExpired) {
    const ExampleDirectory old{{.age = 48h, .lifetime = 24h}};
    const auto expired = Connection::open(old.secure(), {.roots_file = old.roots_file()}, soon());
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().fault, Fault::untrusted);
    EXPECT_NE(expired.error().message.find("has expired"), std::string::npos)
        << expired.error().message;
}

TEST_F(LdapConnection, SpeaksInTheClearOnlyWhenThatIsSaid) {
    auto protection_off = protection();
    protection_off.start_tls = false;
    EXPECT_FALSE(Connection::open(directory_->plain(), protection_off, soon()));
    protection_off.insecurely_without_tls = true;
    const auto connection = Connection::open(directory_->plain(), protection_off, soon());
    ASSERT_TRUE(connection) << connection.error().message;
    EXPECT_FALSE((*connection)->is_secure());
    EXPECT_TRUE((*connection)->bind(rhumb_name, rhumb_password, soon())->is_good());
}

TEST_F(LdapConnection, OutlivesNoDeadlineWhereTheServerHangs) {
    const auto connection = open(directory_->secure());
    directory_->hang();
    for (const auto& server : {directory_->secure(), directory_->plain()}) {
        const auto begin = steady_clock::now();
        const auto silent = Connection::open(server, protection(), soon(300ms));
        ASSERT_FALSE(silent);
        EXPECT_EQ(silent.error().fault, Fault::time) << silent.error().message;
        EXPECT_LT(steady_clock::now() - begin, 2s);
    }
    const auto begin = steady_clock::now();
    const auto late = connection->bind(rhumb_name, rhumb_password, soon(300ms));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().fault, Fault::time) << late.error().message;
    EXPECT_LT(steady_clock::now() - begin, 2s);
    EXPECT_FALSE(connection->is_usable());
    directory_->go_on();
}

TEST_F(LdapConnection, NoticesThatTheServerHasGone) {
    const auto connection = open(directory_->secure());
    ASSERT_TRUE(connection->bind(rhumb_name, rhumb_password, soon())->is_good());
    EXPECT_TRUE(connection->is_usable());
    directory_->end();
    EXPECT_FALSE(connection->is_usable());
    const auto gone = connection->bind(rhumb_name, rhumb_password, soon());
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().fault, Fault::gone) << gone.error().message;
    const auto refused = Connection::open(directory_->secure(), protection(), soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::connect);
}

}  // namespace
}  // namespace rhumb::ldap
