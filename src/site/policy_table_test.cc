/// The tables in tests/golden/policy: a configuration, who there is, which locations are files, and
/// cases: over what, who ("-": nobody; "+": with a good certificate), from where, the path as it is
/// sent, what comes of it. "400": it is no path. All of it goes through what a request goes
/// through: config::parse(), rules_of(), http::clean_path(), policy::judge().

#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "config/parse.h"
#include "http/target.h"
#include "policy/verdict.h"
#include "site/explanation.h"
#include "site/rules.h"

namespace rhumb::site {
namespace {

std::string read(const std::string& name) {
    const auto file = std::filesystem::path{RHUMB_SOURCE_DIRECTORY} / "tests/golden/policy" / name;
    auto text = read_file(file);
    EXPECT_TRUE(text) << name;
    return text.value_or("");
}

std::vector<std::string> words_of(std::string_view line) {
    std::istringstream stream{std::string{line}};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

std::string word_for(policy::Verdict verdict) {
    switch (verdict) {
        case policy::Verdict::admitted: return "in";
        case policy::Verdict::sign_in: return "sign-in";
        case policy::Verdict::redirected: return "308";
        case policy::Verdict::denied: return "403";
        case policy::Verdict::https_required:
        case policy::Verdict::certificate_required:
        case policy::Verdict::not_from_here: break;
    }
    return fmt::format("403.{}", policy::substatus_of(verdict));
}

class Table {
public:
    explicit Table(const std::string& name) {
        std::string toml;
        std::string part = "configuration";
        const auto text = read(name);
        for (const auto line : text::split(text, '\n')) {
            if (line.starts_with("=== "))
                part = line.substr(4);
            else if (part == "configuration")
                toml.append(line).append("\n");
            else if (!line.empty() && line.front() != '#')
                take(part, words_of(line));
        }
        auto parsed = config::parse(toml, name);
        EXPECT_TRUE(parsed.is_good()) << config::to_text(parsed.errors);
        document_ = std::move(parsed.document);
    }

    void check() const {
        const auto& site = document_.sites.at(0);
        const auto rules = rules_of(document_, site, [this](const config::Location& location) {
            return std::ranges::find(files_, location.path) != files_.end();
        });
        for (const auto& words : cases_) {
            SCOPED_TRACE(text::join(words, " "));
            ASSERT_EQ(words.size(), 5U);
            EXPECT_EQ(outcome(rules, site, words), words[4]);
        }
    }

    std::size_t count() const { return cases_.size(); }

private:
    void take(const std::string& part, std::vector<std::string> words) {
        if (part == "files") files_.push_back(words.at(0));
        if (part == "cases") cases_.push_back(std::move(words));
        if (part != "people") return;
        http::Caller caller;
        caller.by = http::Caller::By::token;
        caller.user = words.at(0);
        caller.roles.assign(words.begin() + 1, words.end());
        std::ranges::sort(caller.roles);
        people_.emplace(words.at(0), std::move(caller));
    }

    std::string outcome(const policy::Rules& rules, const config::Site& site,
                        const std::vector<std::string>& words) const {
        const auto path = http::clean_path(words[3]);
        if (!path) return "400";
        auto who = words[1];
        policy::Visit visit;
        visit.is_secure = words[0] == "https";
        visit.has_certificate = who.ends_with('+');
        if (visit.has_certificate) who.pop_back();
        visit.is_entrance = find_answerer(site, *path).is_entrance;
        if (who != "-") visit.caller = people_.at(who);
        if (words[2] != "-") visit.ip = words[2];
        return word_for(policy::judge(rules.at(*path), visit));
    }

    config::Document document_;
    std::vector<std::string> files_;
    std::map<std::string, http::Caller> people_;
    std::vector<std::vector<std::string>> cases_;
};

constexpr const char* tables[] = {"files.txt", "catalogue.txt", "whole_site.txt",
                                  "certificates.txt"};

class PolicyTable : public testing::TestWithParam<const char*> {};

TEST_P(PolicyTable, SaysWhatComesOfEachRequest) { Table{GetParam()}.check(); }

INSTANTIATE_TEST_SUITE_P(Golden, PolicyTable, testing::ValuesIn(tables), [](const auto& one) {
    const std::string name = one.param;
    return name.substr(0, name.find('.'));
});

TEST(PolicyTables, HaveManyCases) {
    std::size_t count = 0;
    for (const auto* name : tables) count += Table{name}.count();
    EXPECT_GE(count, 150U);
}

}  // namespace
}  // namespace rhumb::site
