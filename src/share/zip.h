#pragma once
/// A ZIP archive of a few small files, stored as they are (APPNOTE.TXT 6.3 of the format, without
/// compression). The same files give the same bytes.

#include <span>
#include <string>

#include "share/bundle.h"

namespace rhumb::share {

/// All files below the folder `folder` ("rhumb-windows"). Scripts keep their right to be run.
std::string to_zip(std::span<const File> files, std::string_view folder);

}  // namespace rhumb::share
