#include "storage/sql_accounts.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "storage/sql_testing.h"

namespace rhumb::storage {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::must;
using ::testing::Not;
using testing::PostgresForTests;
using Transport = SqlPlace::Transport;

PostgresForTests* postgres = nullptr;  // for as long as the program runs

Result<void> nothing() { return {}; }

/// How the database is asked.
enum class Way {
    libpq,
    odbc,
    /// The statements for SQL Server, over ODBC; PostgreSQL has been given what it lacks for them.
    sqlserver,
};

/// The same, asked through libpq and through ODBC.
class SqlAccountsTest : public ::testing::TestWithParam<Way> {
protected:
    static SqlAccounts::Options options() {
        static int count = 0;
        SqlAccounts::Options options;
        options.place = postgres->place();
        options.place.transport =
            GetParam() == Way::libpq ? Transport::postgresql : Transport::odbc;
        options.place.odbc_driver = "PostgreSQL Unicode";
        options.place.limit = 10s;
        options.schema = fmt::format("rhumb{}_{}", ++count, static_cast<int>(GetParam()));
        if (GetParam() == Way::sqlserver) {
            options.flavour = SqlFlavour::sqlserver;
            options.sets_sessions_up = false;  // by SET as SQL Server has it
        }
        return options;
    }

    static std::unique_ptr<SqlAccounts> make_tables() {
        auto accounts = must(SqlAccounts::make(options()));
        EXPECT_TRUE(must(accounts->create_schema()));
        return accounts;
    }

    static std::unique_ptr<SqlAccounts> make_queries(SqlAccountQueries queries,
                                                     std::chrono::milliseconds limit = 10s) {
        auto settings = options();
        settings.queries = std::move(queries);
        settings.place.limit = limit;
        return must(SqlAccounts::make(std::move(settings)));
    }

    /// A user whose find_user is that query.
    static Result<std::optional<UserRecord>> found(const std::string& query) {
        return make_queries({.find_user = query})->find_user("ann");
    }

