#pragma once
/// RequestHead: gathers the fields of one HTTP/2 request and makes a Request of them (RFC 9113
/// section 8.3). nghttp2 has checked before: pseudo-fields known, once and first, names in lower
/// case, no connection-specific fields, characters, content-length a number.

#include <string>
#include <string_view>

#include "http/limits.h"
#include "http/message.h"

namespace rhumb::http::h2 {

class RequestHead {
public:
    enum class Taken {
        kept,
        too_large,  ///< more than the limits allow: fields are dropped from now on, the answer will
                    ///< be 431
        abusive,    ///< far more than that: the connection should end
    };

    /// A field, in the order of arrival. Regular fields go to `headers`.
    Taken add(std::string_view name, std::string_view value, const Limits& limits,
              Headers& headers);

    bool is_too_large() const { return is_too_large_; }
    bool expects_continue() const { return expects_continue_; }

    /// After the last field: fills method, target, host and cookie of `request`. `invalid` for what
    /// is no request.
    Result<void> finish(Request& request);

private:
    bool add_pseudo(std::string_view name, std::string_view value);

    std::string method_;
    std::string scheme_;
    std::string authority_;
    std::string path_;
    std::string cookie_;  ///< crumbs joined (RFC 9113 section 8.2.3)
    std::size_t bytes_ = 0;
    std::size_t fields_ = 0;
    bool is_too_large_ = false;
    bool expects_continue_ = false;
};

}  // namespace rhumb::http::h2
