#pragma once
/// QR codes (ISO/IEC 18004) as SVG.

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb::share {

/// `text` as a picture for a page: black on white whatever the page's colours are, with the quiet
/// zone that scanners need. `label` is read to those who cannot see it. `invalid`: `text` is too
/// long for one (about 2300 bytes). May be used from any thread.
Result<std::string> to_qr_svg(std::string_view text, std::string_view label);

}  // namespace rhumb::share
