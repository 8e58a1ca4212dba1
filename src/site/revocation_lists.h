#pragma once
/// Serves the revocation lists of the local authority, in the clear as well: they are signed, and
/// who fetches one cannot trust our certificate yet.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/snapshot.h"
#include "certs/revocation_lists.h"
#include "http/handler.h"

namespace rhumb::site {

/// The lists that are published now, by path. Immutable.
class PublishedCrls {
public:
    PublishedCrls() = default;
    explicit PublishedCrls(std::vector<certs::PublishedCrl> lists);

    struct List {
        std::shared_ptr<const std::string> der;
        std::string etag;
        Seconds this_update{};
        Seconds next_update{};
    };
    const List* find(const std::string& path) const;

private:
    std::map<std::string, List> by_path_;
};

using CurrentCrls = Snapshot<PublishedCrls>;

/// Answers below certs::crl_folder.
class RevocationLists final : public http::Handler {
public:
    RevocationLists(std::shared_ptr<const CurrentCrls> lists, const Clock& clock)
        : lists_{std::move(lists)}, clock_{clock} {}

    net::Task<http::Response> handle(http::Request& request) const override;

private:
    std::shared_ptr<const CurrentCrls> lists_;
    const Clock& clock_;
};

}  // namespace rhumb::site
