#include "doctor/http_checks.h"

#include <algorithm>
#include <memory>

#include <sys/timex.h>

#include "doctor/gis_judge.h"
#include "doctor/http_judge.h"
#include "doctor/http_look.h"
#include "doctor/page_judge.h"

namespace rhumb::doctor {

namespace {

fetch::Url url_of(const Target& target) {
    fetch::Url url{.is_https = target.https, .host = target.host, .port = target.port};
    const auto mark = target.path.find('?');
    url.path = target.path.substr(0, mark);
    if (mark != std::string::npos) url.query = target.path.substr(mark + 1);
    return url;
}

WebOrder order_of(const Examination& examination) {
    const auto& order = examination.order;
    WebOrder web{
        .target = url_of(order.target),
        .addresses = {examination.facts.address.ip},
        .clear_port = order.clear_port,
        // Of our own sites it is known whether they have http.
        .has_clear = !order.promise || order.clear_port,
        .clock = order.clock,
        .connect_limit = order.limits.connection,
        .answer_limit = order.limits.answer,
        .left = [&](std::chrono::milliseconds wanted) { return examination.left(wanted); },
    };
    for (const auto& address : examination.facts.addresses)
        if (std::ranges::find(web.addresses, address.ip) == web.addresses.end())
            web.addresses.push_back(address.ip);
    if (examination.facts.address.port != order.target.port)
        web.port = examination.facts.address.port;
    return web;
}

HttpContext context_of(const Examination& examination) {
    HttpContext context{.about = examination.diagnosis.about,
                        .is_ours = examination.order.promise.has_value()};
    if (!examination.order.anchors.empty()) context.is_trusted = examination.facts.is_trusted;
    for (const auto& verdict : examination.diagnosis.clients)
        if (verdict.kind == "public") context.is_public = verdict.accepts;
    return context;
}

void take(Examination& examination, std::vector<Finding> findings) {
    for (auto& finding : findings) examination.diagnosis.find(std::move(finding));
}

/// Null when nothing was asked.
const Web* web_of(const Examination& examination) { return examination.facts.web.get(); }

/// Whether an answer's policy has browsers ask over https what a page names by http.
bool upgrades(const fetch::Answer& answer) {
    return std::ranges::any_of(answer.all("content-security-policy"), upgrades_insecure);
}

/// What is wrong with the page at the end of a way; nothing when there is none.
std::vector<Finding> judge_page_of(const Examination& examination, const Web& web,
                                   const Walk& walk) {
    const auto page = walk.page();
    if (!page) return {};
    const auto& last = walk.steps.back();
    return judge_page(*page, {.about = examination.diagnosis.about,
                              .url = last.url,
                              .upgrades = upgrades(*last.answer()),
                              .target = web.target});
}

/// What the kernel knows of its clock; nothing where nobody has told it.
std::optional<bool> is_here_synchronised() {
    timex state{};
    const int answer = ::adjtimex(&state);
    if (answer < 0) return {};
    return answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

}  // namespace

void check_http(Examination& examination) {
    examination.facts.web = std::make_shared<Web>(look_at_web(order_of(examination)));
    const auto& web = *examination.facts.web;
    const auto context = context_of(examination);
    take(examination, judge_answers(web, context));
    take(examination, judge_beside(web, context));
}

void check_redirects(Examination& examination) {
    if (const auto* const web = web_of(examination))
        take(examination, judge_redirects(*web, context_of(examination)));
}

void check_hsts(Examination& examination) {
    if (const auto* const web = web_of(examination))
        take(examination, judge_hsts(*web, context_of(examination)));
}

void check_cookies(Examination& examination) {
    if (const auto* const web = web_of(examination))
        take(examination, judge_cookies(*web, context_of(examination)));
}

void check_pages(Examination& examination) {
    const auto* const web = web_of(examination);
    if (web == nullptr) return;
    if (const auto page = web->main.page(); page && page->is_cut)
        examination.diagnosis.leave(fmt::format("pages: {} is too large to be read to its end",
                                                web->main.steps.back().url.text()));
    take(examination, judge_page_of(examination, *web, web->main));
    if (!web->clear || !web->is_clear_related || web->clear->steps.back().url.is_https) return;
    // All else about the page was told of its side over https.
    for (auto& finding : judge_page_of(examination, *web, *web->clear))
        if (finding.id == "page.login.clear") examination.diagnosis.find(std::move(finding));
}

void check_map_services(Examination& examination) {
    if (!examination.facts.web) return;
    auto& web = *examination.facts.web;
    look_at_map_services(order_of(examination), web);
    take(examination, judge_map_services(web, {.about = examination.diagnosis.about,
                                               .target = web.target,
                                               .ports = ports_of(web),
                                               .is_ours = examination.order.promise.has_value()}));
    for (const auto& document : web.documents) {
        if (document.is_cut)
            examination.diagnosis.leave(fmt::format(
                "map services: {} is too large to be read to its end", document.url.text()));
        examination.diagnosis.seen.push_back(
            {"map service", fmt::format("{} at {}", document.name, document.url.text())});
    }
}

void check_server_clock(Examination& examination) {
    const auto* const web = web_of(examination);
    if (web == nullptr) return;
    ClockContext clock{.is_here_synchronised = is_here_synchronised()};
    if (!examination.facts.certificates.empty())
        clock.certificate_begin = examination.facts.certificates.front().not_before();
    take(examination, judge_clock(*web, context_of(examination), clock));
}

}  // namespace rhumb::doctor