    static UserRecord ann() {
        UserRecord user;
        user.name = "Ann";
        user.full_name = "Ann O'Hara";
        user.email = "ann@example.org";
        user.password = "$6$hash";
        user.created = at(1000);
        user.expires = at(2000);
        return user;
    }
};

std::string name_of(const ::testing::TestParamInfo<Way>& info) {
    switch (info.param) {
        case Way::libpq: return "Libpq";
        case Way::odbc: return "Odbc";
        case Way::sqlserver: return "SqlServerStatements";
    }
    return "";
}

INSTANTIATE_TEST_SUITE_P(Ways, SqlAccountsTest, ::testing::Values(Way::libpq, Way::odbc), name_of);

/// Tables of ours, by the statements of both flavours.
class SqlStatementsTest : public SqlAccountsTest {};

INSTANTIATE_TEST_SUITE_P(Ways, SqlStatementsTest,
                         ::testing::Values(Way::libpq, Way::odbc, Way::sqlserver), name_of);

TEST_P(SqlAccountsTest, MakesItsTablesOnce) {
    auto settings = options();
    const auto schema = settings.schema;
    const auto accounts = must(SqlAccounts::make(std::move(settings)));
    SqlFault fault;
    EXPECT_EQ(must(accounts->look(fault)).schema, SqlLook::Schema::none);
    EXPECT_FALSE(accounts->find_user("ann")) << "without tables nobody can say";

    EXPECT_TRUE(must(accounts->create_schema()));

    EXPECT_FALSE(must(accounts->create_schema()));
    const auto look = must(accounts->look(fault));
    EXPECT_EQ(look.schema, SqlLook::Schema::ours);
    EXPECT_THAT(look.server, HasSubstr("PostgreSQL"));
}

TEST_P(SqlStatementsTest, KeepsUsersByNamesWithoutRegardToCase) {
    const auto accounts = make_tables();

    must(accounts->add_user(ann(), nothing));

    const auto user = must(accounts->find_user("aNN"));
    ASSERT_TRUE(user);
    EXPECT_EQ(user->name, "Ann");
    EXPECT_EQ(user->full_name, "Ann O'Hara");
    EXPECT_EQ(user->password, "$6$hash");
    EXPECT_EQ(user->created, at(1000));
    EXPECT_EQ(user->expires, at(2000));
    EXPECT_FALSE(user->disabled);
    EXPECT_FALSE(user->password_changed);
    EXPECT_FALSE(must(accounts->find_user("an")));
    auto other = ann();
    other.name = "ANN";
    const auto again = accounts->add_user(other, nothing);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_P(SqlStatementsTest, ChangesUsersAndForgetsThem) {
    const auto accounts = make_tables();
    must(accounts->add_user(ann(), nothing));
    RoleRecord role;
    role.name = "planners";
    must(accounts->add_role(role, nothing));
    must(accounts->add_membership({"planners", Membership::Kind::user, "Ann"}, nothing));
    auto changed = ann();
    changed.name = "Anna";
    changed.disabled = at(1500);
    changed.expires = std::nullopt;

    must(accounts->update_user("ann", changed, nothing));
    must(accounts->set_password("anna", "$6$new", at(1600), nothing));
    must(accounts->replace_hash("anna", "$6$hash", "$6$late"));

    const auto user = must(accounts->find_user("anna"));
    ASSERT_TRUE(user);
    EXPECT_EQ(user->disabled, at(1500));
    EXPECT_FALSE(user->expires);
    EXPECT_EQ(user->password, "$6$new") << "it was not the hash any more that was to be replaced";
    EXPECT_EQ(user->password_changed, at(1600));
    EXPECT_THAT(must(accounts->roles_of("anna")), ElementsAre("planners"));
    must(accounts->remove_user("ANNA", nothing));
    EXPECT_FALSE(must(accounts->find_user("anna")));
    EXPECT_THAT(must(accounts->roles_of("anna")), IsEmpty());
    const auto gone = accounts->remove_user("anna", nothing);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, ErrorKind::not_found);
}

TEST_P(SqlStatementsTest, TakesEverythingBackWhenTheEntryAboutItFails) {
    const auto accounts = make_tables();
    const auto fails = []() -> Result<void> { return fail(ErrorKind::unavailable, "disk full"); };

    const auto added = accounts->add_user(ann(), fails);

    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().message, "disk full");
    EXPECT_FALSE(must(accounts->find_user("ann")));
    must(accounts->add_user(ann(), nothing));
}

TEST_P(SqlStatementsTest, ListsUsersInPages) {
    const auto accounts = make_tables();
    for (const auto* name : {"Bob", "ann", "Änne", "carl", "Dora_1", "dora%"}) {
        auto user = ann();
        user.name = name;
        user.full_name = std::string{"Of House "} + name;
        must(accounts->add_user(user, nothing));
    }
    const auto names = [&](const Page& page) {
        std::vector<std::string> all;
        for (const auto& user : must(accounts->users(page))) all.push_back(user.name);
        return all;
    };

    EXPECT_THAT(names({.count_max = 2}), ElementsAre("ann", "Bob"));
    EXPECT_THAT(names({.after = "BOB", .count_max = 3}), ElementsAre("carl", "dora%", "Dora_1"));
    EXPECT_THAT(names({.after = "dora_1"}), ElementsAre("Änne"));
    EXPECT_THAT(names({.contains = "RA_"}), ElementsAre("Dora_1"));
    EXPECT_THAT(names({.contains = "house b"}), ElementsAre("Bob"));
    EXPECT_THAT(names({.contains = "'; DROP"}), IsEmpty());
}

