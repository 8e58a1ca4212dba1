#pragma once
/// From a variant to the response: 200, 206, 304, 412 or 416, as the request's conditions and
/// ranges have it.

#include <memory>

#include "files/cache.h"
#include "http/message.h"

namespace rhumb::files {

/// What a request says beyond its path, seen in one look over its headers.
struct Wish {
    bool has_conditions = false;  ///< If-…
    bool has_range = false;       ///< Range, on GET
    bool has_codings = false;     ///< Accept-Encoding

    explicit Wish(const http::Request& request);
};

/// Which coding of `entry` answers `request`. Ranges are of the file itself: a part of a compressed
/// file is of no use to most.
http::Coding choose_coding(const Entry& entry, const Wish& wish, const http::Headers& headers);

http::Response answer(const http::Request& request, const Wish& wish,
                      const std::shared_ptr<const Variant>& variant);

}  // namespace rhumb::files
