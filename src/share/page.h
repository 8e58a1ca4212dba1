#pragma once
/// The page /trust as HTML: pure, facts in, text out. Without a script all of it works but the
/// check whether the browser trusts the root by now.

#include <optional>
#include <string>

#include "share/offer.h"
#include "share/platform.h"

namespace rhumb::share {

/// Whose certificate this visitor is shown over https.
enum class Shown {
    nobodys,      ///< there is no https here
    own,          ///< it hangs below one of the roots that are offered
    self_signed,  ///< it vouches for itself
    others,       ///< of another authority
};

/// What is known where a request came in.
struct Surroundings {
    Shown shown = Shown::own;
    std::string https_origin{};  ///< as this visitor can use it: "https://gis.internal:8443"; "":
                                 ///< there is none
    std::string http_origin{};   ///< the same in the clear
    /// A second way to the same server that its certificate is for (its address, say): who has
    /// waved a warning through for one name has not for the other. "": none is known.
    std::string other_https_origin{};
    /// For devices that cannot use what this visitor typed ("localhost"): an origin of the page,
    /// http before https; "" when none is known.
    std::string origin_for_others{};
};

/// What of a request the page depends on.
struct Visit {
    std::string path = "/trust";  ///< of the location
    bool is_secure = false;
    Device device{};
    std::optional<Platform> chosen{};  ///< ?for=windows
    bool wants_all = false;            ///< ?for=all: everything on one page, to be printed
    Surroundings around{};
};

/// All of the page. `offer` may have no roots: then it says so.
std::string render_page(const Offer& offer, const Visit& visit);

/// The Content-Security-Policy that the page needs: its own files, and asking the origins of
/// `around` whether they are trusted.
std::string page_policy(const Surroundings& around);

/// A digest for people: groups of four digits, four in a line of its own element.
std::string spelled_fingerprint(std::string_view digest);

}  // namespace rhumb::share
