#include "site/revocation_lists.h"

#include <gtest/gtest.h>

#include "net/testing.h"

namespace rhumb::site {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class RevocationListsAt : public testing::Test {
protected:
    http::Response ask(const std::string& path, http::Method method = http::Method::get,
                       std::string_view field = "", std::string_view value = "") {
        http::Request request;
        request.channel = &channel_;
        request.path = request.raw_path = path;
        request.method = method;
        if (!field.empty()) request.headers.add(field, value);
        const RevocationLists lists{current_, clock_};
        auto answer = net::run_to_end(lists.handle(request));
        return answer ? std::move(*answer)
                      : http::Response{http::to_status(answer.error().kind), 0, {}, {}};
    }
    static std::string path() { return std::string{certs::crl_folder} + "ab.crl"; }

    const Seconds made_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
    ManualClock clock_{made_ + hours{1}};
    std::shared_ptr<CurrentCrls> current_ =
        std::make_shared<CurrentCrls>(std::make_shared<PublishedCrls>(
            std::vector<certs::PublishedCrl>{{path(), "DER", "ab", 7, made_, made_ + days{7}}}));
    http::Channel channel_;
};

TEST_F(RevocationListsAt, GiveTheListAsItIs) {
    const auto answer = ask(path());
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(*std::get<std::shared_ptr<const std::string>>(answer.body), "DER");
    EXPECT_EQ(answer.headers.find("content-type"), "application/pkix-crl");
    EXPECT_EQ(answer.headers.find("cache-control"), "public, max-age=3600");
    EXPECT_EQ(answer.headers.find("last-modified"), "Sun, 01 Mar 2026 00:00:00 GMT");
}

TEST_F(RevocationListsAt, AreNotKeptPastTheirEnd) {
    clock_.set(made_ + days{7} - minutes{5});
    EXPECT_EQ(ask(path()).headers.find("cache-control"), "public, max-age=300");
    clock_.set(made_ + days{8});
    EXPECT_EQ(ask(path()).headers.find("cache-control"), "public, max-age=0");
}

TEST_F(RevocationListsAt, AreSentOnceToWhoHasThem) {
    const auto etag = std::string{ask(path()).headers.find("etag").value_or("")};
    EXPECT_EQ(ask(path(), http::Method::get, "if-none-match", etag).status, 304);
    current_->replace(std::make_shared<PublishedCrls>(
        std::vector<certs::PublishedCrl>{{path(), "NEW", "ab", 8, made_, made_ + days{7}}}));
    EXPECT_EQ(ask(path(), http::Method::get, "if-none-match", etag).status, 200);
}

TEST_F(RevocationListsAt, AreNoOtherPaths) {
    EXPECT_EQ(ask(std::string{certs::crl_folder} + "cd.crl").status, 404);
    EXPECT_EQ(ask(std::string{certs::crl_folder}).status, 404);
    EXPECT_EQ(ask(path(), http::Method::post).status, 405);
}

}  // namespace
}  // namespace rhumb::site
