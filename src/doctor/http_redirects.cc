#include <algorithm>
#include <array>

#include "doctor/http_host.h"
#include "doctor/http_judge.h"

namespace rhumb::doctor {

namespace {

using End = Walk::End;

constexpr std::array rules{
    Rule{
        "http.redirect.loop", Severity::error, "redirects that never end",
        "Let one place alone redirect to https. Behind a proxy that speaks TLS, the server must see "
        "that the client came over https: let the proxy send X-Forwarded-Proto: https, and the "
        "server heed it."},
    Rule{"http.redirect.downgrade", Severity::error, "a redirect from https into the clear",
         "Let the redirect lead to an https address. Behind a proxy that speaks TLS, let the proxy "
         "send X-Forwarded-Proto: https, and the server heed it."},
    Rule{
        "http.redirect.internal", Severity::error,
        "a redirect to an address that clients cannot reach",
        "Tell the server its public address, or let the proxy before it pass the client's Host on."},
    Rule{"http.redirect.unresolved", Severity::error, "a redirect to a name that leads nowhere",
         "Correct the name in the redirect, or have it put into the DNS."},
    Rule{"http.redirect.dead", Severity::error, "a redirect to where nobody answers",
         "Let the redirect lead to the scheme and port at which the server answers."},
    Rule{"http.redirect.nowhere", Severity::error, "a redirect without a place that is one",
         "Let the server send a Location that is an http or https address, or a path."},
    Rule{"http.redirect.loses-path", Severity::warning,
         "a redirect to https that forgets path or query",
         "Let the redirect keep path and query, or links of old and stored addresses lead to the "
         "start page."},
};

/// From a step to the next one.
struct Hop {
    const fetch::Url& from;
    const fetch::Url& to;
};

std::vector<Hop> hops(const Walk& walk) {
    std::vector<Hop> all;
    for (std::size_t i = 0; i < walk.steps.size(); ++i) {
        if (i + 1 < walk.steps.size())
            all.push_back({walk.steps[i].url, walk.steps[i + 1].url});
        else if (walk.next)
            all.push_back({walk.steps[i].url, *walk.next});
    }
    return all;
}

bool loses(const fetch::Url& asked, const fetch::Url& given) {
    const bool loses_path = asked.path != "/" && given.path == "/";
    const bool loses_query =
        !asked.query.empty() && given.query.empty() && (loses_path || given.path == asked.path);
    return loses_path || loses_query;
}

class Judgement {
public:
    Judgement(const Web& web, const HttpContext& context) : web_{web}, context_{context} {}

    std::vector<Finding> run() && {
        judge(web_.main);
        if (web_.clear) judge(*web_.clear);
        if (const auto* const clear = web_.clear_walk(); clear != nullptr && findings_.empty()) {
            if (clear->steps.size() > 1) judge_kept(clear->steps[0].url, clear->steps[1].url);
            if (findings_.empty() && web_.deep) judge_deep(*web_.deep);
        }
        return std::move(findings_);
    }

private:
    void find(std::string_view id, std::string sentence) {
        const auto is_told = std::ranges::find(findings_, id, &Finding::id) != findings_.end();
        if (!is_told)
            findings_.push_back(found(rule(rules, id), context_.about, std::move(sentence)));
    }

    /// The first that is wrong with a way, by what keeps clients out most.
    void judge(const Walk& walk) {
        if (walk.steps.empty()) return;
        const auto first = walk.steps.front().url.text();
        if (walk.end == End::looped)
            return find("http.redirect.loop", fmt::format("{} leads to {} again and again", first,
                                                          walk.next ? walk.next->text() : first));
        if (walk.end == End::too_long)
            return find("http.redirect.loop",
                        fmt::format("{} leads on and on: {} redirects, and no "
                                    "end",
                                    first, walk.steps.size()));
        for (const auto& hop : hops(walk))
            if (const auto why = why_inner(hop.to, web_.target); !why.empty())
                return find(
                    "http.redirect.internal",
                    fmt::format("{} leads to {}, but {}", hop.from.text(), hop.to.text(), why));
        for (const auto& hop : hops(walk))
            if (hop.from.is_https && !hop.to.is_https)
                return find("http.redirect.downgrade", fmt::format("{} leads to {}, in the clear",
                                                                   hop.from.text(), hop.to.text()));
        judge_end(walk);
    }

    void judge_end(const Walk& walk) {
        const auto& last = walk.steps.back();
        if (walk.end == End::nowhere) {
            const auto* const place = last.answer()->find("location");
            return find("http.redirect.nowhere",
                        fmt::format("{} answers with status {} and {}", last.url.text(),
                                    last.answer()->status,
                                    place == nullptr
                                        ? "says nowhere to go"
                                        : fmt::format("leads to «{}»", place->substr(0, 200))));
        }
        if (walk.end != End::failed || walk.steps.size() < 2) return;
        const auto& before = walk.steps[walk.steps.size() - 2].url;
        const auto& failure = last.outcome.error();
        if (failure.fault == fetch::Fault::resolve)
            return find("http.redirect.unresolved",
                        fmt::format("{} leads to {}, but the name «{}» leads nowhere",
                                    before.text(), last.url.text(), last.url.host));
        if (is_dead(failure))
            find("http.redirect.dead",
                 fmt::format("{} leads to {}, but nobody answers there as the "
                             "address says: {}",
                             before.text(), last.url.text(), failure.message));
    }

    static bool is_dead(const fetch::Failure& failure) {
        using enum fetch::Fault;
        return failure.fault == connect || failure.fault == tls || failure.fault == protocol ||
               failure.fault == time;
    }

    void judge_kept(const fetch::Url& asked, const fetch::Url& given) {
        if (asked.is_https || !given.is_https || !loses(asked, given)) return;
        find("http.redirect.loses-path",
             fmt::format("{} leads to {}: path or query are lost on the way to https", asked.text(),
                         given.text()));
    }

    void judge_deep(const Exchange& deep) {
        const auto* const answer = deep.answer();
        if (answer == nullptr || answer->status < 300 || answer->status > 399) return;
        const auto* const place = answer->find("location");
        if (place == nullptr) return;
        if (const auto given = fetch::resolve_url(deep.url, *place)) judge_kept(deep.url, *given);
    }

    const Web& web_;
    const HttpContext& context_;
    std::vector<Finding> findings_;
};

}  // namespace

std::span<const Rule> redirect_rules() { return rules; }

std::vector<Finding> judge_redirects(const Web& web, const HttpContext& context) {
    return Judgement{web, context}.run();
}

std::vector<std::uint16_t> ports_of(const Web& web) {
    std::vector<std::uint16_t> ports;
    if (web.is_clear_related) ports.push_back(web.clear_port);
    for (const auto& step : web.main.steps)
        if (step.answer() != nullptr && step.url.host == web.target.host)
            ports.push_back(step.url.port);
    return ports;
}

}  // namespace rhumb::doctor
