#pragma once
/// Making variants: a file read or opened, with its validators and the headers it is sent with.

#include <memory>
#include <string>

#include "files/beneath.h"
#include "files/cache.h"

namespace rhumb::files {

/// What variants of all files have in common.
struct VariantRules {
    std::size_t file_bytes_max = 0;  ///< a larger one is kept open
    std::string cache_control;       ///< empty: none
};

/// The file itself, or the coded file beside it: `coding` is one of `entry.beside`.
Result<std::shared_ptr<const Variant>> load_variant(const Beneath& root, const Entry& entry,
                                                    http::Coding coding, const VariantRules& rules);

/// What was made of `plain`, the file itself, by compressing it.
std::shared_ptr<const Variant> made_variant(const Entry& entry, const Variant& plain,
                                            http::Coding coding, std::string content,
                                            const VariantRules& rules);

/// `length` bytes of a variant's own bytes, from `offset` on; `internal` when its file has become
/// shorter meanwhile.
Result<std::string> read_bytes(const Variant& variant, std::uint64_t offset, std::uint64_t length);

}  // namespace rhumb::files
