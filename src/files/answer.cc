#include "files/answer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "files/byteranges.h"
#include "files/range.h"
#include "http/conditional.h"

namespace rhumb::files {

Wish::Wish(const http::Request& request) {
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto name = request.headers.at(i).name;
        switch (name.size()) {
            case 5: has_range = has_range || text::iequals(name, "range"); break;
            case 15: has_codings = has_codings || text::iequals(name, "accept-encoding"); break;
            default: break;
        }
        if (name.size() > 7 && (name[0] == 'i' || name[0] == 'I') &&
            (name[1] == 'f' || name[1] == 'F'))
            has_conditions = true;
    }
    has_range = has_range && request.method == http::Method::get;  // RFC 9110 section 14.2
}

http::Coding choose_coding(const Entry& entry, const Wish& wish, const http::Headers& headers) {
    if (!wish.has_codings || wish.has_range) return http::Coding::identity;
    return entry.choose(http::AcceptedCodings{headers});
}

namespace {

http::Body body_of(const Variant& variant, std::uint64_t offset, std::uint64_t length) {
    if (variant.content == nullptr) return http::FileSlice{variant.file, offset, length};
    if (length == variant.size) return variant.content;
    return variant.content->substr(offset, length);
}

http::Response unsatisfiable(const Variant& variant) {
    http::Response response;
    response.status = 416;
    response.headers.add("content-range", fmt::format("bytes */{}", variant.size));
    return response;
}

http::Response partial(const std::shared_ptr<const Variant>& variant,
                       std::vector<ByteRange> parts) {
    http::Response response;
    response.status = 206;
    response.headers = variant->headers;
    if (parts.size() == 1) {
        response.headers.add("content-range", content_range(parts[0], variant->size));
        response.body = body_of(*variant, parts[0].offset, parts[0].length);
        return response;
    }
    auto source = std::make_unique<ByteRanges>(variant, std::move(parts));
    response.headers.set("content-type", source->content_type());
    response.body = std::move(source);
    return response;
}

}  // namespace

http::Response answer(const http::Request& request, const Wish& wish,
                      const std::shared_ptr<const Variant>& variant) {
    http::Response response;
    const http::Validators validators{variant->etag, variant->last_modified};
    if (wish.has_conditions) {
        switch (http::weigh_conditions(request.method, request.headers, validators)) {
            case http::Condition::proceed: break;
            case http::Condition::not_modified:
                response.status = 304;
                response.headers = variant->not_modified_headers;
                return response;
            case http::Condition::failed: response.status = 412; return response;
        }
    }
    if (wish.has_range && http::if_range_holds(request.headers, validators)) {
        auto range = parse_range(*request.headers.find("range"), variant->size);
        if (range.kind == RangeRequest::Kind::unsatisfiable) return unsatisfiable(*variant);
        if (range.kind == RangeRequest::Kind::parts)
            return partial(variant, std::move(range.parts));
    }
    response.headers = variant->headers;
    response.body = body_of(*variant, 0, variant->size);
    return response;
}

}  // namespace rhumb::files
