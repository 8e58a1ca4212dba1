#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "doctor/http_judge.h"

namespace rhumb::doctor {

namespace {

constexpr std::array rules{
    Rule{"http.silent", Severity::error, "the connection stands, but no HTTP comes",
         "Look at the log of the server, and whether a Web server is what listens at this port."},
    Rule{"http.status.failure", Severity::error, "the server answers that it failed (status 5xx)",
         "Look at the log of the server."},
    Rule{"http.host.unknown", Severity::error, "the server does not know the name (status 421)",
         "Add the name to the site's host names on the server."},
    Rule{
        "http.host.other-site", Severity::warning,
        "http and https of one name show different sites",
        "Let the site have both an http and an https binding with this name, so that no other site "
        "of the server answers in its place."},
};

/// Words of letters and digits, lower-cased; bytes beyond ASCII count as letters.
std::set<std::string> words_of(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    for (const char c : text::to_lower(text) + " ") {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                               static_cast<unsigned char>(c) >= 0x80;
        if (is_letter) {
            word += c;
        } else if (!word.empty()) {
            words.insert(std::exchange(word, {}));
        }
    }
    return words;
}

/// Titles of one site share a word, whatever else changes in them.
bool are_strangers(const std::string& a, const std::string& b) {
    const auto first = words_of(a);
    const auto second = words_of(b);
    return !first.empty() && !second.empty() &&
           std::ranges::none_of(first, [&](const auto& word) { return second.contains(word); });
}

/// The gateway's words for an application behind it that does not answer.
std::string remedy_for(int status) {
    if (status == 502 || status == 504)
        return "A proxy answers, but not the application behind it: see that the application runs, "
               "and at the address and port that the proxy has.";
    if (status == 503)
        return "The server says that it is not ready: see that the application behind it runs and is "
               "not overloaded.";
    return {};
}

}  // namespace

std::span<const Rule> answer_rules() { return rules; }

std::vector<Finding> judge_answers(const Web& web, const HttpContext& context) {
    std::vector<Finding> findings;
    const auto find = [&](std::string_view id, std::string sentence) {
        findings.push_back(found(rule(rules, id), context.about, std::move(sentence)));
    };
    if (web.main.steps.empty()) return findings;
    const auto& first = web.main.steps.front();
    if (!first.outcome) {
        using enum fetch::Fault;
        const auto& failure = first.outcome.error();
        // What fails before that is not about HTTP: other checks tell it.
        if (failure.is_connected &&
            (failure.fault == protocol || failure.fault == time || failure.fault == too_large))
            find("http.silent", fmt::format("{} takes the connection, but no answer comes that is "
                                            "HTTP: {}",
                                            first.url.text(), failure.message));
        return findings;
    }
    if (const auto* const answer = web.main.final_answer(); answer != nullptr) {
        const auto url = web.main.steps.back().url.text();
        if (answer->status == 421) {
            find("http.host.unknown",
                 fmt::format("{} is answered with status 421: no site there has this name", url));
        } else if (answer->status >= 500 && answer->status <= 599) {
            find("http.status.failure",
                 fmt::format("{} is answered with status {}", url, answer->status));
            if (auto remedy = remedy_for(answer->status); !remedy.empty())
                findings.back().remedy = std::move(remedy);
        }
    }
    if (!web.clear || !web.is_clear_related || web.clear->steps.back().url.is_https)
        return findings;
    const auto secure = web.main.page();
    const auto clear = web.clear->page();
    if (secure && clear && are_strangers(secure->title, clear->title))
        find("http.host.other-site",
             fmt::format("{} shows «{}», but {} shows «{}»", web.main.steps.back().url.text(),
                         secure->title, web.clear->steps.back().url.text(), clear->title));
    return findings;
}

}  // namespace rhumb::doctor
