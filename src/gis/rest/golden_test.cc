/// What clients see, held still: every folder of tests/golden/gis has a request, the answer that is
/// expected, and why it matters. RHUMB_BLESS=1 writes the answers anew (then look at the difference
/// before it is committed).

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <stdlib.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "gis/rest/testing.h"

namespace rhumb::gis::rest {
namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path data = RHUMB_SAMPLE_DATA;
const std::filesystem::path cases = RHUMB_GOLDEN_CASES;

std::vector<std::string> names_of_cases() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(cases)) {
        if (entry.is_directory()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// The first line is method and target; a form follows on the next.
testing::Answer ask(const std::string& text) {
    testing::Directory directory{testing::sample_services(data)};
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    const auto blank = line.find(' ');
    const auto target = line.substr(blank + 1);
    if (line.substr(0, blank) == "POST")
        return directory.post(target,
                              std::string{text::trim(text.substr(std::min(end, text.size())))});
    return directory.get(target);
}

/// Equal, where the last digits of a coordinate do not count: they are the mathematics library's.
bool is_near(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) {
        const auto x = a.get<double>();
        const auto y = b.get<double>();
        return std::abs(x - y) <= 1e-9 * std::max({1.0, std::abs(x), std::abs(y)});
    }
    if (a.type() != b.type() || a.size() != b.size()) return false;
    if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), is_near);
    if (a.is_object()) {
        return std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                          [](const auto& x, const auto& y) {
                              return x.key() == y.key() && is_near(x.value(), y.value());
                          });
    }
    return a == b;
}

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, AnswersAsBefore) {
    const auto folder = cases / GetParam();
    const auto request = read_file(folder / "request.txt");
    ASSERT_TRUE(request) << request.error().message;
    ASSERT_TRUE(std::filesystem::exists(folder / "why.md")) << "say why this answer matters";

    const auto answer = ask(*request);
    auto body = Json::parse(answer.body, nullptr, false);
    if (body.is_discarded()) body = answer.body;
    const Json told{{"status", answer.status}, {"type", answer.type()}, {"body", body}};

    if (getenv("RHUMB_BLESS") != nullptr) {
        ASSERT_TRUE(write_file_atomically(folder / "expected.json", told.dump(2) + "\n"));
        return;
    }
    const auto expected = read_file(folder / "expected.json");
    ASSERT_TRUE(expected) << expected.error().message;
    const auto wanted = Json::parse(*expected, nullptr, false);
    if (!is_near(told, wanted)) FAIL() << Json::diff(wanted, told).dump(2).substr(0, 4000);
}

INSTANTIATE_TEST_SUITE_P(Gis, Golden, ::testing::ValuesIn(names_of_cases()), [](const auto& name) {
    std::string word = name.param;
    std::replace_if(
        word.begin(), word.end(), [](char c) { return c == '-' || c == '.'; }, '_');
    return word;
});

}  // namespace
}  // namespace rhumb::gis::rest
