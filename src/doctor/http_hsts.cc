#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "doctor/http_judge.h"

namespace rhumb::doctor {

namespace {

constexpr std::string_view header = "strict-transport-security";
constexpr std::int64_t day = 86'400;
constexpr std::int64_t long_days = 30;

constexpr std::array rules{
    Rule{"hsts.untrusted-certificate", Severity::error,
         "HSTS with a certificate that no client trusts: it locks users out without a way past the "
         "warning",
         "Take Strict-Transport-Security away until the certificate is one that clients trust."},
    Rule{"hsts.malformed", Severity::warning, "HSTS that browsers do not understand and pass over",
         "Send one field of the form: Strict-Transport-Security: max-age=86400"},
    Rule{
        "hsts.private-authority", Severity::note,
        "HSTS for long with a certificate that browsers trust only where somebody has told them to",
        "Keep max-age short, a day say: a browser that has lost the root gets no way past the "
        "warning for as long."},
    Rule{"hsts.early", Severity::note, "HSTS for long, while http still gives all of it",
         "Begin with a max-age of a day and raise it when everything works over https alone."},
    Rule{"hsts.zero", Severity::note, "HSTS with max-age=0, which ends it",
         "Leave it so for as long as the max-age was before; then take the field away."},
    Rule{"hsts.in-clear", Severity::note, "HSTS over http, where browsers pass it over",
         "Send it over https alone (RFC 6797 section 7.2)."},
    Rule{
        "hsts.preload", Severity::note, "HSTS asks for browsers' preload list",
        "Leave «preload» out unless all names below the domain shall be https for years: to get off "
        "the list takes months."},
};

struct Hsts {
    std::optional<std::int64_t> max_age{};
    bool has_subdomains = false;
    bool has_preload = false;
    std::string fault{};  // why it is not understood
};

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
        value = value.substr(1, value.size() - 2);
    return value;
}

/// A number of seconds; a very large one counts as the largest.
std::optional<std::int64_t> seconds_in(std::string_view value) {
    const bool is_number =
        !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return {};
    return text::to_integer(value).value_or(INT64_MAX);
}

/// RFC 6797 section 6.1.
Hsts read(std::string_view value) {
    Hsts hsts;
    std::vector<std::string> names;
    for (auto directive : text::split(value, ';')) {
        directive = text::trim(directive);
        if (directive.empty()) continue;
        const auto mark = directive.find('=');
        const auto name = text::to_lower(text::trim(directive.substr(0, mark)));
        const auto given = mark == std::string_view::npos
                               ? std::string_view{}
                               : unquoted(text::trim(directive.substr(mark + 1)));
        if (std::ranges::find(names, name) != names.end())
            hsts.fault = fmt::format("«{}» stands in it twice", name);
        names.push_back(name);
        if (name == "max-age" && !(hsts.max_age = seconds_in(given)))
            hsts.fault = fmt::format("«{}» is no number of seconds", given);
        hsts.has_subdomains = hsts.has_subdomains || name == "includesubdomains";
        hsts.has_preload = hsts.has_preload || name == "preload";
    }
    if (hsts.fault.empty() && !hsts.max_age) hsts.fault = "max-age is missing";
    return hsts;
}

class Judgement {
public:
    Judgement(const Web& web, const HttpContext& context) : web_{web}, context_{context} {}

    std::vector<Finding> run() && {
        judge_secure();
        judge_in_clear();
        return std::move(findings_);
    }

private:
    void find(std::string_view id, std::string sentence) {
        findings_.push_back(found(rule(rules, id), context_.about, std::move(sentence)));
    }

    /// The first answer over https of the target's host that has the field.
    const Exchange* secure() const {
        for (const auto& step : web_.main.steps)
            if (step.url.is_https && step.url.host == web_.target.host &&
                step.answer() != nullptr && step.answer()->find(header) != nullptr)
                return &step;
        return nullptr;
    }

    void judge_secure() {
        const auto* const step = secure();
        if (step == nullptr) return;
        const auto value = *step->answer()->find(header);  // the first alone counts
        const auto hsts = read(value);
        const auto shown = fmt::format("«{}»", value.substr(0, 200));
        if (!hsts.fault.empty())
            return find("hsts.malformed",
                        fmt::format("browsers pass over Strict-Transport-Security {}: {}", shown,
                                    hsts.fault));
        if (*hsts.max_age == 0)
            return find("hsts.zero", fmt::format("Strict-Transport-Security {} ends HSTS", shown));
        if (context_.is_trusted && !*context_.is_trusted)
            return find("hsts.untrusted-certificate",
                        fmt::format("the server sends Strict-Transport-Security {}, but no client "
                                    "trusts its certificate",
                                    shown));
        judge_age(*hsts.max_age / day, shown);
        if (hsts.has_preload) judge_preload(hsts);
    }

    void judge_age(std::int64_t days, const std::string& shown) {
        if (days <= long_days) return;
        if (context_.is_public && !*context_.is_public)
            return find("hsts.private-authority",
                        fmt::format("Strict-Transport-Security {} binds browsers for {} days to a "
                                    "certificate that they do not trust by themselves",
                                    shown, days));
        const auto* const clear = web_.clear_walk();
        const auto* const answer = clear == nullptr ? nullptr : clear->final_answer();
        if (web_.is_clear_related && answer != nullptr && answer->status == 200 &&
            !clear->steps.back().url.is_https)
            find("hsts.early",
                 fmt::format("Strict-Transport-Security {} binds browsers for {} days, while {} "
                             "still gives it in the clear",
                             shown, days, clear->steps.back().url.text()));
    }

    void judge_preload(const Hsts& hsts) {
        const bool is_taken = hsts.has_subdomains && *hsts.max_age >= 365 * day;
        find("hsts.preload",
             is_taken
                 ? "Strict-Transport-Security asks for the preload list: browsers then ask this "
                   "name and all below it over https alone, for years"
                 : "Strict-Transport-Security asks for the preload list, which takes only what "
                   "has includeSubDomains and a max-age of a year");
    }

    void judge_in_clear() {
        const auto* const clear = web_.clear_walk();
        if (clear == nullptr || !(web_.is_clear_related || !web_.target.is_https)) return;
        for (const auto& step : clear->steps)
            if (!step.url.is_https && step.answer() != nullptr &&
                step.answer()->find(header) != nullptr)
                return find(
                    "hsts.in-clear",
                    fmt::format("{} sends Strict-Transport-Security over http", step.url.text()));
    }

    const Web& web_;
    const HttpContext& context_;
    std::vector<Finding> findings_;
};

}  // namespace

std::span<const Rule> hsts_rules() { return rules; }

std::vector<Finding> judge_hsts(const Web& web, const HttpContext& context) {
    return Judgement{web, context}.run();
}

}  // namespace rhumb::doctor
