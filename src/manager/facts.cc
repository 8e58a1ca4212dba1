#include "manager/facts.h"

#include "manager/call_reading.h"

namespace rhumb::manager {

Result<Seconds> to_moment(const std::string& text, std::string_view what) {
    auto moment = parse_instant(text);
    if (!moment) return fail(ErrorKind::invalid, "«{}»: {}", what, moment.error().message);
    return *moment;
}

Result<std::optional<Seconds>> find_moment(const Json& body, std::string_view name) {
    const auto found = body.find(std::string{name});
    if (found == body.end() || found->is_null()) return std::nullopt;
    TRY(const auto moment, to_moment(found->get<std::string>(), name));
    return moment;
}

std::string text_of(const Json& body, std::string_view name, std::string otherwise) {
    const auto found = body.find(std::string{name});
    return found == body.end() || found->is_null() ? std::move(otherwise)
                                                   : found->get<std::string>();
}

std::size_t limit_of(const Call& call) {
    return static_cast<std::size_t>(call.number("limit").value_or(page_size));
}

}  // namespace rhumb::manager
