#include "http/conditional.h"

#include "base/text.h"
#include "http/date.h"

namespace rhumb::http {

namespace {

bool is_weak(std::string_view etag) { return etag.starts_with("W/"); }

std::string_view opaque_part(std::string_view etag) {
    return is_weak(etag) ? etag.substr(2) : etag;
}

/// Takes the next entity tag off the front of `list`; empty at the end, and when the rest is no
/// list of tags.
std::string_view next_etag(std::string_view& list) {
    const auto begin = list.find_first_not_of(", \t");
    if (begin == std::string_view::npos) return {};
    list.remove_prefix(begin);
    const std::size_t quote = is_weak(list) ? 2 : 0;
    if (list.size() <= quote || list[quote] != '"') return {};
    const auto end = list.find('"', quote + 1);  // commas may stand within
    if (end == std::string_view::npos) return {};
    const auto etag = list.substr(0, end + 1);
    list.remove_prefix(end + 1);
    return etag;
}

}  // namespace

bool etag_in_list(std::string_view list, std::string_view etag, bool weak) {
    if (text::trim(list) == "*") return true;
    if (etag.empty() || (!weak && is_weak(etag))) return false;
    for (auto listed = next_etag(list); !listed.empty(); listed = next_etag(list)) {
        if (weak ? opaque_part(listed) == opaque_part(etag) : listed == etag) return true;
    }
    return false;
}

namespace {

/// Several fields of that name make one list.
bool matches(const Headers& headers, std::string_view name, std::string_view etag, bool weak) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto field = headers.at(i);
        if (text::iequals(field.name, name) && etag_in_list(field.value, etag, weak)) return true;
    }
    return false;
}

/// The date in the field of that name, where the resource has a date to compare it with.
std::optional<std::chrono::sys_seconds> date_of(const Headers& headers, std::string_view name,
                                                const Validators& validators) {
    if (!validators.has_last_modified) return std::nullopt;
    const auto value = headers.find(name);
    return value ? parse_http_date(*value) : std::nullopt;
}

/// The client acts only on what it knows: by its tag, or else by its date.
bool is_what_client_knows(const Headers& headers, const Validators& validators) {
    if (headers.has("if-match")) return matches(headers, "if-match", validators.etag, false);
    const auto date = date_of(headers, "if-unmodified-since", validators);
    return !date || validators.last_modified <= *date;
}

}  // namespace

Condition weigh_conditions(Method method, const Headers& headers, const Validators& validators) {
    const bool is_reading = method == Method::get || method == Method::head;
    if (!is_what_client_knows(headers, validators)) return Condition::failed;
    if (headers.has("if-none-match")) {
        if (matches(headers, "if-none-match", validators.etag, true))
            return is_reading ? Condition::not_modified : Condition::failed;
    } else if (is_reading) {
        const auto date = date_of(headers, "if-modified-since", validators);
        if (date && validators.last_modified <= *date) return Condition::not_modified;
    }
    return Condition::proceed;
}

bool if_range_holds(const Headers& headers, const Validators& validators) {
    const auto field = headers.find("if-range");
    if (!field) return true;
    const auto value = text::trim(*field);
    if (value.starts_with('"')) return value == validators.etag;
    if (is_weak(value) || !validators.has_last_modified) return false;
    return parse_http_date(value) == validators.last_modified;
}

}  // namespace rhumb::http
