#include "openid/json.h"

#include <set>
#include <string>
#include <vector>

#include "base/text.h"

namespace rhumb::openid {

namespace {

/// The deepest nesting of brackets outside of texts. Cheap, and before any parser sees the text.
int depth_of(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool is_in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_in_text) {
            if (c == '\\') ++i;
            if (c == '"') is_in_text = false;
            continue;
        }
        if (c == '"') is_in_text = true;
        if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
        if (c == '}' || c == ']') --depth;
    }
    return deepest;
}

}  // namespace

Result<nlohmann::json> parse_object(std::string_view text, std::string_view what) {
    if (depth_of(text) > nesting_max) return fail(ErrorKind::invalid, "{}: nested too deep", what);
    if (!text::is_utf8(text)) return fail(ErrorKind::invalid, "{}: no UTF-8", what);
    bool has_twins = false;
    std::vector<std::set<std::string>> names;
    using Event = nlohmann::json::parse_event_t;
    const auto watch = [&](int, Event event, nlohmann::json& value) {
        if (event == Event::object_start) names.emplace_back();
        if (event == Event::object_end) names.pop_back();
        if (event == Event::key && !names.back().insert(value.get<std::string>()).second)
            has_twins = true;
        return true;
    };
    auto json = nlohmann::json::parse(text, watch, false);
    if (json.is_discarded()) return fail(ErrorKind::invalid, "{}: no JSON", what);
    if (!json.is_object()) return fail(ErrorKind::invalid, "{}: no JSON object", what);
    if (has_twins) return fail(ErrorKind::invalid, "{}: a name stands there twice", what);
    return json;
}

std::string text_at(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace rhumb::openid
