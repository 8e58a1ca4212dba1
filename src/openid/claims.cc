#include "openid/claims.h"

#include <cmath>
#include <utility>

#include "base/text.h"
#include "openid/json.h"

namespace rhumb::openid {

Claims::Claims() : values_{std::make_shared<const nlohmann::json>(nlohmann::json::object())} {}

Claims::Claims(std::shared_ptr<const nlohmann::json> values) : values_{std::move(values)} {}

Result<Claims> Claims::parse(std::string_view json, std::string_view what) {
    TRY(auto values, parse_object(json, what));
    return Claims{std::make_shared<const nlohmann::json>(std::move(values))};
}

const nlohmann::json* Claims::find(std::string_view path) const {
    const auto whole = values_->find(std::string{path});
    if (whole != values_->end()) return &*whole;
    const auto* at = values_.get();
    for (const auto step : text::split(path, '.')) {
        if (!at->is_object()) return nullptr;
        const auto found = at->find(std::string{step});
        if (found == at->end()) return nullptr;
        at = &*found;
    }
    return at;
}

bool Claims::has(std::string_view path) const { return find(path) != nullptr; }

std::string Claims::text(std::string_view path) const {
    const auto* value = find(path);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

std::vector<std::string> Claims::texts(std::string_view path) const {
    const auto* value = find(path);
    if (value == nullptr) return {};
    if (value->is_string()) return {value->get<std::string>()};
    std::vector<std::string> found;
    if (!value->is_array()) return found;
    for (const auto& one : *value)
        if (one.is_string()) found.push_back(one.get<std::string>());
    return found;
}

std::optional<std::int64_t> Claims::seconds(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    constexpr double latest = 253402300799.0;  // 9999-12-31T23:59:59Z
    const auto number = value->get<double>();
    if (!std::isfinite(number) || number < 0 || number > latest) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

bool Claims::is_true(std::string_view name) const {
    const auto* value = find(name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

bool Claims::has_object(std::string_view name, std::string_view inner) const {
    const auto outer = values_->find(std::string{name});
    if (outer == values_->end() || !outer->is_object()) return false;
    const auto found = outer->find(std::string{inner});
    return found != outer->end() && found->is_object();
}

Claims Claims::filled_from(const Claims& more) const {
    auto values = *more.values_;
    values.update(*values_);
    return Claims{std::make_shared<const nlohmann::json>(std::move(values))};
}

}  // namespace rhumb::openid
