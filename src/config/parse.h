#pragma once
/// Configuration text (TOML 1.0) to Document, strictly: an unknown key, a wrong type, a value out
/// of range and a contradiction are errors, each with its place. As many as can be found are
/// reported, not only the first.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/document.h"

namespace rhumb::config {

/// The largest text that is read, and the deepest nesting of tables, arrays and dotted keys in it.
inline constexpr std::size_t text_bytes_max = 1U << 20U;
inline constexpr std::size_t nesting_max = 16;

/// A fault and its place. Lines and columns count from 1; 0 where there is no place.
struct Diagnostic {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string message;

    bool operator==(const Diagnostic&) const = default;
    /// `rhumb.toml:12:5: message`
    std::string to_text() const;
};

/// In which lines a part says its three rules; where it does not say one: where it begins.
struct PolicyLines {
    std::uint32_t require_https = 0;
    std::uint32_t client_certificate = 0;
    std::uint32_t allow = 0;
};

/// What became of a text. `document` may be used only when is_good().
struct Parsed {
    Document document;
    std::vector<Diagnostic> errors;    ///< in the order of the text
    std::vector<Diagnostic> warnings;  ///< what is allowed but probably not meant
    /// By the names of parts (config/part_names.h).
    std::map<std::string, PolicyLines, std::less<>> policy_lines{};

    bool is_good() const { return errors.empty(); }
};

/// Never fails otherwise than by `errors`. `file_name` is what diagnostics call the text.
Parsed parse(std::string_view text, std::string file_name);

/// The document, or one Error of kind `invalid` whose message has a line for each diagnostic.
Result<Document> parse_or_fail(std::string_view text, std::string file_name);

/// One line for each of `diagnostics`.
std::string to_text(const std::vector<Diagnostic>& diagnostics);

/// `https://*:443` to a Binding; the error's message says what is wrong with it.
Result<Binding> parse_binding(std::string_view text);

}  // namespace rhumb::config
