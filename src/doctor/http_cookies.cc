#include <algorithm>
#include <array>

#include "base/text.h"
#include "doctor/http_judge.h"
#include "doctor/page_judge.h"

namespace rhumb::doctor {

namespace {

constexpr std::array rules{
    Rule{"http.cookie.refused", Severity::warning, "a cookie that browsers do not keep",
         "Set it with Secure: SameSite=None, and names that begin with __Secure- or __Host-, "
         "need that."},
    Rule{"http.cookie.clear", Severity::warning,
         "a cookie of a login that browsers send in the clear, too",
         "Set it with Secure, so that it is sent over https alone."},
};

struct Cookie {
    std::string name{};
    bool is_secure = false;
    bool is_http_only = false;
    bool is_everywhere = false;  // SameSite=None
    bool is_ending = false;      // it is being taken away
};

Cookie read(std::string_view value) {
    Cookie cookie;
    const auto fields = text::split(value, ';');
    const auto mark = fields[0].find('=');
    cookie.name = std::string{text::trim(fields[0].substr(0, mark))};
    for (const auto field : std::span{fields}.subspan(1)) {
        const auto equals = field.find('=');
        const auto name = text::trim(field.substr(0, equals));
        const auto given = equals == std::string_view::npos ? std::string_view{}
                                                            : text::trim(field.substr(equals + 1));
        cookie.is_secure = cookie.is_secure || text::iequals(name, "secure");
        cookie.is_http_only = cookie.is_http_only || text::iequals(name, "httponly");
        cookie.is_everywhere = cookie.is_everywhere ||
                               (text::iequals(name, "samesite") && text::iequals(given, "none"));
        cookie.is_ending = cookie.is_ending || (text::iequals(name, "max-age") &&
                                                (given == "0" || given.starts_with('-')));
    }
    return cookie;
}

/// What it is called, or that scripts must not see it, says that it stands for a person.
bool is_of_login(const Cookie& cookie) {
    const auto name = text::to_lower(cookie.name);
    if (cookie.is_http_only || name.ends_with("sid")) return true;
    return std::ranges::any_of(
        std::array{"sess", "token", "auth", "login", "jwt"},
        [&](const char* word) { return name.find(word) != std::string::npos; });
}

bool is_refused(const Cookie& cookie) {
    return !cookie.is_secure && (cookie.is_everywhere || cookie.name.starts_with("__Secure-") ||
                                 cookie.name.starts_with("__Host-"));
}

void keep(std::vector<std::string>& list, const std::string& name) {
    const auto shown = fmt::format("«{}»", name.substr(0, 60));
    if (std::ranges::find(list, shown) == list.end()) list.push_back(shown);
}

}  // namespace

std::span<const Rule> cookie_rules() { return rules; }

std::vector<Finding> judge_cookies(const Web& web, const HttpContext& context) {
    std::vector<std::string> refused;
    std::vector<std::string> clear;
    for (const auto& step : web.main.steps) {
        if (!step.url.is_https || step.url.host != web.target.host || step.answer() == nullptr)
            continue;
        for (const auto& value : step.answer()->all("set-cookie")) {
            const auto cookie = read(value);
            if (cookie.is_ending) continue;
            if (is_refused(cookie))
                keep(refused, cookie.name);
            else if (!cookie.is_secure && is_of_login(cookie))
                keep(clear, cookie.name);
        }
    }
    std::vector<Finding> findings;
    if (!refused.empty())
        findings.push_back(found(
            rule(rules, "http.cookie.refused"), context.about,
            fmt::format("browsers do not keep the cookie {}: it lacks Secure", some_of(refused))));
    if (!clear.empty())
        findings.push_back(
            found(rule(rules, "http.cookie.clear"), context.about,
                  fmt::format("the cookie {} lacks Secure: browsers send it over http, too, where "
                              "others can take it",
                              some_of(clear))));
    return findings;
}

}  // namespace rhumb::doctor
