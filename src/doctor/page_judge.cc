#include "doctor/page_judge.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "doctor/http_host.h"

namespace rhumb::doctor {

namespace {

using Kind = PageUse::Kind;

constexpr std::array rules{
    Rule{"page.login.clear", Severity::error, "a page in the clear asks for a password",
         "Let the page be had over https alone: require HTTPS for it, or redirect to https."},
    Rule{"page.login.action-clear", Severity::error,
         "a page over https sends a password to an http address",
         "Let the form's action begin with https, or be a path without scheme and host."},
    Rule{"page.form.clear", Severity::warning,
         "a page over https has a form that is sent to an http address",
         "Let the form's action begin with https, or be a path without scheme and host."},
    Rule{"page.refresh.clear", Severity::warning, "a page over https leads on to an http address",
         "Let the refresh lead to an https address, or to a path without scheme and host."},
    Rule{"page.mixed.active", Severity::error,
         "mixed content that browsers block: scripts, styles, frames, fonts over http",
         "Let these addresses begin with https, or with a single slash where they are on the same "
         "server."},
    Rule{
        "page.mixed.passive", Severity::note,
        "mixed content that browsers load over https instead, or not at all: pictures, sound, film",
        "Let these addresses begin with https, or with a single slash where they are on the same "
        "server."},
    Rule{
        "page.script.clear", Severity::note, "a script names http addresses of this very server",
        "If the script asks them, let them begin with https: browsers block what a page over https "
        "asks in the clear."},
    Rule{"page.internal", Severity::warning,
         "a page loads parts from, or sends forms to, addresses that its visitors cannot reach",
         "Let the page name the address by which visitors reach the server."},
};

/// What `reference` means on the page; nothing when it is no URL of the Web.
std::optional<fetch::Url> meant(const Page& page, const PageContext& context,
                                std::string_view reference) {
    auto base = context.url;
    if (!page.base.empty())
        if (auto told = fetch::resolve_url(context.url, page.base)) base = *told;
    auto url = fetch::resolve_url(base, reference);
    if (!url) return {};
    return *url;
}

/// Browsers take what comes from the machine itself for safe (W3C Secure Contexts).
bool is_in_clear(const fetch::Url& url) {
    return !url.is_https && reach_of(url.host) != Reach::machine;
}

bool is_blocked(Kind kind) { return kind != Kind::image && kind != Kind::media; }

void keep(std::vector<std::string>& list, const std::string& text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(text);
}

/// What the page's parts come to, by what is wrong with them.
struct Sorted {
    std::vector<std::string> blocked{};
    std::vector<std::string> upgraded{};
    std::vector<std::string> inner{};
    std::string why{};  // of the first inner one
};

/// True when it is, and is kept.
bool keep_inner(Sorted& sorted, const fetch::Url& url, const PageContext& context) {
    const auto why = why_inner(url, context.target);
    if (why.empty()) return false;
    if (sorted.why.empty()) sorted.why = why;
    keep(sorted.inner, url.text());
    return true;
}

Sorted sort_uses(const Page& page, const PageContext& context) {
    Sorted sorted;
    for (const auto& use : page.uses) {
        const auto url = meant(page, context, use.reference);
        if (!url) continue;
        const bool is_fine = !context.url.is_https || !is_in_clear(*url) || context.upgrades ||
                             page.upgrades_insecure;
        if (!keep_inner(sorted, *url, context) && !is_fine)
            keep(is_blocked(use.kind) ? sorted.blocked : sorted.upgraded, url->text());
    }
    return sorted;
}

class Judgement {
public:
    Judgement(const Page& page, const PageContext& context) : page_{page}, context_{context} {}

    std::vector<Finding> run() && {
        judge_login();
        judge_forms();
        judge_refresh();
        judge_uses();
        judge_scripts();
        return std::move(findings_);
    }

private:
    void find(std::string_view id, std::string sentence) {
        findings_.push_back(found(rule(rules, id), context_.about, std::move(sentence)));
    }
    std::string here() const { return context_.url.text(); }

    void judge_login() {
        if (!page_.has_password || context_.url.is_https ||
            reach_of(context_.url.host) == Reach::machine)
            return;
        find("page.login.clear",
             fmt::format("{} asks for a password over http: everybody on the way can read it",
                         here()));
    }

    void judge_forms() {
        std::vector<std::string> plain;
        std::vector<std::string> secret;
        for (const auto& form : page_.forms)
            for (const auto& action : form.actions) {
                const auto url = meant(page_, context_, action);
                if (!url) continue;
                const bool is_clear = context_.url.is_https && is_in_clear(*url) && !is_upgraded();
                if (is_clear && form.has_password)
                    keep(secret, url->text());
                else if (!keep_inner(inner_, *url, context_) && is_clear)
                    keep(plain, url->text());
            }
        if (!secret.empty())
            find("page.login.action-clear",
                 fmt::format("the form on {} sends the password to {}, in the clear", here(),
                             some_of(secret)));
        if (!plain.empty())
            find("page.form.clear",
                 fmt::format("a form on {} is sent to {}, in the clear; browsers "
                             "warn before they do that",
                             here(), some_of(plain)));
    }

    void judge_refresh() {
        if (page_.refresh.empty() || !context_.url.is_https) return;
        const auto url = meant(page_, context_, page_.refresh);
        if (url && is_in_clear(*url))
            find("page.refresh.clear",
                 fmt::format("{} leads on to {}, in the clear", here(), url->text()));
    }

    void judge_uses() {
        auto sorted = sort_uses(page_, context_);
        if (!sorted.blocked.empty())
            find("page.mixed.active", fmt::format("{} loads over http what browsers then block: {}",
                                                  here(), some_of(sorted.blocked)));
        if (!sorted.upgraded.empty())
            find(
                "page.mixed.passive",
                fmt::format("{} names pictures or media by http, which browsers ask for over https "
                            "instead: {}",
                            here(), some_of(sorted.upgraded)));
        for (const auto& text : inner_.inner) keep(sorted.inner, text);
        if (sorted.why.empty()) sorted.why = inner_.why;
        if (!sorted.inner.empty())
            find("page.internal",
                 fmt::format("{} needs {}, but {}", here(), some_of(sorted.inner), sorted.why));
    }

    void judge_scripts() {
        if (!context_.url.is_https || is_upgraded()) return;
        std::vector<std::string> named;
        for (const auto& text : page_.scripts)
            if (const auto url = fetch::parse_url(text);
                url && url->host == context_.url.host && is_in_clear(*url))
                keep(named, url->text());
        if (!named.empty())
            find("page.script.clear",
                 fmt::format("a script on {} names {}", here(), some_of(named)));
    }

    bool is_upgraded() const { return context_.upgrades || page_.upgrades_insecure; }

    const Page& page_;
    const PageContext& context_;
    Sorted inner_{};
    std::vector<Finding> findings_;
};

}  // namespace

std::span<const Rule> page_rules() { return rules; }

std::vector<Finding> judge_page(const Page& page, const PageContext& context) {
    return Judgement{page, context}.run();
}

std::string some_of(std::span<const std::string> texts) {
    constexpr std::size_t shown_max = 3;
    const auto shown = std::min(texts.size(), shown_max);
    std::vector<std::string> parts;
    for (const auto& text : texts.first(shown))
        parts.push_back(text.size() > 200 ? text.substr(0, 200) + "…" : text);
    auto all = text::join(parts, ", ");
    if (texts.size() > shown) all += fmt::format(" and {} more", texts.size() - shown);
    return all;
}

}  // namespace rhumb::doctor