TEST_P(SqlStatementsTest, KeepsRolesAndWhoHasThem) {
    const auto accounts = make_tables();
    for (const auto* name : {"Planners", "editors", "heads"}) {
        RoleRecord role;
        role.name = name;
        role.description = "what they do";
        must(accounts->add_role(role, nothing));
    }

    EXPECT_TRUE(must(accounts->add_membership({"heads", Membership::Kind::user, "Ann"}, nothing)));
    EXPECT_TRUE(
        must(accounts->add_membership({"planners", Membership::Kind::role, "heads"}, nothing)));
    EXPECT_FALSE(
        must(accounts->add_membership({"PLANNERS", Membership::Kind::role, "Heads"}, nothing)));
    const auto nowhere = accounts->add_membership({"nobody", Membership::Kind::user, "a"}, nothing);

    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().kind, ErrorKind::not_found);
    EXPECT_THAT(must(accounts->roles_of("ann")), ElementsAre("heads", "Planners"));
    auto chiefs = RoleRecord{};
    chiefs.name = "Chiefs";
    must(accounts->update_role("heads", chiefs, nothing));
    EXPECT_THAT(must(accounts->roles_of("ANN")), ElementsAre("Chiefs", "Planners"));
    const auto roles = must(accounts->roles());
    ASSERT_EQ(roles.size(), 3U);
    EXPECT_EQ(roles[2].role.name, "Planners");
    EXPECT_THAT(roles[2].members,
                ElementsAre(Membership{"Planners", Membership::Kind::role, "Chiefs"}));
    EXPECT_TRUE(
        must(accounts->remove_membership({"chiefs", Membership::Kind::user, "ann"}, nothing)));
    EXPECT_FALSE(
        must(accounts->remove_membership({"chiefs", Membership::Kind::user, "ann"}, nothing)));
    must(accounts->remove_role("chiefs", nothing));
    EXPECT_THAT(must(accounts->roles())[1].members, IsEmpty());
}

TEST_P(SqlStatementsTest, TakesTextOfSqlAsText) {
    const auto accounts = make_tables();
    for (const auto* name : {"'; DROP TABLE rhumb_user; --", "' OR '1'='1", "a' || 'nn", "\\'; --",
                             ":key", "$1", "?", "ann' --", "{oj x}", "%", "\xF0\x9F\x97\xBA"}) {
        SCOPED_TRACE(name);
        EXPECT_FALSE(must(accounts->find_user(name)));
        auto user = ann();
        user.name = name;
        user.full_name = name;
        must(accounts->add_user(user, nothing));
        const auto found = must(accounts->find_user(name));
        ASSERT_TRUE(found);
        EXPECT_EQ(found->name, name);
        EXPECT_EQ(found->full_name, name);
        EXPECT_THAT(must(accounts->roles_of(name)), IsEmpty());
    }
    EXPECT_FALSE(must(accounts->find_user(std::string{"ann\0x", 5})));
    EXPECT_FALSE(must(accounts->find_user("\xFF\xFE")));
}

