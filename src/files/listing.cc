#include "files/listing.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/handle.h"
#include "base/text.h"
#include "http/target.h"

namespace rhumb::files {

namespace {

/// Names that a request can carry (http::clean_path), and that are not hidden.
bool can_be_asked_for(std::string_view name) {
    return !name.starts_with('.') && text::is_utf8(name) && std::ranges::none_of(name, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F || c == '\\';
    });
}

/// The stamp of one name in an open directory; of what a link leads to, if that may be seen. Mode 0
/// otherwise.
Stamp look_at(const Beneath& root, int directory, const std::string& directory_name,
              const std::string& item) {
    struct stat status {};
    if (::fstatat(directory, item.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return {};
    if (!S_ISLNK(status.st_mode)) return Stamp::of(status);
    return root.look(directory_name.empty() ? item : directory_name + "/" + item).value_or(Stamp{});
}

}  // namespace

Result<Listing> read_listing(const Beneath& root, const std::string& name) {
    TRY(const auto opened, root.open_directory(name));
    const int own = ::openat(opened.file->fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const Handle<DIR, ::closedir> directory{own < 0 ? nullptr : ::fdopendir(own)};
    if (directory == nullptr)
        return fail(ErrorKind::unavailable, "reading the directory «{}»: {}", name,
                    std::generic_category().message(errno));

    Listing listing;
    // No other thread reads from this stream. NOLINTBEGIN(concurrency-mt-unsafe)
    for (const dirent* found = ::readdir(directory.get()); found != nullptr;
         found = ::readdir(directory.get())) {
        // NOLINTEND(concurrency-mt-unsafe)
        const std::string item{found->d_name};
        if (!can_be_asked_for(item)) continue;
        const auto stamp = look_at(root, own, name, item);
        if (!stamp.is_file() && !stamp.is_directory()) continue;
        if (listing.items.size() == listed_max) {
            listing.is_complete = false;
            break;
        }
        const std::chrono::sys_time<std::chrono::nanoseconds> modified{
            std::chrono::nanoseconds{stamp.modified_ns}};
        listing.items.push_back({item, stamp.is_directory(), stamp.size,
                                 std::chrono::floor<std::chrono::seconds>(modified)});
    }
    std::ranges::sort(listing.items, [](const ListedItem& a, const ListedItem& b) {
        return a.is_directory != b.is_directory ? a.is_directory : a.name < b.name;
    });
    return listing;
}

void leave_away_unseen(Listing& listing, std::string_view path, const http::Sight& sight) {
    std::erase_if(listing.items, [&](const ListedItem& item) {
        return !sight.sees(fmt::format("{}{}{}", path, item.name, item.is_directory ? "/" : ""));
    });
}

namespace {

/// "2026-11-22T23:45:00Z" with `between` in place of T, and `end` in place of Z.
std::string to_text(std::chrono::sys_seconds moment, std::string_view between,
                    std::string_view end) {
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       between, time.hours().count(), time.minutes().count(),
                       time.seconds().count(), end);
}

std::string to_size(std::uint64_t bytes) {
    constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
    auto scaled = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; scaled >= 1024 && unit + 1 < units.size(); ++unit) scaled /= 1024;
    return fmt::format("{:.1f} {}", scaled, units[unit]);
}

/// The directories above and the path's own, as links: / a / b.
std::string trail(std::string_view path) {
    std::string html = "<a href=\"/\">top</a>";
    for (std::size_t at = 1; at < path.size();) {
        const auto end = path.find('/', at);
        const auto name = text::escape_html(path.substr(at, end - at));
        const bool is_last = end == std::string_view::npos || end + 1 == path.size();
        html += " / ";
        html += is_last ? fmt::format("<span aria-current=\"page\">{}</span>", name)
                        : fmt::format("<a href=\"{}\">{}</a>",
                                      text::percent_encode(path.substr(0, end + 1), "/"), name);
        if (is_last) break;
        at = end + 1;
    }
    return html;
}

std::string to_row(const ListedItem& item) {
    const std::string_view slash = item.is_directory ? "/" : "";
    return fmt::format(
        "<tr><th scope=\"row\"><a href=\"{0}{1}\">{2}{1}</a></th><td>{3}</td><td><time datetime=\"{4}\">{5}</time></td></tr>\n",
        text::percent_encode(item.name), slash, text::escape_html(item.name),
        item.is_directory ? "directory" : to_size(item.size), to_text(item.modified, "T", "Z"),
        to_text(item.modified, " ", " UTC"));
}

}  // namespace

std::string to_html(const Listing& listing, std::string_view path) {
    const auto title = text::escape_html(path);
    std::string html = fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>Files in {0}</title>\n<style>\n"
        "body{{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}\n"
        "table{{border-collapse:collapse;width:100%}}\n"
        "th,td{{padding:.25rem .75rem .25rem 0;text-align:left;font-weight:inherit;overflow-wrap:anywhere}}\n"
        "thead th{{border-bottom:1px solid;font-weight:600}}\n"
        "</style>\n</head>\n<body>\n<main>\n<h1>Files in {0}</h1>\n<nav aria-label=\"Directories above\">{1}</nav>\n",
        title, trail(path));
    if (listing.items.empty()) {
        html += "<p>There is nothing here.</p>\n";
    } else {
        html +=
            "<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Size</th><th scope=\"col\">Modified</th></tr></thead>\n<tbody>\n";
        for (const auto& item : listing.items) html += to_row(item);
        html += "</tbody>\n</table>\n";
    }
    if (!listing.is_complete)
        html += fmt::format("<p>There is more: only {} of it are shown.</p>\n", listed_max);
    return html + "</main>\n</body>\n</html>\n";
}

std::string to_json(const Listing& listing, std::string_view path) {
    auto items = nlohmann::ordered_json::array();
    for (const auto& item : listing.items) {
        nlohmann::ordered_json row{{"name", item.name},
                                   {"kind", item.is_directory ? "directory" : "file"}};
        if (!item.is_directory) row["size"] = item.size;
        row["modified"] = to_text(item.modified, "T", "Z");
        items.push_back(std::move(row));
    }
    const nlohmann::ordered_json page{
        {"path", path}, {"complete", listing.is_complete}, {"items", std::move(items)}};
    return page.dump() + "\n";
}

bool wants_json(const http::Request& request) {
    if (const auto format = http::find_parameter(request.query, "f"))
        return text::iequals(*format, "json") || text::iequals(*format, "pjson");
    const auto accept = text::to_lower(request.headers.joined("accept"));
    return accept.find("application/json") != std::string::npos &&
           accept.find("text/html") == std::string::npos;
}

}  // namespace rhumb::files
