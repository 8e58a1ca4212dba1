#pragma once
/// The blocks of a PEM text, read with more patience than RFC 7468 asks for: what people paste has
/// been through mail programs, forms and other people's scripts. Inside `pki` alone.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/secret.h"

namespace rhumb::pki {

/// One block. The views are into the text.
struct PemBlock {
    std::string_view label;    ///< "CERTIFICATE", "PRIVATE KEY" …
    std::string_view headers;  ///< "Proc-Type: 4,ENCRYPTED …" of the old kind; mostly ""
    std::string_view body;     ///< what stands between headers and END line
    std::size_t line = 1;      ///< of its BEGIN, counted from 1
};

/// Goes through the blocks of a text, which must outlive it.
class PemReader {
public:
    explicit PemReader(std::string_view text) : text_{text} {}

    /// The next block; nothing at the end. `invalid`: a BEGIN without its END.
    Result<std::optional<PemBlock>> next();

private:
    /// The line of `at`, which is never before the one asked for last: all of them take one pass.
    std::size_t line_of(std::size_t at);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t counted_ = 0;  // up to here the lines are counted
    std::size_t line_ = 1;
};

/// The base64 in `body`, decoded; blanks, line ends and the `>` of quoted mail are passed over.
/// `invalid` at a character that has no place there, or when it stops in the middle.
Result<crypto::Secret> decode_base64(std::string_view body);

/// The one block with those bytes, in lines of 64.
std::string to_pem_block(std::string_view label, std::string_view der);

/// The block as RFC 1421 wants it, headers included: for a reader with less patience. Not for keys
/// that are not encrypted: nobody wipes it.
Result<std::string> normalized(const PemBlock& block);

}  // namespace rhumb::pki
