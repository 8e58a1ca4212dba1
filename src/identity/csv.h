#pragma once
/// Tables in CSV (RFC 4180), as spreadsheets write them.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::identity {

struct CsvRow {
    std::size_t line = 0;  ///< where it begins; the first is 1
    std::vector<std::string> fields{};
};

inline constexpr std::size_t csv_bytes_max = std::size_t{16} << 20U;

/// All rows, the head included; lines with nothing in them are left out. UTF-8, or UTF-16 with its
/// byte order mark. Columns are parted by commas, or by what the first line has more of: semicolons
/// (spreadsheets of half of Europe), "|" (ArcGIS), tabs. `invalid`, with the line: a quote that is
/// not closed or stands in the middle, neither UTF-8 nor UTF-16; `too_large`: more than 16 MiB, 100
/// columns or 64 KiB in a field.
Result<std::vector<CsvRow>> read_csv(std::string_view text);

}  // namespace rhumb::identity
