#pragma once
/// One JSON object of somebody else, read strictly: what is missing, of the wrong kind, too long,
/// too many or unknown is a fault. Inside this module only.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/clock.h"
#include "base/result.h"

namespace rhumb::providers {

/// The object that `text` is. The error says what is wrong with it, and nothing of what stands in
/// it: more than `bytes_max`, deeper than `nesting_max`, no JSON of UTF-8 text, no object, a member
/// twice.
Result<nlohmann::json> read_json_object(std::string_view text, std::size_t bytes_max,
                                        std::size_t nesting_max);

/// Members are taken one by one; the first fault is kept, and what is taken after it is empty.
class JsonTable {
public:
    /// `value` outlives it; `where`: "the answer", "users[3]"; `fault` is shared by tables within
    /// tables.
    JsonTable(const nlohmann::json& value, std::string where, std::optional<Error>& fault);

    bool has(std::string_view key) const;
    /// Null counts as missing. Missing: "" when it need not be there.
    std::string text(std::string_view key, std::size_t bytes_max, bool is_needed = false);
    /// Seconds since 1970, or null.
    std::optional<Seconds> moment(std::string_view key);
    bool flag(std::string_view key, bool otherwise);
    std::optional<std::int64_t> integer(std::string_view key);
    /// A list of texts; missing: none.
    std::vector<std::string> texts(std::string_view key, std::size_t count_max,
                                   std::size_t bytes_max, bool is_needed = false);
    /// Null when it is missing or null.
    const nlohmann::json* object(std::string_view key);
    /// A list that has to be there; null when it is not.
    const nlohmann::json* list(std::string_view key, std::size_t count_max);
    /// Whatever was not taken is a fault.
    void end();

    void refuse(std::string_view key, std::string_view why);
    std::string place(std::string_view key) const;

private:
    const nlohmann::json* take(std::string_view key);

    const nlohmann::json& value_;
    const std::string where_;
    std::optional<Error>& fault_;
    std::set<std::string, std::less<>> taken_{};
};

}  // namespace rhumb::providers
