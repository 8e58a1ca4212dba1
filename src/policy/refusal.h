#pragma once
/// What a client is told when HTTPS is required and it came in the clear.

#include <string>
#include <string_view>

#include "http/message.h"

namespace rhumb::policy {

/// Who reads the refusal, and so how it is worded.
enum class Audience {
    person,      ///< 403 and a page with the address as a link
    program,     ///< 403 and JSON: {"status": 403, "substatus": 4, "title": "HTTPS is required",
                 ///< "url": "https://…"}
    gis_client,  ///< status **200** and {"error": {"code": 403, "message": "SSL Required",
                 ///< "details": […]}}
    gis_image,   ///< the same JSON with status 403: an image, say, was asked for
};

/// True when a program asks that wants JSON: the parameter f says it, else Accept does, and does
/// not take HTML.
bool wants_json(const http::Request& request);

/// The parameter f, of the query or of a form that was read; lower case, "" when it is not given.
std::string format_of(const http::Request& request);

/// True when Accept takes HTML by name: a browser that goes to a page, not one that loads a part.
bool takes_html(const http::Request& request);

/// Below the instance's path f says it: json, pjson, geojson and pbf are read by GIS clients, who
/// look for errors in answers with status 200 and nowhere else; so is a posted form without f in
/// the query, for its body is not read before the channel is judged, unless it accepts HTML: then
/// it is a person's. Any other f but html is `gis_image`. Elsewhere f and Accept say it.
Audience audience_of(const http::Request& request, bool is_gis_path);

/// Sub-status 4: HTTPS is required, and the URL to use; it may be empty, then there is none. Not a
/// redirect: what was sent in the clear is not repeated unseen. GIS clients may read it from any
/// origin, and the Esri JavaScript client repeats such a request over https by itself.
http::Response refuse(std::string_view https_url, Audience audience);

/// 308 to the https URL: method, path and query stay. Not to be stored: the rule may be lifted, and
/// the port may change. Pages of other origins may follow it, as they may read what it leads to.
http::Response redirect(std::string_view https_url);

/// A page of a few words, which loads nothing: `body` is HTML, `number` stands small below it
/// ("403.4"). For all who refuse.
http::Response refusal_page(int status, std::string_view title, std::string_view body,
                            std::string_view number);

}  // namespace rhumb::policy
