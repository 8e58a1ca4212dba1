#include <algorithm>
#include <array>

#include "base/text.h"
#include "doctor/http_host.h"
#include "doctor/http_judge.h"

namespace rhumb::doctor {

namespace {

constexpr std::array rules{
    Rule{
        "http.open", Severity::error, "http gives what https refuses, or asks a login for",
        "Require HTTPS for it, or let http do nothing but redirect to https, and let the same rules "
        "hold on both."},
    Rule{"http.auth.clear", Severity::error, "http asks for a password (Basic authentication)",
         "Require HTTPS for it, so that nobody is asked for a password in the clear."},
    Rule{"http.only", Severity::warning, "an address in the clear that has no https beside it",
         "Give the site an https binding with a certificate, and let http redirect to it."},
    Rule{"http.also", Severity::note, "http gives the same as https and does not lead there",
         "Where it matters, require HTTPS or redirect to it, so that old links do not stay in the "
         "clear."},
};

bool is_success(const fetch::Answer& answer) {
    return answer.status >= 200 && answer.status <= 299;
}

bool asks_basic(const fetch::Answer& answer) {
    return answer.status == 401 &&
           std::ranges::any_of(answer.all("www-authenticate"), [](const std::string& value) {
               return text::istarts_with(text::trim(value), "basic");
           });
}

/// Why the secure side does not simply give it: "status 403". "" when it does, or does not answer.
std::string refusal_of(const Web& web, const std::optional<Page>& clear_page) {
    const auto* const answer = web.main.final_answer();
    if (answer == nullptr) return {};
    if (answer->status == 401 || answer->status == 403)
        return fmt::format("https refuses it with status {}", answer->status);
    const auto page = web.main.page();
    const bool wants_login = page && page->has_password && web.main.steps.size() > 1;
    if (wants_login && !(clear_page && clear_page->has_password))
        return fmt::format("https asks for a login first, at {}", web.main.steps.back().url.text());
    return {};
}

/// An http target: is there https, and does it lead there?
std::vector<Finding> judge_clear_target(const Web& web, const HttpContext& context) {
    const auto* const answer = web.main.final_answer();
    if (answer == nullptr || !is_success(*answer) || web.main.steps.back().url.is_https) return {};
    if (context.is_ours || reach_of(web.target.host) == Reach::machine) return {};
    const auto url = web.main.steps.back().url.text();
    if (web.secure && web.secure->answer() != nullptr)
        return {found(rule(rules, "http.also"), context.about,
                      fmt::format("{} is given in the clear, though {} answers, too", url,
                                  web.secure->url.origin()))};
    // At another port than http's own, nobody knows where https would be.
    if (!web.secure) return {};
    return {found(rule(rules, "http.only"), context.about,
                  fmt::format("{} is given in the clear, and {} does not answer", url,
                              web.secure->url.origin()))};
}

}  // namespace

std::span<const Rule> clear_rules() { return rules; }

std::vector<Finding> judge_beside(const Web& web, const HttpContext& context) {
    const auto* const walk = web.clear_walk();
    if (walk == nullptr || walk->steps.empty() || walk->steps.back().url.is_https) return {};
    const auto* const answer = walk->final_answer();
    if (answer == nullptr) return {};
    const auto url = walk->steps.back().url.text();
    if (asks_basic(*answer))
        return {found(rule(rules, "http.auth.clear"), context.about,
                      fmt::format("{} asks for a password over http: everybody on the way can read "
                                  "it",
                                  url))};
    if (!web.target.is_https) return judge_clear_target(web, context);
    if (!web.is_clear_related || !is_success(*answer)) return {};
    const auto page = walk->page();
    if (const auto why = refusal_of(web, page); !why.empty())
        return {found(rule(rules, "http.open"), context.about,
                      fmt::format("{} is given in the clear, but {}", url, why))};
    const auto* const secure = web.main.final_answer();
    const bool is_both = secure != nullptr && is_success(*secure);
    // A page that asks for a password in the clear is told as that.
    // In our own configuration it is said on purpose whether http gives anything.
    if (context.is_ours || !is_both || reach_of(web.target.host) != Reach::everybody ||
        (page && page->has_password))
        return {};
    return {found(rule(rules, "http.also"), context.about,
                  fmt::format("{} gives in the clear what {} gives over https", url,
                              web.main.steps.back().url.text()))};
}

}  // namespace rhumb::doctor
