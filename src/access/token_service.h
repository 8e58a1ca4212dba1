#pragma once
/// The token service: gives who proves who he is a token, the way clients of GeoServices ask for it
/// (docs/tokens.md), and a form for people.

#include <string>
#include <string_view>

#include "access/parts.h"
#include "access/token_service_answer.h"
#include "http/handler.h"

namespace rhumb::access {

/// Answers at <gis>/tokens, <gis>/tokens/generateToken and <gis>/admin/generateToken. Who comes
/// here has no token yet: these paths are open to anyone, over HTTPS. Immutable; all loops at once.
class TokenService final : public http::Handler {
public:
    /// More than any form of a client has.
    static constexpr std::size_t form_bytes_max = 64U << 10U;

    /// `parts` outlives it. `gis_path`: where the catalogue is, "/arcgis".
    TokenService(const Parts& parts, std::string gis_path)
        : parts_{parts}, gis_path_{std::move(gis_path)} {}

    /// True for a path (http::Request::path) that is the token service's; paths of the catalogue
    /// are compared without case, and a slash at the end does not count.
    static bool is_at(std::string_view path, std::string_view gis_path);

    net::Task<http::Response> handle(http::Request& request) const override;

private:
    http::Response show(const http::Request& request, const http::Parameters& query) const;
    net::Sure<http::Response> serve_order(http::Request& request,
                                          const http::Parameters& query) const;
    net::Sure<http::Response> serve_form(const http::Request& request,
                                         const http::Parameters& parameters) const;
    TokenForm form_for(const http::Request& request, const http::Parameters& filled_in) const;

    const Parts& parts_;
    std::string gis_path_;
};

}  // namespace rhumb::access
