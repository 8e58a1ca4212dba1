#include "server/trust_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority_rotation.h"
#include "certs/example.h"
#include "certs/self_sign.h"
#include "config/parse.h"
#include "pki/example.h"

namespace rhumb::server {
namespace {

using certs::example_now;
using share::Shown;

/// A machine after its first start: «auto» is for localhost, chart-room, 192.168.7.2 …
class VisitsToTheTrustPage : public testing::Test {
protected:
    VisitsToTheTrustPage() {
        const auto prepared =
            certs::prepare(example_.store, example_.seal, certs::example_machine(), example_now,
                           certs::example_actor);
        EXPECT_TRUE(prepared) << prepared.error().message;
        EXPECT_TRUE(credentials_->reload({example_.store, example_.seal}, example_now));
        configure("[[site]]\nbindings = [\"http://*:8080\", \"https://*:8443\"]\n");
    }
    void configure(std::string_view text) {
        const auto document = config::parse_or_fail(text, "test.toml");
        ASSERT_TRUE(document) << document.error().message;
        document_ = *document;
        offered_.look(document_, hosts_);
    }
    share::Surroundings visit(std::string host, bool is_secure = false,
                              std::string local = "192.168.7.2",
                              std::string remote = "192.168.7.99") {
        channel_.is_secure = is_secure;
        channel_.local = {std::move(local), is_secure ? std::uint16_t{8443} : std::uint16_t{8080}};
        channel_.remote = {std::move(remote), 50000};
        http::Request request;
        request.channel = &channel_;
        request.host = std::move(host);
        request.port = channel_.local.port;
        request.public_origin = document_.server.public_url;
        return look_around(request, document_.sites[0], {offered_.current(), credentials_, hosts_});
    }

    certs::ExampleStore example_;
    const observe::Log log_ = observe::Log::to_nowhere();
    OfferedRoots offered_{example_.store, log_};
    std::shared_ptr<certs::Credentials> credentials_ = std::make_shared<certs::Credentials>();
    std::vector<std::string> hosts_;
    config::Document document_;
    http::Channel channel_;
};

TEST_F(VisitsToTheTrustPage, SeeWhereHttpsIsAndAnotherWayToIt) {
    const auto seen = visit("chart-room");

    EXPECT_EQ(seen.shown, Shown::own);
    EXPECT_EQ(seen.https_origin, "https://chart-room:8443");
    EXPECT_EQ(seen.http_origin, "http://chart-room:8080");
    EXPECT_EQ(seen.other_https_origin, "https://192.168.7.2:8443");
    EXPECT_EQ(seen.origin_for_others, "http://chart-room:8080");

    EXPECT_EQ(visit("chart-room", true).https_origin, "https://chart-room:8443");
    EXPECT_EQ(visit("192.168.7.2").other_https_origin, "");
    EXPECT_EQ(visit("chart-room", false, "192.168.7.2", "198.51.100.7").other_https_origin, "")
        << "a router stands between";
    EXPECT_EQ(visit("localhost", false, "127.0.0.1", "127.0.0.1").other_https_origin,
              "https://127.0.0.1:8443");
    EXPECT_EQ(visit("127.0.0.1", false, "127.0.0.1", "127.0.0.1").other_https_origin,
              "https://localhost:8443");
}

TEST_F(VisitsToTheTrustPage, MayCallUsNothing) {
    EXPECT_EQ(visit("").https_origin, "https://192.168.7.2:8443");
    EXPECT_EQ(visit("").shown, Shown::own);
}

TEST_F(VisitsToTheTrustPage, OnThisMachineAreGivenAnAddressForOtherDevices) {
    EXPECT_EQ(visit("localhost", false, "127.0.0.1", "127.0.0.1").origin_for_others,
              "http://192.168.7.2:8080");

    hosts_ = {"gis.internal"};
    EXPECT_EQ(visit("localhost", false, "127.0.0.1", "127.0.0.1").origin_for_others,
              "http://gis.internal:8080");

    configure(
        "[[site]]\nbindings = [\"https://*:8443\"]\nhost_names = [\"*.a.test\", \"b.test\"]\n");
    EXPECT_EQ(visit("localhost", true, "127.0.0.1", "127.0.0.1").origin_for_others,
              "https://b.test:8443");
}

TEST_F(VisitsToTheTrustPage, UseThePublicAddressWhereSomebodyStandsInFront) {
    configure(
        "[server]\npublic_url = \"https://gis.example.org\"\n"
        "[[site]]\nbindings = [\"http://*:8080\", \"https://*:8443\"]\n");
    const auto seen = visit("gis.example.org");

    EXPECT_EQ(seen.https_origin, "https://gis.example.org");
    EXPECT_EQ(seen.other_https_origin, "");
    EXPECT_EQ(seen.origin_for_others, "https://gis.example.org");
}

TEST_F(VisitsToTheTrustPage, AreToldWhoseCertificateTheyAreShown) {
    EXPECT_EQ(visit("gis.example.org").shown, Shown::own) << "the default one, for another name";

    const auto made = certs::self_sign(
        example_.store, example_.seal,
        {.names = pki::example_names({"alone.test"}), .now = example_now}, certs::example_actor);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(credentials_->reload({example_.store, example_.seal}, example_now));
    EXPECT_EQ(visit("alone.test").shown, Shown::self_signed);

    configure("[[site]]\nbindings = [\"http://*:8080\"]\n");
    EXPECT_EQ(visit("chart-room").shown, Shown::nobodys);
    EXPECT_EQ(visit("chart-room").https_origin, "");
}

TEST_F(VisitsToTheTrustPage, AreOfferedBothRootsAsSoonAsThereAreTwo) {
    const auto before = offered_.current()->get();
    ASSERT_EQ(before->roots().size(), 1U);
    offered_.look(document_, hosts_);
    EXPECT_EQ(offered_.current()->get(), before) << "nothing is made anew without a reason";

    const auto rotation = certs::rotate_root(
        example_.store, example_.seal, {.host = "chart-room", .permitted = {}, .now = example_now},
        {}, certs::example_actor);
    ASSERT_TRUE(rotation) << rotation.error().message;
    offered_.look(document_, hosts_);

    const auto after = offered_.current()->get();
    ASSERT_EQ(after->roots().size(), 2U);
    EXPECT_EQ(after->roots()[0], before->roots()[0]);
    EXPECT_NE(after->find("next.cer"), nullptr);
    EXPECT_EQ(visit("chart-room").shown, Shown::own);
}

}  // namespace
}  // namespace rhumb::server
