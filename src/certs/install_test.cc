#include "certs/install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/example.h"
#include "certs/example_answers.h"
#include "certs/import.h"
#include "pki/pkcs7.h"

namespace rhumb::certs {
namespace {

using std::chrono::days;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Installing : public testing::Test {
protected:
    RequestEntry request(const std::vector<std::string>& names = {"maps.test"},
                         std::string name = "maps") {
        RequestOrder order;
        order.names = pki::example_names(names);
        order.name = std::move(name);
        return *requests_.create(order, example_actor, example_now);
    }
    InstallOptions options(const ExampleFiles& files) {
        InstallOptions wanted;
        wanted.files = kept_.emplace_back(files);
        wanted.now = example_now;
        return wanted;
    }
    Result<Change> install(const InstallOptions& wanted) {
        return certs::install(example_.store, example_.seal, wanted, example_actor);
    }
    Result<Change> install(const ExampleFiles& files) { return install(options(files)); }
    Result<void> undo(const Change& change) {
        return certs::undo(example_.store, change, "it was not seen", example_actor, example_now);
    }

    ExampleStore example_;
    const OutsideAuthority outside_;
    std::vector<ExampleFiles> kept_;
    Inventory inventory_{example_.store, example_.seal};
    Requests requests_{example_.store, example_.seal};
};

TEST_F(Installing, PutsTheAnswerIntoUseWithTheKeyOfItsRequest) {
    const auto asked = request();
    request({"other.test"}, "other");
    const auto leaf = outside_.answer(asked);

    const auto change = install({outside_.root, leaf, outside_.middle, leaf});

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_EQ(change->name, "maps");
    EXPECT_FALSE(change->archived);
    const auto entry = inventory_.get("maps");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->record.id, change->added);
    EXPECT_EQ(entry->record.origin, storage::Origin::request);
    EXPECT_THAT(entry->chain->certificates(), ElementsAre(leaf, outside_.middle));
    EXPECT_TRUE(asked.request->matches(*inventory_.open_key(*entry)));
    EXPECT_EQ(requests_.list()->size(), 1U);
    EXPECT_THAT(change->notes, Contains(HasSubstr("the root «CN=Outside root» was left out")));
    EXPECT_THAT(example_.events(), Contains("certificate.installed maps"));
}

TEST_F(Installing, TakesTheIssuersFromExtraFilesOrFromWhatWasInstalledBefore) {
    const auto first = request();
    const auto second = request({"other.test"}, "other");
    auto wanted = options({outside_.answer(first)});
    const ExampleFiles more{outside_.middle};
    wanted.intermediates = more;
    ASSERT_TRUE(install(wanted)) << install(wanted).error().message;

    const auto change = install({outside_.answer(second)});

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_EQ(inventory_.get("other")->chain->certificates().size(), 2U);
}

TEST_F(Installing, SaysWhenTheRootIsNoneThatIsKnownHere) {
    auto wanted = options({outside_.answer(request()), outside_.middle, outside_.root});
    wanted.roots = {OutsideAuthority{}.root};

    auto change = install(wanted);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_THAT(change->findings,
                Contains(testing::Field(&pki::Finding::id, "chain.foreign-root")));
    EXPECT_FALSE(pki::has_error(change->findings));

    wanted = options({outside_.answer(request({"b.test"}, "b")), outside_.middle});
    wanted.roots = {outside_.root};
    change = install(wanted);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_THAT(change->findings,
                Not(Contains(testing::Field(&pki::Finding::id, "chain.foreign-root"))));
}

TEST_F(Installing, FetchesAMissingIssuerFromWhereTheCertificateSays) {
    const auto asked = request();
    auto wanted = options({outside_.answer(asked, {.issuer_url = "http://ca.test/issuer.cer"})});
    std::vector<std::string> fetched;
    wanted.fetch = [&](const std::string& url) -> Result<std::string> {
        fetched.push_back(url);
        return outside_.middle.to_der();
    };

    const auto change = install(wanted);

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_THAT(fetched, ElementsAre("http://ca.test/issuer.cer"));
    EXPECT_EQ(inventory_.get("maps")->chain->certificates().size(), 2U);
    EXPECT_THAT(change->notes, Contains(HasSubstr("was fetched from http://ca.test/issuer.cer")));
}

TEST_F(Installing, NamesTheIssuerThatIsMissing) {
    const auto asked = request();
    auto wanted = options({outside_.answer(asked, {.issuer_url = "http://ca.test/issuer.cer"})});

    EXPECT_THAT(install(wanted).error().message,
                AllOf(HasSubstr("CN=Outside issuer"), HasSubstr("chain.issuer-missing"),
                      HasSubstr("--intermediates"), HasSubstr("http://ca.test/issuer.cer")));
    wanted.fetch = [](const std::string&) -> Result<std::string> { return std::string{"<html>"}; };
    EXPECT_THAT(install(wanted).error().message, HasSubstr("is missing"));
    EXPECT_TRUE(requests_.get("maps"));

    wanted.is_forced = true;
    const auto change = install(wanted);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_THAT(change->notes, Contains(HasSubstr("fetching the issuer from http://ca.test")));
    const auto events = *example_.store.read([](const auto& view) { return view.events(1); });
    EXPECT_THAT(events.front().detail, HasSubstr("in spite of chain.issuer-missing"));
}

TEST_F(Installing, NeverFetchesFromAnythingButTheWeb) {
    const auto asked = request();
    auto wanted = options({outside_.answer(asked)});
    wanted.fetch = [](const std::string& url) -> Result<std::string> {
        ADD_FAILURE() << url;
        return fail(ErrorKind::unavailable, "no");
    };
    EXPECT_FALSE(install(wanted));
}

TEST_F(Installing, RefusesACertificateThatNoRequestHasTheKeyOf) {
    request();
    const auto stranger = *pki::Key::generate(pki::KeyType::ec_p256);
    const auto leaf = outside_.sign(stranger.public_key(), {.names = {"maps.test"}});
    auto wanted = options({leaf, outside_.middle});
    wanted.is_forced = true;

    EXPECT_THAT(install(wanted).error().message,
                AllOf(HasSubstr("no request has this key"), HasSubstr("pending: maps"),
                      HasSubstr("CN=Outside issuer")));

    ExampleFiles with_key{leaf, outside_.middle};
    with_key.add("key.pem", to_text(*stranger.to_pem()));
    EXPECT_THAT(install(with_key).error().message, HasSubstr("rhumb cert import"));

    ImportOptions importing;
    importing.files = with_key;
    importing.now = example_now;
    ASSERT_TRUE(import_certificate(example_.store, example_.seal, importing, example_actor));
    EXPECT_THAT(install(wanted).error().message,
                HasSubstr("it is the certificate «maps.test» that is here already"));
    const auto newer =
        outside_.sign(stranger.public_key(),
                      {.names = {"maps.test"}, .now = example_now + std::chrono::hours{1}});
    EXPECT_THAT(install({newer, outside_.middle}).error().message,
                HasSubstr("the certificate «maps.test» has this key"));
}

TEST_F(Installing, SaysWhatTheFilesAreWhenTheyHaveNoAnswer) {
    const auto asked = request();
    ExampleFiles files;
    files.add("maps.csr", asked.request->to_pem());
    EXPECT_THAT(install(files).error().message, HasSubstr("send that to the authority"));

    EXPECT_THAT(install({outside_.middle, outside_.root}).error().message,
                HasSubstr("an authority's certificate"));

    ExampleFiles page;
    page.add("answer.html", "<!DOCTYPE html><html><body>Log in</body></html>");
    EXPECT_THAT(install(page).error().message, HasSubstr("answer.html"));
}

TEST_F(Installing, RefusesWhatHasExpiredEvenWhenForced) {
    const auto asked = request();
    auto wanted =
        options({outside_.answer(asked, {.now = example_now - days{100}, .lifetime = days{90}}),
                 outside_.middle});
    wanted.is_forced = true;

    EXPECT_THAT(install(wanted).error().message, HasSubstr("it has expired on 2026-02-19"));
}

TEST_F(Installing, NamesTheNamesThatTheAuthorityLeftOut) {
    const auto asked = request({"maps.test", "www.maps.test", "tiles.test"});
    auto wanted =
        options({outside_.answer(asked, {.names = {"*.maps.test", "tiles.test", "new.test"}}),
                 outside_.middle});

    const auto refused = install(wanted);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr("maps.test is missing"), HasSubstr("request.names-missing")));
    wanted.is_forced = true;
    const auto change = install(wanted);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_THAT(change->notes, Contains(HasSubstr("new.test")));
}

