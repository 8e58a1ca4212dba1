#pragma once
/// Document to configuration text, and what changed between two texts.

#include <string>
#include <string_view>

#include "config/document.h"

namespace rhumb::config {

/// Canonical text: keys in a fixed order, those with their default value left out. parse() of it
/// gives `document` again.
std::string to_toml(const Document& document);

/// The difference of two texts by lines, in unified form with three lines of context, headed by
/// `--- old_label` and
/// `+++ new_label`; "" when they are equal.
std::string diff(std::string_view old_text, std::string_view new_text, std::string_view old_label,
                 std::string_view new_label);

}  // namespace rhumb::config
