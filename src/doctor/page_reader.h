#pragma once
/// Reads a page of HTML for what it loads, where its forms go, and where it leads. Bounded: what is
/// beyond the bounds is left out, and `is_cut` says so. Scripts are not run.

#include <string>
#include <string_view>
#include <vector>

namespace rhumb::doctor {

/// Something that a browser loads to show the page.
struct PageUse {
    enum class Kind {
        script,
        style,     ///< a style sheet, or one that it imports
        frame,     ///< iframe, frame, object, embed
        font,      ///< of a style
        import,    ///< loaded ahead, and manifests
        imageset,  ///< srcset: browsers do not try https for these
        image,     ///< img, icons, pictures of styles
        media,     ///< audio, video
    };
    Kind kind = Kind::image;
    std::string reference{};  ///< as the page says it

    bool operator==(const PageUse&) const = default;
};

struct PageForm {
    std::vector<std::string> actions{};  ///< of the form, and of its buttons; never empty
    bool has_password = false;

    bool operator==(const PageForm&) const = default;
};

struct Page {
    std::string title{};             ///< blanks put together
    std::string base{};              ///< <base href>; "" without one
    std::string refresh{};           ///< where <meta http-equiv="refresh"> leads; "" without one
    bool upgrades_insecure = false;  ///< <meta> says upgrade-insecure-requests
    bool has_password = false;       ///< a field for a password, in a form or not
    std::vector<PageUse> uses{};
    std::vector<PageForm> forms{};
    std::vector<std::string> links{};    ///< of a, area, and link where it is no use
    std::vector<std::string> scripts{};  ///< URLs of http in quotes within scripts
    bool is_cut = false;
};

/// Bounds of read_page(). The first is what a page made on purpose may cost: libxml2 compares each
/// attribute of a tag with each other one.
inline constexpr std::size_t page_bytes_max = std::size_t{256} << 10U;
inline constexpr std::size_t page_items_max = 2'000;  ///< of each list
inline constexpr int page_depth_max = 500;
inline constexpr std::size_t reference_bytes_max = 4'096;

/// Reads what it can, as browsers do; any bytes are some page.
Page read_page(std::string_view html);

/// True when the policy (Content-Security-Policy; W3C Upgrade Insecure Requests) has
/// `upgrade-insecure-requests`.
bool upgrades_insecure(std::string_view policy);

}  // namespace rhumb::doctor