TEST_F(Installing, AcceptsASecondAnswerToTheSameRequest) {
    const auto asked = request();
    const auto first = install({outside_.answer(asked), outside_.middle});
    ASSERT_TRUE(first);

    const auto reissued = outside_.answer(asked, {.now = example_now + std::chrono::hours{2}});
    auto wanted = options({reissued, outside_.middle});
    wanted.now = example_now + std::chrono::hours{2};
    const auto second = install(wanted);

    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->archived, first->added);
    EXPECT_EQ(inventory_.get("maps")->chain->leaf(), reissued);
    EXPECT_THAT(second->notes, Contains(HasSubstr("answered before")));
}

TEST_F(Installing, RefusesTheSameAgain) {
    const auto asked = request();
    const ExampleFiles files{outside_.answer(asked), outside_.middle};
    ASSERT_TRUE(install(files));
    const auto again = install(files);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    EXPECT_THAT(again.error().message, HasSubstr("it is installed already, as «maps»"));
}

TEST_F(Installing, RenewsACertificateInItsPlace) {
    const auto old = install({outside_.answer(request()), outside_.middle});
    ASSERT_TRUE(old);
    RequestOrder order;
    order.renews = "maps";
    const auto asked = requests_.create(order, example_actor, example_now);
    ASSERT_TRUE(asked) << asked.error().message;

    const auto change = install({outside_.answer(*asked), outside_.middle});

    ASSERT_TRUE(change) << change.error().message;
    EXPECT_EQ(change->archived, old->added);
    EXPECT_TRUE(asked->request->matches(*inventory_.open_key(*inventory_.get("maps"))));
}

