/// All cases of x509-limbo through pki::validate(), compared with what the set expects and with the
/// verdicts that are written down beside this file. See README.md here.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "pki/validate.h"

namespace rhumb::pki {
namespace {

using nlohmann::json;

/// For cases that name no time.
constexpr Seconds usual_time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 1};

Seconds to_time(const json& value) {
    if (value.is_null()) return usual_time;
    // "2024-03-01T00:00:00.999+00:00": always UTC in this set.
    std::tm parts{};
    std::istringstream{value.get<std::string>()} >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S");
    return Seconds{std::chrono::seconds{timegm(&parts)}};
}

std::vector<Certificate> to_certificates(const json& list) {
    std::vector<Certificate> certificates;
    for (const auto& pem : list)
        if (auto certificate = Certificate::from_pem(pem.get<std::string>()))
            certificates.push_back(*std::move(certificate));
    return certificates;
}

/// "accepted", or the id of the refusal.
std::string judge(const json& test, Strictness strictness) {
    const auto leaf = Certificate::from_pem(test.at("peer_certificate").get<std::string>());
    if (!leaf) return "certificate.unreadable";
    Validation against{
        .roots = to_certificates(test.at("trusted_certs")),
        .intermediates = to_certificates(test.at("untrusted_intermediates")),
        .now = to_time(test.at("validation_time")),
        .name = std::nullopt,
        .emails = {},
        .crls = {},
        .depth_max = std::nullopt,
        .purpose = test.at("validation_kind") == "SERVER" ? Purpose::server : Purpose::client,
        .strictness = strictness};
    for (const auto& pem : test.at("crls"))
        if (auto crl = Crl::from_pem(pem.get<std::string>()))
            against.crls.push_back(*std::move(crl));
    if (!test.at("max_chain_depth").is_null())
        against.depth_max = test.at("max_chain_depth").get<int>();
    for (const auto& name : test.at("expected_peer_names"))
        against.emails.push_back(name.at("value").get<std::string>());
    if (const auto& peer = test.at("expected_peer_name"); !peer.is_null()) {
        const auto name = Name::parse(peer.at("value").get<std::string>());
        if (!name) return "name.unusable";
        against.name = *name;
    }
    const auto path = validate(*leaf, against);
    return path ? "accepted" : std::string{path.error().id};
}

/// Lines of "key rest"; those that begin with # are comments.
std::map<std::string, std::string> read_table(const char* file) {
    std::map<std::string, std::string> table;
    std::ifstream lines{std::string{LIMBO_HERE} + "/" + file};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        const auto blank = line.find(' ');
        table[line.substr(0, blank)] = line.substr(blank + 1);
    }
    return table;
}

TEST(Limbo, EveryCaseGetsItsVerdict) {
    const char* const file = std::getenv("RHUMB_LIMBO");
    const auto text = read_file(file != nullptr ? file : LIMBO_DATA);
    if (!text)
        GTEST_SKIP() << "the cases are not here (" << text.error().message
                     << "); tests/limbo/README.md says where they come from";
    const auto cases = json::parse(*text).at("testcases");
    const auto verdicts = read_table("verdicts.txt");
    const auto disputes = read_table("disputes.txt");

    int wrong_accepts = 0;
    int wrong_refusals = 0;
    for (const auto& test : cases) {
        const auto id = test.at("id").get<std::string>();
        const bool is_good = test.at("expected_result") == "SUCCESS";
        const auto verdict = judge(test, Strictness::letter);
        const auto of_clients = judge(test, Strictness::clients);
        const bool is_accepted = verdict == "accepted";
        if (is_accepted && !is_good) ++wrong_accepts;
        if (!is_accepted && is_good) ++wrong_refusals;
        std::cout << (is_accepted == is_good ? "  "
                      : is_accepted          ? "A "
                                             : "R ")
                  << id << ' ' << verdict << ' ' << of_clients << '\n';
        if (is_accepted != is_good) {
            EXPECT_TRUE(disputes.contains(id))
                << id << ": the set expects " << test.at("expected_result") << ", the verdict is "
                << verdict;
        }
        const auto known = verdicts.find(id);
        EXPECT_EQ(known == verdicts.end() ? "" : known->second, verdict + ' ' + of_clients)
            << id << " (verdicts.txt)";
        if (is_good) {
            EXPECT_EQ(of_clients, "accepted") << id << ": clients accept what the set accepts";
        }
    }
    std::cout << cases.size() << " cases: " << wrong_accepts << " accepted against the set (A), "
              << wrong_refusals << " refused against it (R)\n";
    EXPECT_EQ(cases.size(), 208U);
    EXPECT_EQ(disputes.size(), static_cast<std::size_t>(wrong_accepts + wrong_refusals))
        << "disputes.txt tells of a case that is none";
}

}  // namespace
}  // namespace rhumb::pki