TEST_P(SqlAccountsTest, AsksExistingTablesByQueries) {
    const auto accounts = make_queries(
        {.find_user =
             "SELECT :name AS Name, '$6$x' AS password, NULL AS full_name, true AS disabled,"
             " timestamp '2027-06-30 12:00:00' AS expires, CAST(17 AS bigint) AS created, 1 AS other"
             " WHERE lower(:name) <> 'eve'",
         .roles_of = "SELECT g AS role FROM (VALUES ('b'), ('a'), (NULL)) AS t (g)"
                     " WHERE :user = 'ann'"});

    const auto user = must(accounts->find_user("ann"));

    ASSERT_TRUE(user);
    EXPECT_EQ(user->name, "ann");
    EXPECT_EQ(user->full_name, "");
    EXPECT_EQ(user->password, "$6$x");
    EXPECT_TRUE(user->disabled);
    EXPECT_EQ(user->expires, at(1'814'356'800));
    EXPECT_EQ(user->created, at(17));
    EXPECT_FALSE(must(accounts->find_user("Eve")));
    EXPECT_THAT(must(accounts->roles_of("ann")), ElementsAre("a", "b"));
    EXPECT_THAT(must(accounts->roles_of("bob")), IsEmpty());
    EXPECT_FALSE(accounts->is_ours());
    EXPECT_FALSE(accounts->users({})) << "there is no query for it";
}

TEST_P(SqlAccountsTest, DeniesWhenAnAnswerMakesNoSense) {
    struct Case {
        const char* query;
        const char* said;
    };
    for (const auto& [query, said] :
         {Case{"SELECT 'ann' AS login", "«name»"},
          Case{"SELECT 'ann' AS name UNION ALL SELECT 'ANN'", "two rows"},
          Case{"SELECT 'ann' AS name, 'soon' AS expires", "«expires»"},
          Case{"SELECT repeat('x', 100000) AS name", "too large"},
          Case{"SELECT 'a' || i AS name FROM generate_series(1, 100000) AS t (i)", "more than"},
          Case{"SELECT * FROM no_such_table", "table is missing"},
          Case{"SELECT no_such_column", "column is missing"}, Case{"SELEC 1", "statement"},
          Case{"DELETE FROM pg_class", "takes no changes"},
          Case{"SELECT 1 / 0 AS name", "division by zero"}}) {
        SCOPED_TRACE(query);
        const auto answer = found(query);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(answer.error().message, HasSubstr("the database people at localhost:"));
        if (GetParam() == Way::libpq) {
            EXPECT_THAT(answer.error().message, HasSubstr(said));
        }
    }
}

TEST_P(SqlAccountsTest, KnowsNobodyWhoseNameIsNotTheOneAskedFor) {
    EXPECT_FALSE(must(found("SELECT 'root' AS name")));
    EXPECT_FALSE(must(found("SELECT NULL AS name")));
    EXPECT_TRUE(must(found("SELECT 'ANN' AS name")));
}

TEST_P(SqlAccountsTest, PagesListsThatTheQueryGivesAsAWhole) {
    const auto accounts = make_queries(
        {.find_user = "SELECT 1",
         .list_users = "SELECT n AS name FROM (VALUES ('bob'), ('Ann'), ('carl')) AS t (n)"});
    const auto names = [&](const Page& page) {
        std::vector<std::string> all;
        for (const auto& user : must(accounts->users(page))) all.push_back(user.name);
        return all;
    };

    EXPECT_THAT(names({.count_max = 2}), ElementsAre("Ann", "bob"));
    EXPECT_THAT(names({.after = "BOB"}), ElementsAre("carl"));
    EXPECT_THAT(names({.contains = "A"}), ElementsAre("Ann", "carl"));
}

TEST_P(SqlAccountsTest, GivesUpWhenTheServerIsSlow) {
    const auto accounts = make_queries(
        {.find_user = "SELECT :name AS name FROM (SELECT pg_sleep(CASE :name WHEN 'ann' THEN 30"
                      " ELSE 0 END)) AS t"},
        1000ms);
    ASSERT_TRUE(must(accounts->find_user("bob")));

    const auto begun = std::chrono::steady_clock::now();
    const auto answer = accounts->find_user("ann");

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    EXPECT_TRUE(must(accounts->find_user("bob"))) << "it is asked again at once";
}

/// The server and all it has started.
void signal_all(pid_t server, int number) {
    std::ifstream children{fmt::format("/proc/{0}/task/{0}/children", server)};
    ::kill(server, number);
    for (pid_t child = 0; children >> child;) ::kill(child, number);
}

TEST_P(SqlAccountsTest, GivesUpWhenTheServerHangsAndComesBackWithIt) {
    const auto accounts = make_queries({.find_user = "SELECT :name AS name"}, 1000ms);
    ASSERT_TRUE(must(accounts->find_user("ann")));
    signal_all(postgres->server(), SIGSTOP);

    // In the middle of a session, then at connecting, until all that hangs is too much.
    for (int i = 0; i < 6; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        const auto answer = accounts->find_user("ann");
        EXPECT_FALSE(answer);
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
    }

    signal_all(postgres->server(), SIGCONT);
    const auto until = std::chrono::steady_clock::now() + 15s;
    auto answer = accounts->find_user("ann");
    while (!answer && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(20ms);
        answer = accounts->find_user("ann");
    }
    EXPECT_TRUE(answer) << answer.error().message;
}

TEST_P(SqlAccountsTest, MakesSessionsAnewThatTheServerHasEnded) {
    const auto accounts = make_queries(
        {.find_user =
             "SELECT :name AS name, count(pg_terminate_backend(pid)) AS other FROM"
             " pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user"});
    const auto other = make_queries({.find_user = "SELECT :name AS name"});
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(must(other->find_user("ann")));
        ASSERT_TRUE(must(accounts->find_user("ann")));  // ends the other's session
    }
    EXPECT_TRUE(must(other->find_user("ann")));
}

TEST_P(SqlAccountsTest, UsesNoMoreSessionsThanItMay) {
    auto settings = options();
    settings.place.connections = 2;
    settings.queries =
        SqlAccountQueries{.find_user =
                              "SELECT :name AS name, (SELECT count(*) FROM pg_stat_activity WHERE"
                              " application_name LIKE 'rhumb%' AND state = 'active') AS created"
                              " FROM (SELECT pg_sleep(0.1)) AS t"};
    const auto accounts = must(SqlAccounts::make(std::move(settings)));
    std::atomic<long long> most = 0;
    std::atomic<int> answers = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                const auto user = accounts->find_user("ann");
                if (!user || !*user) return;
                ++answers;
                const auto seen = (*user)->created.time_since_epoch().count();
                for (auto now = most.load(); now < seen && !most.compare_exchange_weak(now, seen);)
                    continue;
            });
    }
    EXPECT_EQ(answers, 8);
    EXPECT_LE(most, 2);
    EXPECT_GE(most, 1);
}