TEST_F(Installing, TakesNoPlaceOfACertificateThatHasNothingToDoWithTheRequest) {
    const auto asked = request();
    const auto key = *pki::Key::generate(pki::KeyType::ec_p256);
    ASSERT_TRUE(inventory_.add(
        {.name = "maps",
         .origin = storage::Origin::import,
         .chain = *pki::Chain::make({outside_.sign(key.public_key(), {.names = {"x.test"}})}),
         .key = key},
        example_actor, example_now));

    const auto refused = install({outside_.answer(asked), outside_.middle});

    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("another certificate that came into use since"));
}

TEST_F(Installing, AsksWhichWhenTheFilesAnswerSeveralRequests) {
    const auto one = request();
    const auto two = request({"other.test"}, "other");
    auto wanted = options({outside_.answer(one), outside_.answer(two), outside_.middle});

    EXPECT_THAT(install(wanted).error().message, HasSubstr("(maps, other)"));
    wanted.request = "OTHER";
    EXPECT_EQ(install(wanted)->name, "other");
    wanted.request = "nothing";
    EXPECT_EQ(install(wanted).error().kind, ErrorKind::not_found);
}

TEST_F(Installing, ReadsAnswersAsPkcs7) {
    const auto asked = request();
    ExampleFiles files;
    files.add("answer.p7b", *pki::to_pkcs7_der(std::vector{outside_.root, outside_.answer(asked),
                                                           outside_.middle}));
    const auto change = install(files);
    ASSERT_TRUE(change) << change.error().message;
}

TEST_F(Installing, CanBeTakenBack) {
    const auto asked = request();
    const auto first = *install({outside_.answer(asked), outside_.middle});
    const auto reissued = outside_.answer(asked, {.now = example_now - std::chrono::hours{2}});
    const auto second = *install({reissued, outside_.middle});

    ASSERT_TRUE(undo(second)) << undo(second).error().message;
    EXPECT_EQ(inventory_.get("maps")->record.id, first.added);
    EXPECT_EQ(requests_.list(true)->front().record.certificate, first.added);
    EXPECT_EQ(undo(second).error().kind, ErrorKind::conflict);

    ASSERT_TRUE(undo(first));
    EXPECT_EQ(inventory_.get("maps").error().kind, ErrorKind::not_found);
    EXPECT_TRUE(requests_.get("maps"));
    EXPECT_THAT(example_.events(), Contains("certificate.undone maps"));
    EXPECT_TRUE(install({outside_.answer(asked), outside_.middle}));
}

TEST_F(Installing, StoresNothingWhenTheCertificateOrTheRequestHasChangedMeanwhile) {
    const auto asked = request();
    const auto staged = stage_answer(example_.store, example_.seal,
                                     options({outside_.answer(asked), outside_.middle}));
    ASSERT_TRUE(staged) << staged.error().message;
    ASSERT_TRUE(install({outside_.answer(asked), outside_.middle}));

    const auto late = store(example_.store, example_.seal, *staged, example_actor, example_now);
    EXPECT_EQ(late.error().kind, ErrorKind::conflict);
    EXPECT_THAT(late.error().message, HasSubstr("somebody else"));

    const auto other = request({"other.test"}, "other");
    const auto waiting = stage_answer(example_.store, example_.seal,
                                      options({outside_.answer(other), outside_.middle}));
    ASSERT_TRUE(requests_.cancel("other", example_actor, example_now));
    EXPECT_THAT(
        store(example_.store, example_.seal, *waiting, example_actor, example_now).error().message,
        HasSubstr("was cancelled"));
    EXPECT_EQ(inventory_.get("other").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace rhumb::certs
