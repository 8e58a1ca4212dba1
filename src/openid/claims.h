#pragma once
/// Claims: what a provider says of somebody, as an immutable value.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace rhumb::openid {

/// Of an ID token, a logout token or the userinfo endpoint. Cheap to copy; any thread.
class Claims {
public:
    Claims();  ///< none
    /// `invalid`: no JSON object, or one that is nested too deep or says something twice.
    static Result<Claims> parse(std::string_view json, std::string_view what);

    /// `path` is a claim's name, or leads into objects by dots ("realm_access.roles"). A claim
    /// whose name has dots itself wins.
    bool has(std::string_view path) const;
    /// "": there is none, or it is no text. Numbers and truth values are none.
    std::string text(std::string_view path) const;
    /// A list of texts, or one text; what else is in a list is left out.
    std::vector<std::string> texts(std::string_view path) const;
    /// A point in time (a NumericDate: seconds, perhaps with a fraction); nothing where there is
    /// none that makes sense.
    std::optional<std::int64_t> seconds(std::string_view name) const;
    /// True when there is a truth value of that name, and it is true.
    bool is_true(std::string_view name) const;
    /// True for an object of that name in an object of that name.
    bool has_object(std::string_view name, std::string_view inner) const;

    /// These, and those of `more` that are not here.
    Claims filled_from(const Claims& more) const;

private:
    explicit Claims(std::shared_ptr<const nlohmann::json> values);
    const nlohmann::json* find(std::string_view path) const;

    std::shared_ptr<const nlohmann::json> values_;  // never null, an object
};

}  // namespace rhumb::openid