TEST_P(SqlAccountsTest, SaysHowFarItCame) {
    const auto step = [](auto change) {
        auto settings = options();
        change(settings.place);
        SqlFault fault;
        const auto looked = must(SqlAccounts::make(std::move(settings)))->look(fault);
        EXPECT_FALSE(looked);
        if (!looked) {
            EXPECT_THAT(looked.error().message, Not(HasSubstr("wrong-secret")));
        }
        return fault.step;
    };
    using Step = SqlFault::Step;
    const bool is_odbc = GetParam() == Way::odbc;

    EXPECT_EQ(
        step([](SqlPlace& place) { place.password = crypto::Secret::copy_of("wrong-secret"); }),
        Step::login);
    EXPECT_EQ(step([](SqlPlace& place) { place.roots_file = ""; }), Step::certificate);
    EXPECT_EQ(step([](SqlPlace& place) { place.roots_file = "/nowhere/roots.pem"; }),
              Step::machine);
    EXPECT_EQ(step([](SqlPlace& place) { place.port = 1; }), Step::port);
    EXPECT_EQ(step([](SqlPlace& place) { place.host = "nowhere.invalid"; }), Step::name);
    EXPECT_EQ(step([](SqlPlace& place) { place.database = "nothing"; }), Step::database);
    if (is_odbc) {
        EXPECT_EQ(step([](SqlPlace& place) { place.odbc_driver = "No Such Driver"; }),
                  Step::machine);
    }
}

TEST_P(SqlAccountsTest, LooksAtWhatQueriesAnswer) {
    SqlFault fault;
    const auto accounts = make_queries(
        {.find_user = "SELECT 'x' AS login WHERE :name = ''",
         .list_users = "SELECT n AS name, h AS password FROM (VALUES ('ann', 'secret'), ('bob',"
                       " '$6$saltofthesea$ZWOZyegwFSQSgeauawO8/pUuEvjdfg3H/"
                       "gvPQnm6XnYrnm1IzKhxgecDANYjogzZN/X0ED5gFil./4xO9V1FN.')) AS t (n, h)",
         .roles_of = "SELECT 1 AS r WHERE :user = ''"});

    const auto look = must(accounts->look(fault));

    EXPECT_THAT(look.faults,
                ElementsAre(HasSubstr("find_user answers no column «name» (but login)"),
                            HasSubstr("roles_of answers no column «role»")));
    EXPECT_THAT(look.users, ElementsAre("ann", "bob"));
    EXPECT_EQ(look.refused_hashes, 1U);
}

