#pragma once
/// What is in a directory, as a page for people and as JSON for programs.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "files/beneath.h"
#include "http/message.h"

namespace rhumb::files {

struct ListedItem {
    std::string name;
    bool is_directory = false;
    std::uint64_t size = 0;
    std::chrono::sys_seconds modified{};
};

struct Listing {
    std::vector<ListedItem> items;  ///< directories first, each kind by name
    bool is_complete = true;        ///< false: there are more than a page should hold
};

inline constexpr std::size_t listed_max = 10'000;

/// Reads the directory `name` beneath `root`: files and directories that could be asked for. Hidden
/// ones, devices and links that lead out are left away.
Result<Listing> read_listing(const Beneath& root, const std::string& name);

/// Leaves away what the caller may not see below `path` ("/a/", decoded).
void leave_away_unseen(Listing& listing, std::string_view path, const http::Sight& sight);

/// The page of `path` ("/a/", decoded).
std::string to_html(const Listing& listing, std::string_view path);
/// {"path": "/a/", "complete": true, "items": [{"name": "b", "kind": "file", "size": 1, "modified":
/// "2026-11-22T23:45:00Z"}]}
std::string to_json(const Listing& listing, std::string_view path);

/// True when the client asks for JSON: f=json or f=pjson in the query, or Accept names it and not
/// HTML.
bool wants_json(const http::Request& request);

}  // namespace rhumb::files
