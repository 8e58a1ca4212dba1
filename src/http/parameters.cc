#include "http/parameters.h"

#include "base/text.h"

namespace rhumb::http {

Result<void> Parameters::add(std::string name, std::string value) {
    if (values_.size() >= count_max)
        return fail(ErrorKind::invalid, "more than {} parameters", count_max);
    values_.emplace_back(text::to_lower(name), std::move(value));
    return {};
}

Result<void> Parameters::add_form(std::string_view form) {
    if (form.empty()) return {};
    for (const auto pair : text::split(form, '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto name = text::percent_decode(pair.substr(0, equals), true);
        const auto value = equals == std::string_view::npos
                               ? std::string{}
                               : text::percent_decode(pair.substr(equals + 1), true);
        if (!name || !value)
            return fail(ErrorKind::invalid,
                        "a parameter holds a broken escape: write %25 for a percent sign");
        TRY_DONE(add(*name, *value));
    }
    return {};
}

namespace {

/// The value of `name` in "form-data; name=\"f\"; filename=…".
std::optional<std::string> attribute(std::string_view header, std::string_view name) {
    for (const auto piece : text::split(header, ';')) {
        const auto trimmed = text::trim(piece);
        const auto equals = trimmed.find('=');
        if (equals == std::string_view::npos ||
            !text::iequals(text::trim(trimmed.substr(0, equals)), name))
            continue;
        auto value = text::trim(trimmed.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return std::string{value};
    }
    return std::nullopt;
}

/// The name in the header lines of a part.
std::optional<std::string> part_name(std::string_view headers) {
    for (const auto line : text::split(headers, '\n')) {
        const auto trimmed = text::trim(line);
        if (text::istarts_with(trimmed, "content-disposition:"))
            return attribute(trimmed.substr(20), "name");
    }
    return std::nullopt;
}

}  // namespace

Result<void> Parameters::add_multipart(std::string_view body, std::string_view content_type) {
    const auto broken = [] {
        return fail(ErrorKind::invalid,
                    "the multipart form is broken; send it as application/x-www-form-urlencoded");
    };
    const auto boundary = attribute(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70) return broken();
    // RFC 2046 section 5.1: every delimiter but the first begins with the line end before it.
    const std::string delimiter = "\r\n--" + *boundary;
    const std::string whole = "\r\n" + std::string{body};
    auto at = whole.find(delimiter);
    if (at == std::string::npos) return broken();
    for (;;) {
        at += delimiter.size();
        if (whole.compare(at, 2, "--") == 0) return {};
        const auto headers_end = whole.find("\r\n\r\n", at);
        const auto end = whole.find(delimiter, at);
        if (headers_end == std::string::npos || end == std::string::npos || headers_end + 4 > end)
            return broken();
        auto name = part_name(std::string_view{whole}.substr(at, headers_end - at));
        if (!name) return broken();
        TRY_DONE(add(std::move(*name), whole.substr(headers_end + 4, end - headers_end - 4)));
        at = end;
    }
}

const std::string& Parameters::get(std::string_view name) const {
    static const std::string none;
    for (const auto& [known, value] : values_) {
        if (text::iequals(known, name)) return value;
    }
    return none;
}

Result<bool> Parameters::get_bool(std::string_view name, bool otherwise) const {
    const auto value = text::trim(get(name));
    if (value.empty() || text::iequals(value, "null")) return otherwise;
    if (text::iequals(value, "true") || value == "1") return true;
    if (text::iequals(value, "false") || value == "0") return false;
    return fail(ErrorKind::invalid, "'{}' is neither true nor false", name);
}

Result<std::optional<std::uint64_t>> Parameters::get_count(std::string_view name) const {
    const auto value = text::trim(get(name));
    if (value.empty() || text::iequals(value, "null")) return std::optional<std::uint64_t>{};
    const auto number = text::to_integer(value);
    if (!number || *number < 0)
        return fail(ErrorKind::invalid, "'{}' is not a whole number from 0 on", name);
    return std::optional{static_cast<std::uint64_t>(*number)};
}

namespace {

net::Task<Parameters> read_anew(Request& request, std::size_t bytes_max) {
    Parameters parameters;
    if (request.method == Method::post) {
        CO_TRY(const auto body, co_await read_all(*request.body, bytes_max));
        const std::string type{request.headers.find("content-type").value_or("")};
        if (text::istarts_with(type, "multipart/form-data")) {
            CO_TRY_DONE(parameters.add_multipart(body, type));
        } else if (type.empty() || text::istarts_with(type, "application/x-www-form-urlencoded")) {
            CO_TRY_DONE(parameters.add_form(body));
        } else if (!body.empty()) {
            co_return fail(
                ErrorKind::invalid,
                "a body of type «{}» is not understood; send application/x-www-form-urlencoded",
                type);
        }
    }
    CO_TRY_DONE(parameters.add_form(request.query));
    co_return parameters;
}

}  // namespace

net::Task<std::shared_ptr<const Parameters>> read_parameters(Request& request,
                                                             std::size_t bytes_max) {
    if (request.parameters == nullptr) {
        CO_TRY(auto read, co_await read_anew(request, bytes_max));
        request.parameters = std::make_shared<const Parameters>(std::move(read));
    }
    co_return request.parameters;
}

}  // namespace rhumb::http
