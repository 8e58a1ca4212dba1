#pragma once
/// StaticFiles: the handler that serves a directory of files. docs/files.md says what a user needs
/// to know.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "files/cache.h"
#include "http/handler.h"
#include "net/pool.h"

namespace rhumb::files {

struct Options {
    std::filesystem::path root;  ///< the directory
    std::string prefix = "/";    ///< the location's path, for which the directory stands: "/docs"
    std::vector<std::string> index{
        "index.html"};     ///< tried in this order where a directory is asked for
    bool listing = false;  ///< show what is in a directory without an index
    bool compress =
        true;  ///< compress on the fly; coded files beside a file are served in any case
    std::map<std::string, std::string> mime;  ///< ending, lower case, without the dot -> media type
    std::string cache_control;                ///< for every file; empty: none is sent
    CacheLimits cache;
    /// For large files and long listings; null: the former are not compressed, the latter are made
    /// on the loop. Outlives the handler.
    net::Pool* pool = nullptr;
    /// What measures the freshness of the cache; for tests. Empty: the machine's steady clock.
    std::function<std::chrono::steady_clock::time_point()> now;
};

/// Immutable but for its cache; any number of loops may ask it at once. A change on disk shows
/// within a second, also where the root is a link that is turned to another directory.
///
/// Errors: `not_found` (404) for what is not there, hidden (a dot file), no regular file or beyond
/// the root; `denied` (403) for what the server's user may not read; `unavailable` (503) when
/// descriptors have run out. Responses of 403 with sub-status 14 (a directory that may not be
/// listed), 405, 412 and 416 have an empty body, for the site to fill.
class StaticFiles final : public http::Handler {
public:
    /// `not_found` when the root is no directory.
    static Result<std::unique_ptr<StaticFiles>> open(Options options);
    ~StaticFiles() override;

    net::Task<http::Response> handle(http::Request& request) const override;

    /// How much the cache holds now.
    Cache::Usage usage() const;

private:
    class Work;
    explicit StaticFiles(std::unique_ptr<Work> work);

    // Each of these goes on where the one before could not answer. `path` is the request's, without
    // the prefix.
    net::Task<http::Response> handle_slowly(http::Request& request, std::string_view path) const;
    net::Task<http::Response> answer_file(http::Request& request, std::string_view path,
                                          std::shared_ptr<const Entry> entry) const;
    net::Task<http::Response> answer_compressed(http::Request& request, std::string_view path,
                                                std::shared_ptr<const Entry> entry,
                                                http::Coding coding) const;
    net::Task<http::Response> answer_directory(http::Request& request, std::string name) const;

    std::unique_ptr<Work> work_;
};

}  // namespace rhumb::files
