#include "doctor/finding.h"

#include <algorithm>
#include <cstdlib>

namespace rhumb::doctor {

Finding found(const Rule& rule, std::string about, std::string sentence) {
    return {.id = std::string{rule.id},
            .severity = rule.severity,
            .about = std::move(about),
            .sentence = std::move(sentence),
            .remedy = std::string{rule.remedy}};
}

const Rule& rule(std::span<const Rule> rules, std::string_view id) {
    const auto place = std::ranges::find(rules, id, &Rule::id);
    if (place == rules.end()) std::abort();
    return *place;
}

std::string as_sentence(std::string_view text) {
    std::string sentence{text};
    if (sentence.empty()) return sentence;
    // Not what begins with a name or a URL, which are written as they are.
    const auto word = sentence.substr(0, sentence.find(' '));
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '\'' || c == ','; };
    if (std::ranges::all_of(word, is_letter) && sentence.front() >= 'a')
        sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
    if (std::string_view{".!?"}.find(sentence.back()) == std::string_view::npos) sentence += '.';
    return sentence;
}

void put_in_order(std::vector<Finding>& findings) {
    std::vector<Finding> once;
    for (auto& finding : findings)
        if (std::ranges::find(once, finding) == once.end()) once.push_back(std::move(finding));
    std::ranges::stable_sort(once, {}, &Finding::severity);
    findings = std::move(once);
}

bool has_error(std::span<const Finding> findings) {
    return std::ranges::any_of(
        findings, [](const Finding& finding) { return finding.severity == Severity::error; });
}

}  // namespace rhumb::doctor
