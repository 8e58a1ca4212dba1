#include "share/qr.h"

#include <qrencode.h>

#include "base/handle.h"
#include "base/text.h"

namespace rhumb::share {

namespace {

using CodeHandle = Handle<QRcode, QRcode_free>;

constexpr int quiet_modules = 4;  // ISO/IEC 18004 section 6.3.8
constexpr int automatic_version = 0;

/// The dark modules as one path, a stroke for each run in a row.
std::string path_of(const QRcode& code) {
    std::string path;
    for (int y = 0; y < code.width; ++y) {
        const auto is_dark = [&](int x) {
            return x < code.width && (code.data[y * code.width + x] & 1U) != 0;
        };
        for (int x = 0; x < code.width; ++x) {
            if (!is_dark(x)) continue;
            const int begin = x;
            while (is_dark(x)) ++x;
            path += fmt::format("M{} {}h{}v1h-{}z", begin + quiet_modules, y + quiet_modules,
                                x - begin, x - begin);
        }
    }
    return path;
}

}  // namespace

Result<std::string> to_qr_svg(std::string_view text, std::string_view label) {
    const CodeHandle code{QRcode_encodeData(static_cast<int>(text.size()),
                                            reinterpret_cast<const unsigned char*>(text.data()),
                                            automatic_version, QR_ECLEVEL_M)};
    if (!code)
        return fail(ErrorKind::invalid, "making a QR code: the text of {} bytes has no room in one",
                    text.size());
    const int side = code->width + 2 * quiet_modules;
    return fmt::format(
        R"(<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">)"
        R"(<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{2}"/></svg>)",
        side, text::escape_html(label), path_of(*code));
}

}  // namespace rhumb::share
