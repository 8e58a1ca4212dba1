#include "share/trust_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/testing.h"
#include "share/example.h"

namespace rhumb::share {
namespace {

using testing::HasSubstr;

class TrustPageOf : public testing::Test {
protected:
    http::Response ask(std::string path, std::string query = "",
                       http::Method method = http::Method::get) {
        request_.path = request_.raw_path = std::move(path);
        request_.query = std::move(query);
        request_.method = method;
        request_.channel = &channel_;
        auto answer = net::run_to_end(page_.handle(request_));
        if (answer) return *std::move(answer);
        http::Response failed;
        failed.status = http::to_status(answer.error().kind);
        return failed;
    }
    static std::string text(const http::Response& response) {
        if (const auto* const shared =
                std::get_if<std::shared_ptr<const std::string>>(&response.body))
            return **shared;
        const auto* const own = std::get_if<std::string>(&response.body);
        return own == nullptr ? "" : *own;
    }
    static std::string field(const http::Response& response, std::string_view name) {
        return std::string{response.headers.find(name).value_or("")};
    }

    const Installation installation_ = example_installation();
    std::shared_ptr<CurrentOffer> offer_ =
        std::make_shared<CurrentOffer>(std::make_shared<const Offer>(*Offer::make(installation_)));
    TrustPage page_{"/trust", offer_, [](const http::Request&) {
                        return Surroundings{.https_origin = "https://gis.test"};
                    }};
    http::Channel channel_;
    http::Request request_;
};

TEST_F(TrustPageOf, AnswersWithAndWithoutTheSlash) {
    for (const auto* const path : {"/trust", "/trust/"}) {
        const auto answer = ask(path);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(field(answer, "content-type"), "text/html; charset=utf-8");
        EXPECT_THAT(field(answer, "content-security-policy"), HasSubstr("default-src 'none'"));
        EXPECT_THAT(text(answer), HasSubstr("<title>Trust gis.test</title>"));
    }
}

TEST_F(TrustPageOf, RecognisesTheVisitorAndHeedsItsWish) {
    request_.headers.add("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)");
    EXPECT_THAT(text(ask("/trust")), HasSubstr("id=\"ios\" open>"));
    EXPECT_THAT(text(ask("/trust", "for=windows")), HasSubstr("id=\"windows\" open>"));
    EXPECT_THAT(text(ask("/trust", "x=1&for=%6Aava")), HasSubstr("id=\"java\" open>"));
    EXPECT_THAT(text(ask("/trust", "for=<script>")), HasSubstr("id=\"ios\" open>"));
    EXPECT_THAT(field(ask("/trust"), "vary"), HasSubstr("user-agent"));
}

TEST_F(TrustPageOf, SendsEachFileWithTheTypeThatItsDeviceKnows) {
    const auto stem = file_stem(installation_.roots[0]);
    struct Case {
        std::string path;
        const char* type;
        const char* disposition;
    };
    const Case cases[] = {
        {"root.cer", "application/x-x509-ca-cert", "inline; filename=\""},
        {"root.crt", "application/x-x509-ca-cert", "inline; filename=\""},
        {"root.pem", "application/x-pem-file", "attachment; filename=\""},
        {"windows/" + stem + ".cer", "application/x-x509-ca-cert", "inline; filename=\""},
        {"windows/trust-rhumb.ps1", "text/plain; charset=us-ascii",
         "attachment; filename=\"trust-rhumb.ps1\""},
        {"ios/" + stem + ".mobileconfig", "application/x-apple-aspen-config", ""},
        {"firefox/policies.json", "application/json", "attachment; filename=\"policies.json\""},
        {"java/trust-rhumb.p12", "application/x-pkcs12",
         "attachment; filename=\"trust-rhumb.p12\""},
        {"windows.zip", "application/zip", "attachment; filename=\"rhumb-windows.zip\""},
        {"page.css", "text/css; charset=utf-8", ""},
        {"page.js", "text/javascript; charset=utf-8", ""},
        {"icon.svg", "image/svg+xml", ""},
        {"worker.js", "text/javascript; charset=utf-8", ""},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.path);
        const auto answer = ask("/trust/" + one.path);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(field(answer, "content-type"), one.type);
        EXPECT_THAT(field(answer, "content-disposition"), testing::StartsWith(one.disposition));
        EXPECT_EQ(field(answer, "x-content-type-options"), "nosniff");
        EXPECT_FALSE(text(answer).empty());
    }
    EXPECT_EQ(text(ask("/trust/root.cer")), installation_.roots[0].to_der());
    EXPECT_EQ(text(ask("/trust/root.crt")), installation_.roots[0].to_pem());
}

TEST_F(TrustPageOf, HasNothingElse) {
    for (const auto* const path : {"/trust/next.cer", "/trust/root.key", "/trust/x/y",
                                   "/trust//root.cer", "/trust/steps_java.html"})
        EXPECT_EQ(ask(path).status, 404) << path;
    const auto posted = ask("/trust", "", http::Method::post);
    EXPECT_EQ(posted.status, 405);
    EXPECT_EQ(field(posted, "allow"), "GET, HEAD");
}

TEST_F(TrustPageOf, LetsScriptsOfAnyOriginSeeThatItAnswers) {
    const auto check = ask("/trust/check");
    EXPECT_EQ(check.status, 204);
    EXPECT_EQ(field(check, "access-control-allow-origin"), "*");
    EXPECT_EQ(field(check, "cache-control"), "no-store");
    EXPECT_FALSE(ask("/trust").headers.has("access-control-allow-origin"));
}

TEST_F(TrustPageOf, IsKeptByClientsUntilTheRootsChange) {
    for (const auto* const path : {"/trust", "/trust/root.cer", "/trust/linux/trust-rhumb.sh"}) {
        SCOPED_TRACE(path);
        request_.headers.clear();
        const auto first = ask(path);
        EXPECT_EQ(field(first, "cache-control"), "no-cache");
        request_.headers.add("if-none-match", field(first, "etag"));
        const auto kept = ask(path);
        EXPECT_EQ(kept.status, 304);
        EXPECT_EQ(text(kept), "");
        EXPECT_EQ(field(kept, "etag"), field(first, "etag"));
    }
    offer_->replace(std::make_shared<const Offer>(*Offer::make(changing_installation())));
    EXPECT_EQ(ask("/trust/linux/trust-rhumb.sh").status, 200);
    EXPECT_EQ(ask("/trust/next.cer").status, 200);
}

}  // namespace
}  // namespace rhumb::share
