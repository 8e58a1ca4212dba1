#pragma once
/// What the doctor found, for a person and for programs.

#include <string>
#include <string_view>
#include <vector>

#include "doctor/diagnosis.h"

namespace rhumb::cli {

/// How it is to look.
struct ReportStyle {
    std::size_t width = 100;  ///< columns; lines are broken between words
    bool has_color = false;
    bool is_long = false;  ///< with what was seen, and what is well
};

/// Text for a person, with a line at the end that counts.
std::string to_text(const std::vector<doctor::Diagnosis>& diagnoses, const ReportStyle& style);

/// The same as JSON (docs/doctor.md).
std::string to_json(const std::vector<doctor::Diagnosis>& diagnoses);

/// `text` broken between words, so that no line is longer than `width` where words permit; every
/// line but the first begins with `indent` blanks, which the first is taken to have already.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace rhumb::cli
