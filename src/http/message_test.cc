#include "http/message.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/testing.h"

namespace rhumb::http {
namespace {

TEST(ToMethod, KnowsTheMethodsExactly) {
    EXPECT_EQ(to_method("GET"), Method::get);
    EXPECT_EQ(to_method("DELETE"), Method::delete_);
    EXPECT_EQ(to_method("get"), Method::other);
    EXPECT_EQ(to_method(""), Method::other);
}

TEST(ReasonPhrase, IsEmptyForUnknownStatus) {
    EXPECT_EQ(reason_phrase(100), "Continue");
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(404), "Not Found");
    EXPECT_EQ(reason_phrase(511), "Network Authentication Required");
    EXPECT_EQ(reason_phrase(299), "");
    EXPECT_EQ(reason_phrase(999), "");
    EXPECT_EQ(reason_phrase(0), "");
}

TEST(ToStatus, GivesEveryKindOfErrorItsStatus) {
    EXPECT_EQ(to_status(ErrorKind::invalid), 400);
    EXPECT_EQ(to_status(ErrorKind::denied), 403);
    EXPECT_EQ(to_status(ErrorKind::not_found), 404);
    EXPECT_EQ(to_status(ErrorKind::conflict), 409);
    EXPECT_EQ(to_status(ErrorKind::too_large), 413);
    EXPECT_EQ(to_status(ErrorKind::unavailable), 503);
    EXPECT_EQ(to_status(ErrorKind::internal), 500);
}

TEST(Request, NamesItsOriginAsTheClientCanUseIt) {
    struct Case {
        const char* host;
        std::uint16_t port;
        bool is_secure;
        const char* public_origin;
        const char* origin;
    };
    for (const auto& c :
         {Case{"a", 80, false, "", "http://a"}, Case{"a", 443, false, "", "http://a:443"},
          Case{"a", 443, true, "", "https://a"}, Case{"a", 8443, true, "", "https://a:8443"},
          Case{"::1", 443, true, "", "https://[::1]"},
          Case{"", 8080, false, "", "http://192.0.2.7:8080"},
          Case{"a", 8443, true, "https://gis.example.org", "https://gis.example.org"}}) {
        SCOPED_TRACE(c.origin);
        Channel channel;
        channel.is_secure = c.is_secure;
        channel.local.ip = "192.0.2.7";
        Request request;
        request.channel = &channel;
        request.host = c.host;
        request.port = c.port;
        request.public_origin = c.public_origin;
        EXPECT_EQ(request.origin(), c.origin);
    }
}

class Pieces final : public RequestBody {
public:
    net::Task<std::string_view> read() override {
        co_return next_ < pieces_.size() ? pieces_[next_++] : std::string_view{};
    }

private:
    std::array<std::string_view, 3> pieces_{"one ", "two ", "three"};
    std::size_t next_ = 0;
};

TEST(ReadAll, JoinsThePieces) {
    Pieces body;
    EXPECT_EQ(net::run_to_end(read_all(body, 13)), "one two three");
}

TEST(ReadAll, RefusesMoreThanItsLimit) {
    Pieces body;
    const auto all = net::run_to_end(read_all(body, 12));
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, ErrorKind::too_large);
}

TEST(OpenFile, ClosesItsDescriptorWithTheLastThatRefersToIt) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    {
        const FileSlice first{std::make_shared<const OpenFile>(fd), 0, 0};
        const FileSlice second = first;
        EXPECT_EQ(second.file->fd(), fd);
    }
    EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

TEST(Response, OfTextHasItsTypeAndOfRedirectItsLocation) {
    const auto text = text_response(404, "text/plain; charset=utf-8", "no");
    EXPECT_EQ(text.status, 404);
    EXPECT_EQ(text.headers.find("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(std::get<std::string>(text.body), "no");
    const auto redirect = redirect_response(308, "/a/");
    EXPECT_EQ(redirect.status, 308);
    EXPECT_EQ(redirect.headers.find("location"), "/a/");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(redirect.body));
}

}  // namespace
}  // namespace rhumb::http
