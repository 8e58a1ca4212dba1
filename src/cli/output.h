#pragma once
/// What a command makes goes to a file or to the screen, with care for keys.

#include <string>
#include <string_view>

#include "cli/context.h"

namespace rhumb::cli {

/// What is written.
struct Output {
    std::string_view bytes;
    bool has_key = false;    ///< the file is for its owner alone (0600), and none is overwritten
    bool is_binary = false;  ///< nothing for a screen
};

/// Writes to `file` ("-": standard output; a terminal gets no binary), whole or not at all.
/// `conflict`: the file is there already and --yes was not given, or it is no regular file.
Result<void> write_output(const Context& context, const std::string& file, const Output& output);

/// The part of write_output() that can be said before the bytes are there: whether `file` may be
/// written at all.
Result<void> check_output(const Context& context, const std::string& file, bool has_key);

}  // namespace rhumb::cli
