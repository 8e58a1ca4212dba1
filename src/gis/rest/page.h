#pragma once
/// HTML of the services directory: plain pages with relative links, without scripts, for people and
/// for screen readers.

#include <string>
#include <string_view>
#include <vector>

#include "gis/catalogue.h"
#include "gis/rest/answer.h"

namespace rhumb::gis::rest {

struct Link {
    std::string label;
    std::string href;  ///< empty: only the label
};

struct Page {
    std::string title;
    std::string body;      ///< HTML
    bool has_json = true;  ///< offers the same as JSON
};

/// The whole document, with the way back up and the links to the other formats.
std::string html_page(const Call& call, const Page& page);
std::string error_page(const Call& call, const Refusal& refusal);

/// <a href="…">…</a>, both escaped; text where there is no address.
std::string html_link(const Link& link);
/// <ul> of links.
std::string html_list(const std::vector<Link>& links);
/// <dl> of terms and HTML.
std::string html_terms(const std::vector<std::pair<std::string, std::string>>& terms);

/// "services/Folder/Name/MapServer/0", percent-encoded; to be put behind Target::up.
std::string service_path(const Service& service, ServiceType type, std::string_view below = "");

/// The style sheet of all pages.
std::string_view style_sheet();

}  // namespace rhumb::gis::rest
