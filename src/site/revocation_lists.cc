#include "site/revocation_lists.h"

#include <algorithm>
#include <chrono>

#include "http/conditional.h"
#include "http/date.h"

namespace rhumb::site {

PublishedCrls::PublishedCrls(std::vector<certs::PublishedCrl> lists) {
    for (auto& list : lists)
        by_path_.emplace(list.path, List{std::make_shared<const std::string>(std::move(list.der)),
                                         fmt::format("\"{}\"", list.number), list.this_update,
                                         list.next_update});
}

const PublishedCrls::List* PublishedCrls::find(const std::string& path) const {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : &found->second;
}

net::Task<http::Response> RevocationLists::handle(http::Request& request) const {
    if (request.method != http::Method::get && request.method != http::Method::head) {
        http::Response refusal;
        refusal.status = 405;
        refusal.headers.add("allow", "GET, HEAD");
        co_return refusal;
    }
    const auto lists = lists_->get();
    const auto* const list = lists->find(request.path);
    if (list == nullptr) co_return fail(ErrorKind::not_found, "there is no such revocation list");
    http::Response response;
    response.headers.add("etag", list->etag);
    response.headers.add("last-modified", http::to_http_date(list->this_update));
    // A revocation is to be known within the hour, wherever the list was kept on the way.
    const auto left =
        std::chrono::duration_cast<std::chrono::seconds>(list->next_update - clock_.now());
    const auto kept = std::clamp<std::int64_t>(left.count(), 0, 3600);
    response.headers.add("cache-control", fmt::format("public, max-age={}", kept));
    const auto condition = http::weigh_conditions(
        request.method, request.headers, {.etag = list->etag, .last_modified = list->this_update});
    if (condition == http::Condition::not_modified) {
        response.status = 304;
        co_return response;
    }
    response.headers.add("content-type", "application/pkix-crl");
    response.headers.add("x-content-type-options", "nosniff");
    response.body = list->der;
    co_return response;
}

}  // namespace rhumb::site
