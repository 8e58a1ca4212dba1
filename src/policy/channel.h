#pragma once
/// Require HTTPS: who may be answered over plain HTTP. Pure decisions; the words of requirements R12 to R15.

#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "http/message.h"

namespace rhumb::policy {

/// What a site, a directory or a single file says.
struct Statement {
    std::string path;           ///< "/private", "/private/plan.html"; it covers itself and what is below it
    config::RequireHttps rule = config::RequireHttps::no;
    bool ignores_case = false;  ///< the paths of the GIS catalogue do
};

/// The statements of one site: inherited downwards, the nearest one wins. Immutable.
class ChannelRules {
public:
    /// `of_site` holds where no statement does. The order of `statements` does not matter.
    ChannelRules(config::RequireHttps of_site, std::vector<Statement> statements);

    /// What holds for a decoded path without dot segments. ACME challenges and all else below /.well-known/ are
    /// always answered (DESIGN: they come before every redirect and refusal).
    config::RequireHttps at(std::string_view path) const;

private:
    config::RequireHttps of_site_;
    std::vector<Statement> statements_;  // longest path first
};

/// True when `path` is `above` or below it.
bool covers(std::string_view above, std::string_view path, bool ignores_case);

/// How a refusal is worded: for a person, for a program, or for a client of the GIS services.
enum class Audience { person, program, gis_client };

/// GIS clients ask below the instance's path with f=json or the like; programs say so with Accept.
Audience audience_of(const http::Request& request, bool is_gis_path);

/// 403, sub-status 4: HTTPS is required, and the URL to use. Not a redirect: what was sent in the clear is not repeated unseen.
/// To GIS clients status 200 with {"error":{"code":403,"message":"SSL Required"}}: they read errors there and nowhere else,
/// and the Esri JavaScript client repeats such a request over https by itself.
http::Response refuse(std::string_view https_url, Audience audience);

/// 308 to the https URL: method, path and query stay.
http::Response redirect(std::string_view https_url);

}  // namespace rhumb::policy
