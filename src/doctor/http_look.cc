#include "doctor/http_look.h"

#include <algorithm>

#include "doctor/gis_look.h"

namespace rhumb::doctor {

namespace {

using fetch::Fault;

/// Who asks: the order, and what all questions share.
class Asker {
public:
    explicit Asker(const WebOrder& order) : order_{order} {}

    Exchange ask(const fetch::Url& url, const char* accept = "*/*") const {
        fetch::Question question{
            .url = url.text(),
            .headers = {{"Accept", accept}},
            .body_max = gis_bytes_max,
            .is_cut_at_max = true,
            .connect_limit = order_.connect_limit,
            .limit = order_.left(order_.answer_limit),
            // The doctor must hear what a broken server says; it sends nothing secret.
            .insecurely_skip_verification = true,
        };
        const bool is_here = url.host == order_.target.host;
        if (is_here && !order_.addresses.empty()) question.address = order_.addresses.front();
        if (is_here && url.port == order_.target.port && order_.port) question.port = *order_.port;
        if (!is_here) question.only_addresses = order_.addresses;
        Exchange exchange{.url = url, .asked_at = order_.clock->now()};
        exchange.outcome = fetch::ask(question);
        exchange.heard_at = order_.clock->now();
        return exchange;
    }

    /// From `url` on. What was heard on another way is not asked again.
    Walk walk(fetch::Url url, const Walk* known = nullptr) const {
        Walk walk;
        for (;;) {
            if (known != nullptr && joins(walk, *known, url)) return walk;
            if (walk.steps.size() >= Walk::steps_max) return ended(walk, Walk::End::too_long, url);
            auto step = ask(url);
            if (!step.outcome && step.outcome.error().fault == Fault::elsewhere)
                return ended(walk, Walk::End::elsewhere, url);
            walk.steps.push_back(std::move(step));
            const auto* const answer = walk.steps.back().answer();
            if (answer == nullptr) return ended(walk, Walk::End::failed);
            if (!is_redirect(answer->status)) return ended(walk, Walk::End::answered);
            const auto* const place = answer->find("location");
            const auto next = place == nullptr
                                  ? Result<fetch::Url>{fail(ErrorKind::invalid, "nowhere")}
                                  : fetch::resolve_url(url, *place);
            if (!next) return ended(walk, Walk::End::nowhere);
            url = *next;
            if (std::ranges::find(walk.steps, url, &Exchange::url) != walk.steps.end())
                return ended(walk, Walk::End::looped, url);
        }
    }

private:
    /// Goes on as `known` did, where that came by `url`.
    static bool joins(Walk& walk, const Walk& known, const fetch::Url& url) {
        auto step = std::ranges::find(known.steps, url, &Exchange::url);
        if (step == known.steps.end()) return false;
        walk.end = known.end;
        walk.next = known.next;
        for (; step != known.steps.end(); ++step) {
            if (std::ranges::find(walk.steps, step->url, &Exchange::url) != walk.steps.end()) {
                walk.end = Walk::End::looped;
                walk.next = step->url;
                return true;
            }
            walk.steps.push_back(*step);
        }
        return true;
    }
    static bool is_redirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
    static Walk ended(Walk& walk, Walk::End end, std::optional<fetch::Url> next = {}) {
        walk.end = end;
        walk.next = std::move(next);
        return std::move(walk);
    }

    const WebOrder& order_;
};

/// The same path in the clear.
fetch::Url in_clear(const fetch::Url& url, std::uint16_t port) {
    auto clear = url;
    clear.is_https = false;
    clear.port = port;
    return clear;
}

/// A path that most servers have not, with a query: only where all is redirected does it tell
/// anything.
fetch::Url deep_below(const fetch::Url& url) {
    auto deep = url;
    deep.path = "/rhumb-doctor/asks";
    deep.query = "kept=yes";
    return deep;
}

bool leads_to_https(const Walk& walk) {
    const bool begins_in_clear = !walk.steps.empty() && !walk.steps.front().url.is_https;
    return begins_in_clear && ((walk.steps.size() > 1 && walk.steps[1].url.is_https) ||
                               (walk.steps.size() == 1 && walk.next && walk.next->is_https));
}

void look_beside(const WebOrder& order, const Asker& asker, Web& web) {
    web.is_clear_related = order.clear_port.has_value() || order.target.port == 443;
    web.clear_port = order.clear_port.value_or(80);
    auto walk = asker.walk(in_clear(order.target, web.clear_port), &web.main);
    // That nobody answers in the clear is well.
    if (walk.steps.empty() || walk.steps.front().answer() != nullptr) web.clear = std::move(walk);
}

}  // namespace

Web look_at_web(const WebOrder& order) {
    const Asker asker{order};
    Web web{.target = order.target, .main = asker.walk(order.target)};
    if (order.target.is_https && order.has_clear) {
        look_beside(order, asker, web);
    } else if (!order.target.is_https && web.main.final_answer() != nullptr &&
               !web.main.steps.back().url.is_https && order.target.port == 80) {
        auto secure = order.target;
        secure.is_https = true;
        secure.port = 443;
        web.secure = asker.ask(secure);
    }
    web.main.keep_page();
    if (web.clear) web.clear->keep_page();
    const auto* const clear = web.clear_walk();
    const bool is_plain = order.target.path == "/" && order.target.query.empty();
    if (clear != nullptr && is_plain && leads_to_https(*clear))
        web.deep = asker.ask(deep_below(clear->steps.front().url));
    return web;
}

void look_at_map_services(const WebOrder& order, Web& web) {
    const auto* const answer = web.main.final_answer();
    if (answer == nullptr) return;
    const Asker asker{order};
    const auto& here = web.main.steps.back().url;
    const auto take = [&](const fetch::Url& url, const fetch::Answer& heard) {
        if (heard.status < 200 || heard.status > 299) return;
        auto document = read_gis_document(heard.body);
        if (!document) return;
        document->url = url;
        document->is_cut = document->is_cut || heard.is_cut;
        web.documents.push_back(std::move(*document));
    };
    take(here, *answer);
    // Whoever gives the address of a document means that one.
    const bool is_answered =
        !web.documents.empty() && web.documents[0].kind != GisDocument::Kind::arcgis;
    const auto questions = is_answered ? std::vector<GisQuestion>{} : gis_questions(web);
    for (const auto& question : questions) {
        if (question.url == here) continue;
        const auto exchange =
            asker.ask(question.url, question.wants_json ? "application/json" : "*/*");
        if (const auto* const heard = exchange.answer()) take(question.url, *heard);
    }
    const auto tokens = tokens_path(web.documents);
    if (tokens.empty() || !web.target.is_https || !web.is_clear_related || !web.clear) return;
    auto place = in_clear(web.target, web.clear_port);
    place.path = tokens;
    place.query = {};
    web.clear_tokens = asker.ask(place);
}

}  // namespace rhumb::doctor
