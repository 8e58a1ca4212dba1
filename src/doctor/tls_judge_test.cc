#include "doctor/tls_judge.h"

#include <gtest/gtest.h>

namespace rhumb::doctor {
namespace {

using tls::Version;
using Kind = tls::Greeting::Kind;
using Ids = std::vector<std::string>;

Ids ids(const std::vector<Finding>& findings) {
    Ids all;
    for (const auto& one : findings) all.push_back(one.id);
    return all;
}

const Target target = *parse_target("https://gis.example.org");

/// As the guideline has it.
tls::Survey good() {
    tls::Survey survey;
    survey.versions = {Version::tls_1_3, Version::tls_1_2};
    survey.suites_13 = {0x1301, 0x1302, 0x1303};
    survey.suites = {0xc02b, 0xc02c, 0xcca9};
    survey.groups = {0x11ec, 0x001d, 0x0017};
    return survey;
}
Ids judged(const tls::Survey& survey, std::optional<tls::Profile> profile = {}) {
    return ids(judge_survey(target, survey, profile));
}

TEST(JudgeSurvey, FindsNothingWrongWithTheGuideline) {
    EXPECT_EQ(judged(good()), Ids{});
    EXPECT_EQ(judged(good(), tls::Profile::intermediate), Ids{});
}

TEST(JudgeSurvey, NamesEachFaultAlone) {
    struct Case {
        const char* id;
        void (*spoil)(tls::Survey&);
    };
    for (const auto& one : {
             Case{"tls.version.old", [](auto& s) { s.versions.push_back(Version::tls_1_1); }},
             Case{"tls.version.ssl-3", [](auto& s) { s.versions.push_back(Version::ssl_3); }},
             Case{"tls.version.no-tls-1-3",
                  [](auto& s) {
                      s.versions = {Version::tls_1_2};
                      s.groups.clear();
                  }},
             Case{"tls.version.outdated",
                  [](auto& s) {
                      s.versions = {Version::tls_1_0};
                      s.suites = {0xc013};
                      s.groups.clear();
                  }},
             Case{"tls.cipher.null", [](auto& s) { s.suites.push_back(0xc010); }},
             Case{"tls.cipher.anonymous", [](auto& s) { s.suites.push_back(0x0034); }},
             Case{"tls.cipher.export",
                  [](auto& s) {
                      s.suites.push_back(0x0003);
                      s.prime_bits = 512;
                  }},
             Case{"tls.cipher.rc4", [](auto& s) { s.suites.push_back(0x0005); }},
             Case{"tls.cipher.des", [](auto& s) { s.suites.push_back(0x0009); }},
             Case{"tls.cipher.3des", [](auto& s) { s.suites.push_back(0xc012); }},
             Case{"tls.cipher.no-forward-secrecy", [](auto& s) { s.suites.push_back(0x009c); }},
             Case{"tls.cipher.not-recommended",
                  [](auto& s) {
                      s.suites.push_back(0x009e);
                      s.suites.push_back(0xc027);
                      s.prime_bits = 2048;
                  }},
             Case{"tls.dh.small", [](auto& s) { s.prime_bits = 1024; }},
             Case{"tls.dh.weak", [](auto& s) { s.prime_bits = 768; }},
             Case{"tls.group.weak", [](auto& s) { s.weak_groups = {0x0013}; }},
             Case{"tls.group.no-post-quantum", [](auto& s) { s.groups = {0x001d}; }},
             Case{"tls.compression", [](auto& s) { s.compresses = true; }},
             Case{"tls.renegotiation", [](auto& s) { s.renegotiates_safely = false; }},
             Case{"tls.client-certificate", [](auto& s) { s.asks_certificate = true; }},
         }) {
        auto survey = good();
        one.spoil(survey);
        EXPECT_EQ(judged(survey), Ids{one.id});
    }
}

TEST(JudgeSurvey, HoldsOurOwnServersAgainstTheirProfile) {
    auto survey = good();
    EXPECT_EQ(judged(survey, tls::Profile::modern), Ids{"tls.profile-differs"});
    survey.versions = {Version::tls_1_3};
    survey.suites.clear();
    EXPECT_EQ(judged(survey, tls::Profile::modern), Ids{});
    EXPECT_EQ(judged(survey, tls::Profile::intermediate), Ids{"tls.profile-differs"});

    survey = good();
    survey.suites.push_back(0x009e);
    EXPECT_EQ(judged(survey, tls::Profile::intermediate), Ids{"tls.profile-differs"});

    survey = good();
    survey.versions = {Version::tls_1_3, Version::tls_1_2, Version::tls_1_1, Version::tls_1_0};
    EXPECT_EQ(judged(survey, tls::Profile::old), Ids{"tls.version.old"})
        << "as it was wanted, and yet not good";
    EXPECT_EQ(judged(survey, tls::Profile::intermediate), Ids{"tls.profile-differs"});
}

TEST(JudgeTalk, SaysWhatSpeaksInstead) {
    struct Case {
        Talk talk;
        const char* id;
        const char* word;
    };
    const auto alert = [](std::uint8_t number) {
        Talk talk;
        talk.greeting.kind = Kind::alert;
        talk.greeting.answer.alert = tls::Alert{true, number};
        return talk;
    };
    const auto other = [](const char* bytes) {
        Talk talk;
        talk.greeting.kind = Kind::other;
        talk.greeting.first_bytes = bytes;
        return talk;
    };
    const auto wordless = [](Kind kind, const char* clear) {
        Talk talk;
        talk.greeting.kind = kind;
        talk.clear = clear;
        return talk;
    };
    for (const auto& one : {
             Case{alert(40), "tls.refused", "handshake_failure"},
             Case{alert(70), "tls.refused", "no version"},
             Case{alert(80), "tls.refused", "no certificate"},
             Case{alert(200), "tls.refused", "alert 200"},
             Case{alert(112), "tls.name-refused", "gis.example.org"},
             Case{other("HTTP/1.1 400 Bad Request"), "port.speaks-http", "in the clear"},
             Case{other("<!DOCTYPE html>"), "port.speaks-http", "in the clear"},
             Case{other("SSH-2.0-x"), "port.speaks-other", "speaks SSH"},
             Case{other("\x1b[2Jwhat"), "port.speaks-other", ".[2Jwhat"},
             Case{wordless(Kind::hung_up, "HTTP/1.1 200 OK"), "port.speaks-http", "in the clear"},
             Case{wordless(Kind::silent, "HTTP/1.0 200 OK"), "port.speaks-http", "in the clear"},
             Case{wordless(Kind::silent, ""), "port.silent", "says nothing"},
             Case{wordless(Kind::hung_up, ""), "port.hangs-up", "hangs up"},
             Case{wordless(Kind::hung_up, "ERR unknown command"), "port.speaks-other", "ERR"},
         }) {
        const auto findings = judge_talk(target, one.talk);
        ASSERT_EQ(ids(findings), Ids{one.id});
        EXPECT_NE(findings.front().sentence.find(one.word), std::string::npos)
            << findings.front().sentence;
    }
}

TEST(JudgeTalk, IsContentWithTls) {
    Talk talk;
    talk.greeting.kind = Kind::tls;
    EXPECT_TRUE(judge_talk(target, talk).empty());
}

TEST(JudgeClear, WantsHttpInTheClear) {
    const auto clear = *parse_target("http://gis.example.org");
    Talk talk;
    talk.greeting.kind = Kind::hung_up;
    talk.clear = "HTTP/1.1 200 OK\r\n";
    EXPECT_TRUE(judge_clear(clear, talk).empty());
    talk.clear = "HTTP/1.1 400 Bad Request\r\n";
    EXPECT_TRUE(judge_clear(clear, talk).empty()) << "a proxy that dislikes our Host";
    talk.greeting.kind = Kind::tls;
    EXPECT_EQ(ids(judge_clear(clear, talk)), Ids{"port.speaks-tls"});
    talk.greeting.kind = Kind::hung_up;
    talk.clear = std::string("\x15\x03\x01\x00\x02\x02\x0a", 7);
    EXPECT_EQ(ids(judge_clear(clear, talk)), Ids{"port.speaks-tls"});
    talk.clear = "SSH-2.0-x";
    EXPECT_EQ(ids(judge_clear(clear, talk)), Ids{"port.speaks-other"});
    talk.clear = "";
    EXPECT_EQ(ids(judge_clear(clear, talk)), Ids{"port.hangs-up"});
}

TEST(Describe, NamesWhatTheSurveySaw) {
    const auto seen = describe(good());
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0], (Seen{"versions", "TLS 1.3, TLS 1.2"}));
    EXPECT_EQ(seen[2], (Seen{"groups", "X25519MLKEM768, X25519, P-256"}));
}

}  // namespace
}  // namespace rhumb::doctor
