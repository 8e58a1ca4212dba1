#pragma once
/// Values of records as columns, and back. Included by this module alone.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <soci/soci.h>

#include "base/text.h"
#include "storage/records.h"

namespace rhumb::storage {

inline long long to_column(Seconds time) { return time.time_since_epoch().count(); }
inline Seconds to_seconds(long long column) { return Seconds{std::chrono::seconds{column}}; }

/// A column that may be null.
struct OptionalColumn {
    long long value = 0;
    soci::indicator is = soci::i_null;

    OptionalColumn() = default;
    explicit OptionalColumn(const std::optional<Seconds>& time)
        : value{time ? to_column(*time) : 0}, is{time ? soci::i_ok : soci::i_null} {}
    explicit OptionalColumn(const std::optional<Id>& id)
        : value{id.value_or(0)}, is{id ? soci::i_ok : soci::i_null} {}

    std::optional<Seconds> to_time() const {
        return is == soci::i_null ? std::nullopt : std::optional{to_seconds(value)};
    }
    std::optional<Id> to_id() const {
        return is == soci::i_null ? std::nullopt : std::optional<Id>{value};
    }
};

inline void fill(soci::blob& blob, std::string_view bytes) {
    blob.write(0, bytes.data(), bytes.size());
}

inline std::string bytes_of(soci::blob& blob) {
    std::string bytes(blob.get_len(), '\0');
    if (!bytes.empty()) blob.read(0, bytes.data(), bytes.size());
    return bytes;
}

/// A column with one text a line.
inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    if (text.empty()) return lines;
    for (const auto line : text::split(text, '\n')) lines.emplace_back(line);
    return lines;
}

/// The id of the row that was added last.
inline Id last_id(soci::session& sql) {
    long long id = 0;
    sql << "SELECT last_insert_rowid()", soci::into(id);
    return id;
}

/// How many rows the last change touched.
inline long long changed_rows(soci::session& sql) {
    long long count = 0;
    sql << "SELECT changes()", soci::into(count);
    return count;
}

}  // namespace rhumb::storage
