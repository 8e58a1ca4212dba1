#include "wizard/apply.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "identity/embedded_roles.h"
#include "identity/embedded_users.h"
#include "providers/secret_place.h"
#include "storage/secrets.h"
#include "storage/users.h"
#include "wizard/configured.h"
#include "wizard/example.h"
#include "wizard/summary.h"

namespace rhumb::wizard {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class StillClock final : public Clock {
public:
    Seconds now() const override { return Seconds{std::chrono::seconds{1'000'000}}; }
};

class Apply : public ::testing::Test {
protected:
    Apply() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "rhumb-wizard-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        directory_ = pattern;
        store_.emplace(storage::Store::open(directory_).value());
        seal_.emplace(crypto::Seal::make(crypto::Secret{crypto::Seal::key_size}).value());
        home_.emplace(
            site::Home::in_store(*store_, config::Document::with_defaults(), change()).value());
        around_.emplace(providers::Surroundings{
            .store = *store_, .seal = *seal_, .clock = clock_, .log = log_});
        // Measuring takes a second, and costs nothing to leave out here.
        EXPECT_TRUE(store_->transact([](storage::Transaction& transaction) {
            return transaction.put_setting("password-cost", "1 8192");
        }));
    }
    ~Apply() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    site::Change change() const { return {"tester", "a test", "", clock_.now()}; }
    Configured look() {
        auto configured = read_configured(*home_, *store_, clock_).value();
        configured.kinds = all_kinds();
        return configured;
    }
    Bench bench() { return {*home_, *around_, {"tester", "command line"}}; }
    Result<Applied> apply_answers(const Json& answers) {
        const auto seen = look();
        const auto decision = decide(answers, seen);
        EXPECT_THAT(places_of(decision.faults), IsEmpty());
        return apply(decision, seen, bench());
    }
    /// All that the wizard touches.
    std::vector<std::string> state() {
        std::vector<std::string> all{home_->current()->text};
        (void)store_->read([&](const storage::View& view) -> Result<void> {
            TRY(const auto secrets, storage::secrets(view));
            for (const auto& secret : secrets) all.push_back(secret.name);
            TRY(const auto users, storage::users(view));
            for (const auto& user : users) all.push_back(user.name);
            TRY(const auto memberships, storage::memberships(view));
            for (const auto& one : memberships) all.push_back(one.role + "<" + one.member);
            return {};
        });
        return all;
    }

    const Json answers_ = Json::parse(R"({
        "users": {"place": "new:ldap"},
        "connection": {"name": "county", "urls": ["ldaps://ldap.example.org"],
                       "user_base": "dc=example", "bind_dn": "cn=r,dc=example",
                       "password": "hush hush"},
        "settings": {"short_minutes": 30},
        "administrator": {"name": "ada", "password": "correct horse"}})");

    std::filesystem::path directory_;
    StillClock clock_;
    observe::Log log_ = observe::Log::to_nowhere();
    std::optional<storage::Store> store_;
    std::optional<crypto::Seal> seal_;
    std::optional<site::Home> home_;
    std::optional<providers::Surroundings> around_;
};

TEST_F(Apply, MakesSecretsConfigurationAndAdministratorAtOnce) {
    const auto applied = apply_answers(answers_);

    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(applied->revision, 2);
    EXPECT_TRUE(applied->has_changed);
    EXPECT_EQ(applied->administrator, "ada");
    EXPECT_EQ(home_->current()->document.security.users, "county");
    EXPECT_EQ(providers::read_secret("store:county-password", *around_)->view(), "hush hush");
    EXPECT_THAT(look().administrators, ElementsAre("ada"));
    const auto users = identity::EmbeddedUsers::open_later(*store_, clock_);
    EXPECT_TRUE(users->sign_in("ada", "correct horse")->is_accepted());
}

TEST_F(Apply, ChangesNothingTheSecondTime) {
    ASSERT_TRUE(apply_answers(answers_));
    const auto before = state();

    const auto again = apply_answers(Json::object());

    ASSERT_TRUE(again);
    EXPECT_FALSE(again->has_changed);
    EXPECT_EQ(again->revision, 2);
    EXPECT_EQ(state(), before);
    // What came first can still be taken back.
    EXPECT_EQ((*find_undoable(*store_))->made, 2);
}

TEST_F(Apply, DoesNothingWhenTheConfigurationHasChangedSinceItWasLookedAt) {
    const auto seen = look();
    const auto decision = decide(answers_, seen);
    ASSERT_TRUE(home_->edit(
        [](config::Document& document) -> Result<void> {
            document.security.tokens.long_minutes = std::chrono::minutes{99};
            return {};
        },
        change()));
    const auto before = state();

    const auto applied = apply(decision, seen, bench());

    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
    EXPECT_EQ(state(), before);
    EXPECT_FALSE(*find_undoable(*store_));
}

TEST_F(Apply, DoesNothingWhenTheAdministratorCannotBeMade) {
    const auto seen = look();
    const auto decision = decide(answers_, seen);
    const auto users = identity::EmbeddedUsers::open_later(*store_, clock_);
    ASSERT_TRUE(users->add({.name = "ADA"}, std::nullopt, {"tester", "a test"}));
    const auto before = state();

    const auto applied = apply(decision, seen, bench());

    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
    EXPECT_EQ(state(), before);
}

