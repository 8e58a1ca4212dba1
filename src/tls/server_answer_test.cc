#include "tls/server_answer.h"

#include <gtest/gtest.h>

#include "tls/fake_answers.h"

namespace rhumb::tls {
namespace {

std::string flight(const std::string& messages) { return record(22, messages); }

TEST(ReadAnswer, ReadsWhatAServerOfTls12Shows) {
    const auto answer =
        read_answer(flight(server_hello({.suite = 0xc02b, .extensions = renegotiation()})) +
                    flight(certificate_message({"leaf", "issuer"})) +
                    flight(message(22, "\x01" + vector("staple", 3))) + flight(curve_share(0x1d)) +
                    flight(message(13, "request")) + flight(done()));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(answer->is_complete);
    EXPECT_EQ(answer->hello->version, 0x0303);
    EXPECT_EQ(answer->hello->suite, 0xc02b);
    EXPECT_TRUE(answer->hello->renegotiates_safely);
    EXPECT_FALSE(answer->hello->compresses);
    EXPECT_EQ(answer->certificates, (std::vector<std::string>{"leaf", "issuer"}));
    EXPECT_EQ(answer->staple, "staple");
    EXPECT_EQ(answer->share->group, 0x1d);
    EXPECT_TRUE(answer->asks_certificate);
}

TEST(ReadAnswer, IsCompleteWithTheServerHelloOfTls13) {
    const auto retry = read_answer(flight(retry_request(0x1302, 0x11ec)));
    ASSERT_TRUE(retry) << retry.error().message;
    EXPECT_TRUE(retry->is_complete);
    EXPECT_TRUE(retry->hello->is_retry);
    EXPECT_EQ(retry->hello->version, 0x0304);
    EXPECT_EQ(retry->hello->group, 0x11ec);

    const auto hello = read_answer(flight(server_hello(
        {.suite = 0x1301,
         .extensions = extension(43, number(0x0304, 2)) +
                       extension(51, number(0x1d, 2) + vector(std::string(32, 'k'), 2))})));
    ASSERT_TRUE(hello) << hello.error().message;
    EXPECT_FALSE(hello->hello->is_retry);
    EXPECT_EQ(hello->hello->group, 0x1d);
}

TEST(ReadAnswer, TellsHowLongAPrimeIs) {
    const auto answer =
        read_answer(flight(server_hello({.suite = 0x009e}) + prime_share(128) + done()));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->share->prime_bits, 1024);
}

TEST(ReadAnswer, WaitsForTheRestOfEachRecordAndMessage) {
    const auto whole =
        flight(server_hello()) + flight(certificate_message({"leaf"})) + flight(done());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto answer = read_answer(whole.substr(0, size));
        ASSERT_TRUE(answer) << size << ": " << answer.error().message;
        EXPECT_FALSE(answer->is_complete) << size;
    }
    EXPECT_TRUE(read_answer(whole)->is_complete);
}

TEST(ReadAnswer, PutsMessagesTogetherThatAreSpreadOverRecords) {
    const auto messages = server_hello() + certificate_message({"leaf"}) + done();
    std::string spread;
    for (const auto c : messages) spread += flight(std::string(1, c));
    const auto answer = read_answer(spread);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(answer->is_complete);
    EXPECT_EQ(answer->certificates.size(), 1U);
}

TEST(ReadAnswer, EndsWithAFatalAlertAndGoesOnAfterAWarning) {
    const auto fatal = read_answer(alert_record(2, 40));
    ASSERT_TRUE(fatal);
    EXPECT_TRUE(fatal->is_complete);
    EXPECT_EQ(fatal->alert->description, 40);

    const auto warned = read_answer(alert_record(1, 112) + flight(server_hello() + done()));
    ASSERT_TRUE(warned);
    EXPECT_TRUE(warned->hello);
    EXPECT_FALSE(warned->alert->is_fatal);
}

TEST(ReadAnswer, RefusesWhatIsNoTls) {
    for (const auto& bytes : {
             std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"},
             std::string{"SSH-2.0-OpenSSH_9.2\r\n"},
             record(22, ""),                                          // an empty record
             record(23, "data"),                                      // data before the handshake
             record(21, "\x02"),                                      // half an alert
             flight(message(11, "")),                                 // no ServerHello before it
             flight(message(2, "short")),                             // a cut one
             flight(server_hello({.version = 0x0401})),               // no such version
             flight(server_hello({.extensions = "\x00"})),            // a cut extension
             flight(server_hello({.random = std::string(31, 'r')})),  // shifted by one
             flight(server_hello() + certificate_message({""})),      // an empty certificate
             flight(server_hello() + message(11, number(99, 3))),     // a list that is not there
             flight(server_hello() + message(12, "\x03")),            // no curve
             flight(server_hello() + message(99, "")),
         }) {
        const auto answer = read_answer(bytes);
        EXPECT_FALSE(answer && answer->is_complete) << bytes;
    }
    EXPECT_FALSE(read_answer("HTTP/1.1 400"));
    EXPECT_FALSE(read_answer(flight(server_hello({.version = 0x0401}))));
}

TEST(ReadAnswer, TakesNoMoreCertificatesThanAnybodySends) {
    const std::vector<std::string> many(33, "c");
    const auto answer = read_answer(flight(server_hello() + certificate_message(many)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::too_large);
}

TEST(BeginsLikeTls, LooksAtAsMuchAsThereIs) {
    EXPECT_TRUE(begins_like_tls(""));
    EXPECT_TRUE(begins_like_tls("\x15"));
    EXPECT_TRUE(begins_like_tls("\x15\x03\x01"));
    EXPECT_FALSE(begins_like_tls("H"));
    EXPECT_FALSE(begins_like_tls("\x15\x04"));
    EXPECT_FALSE(begins_like_tls("\x16\x03\x05"));
}

}  // namespace
}  // namespace rhumb::tls