/// Listens on this machine, takes whoever comes (at most eight), says `words` to him, and then
/// nothing.
class Stranger {
public:
    explicit Stranger(std::string words) : words_{std::move(words)} {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, any, &size) != 0)
            std::abort();
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread{[this] { serve(); }};
    }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    ~Stranger() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        for (const int one : taken_) ::close(one);
    }
    std::uint16_t port() const { return port_; }

private:
    void serve() {
        for (;;) {
            const int one = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (one < 0) return;
            taken_.push_back(one);
            if (!words_.empty()) (void)::send(one, words_.data(), words_.size(), MSG_NOSIGNAL);
        }
    }

    std::string words_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<int> taken_;  // of the thread while it runs
    std::jthread thread_;
};

TEST(SqlAccounts, IsNotHeldByAStrangerInThePlaceOfTheServer) {
    struct Case {
        const char* name;
        Transport transport;
        const char* driver;
        std::string words;
    };
    const std::string noise = "\x04\x01\x7F\xFF" + std::string(20'000, '\xFD');
    for (const auto& one :
         {Case{"libpq, silence", Transport::postgresql, "", ""},
          Case{"libpq, noise", Transport::postgresql, "", noise},
          Case{"FreeTDS, silence", Transport::odbc, "FreeTDS", ""},
          Case{"FreeTDS, noise", Transport::odbc, "FreeTDS", noise},
          Case{"FreeTDS, another protocol", Transport::odbc, "FreeTDS", "HTTP/1.1 400 Bad\r\n\r\n"},
          Case{"psqlodbc, silence", Transport::odbc, "PostgreSQL Unicode", ""}}) {
        SCOPED_TRACE(one.name);
        const Stranger stranger{one.words};
        SqlAccounts::Options options;
        options.flavour = SqlFlavour::sqlserver;
        options.schema = "rhumb";
        options.place.transport = one.transport;
        options.place.host = "127.0.0.1";
        options.place.port = stranger.port();
        options.place.database = "people";
        options.place.user = "rhumb";
        options.place.odbc_driver = one.driver;
        options.place.insecurely_without_tls = true;
        options.place.limit = 1s;
        const auto accounts = must(SqlAccounts::make(std::move(options)));

        const auto begun = std::chrono::steady_clock::now();
        const auto answer = accounts->find_user("ann");

        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
    }
}

TEST(SqlAccounts, RefusesQueriesThatCannotBeOnes) {
    const auto made = [](SqlAccountQueries queries) {
        SqlAccounts::Options options;
        options.queries = std::move(queries);
        return SqlAccounts::make(std::move(options));
    };
    const auto unknown = made({.find_user = "SELECT 1 WHERE :login = ''"});
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("find_user has :login"));
    EXPECT_FALSE(made({.find_user = "SELECT 1; SELECT 2"}));
    EXPECT_TRUE(made({.find_user = "SELECT a::text"}));
    SqlAccounts::Options odbc;
    odbc.place.transport = Transport::odbc;
    odbc.queries = SqlAccountQueries{.find_user = "SELECT a::text"};
    EXPECT_FALSE(SqlAccounts::make(std::move(odbc)));
    EXPECT_FALSE(made({.list_roles = "SELECT 1"})) << "neither users nor roles of them";
    const auto roles_alone = made({.roles_of = "SELECT 'a' AS role WHERE :user = 'b'"});
    ASSERT_TRUE(roles_alone);
    EXPECT_FALSE((*roles_alone)->has_users());

    SqlAccounts::Options options;
    options.schema = "a;b";
    EXPECT_FALSE(SqlAccounts::make(std::move(options)));
}

}  // namespace
}  // namespace rhumb::storage

int main(int count, char** arguments) {
    ::testing::InitGoogleTest(&count, arguments);
    rhumb::storage::testing::PostgresForTests server;
    if (!server.is_running()) return 1;
    rhumb::storage::postgres = &server;
    return RUN_ALL_TESTS();
}
