#include "cli/paragraph.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::cli {

namespace {

constexpr std::size_t width_max = 78;

/// Characters of UTF-8.
std::size_t width_of(std::string_view word) {
    return static_cast<std::size_t>(std::ranges::count_if(
        word, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string paragraph(std::string_view text, std::size_t indent) {
    std::string all;
    for (const auto line : text::split(text, '\n')) {
        std::size_t width = 0;
        for (const auto word : text::split(line, ' ')) {
            if (word.empty()) continue;
            const bool is_first = width == 0;
            if (!is_first && width + 1 + width_of(word) > width_max) {
                all += '\n';
                width = 0;
            }
            if (width == 0) {
                all.append(indent, ' ');
                width = indent;
            } else {
                all += ' ';
                ++width;
            }
            all += word;
            width += width_of(word);
        }
        all += '\n';
    }
    return all;
}

}  // namespace rhumb::cli