TEST_F(Apply, IsTakenBackAltogether) {
    const auto before = state();
    ASSERT_TRUE(apply_answers(answers_));

    const auto undone = undo(bench());

    ASSERT_TRUE(undone) << undone.error().message;
    EXPECT_EQ(undone->revision, 3);
    EXPECT_EQ(state(), before);
    EXPECT_THAT(undone->lines, Contains("the user «ada» is removed"));
    const auto twice = undo(bench());
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::not_found);
}

TEST_F(Apply, KeepsAnAdministratorWhoWasChangedSince) {
    ASSERT_TRUE(apply_answers(answers_));
    const auto users = identity::EmbeddedUsers::open_later(*store_, clock_);
    ASSERT_TRUE(users->set_password("ada", "another horse", {"ada", "192.0.2.7"}));

    const auto undone = undo(bench());

    ASSERT_TRUE(undone);
    EXPECT_THAT(undone->lines, Contains(HasSubstr("«ada» stays: he was changed since")));
    EXPECT_THAT(look().administrators, ElementsAre("ada"));
    EXPECT_EQ(home_->current()->document.security.users, "embedded");
}

TEST_F(Apply, KeepsWhoTakesItBackHimself) {
    ASSERT_TRUE(apply_answers(answers_));
    const auto undone = undo({*home_, *around_, {"Ada", "192.0.2.7"}});
    ASSERT_TRUE(undone);
    EXPECT_THAT(undone->lines, Contains(HasSubstr("that is you")));
    EXPECT_THAT(look().administrators, ElementsAre("ada"));
}

TEST_F(Apply, IsNotTakenBackWhenOthersHaveChangedTheConfigurationSince) {
    ASSERT_TRUE(apply_answers(answers_));
    ASSERT_TRUE(home_->edit(
        [](config::Document& document) -> Result<void> {
            document.security.tokens.long_minutes = std::chrono::minutes{999};
            return {};
        },
        {"bob", "192.0.2.7", "", clock_.now()}));
    const auto before = state();

    const auto undone = undo(bench());

    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().kind, ErrorKind::conflict);
    EXPECT_THAT(undone.error().message, HasSubstr("revision 3 by bob"));
    EXPECT_THAT(undone.error().message, HasSubstr("rhumb config rollback 1"));
    EXPECT_EQ(state(), before);
}

TEST_F(Apply, TakesBackAnAdministratorAloneWhereTheConfigurationStayedAsItWas) {
    const auto before = state();
    const auto applied =
        apply_answers(Json{{"administrator", {{"name", "ada"}, {"password", "correct horse"}}}});
    ASSERT_TRUE(applied);
    EXPECT_EQ(applied->revision, 1);
    EXPECT_TRUE(applied->has_changed);
    ASSERT_TRUE(undo(bench()));
    EXPECT_EQ(state(), before);
}

TEST_F(Apply, RefusesWhereTheHomeIsAFile) {
    const auto file = directory_ / "rhumb.toml";
    std::FILE* const out = std::fopen(file.c_str(), "w");
    ASSERT_NE(out, nullptr);
    std::fclose(out);
    auto home = site::Home::in_file(file).value();
    auto seen = read_configured(home, *store_, clock_).value();
    seen.kinds = all_kinds();
    EXPECT_EQ(seen.config_file, file.string());
    const auto decision = decide(answers_, seen);

    const auto summary = summarize(decision, seen);
    EXPECT_THAT(summary.text, HasSubstr("[[security.provider]]"));
    EXPECT_THAT(summary.text, Not(HasSubstr("[[site]]")));
    EXPECT_THAT(summary.text, Not(HasSubstr("hush")));
    EXPECT_THAT(summary.commands, ElementsAre("rhumb secret set county-password",
                                              "rhumb user add ada --role administrators"));
    const auto before = state();
    const auto applied = apply(decision, seen, {home, *around_, {"tester", "command line"}});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::conflict);
    EXPECT_EQ(state(), before);
}

TEST_F(Apply, SaysInASummaryWhatChangesAndNoSecret) {
    const auto seen = look();
    const auto summary = summarize(decide(answers_, seen), seen);
    EXPECT_TRUE(summary.changes_anything);
    EXPECT_THAT(summary.lines, Contains("users move from Rhumb's own store to «county» (ldap)"));
    EXPECT_THAT(summary.lines, Contains("roles stay in Rhumb's own store"));
    EXPECT_THAT(summary.lines, Contains("minutes a token counts: 30 instead of 60"));
    EXPECT_THAT(summary.lines, Contains(HasSubstr("the user «ada» is made")));
    EXPECT_THAT(summary.difference, HasSubstr("+users = \"county\""));
    for (const auto& line : summary.lines) EXPECT_THAT(line, Not(HasSubstr("hush")));
    EXPECT_THAT(summary.difference, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace rhumb::wizard
