#include "site/access_log.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace rhumb::site {
namespace {

constexpr Seconds now{std::chrono::seconds{1795391100}};

class AccessLogOf : public testing::Test {
protected:
    AccessLogOf() {
        channel_.remote = {"192.0.2.7", 5000};
        channel_.local = {"192.0.2.1", 443};
        channel_.tls_version = "TLSv1.3";
        request_.channel = &channel_;
        request_.raw_path = "/a%20b";
        request_.query = "x=1";
        request_.has_query = true;
        request_.host = "gis.example.org";
        request_.headers.add("user-agent", "curl/8 (x)");
    }
    std::string line(config::AccessLog format) {
        return access_log_line(format, request_, exchange_, now);
    }

    http::Channel channel_;
    http::Request request_;
    http::Exchange exchange_{.status = 403,
                             .substatus = 4,
                             .bytes_sent = 12,
                             .took = std::chrono::microseconds{1500},
                             .complete = true};
};

TEST_F(AccessLogOf, CombinedIsWhatLogReadersKnow) {
    EXPECT_EQ(
        line(config::AccessLog::combined),
        "192.0.2.7 - - [22/Nov/2026:23:45:00 +0000] \"GET /a%20b?x=1 HTTP/1.1\" 403 12 \"-\" \"curl/8 (x)\"\n");
}

TEST_F(AccessLogOf, W3cHasTheSubstatusAndAHeadThatNamesItsFields) {
    EXPECT_EQ(
        line(config::AccessLog::w3c),
        "2026-11-22 23:45:00 192.0.2.1 GET /a%20b x=1 443 - 192.0.2.7 curl/8+(x) - 403 4 12 1\n");
    const auto head = access_log_head(config::AccessLog::w3c, now);
    const auto fields = head.substr(head.find("#Fields: ") + 9);
    const auto line_fields = line(config::AccessLog::w3c);
    EXPECT_EQ(std::ranges::count(fields, ' '), std::ranges::count(line_fields, ' '));
}

TEST_F(AccessLogOf, JsonIsOneObjectALine) {
    request_.headers.add("referer", "\"\x80\n");
    const auto text = line(config::AccessLog::json);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const auto parsed = nlohmann::json::parse(text);
    EXPECT_EQ(parsed["status"], 403);
    EXPECT_EQ(parsed["target"], "/a%20b?x=1");
}

TEST_F(AccessLogOf, NoClientCanForgeALine) {
    request_.headers.set("user-agent", "x\" 200 \"\x01\x80");
    EXPECT_TRUE(line(config::AccessLog::combined).ends_with("\"x\\\" 200 \\\"\\x01\\x80\"\n"));
}

TEST_F(AccessLogOf, LeavesTokensOut) {
    request_.query = "f=json&Token=secret&where=1%3D1";
    for (const auto format :
         {config::AccessLog::combined, config::AccessLog::w3c, config::AccessLog::json}) {
        EXPECT_EQ(line(format).find("secret"), std::string::npos);
        EXPECT_NE(line(format).find("f=json&Token=-&where=1%3D1"), std::string::npos);
    }
}

TEST_F(AccessLogOf, LeavesTokensOutWhereverTheyStand) {
    const std::string token = "rh1AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    request_.raw_path = "/x/" + token;
    request_.query =
        "a=1&to%6ben=secret1&password=secret2&url=http%3A%2F%2Fh%3Ftoken%3Dsecret3&t=" + token;
    request_.headers.set("referer", "https://h/map?f=html&token=secret4#token=secret5");
    request_.headers.set("user-agent", "agent " + token);
    for (const auto format :
         {config::AccessLog::combined, config::AccessLog::w3c, config::AccessLog::json}) {
        EXPECT_EQ(line(format).find("secret"), std::string::npos) << line(format);
        EXPECT_EQ(line(format).find("rh1"), std::string::npos) << line(format);
        EXPECT_NE(line(format).find("f=html"), std::string::npos);
    }
}

TEST_F(AccessLogOf, NamesTheUserAndTheClientBehindAProxy) {
    request_.client_ip = "203.0.113.9";
    request_.caller = std::make_shared<const http::Caller>(
        http::Caller{.by = http::Caller::By::token, .user = "Ann \xC3\xA9\n\"x"});
    EXPECT_TRUE(line(config::AccessLog::combined)
                    .starts_with("203.0.113.9 - Ann\\x20\\xc3\\xa9\\x0a\\x22x [22/Nov"))
        << line(config::AccessLog::combined);
    EXPECT_NE(line(config::AccessLog::w3c).find(" 443 Ann+???\"x 203.0.113.9 "), std::string::npos)
        << line(config::AccessLog::w3c);
    request_.caller = std::make_shared<const http::Caller>(
        http::Caller{.by = http::Caller::By::token, .user = "ann"});
    const auto parsed = nlohmann::json::parse(line(config::AccessLog::json));
    EXPECT_EQ(parsed["user"], "ann");
    EXPECT_EQ(parsed["client"], "203.0.113.9");
}

class AccessLogFiles : public testing::Test {
protected:
    AccessLogFiles() {
        std::string name = testing::TempDir() + "logs.XXXXXX";
        directory_ = ::mkdtemp(name.data());
    }
    ~AccessLogFiles() override { std::filesystem::remove_all(directory_); }
    std::filesystem::path directory_;
};

TEST_F(AccessLogFiles, AreSharedAndAppendedTo) {
    const auto path = directory_ / "sub" / "site.log";
    {
        AccessLogs logs;
        const auto one = logs.open(path, config::AccessLog::combined, now);
        ASSERT_TRUE(one) << one.error().message;
        EXPECT_EQ(*logs.open(path, config::AccessLog::combined, now), *one);
        (*one)->append("first\n");
        EXPECT_TRUE(logs.flush());
        EXPECT_EQ(read_file(path).value(), "first\n");
    }
    AccessLogs logs;
    (*logs.open(path, config::AccessLog::combined, now))->append("second\n");
    EXPECT_EQ(read_file(path).value(), "first\nsecond\n");
}

TEST_F(AccessLogFiles, AreMadeAnewAfterARotation) {
    AccessLogs logs;
    const auto old = *logs.open(directory_ / "x", config::AccessLog::combined, now);
    std::filesystem::rename(directory_ / "x", directory_ / "x.1");

    logs.reopen();
    const auto next = *logs.open(directory_ / "x", config::AccessLog::combined, now);
    next->append("new\n");
    old->append("old\n");
    EXPECT_TRUE(next->flush());
    EXPECT_TRUE(old->flush());

    EXPECT_EQ(read_file(directory_ / "x").value(), "new\n");
    EXPECT_EQ(read_file(directory_ / "x.1").value(), "old\n");
}

TEST_F(AccessLogFiles, SayWhenTheyCannotBeOpened) {
    ASSERT_TRUE(write_file_atomically(directory_ / "file", ""));
    AccessLogs logs;
    const auto opened = logs.open(directory_ / "file" / "x.log", config::AccessLog::combined, now);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("x.log"), std::string::npos);
}

TEST_F(AccessLogFiles, KeepLinesWhileTheDiskIsFullAndSayItOnce) {
    const auto full = AccessLogFile::open("/dev/full", config::AccessLog::combined, now);
    ASSERT_TRUE(full);
    (*full)->append("line\n");
    EXPECT_FALSE((*full)->flush());
    EXPECT_TRUE((*full)->flush());  // still full, already said
}

}  // namespace
}  // namespace rhumb::site
