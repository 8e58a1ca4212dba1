#pragma once
/// Byte ranges (RFC 9110 section 14): which parts of a representation a client asks for.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb::files {

/// At least one byte of a representation.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

/// What a Range field comes to.
struct RangeRequest {
    enum class Kind {
        whole,  ///< answer 200 with all of it: no range, another unit, not well-formed, or too much
                ///< of it
        parts,  ///< answer 206
        unsatisfiable,  ///< answer 416: nothing of it lies within
    };
    Kind kind = Kind::whole;
    std::vector<ByteRange> parts;  ///< in the order asked for
};

/// More parts than this get the whole instead.
inline constexpr std::size_t parts_max = 16;

/// Reads the value of Range for a representation of `size` bytes. Together the parts never exceed
/// the whole: a request for the same bytes over and over gets the whole, once (section 14.2).
RangeRequest parse_range(std::string_view value, std::uint64_t size);

/// "bytes 0-99/1000"
std::string content_range(const ByteRange& part, std::uint64_t size);

}  // namespace rhumb::files
