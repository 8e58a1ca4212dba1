#pragma once
/// Require HTTPS: who may be answered in the clear. Pure decisions: the same facts, the same
/// answer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/document.h"
#include "http/message.h"

namespace rhumb::policy {

/// What a site, a directory or a single file says.
struct Statement {
    std::string path;  ///< decoded, begins with "/": "/private", "/private/plan.html"
    config::RequireHttps rule = config::RequireHttps::no;
    bool ignores_case = false;  ///< the paths of the GIS catalogue do
    bool is_file = false;       ///< a single file: nothing below it is meant
};

/// The statements of one site. Immutable; safe from any thread.
///
/// A statement holds for its path and for all below it, until one that is nearer says otherwise;
/// "/a" is not above "/ab". One on a single file holds for that file alone, and also for the other
/// addresses of the same content, if that is stricter: the directory whose index the file is, and
/// the file's coded forms beside it (.br, .zst, .gz). Of two statements on the same path the
/// stricter holds: refuse, then redirect, then no. Their order does not matter.
class ChannelRules {
public:
    /// `of_site` holds where no statement does. `index_names`: what is served for a directory
    /// ("index.html"); a statement on a path with such a name is one on a file.
    ChannelRules(config::RequireHttps of_site, const std::vector<Statement>& statements,
                 std::vector<std::string> index_names = {});

    /// What holds for a decoded path without dot segments (http::Request::path). Always `no` below
    /// /.well-known/: who proves that a name is his, to get a certificate, does so in the clear
    /// (RFC 8555 section 8.3).
    config::RequireHttps at(std::string_view path) const;

private:
    using Table = std::unordered_map<std::string, config::RequireHttps>;
    struct Tables {
        Table trees;  ///< by path without a slash at the end
        Table files;
    };
    std::optional<config::RequireHttps> find_tree(const std::string& path,
                                                  const std::string& folded) const;
    std::optional<config::RequireHttps> find_file(const std::string& path) const;

    config::RequireHttps of_site_;
    Tables exact_;
    Tables folded_;  ///< by path in lower case
    std::vector<std::string> index_names_;
};

/// True when `path` is `above` or below it.
bool covers(std::string_view above, std::string_view path, bool ignores_case);

/// The address of `request` over HTTPS, path and query kept: below the request's public origin
/// where that is https, else the host that the client named, and `https_port`. Empty when there is
/// neither (port 0: the site has no https binding).
std::string to_https_url(const http::Request& request, std::uint16_t https_port);

}  // namespace rhumb::policy
