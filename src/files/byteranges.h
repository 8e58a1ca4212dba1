#pragma once
/// The body of an answer with several ranges: multipart/byteranges (RFC 9110 section 14.6).

#include <memory>
#include <string>
#include <vector>

#include "files/cache.h"
#include "files/range.h"
#include "http/message.h"

namespace rhumb::files {

class ByteRanges final : public http::BodySource {
public:
    /// `parts` lie within the variant.
    ByteRanges(std::shared_ptr<const Variant> variant, std::vector<ByteRange> parts);

    /// "multipart/byteranges; boundary=…"
    std::string content_type() const;
    net::Task<std::string> next() override;

private:
    std::string head_of(const ByteRange& part) const;

    std::shared_ptr<const Variant> variant_;
    std::vector<ByteRange> parts_;
    std::string boundary_;
    std::size_t part_ = 0;    ///< the one that is being sent
    std::uint64_t sent_ = 0;  ///< of it
    bool is_finished_ = false;
};

}  // namespace rhumb::files
