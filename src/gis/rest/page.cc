#include "gis/rest/page.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::gis::rest {

using text::escape_html;

std::string html_link(const Link& link) {
    if (link.href.empty()) return escape_html(link.label);
    return fmt::format(R"(<a href="{}">{}</a>)", escape_html(link.href), escape_html(link.label));
}

std::string html_list(const std::vector<Link>& links) {
    std::string html = "<ul>\n";
    for (const auto& link : links) html += fmt::format("<li>{}</li>\n", html_link(link));
    return html + "</ul>\n";
}

std::string html_terms(const std::vector<std::pair<std::string, std::string>>& terms) {
    std::string html = "<dl>\n";
    for (const auto& [term, value] : terms) {
        if (!value.empty())
            html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(term), value);
    }
    return html + "</dl>\n";
}

std::string service_path(const Service& service, ServiceType type, std::string_view below) {
    return fmt::format("services/{}/{}{}{}", text::percent_encode(service.name(), "/"),
                       to_text(type), below.empty() ? "" : "/", below);
}

namespace {

/// Home > services > Folder > Name (MapServer) > 0, each with its address.
std::vector<Link> trail(const Target& target) {
    const std::string up = target.up;
    std::vector<Link> trail;
    std::string path = up + "services";
    trail.push_back({"Services", path});
    if (target.place != Place::directory && target.place != Place::service) return trail;
    if (!target.folder.empty()) {
        path += "/" + text::percent_encode(target.folder);
        trail.push_back({target.folder, path});
    }
    if (target.place != Place::service) return trail;
    path += fmt::format("/{}/{}", text::percent_encode(target.service), to_text(target.type));
    trail.push_back({fmt::format("{} ({})", target.service, to_text(target.type)), path});
    for (const auto& part : target.below) {
        path += "/" + text::percent_encode(part);
        trail.push_back({part, path});
    }
    return trail;
}

}  // namespace

std::string html_page(const Call& call, const Page& page) {
    auto links = trail(call.target);
    std::string nav;
    for (std::size_t i = 0; i < links.size(); ++i) {
        const bool is_here = i + 1 == links.size();
        nav += fmt::format("<li{}>{}</li>\n", is_here ? R"( aria-current="page")" : "",
                           is_here ? escape_html(links[i].label) : html_link(links[i]));
    }
    const std::string formats =
        page.has_json ? R"(<p class="formats">As <a href="?f=pjson">JSON</a></p>)" : "";
    return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title>
<link rel="stylesheet" href="{1}directory.css">
</head>
<body>
<header>
<nav aria-label="Where this is"><ol>
{2}</ol></nav>
{3}
</header>
<main>
<h1>{0}</h1>
{4}</main>
<footer><p>Rhumb services directory</p></footer>
</body>
</html>
)",
                       escape_html(page.title), call.target.up, nav, formats, page.body);
}

std::string error_page(const Call& call, const Refusal& refusal) {
    std::string body = fmt::format("<p class=\"error\">Error {}: {}</p>\n", refusal.code,
                                   escape_html(refusal.message));
    for (const auto& detail : refusal.details)
        body += fmt::format("<p>{}</p>\n", escape_html(detail));
    return html_page(call, {fmt::format("Error {}", refusal.code), body, false});
}

std::string_view style_sheet() {
    return R"(:root { color-scheme: light dark; --ink: #1b2733; --quiet: #566573; --line: #d4dce3; --ground: #ffffff; --band: #f2f6f9; --link: #0b5a8a; --bad: #a3231c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4ebf1; --quiet: #9fb0bf; --line: #34424f; --ground: #141c24; --band: #1d2832; --link: #7cc0ec; --bad: #ff9b91; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0.75rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; justify-content: space-between; border-bottom: 1px solid var(--line); }
nav ol { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; margin: 0; padding: 0; list-style: none; }
nav li + li::before { content: "\203A"; margin-right: 0.5rem; color: var(--quiet); }
.formats { margin: 0; }
h1 { margin: 1rem 0 0.5rem; font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 0.25rem; font-size: 1.15rem; }
a { color: var(--link); }
a:focus-visible, input:focus-visible, select:focus-visible, button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: 0.25rem 1rem; padding: 0.35rem 0; border-top: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 32rem) { dl div { grid-template-columns: 1fr; } }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.35rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--band); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
form { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: 0.5rem 1rem; align-items: center; }
form button { grid-column: 2; justify-self: start; padding: 0.4rem 1.25rem; font: inherit; }
@media (max-width: 32rem) { form { grid-template-columns: 1fr; } form button { grid-column: 1; } }
input, select { width: 100%; padding: 0.35rem 0.5rem; font: inherit; color: inherit; background: var(--band); border: 1px solid var(--line); border-radius: 4px; }
img { max-width: 100%; height: auto; border: 1px solid var(--line); background: var(--band); }
.error { color: var(--bad); font-weight: 600; }
footer { color: var(--quiet); font-size: 0.875rem; }
)";
}

}  // namespace rhumb::gis::rest
