#include "doctor/page_css.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::doctor {

namespace {

constexpr std::string_view blanks = " \t\r\n\f";

/// Walks through a style sheet, token for token as far as that is of use here.
class Style {
public:
    explicit Style(std::string_view css) : rest_{css} {}

    bool is_done() const { return rest_.empty(); }

    bool take(std::string_view word) {
        if (!text::istarts_with(rest_, word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    /// A comment, or nothing.
    bool take_comment() {
        if (!rest_.starts_with("/*")) return false;
        const auto end = rest_.find("*/", 2);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
        return true;
    }
    void take_blanks() {
        while (!rest_.empty() &&
               (blanks.find(rest_[0]) != std::string_view::npos || rest_[0] == '/'))
            if (!take_comment()) {
                if (rest_[0] == '/') return;
                rest_.remove_prefix(1);
            }
    }
    /// The rest of "…" or '…', behind its first quote.
    std::string_view take_string(char quote) {
        std::size_t end = 0;
        while (end < rest_.size() && rest_[end] != quote && rest_[end] != '\n')
            end += rest_[end] == '\\' ? 2U : 1U;
        end = std::min(end, rest_.size());
        const auto inner = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return inner;
    }
    bool is_at_quote() const { return !rest_.empty() && (rest_[0] == '"' || rest_[0] == '\''); }
    /// The URL of url(…), behind its bracket.
    std::string_view take_url() {
        const auto start = std::min(rest_.find_first_not_of(blanks), rest_.size());
        rest_.remove_prefix(start);
        if (is_at_quote()) return take_string(take_any());
        const auto end = std::min(rest_.find(')'), rest_.size());
        const auto inner = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return text::trim(inner);
    }
    char take_any() {
        const char c = rest_[0];
        rest_.remove_prefix(1);
        return c;
    }

private:
    std::string_view rest_;
};

/// Which kind the next url() is of.
struct Place {
    bool is_import = false;
    bool is_font = false;
    int depth = 0;
    int font_depth = 0;

    void open() {
        ++depth;
        if (is_font && font_depth == 0) font_depth = depth;
    }
    void close() {
        if (is_font && depth == font_depth) {
            is_font = false;
            font_depth = 0;
        }
        depth = std::max(depth - 1, 0);
        is_import = false;
    }
    PageUse::Kind kind() const {
        if (is_import) return PageUse::Kind::style;
        return is_font ? PageUse::Kind::font : PageUse::Kind::image;
    }
};

void add(std::vector<PageUse>& uses, PageUse::Kind kind, std::string_view reference) {
    if (!reference.empty() && reference.size() <= reference_bytes_max)
        uses.push_back({kind, std::string{reference}});
}

}  // namespace

std::vector<PageUse> read_style(std::string_view css, std::size_t count_max) {
    std::vector<PageUse> uses;
    Style style{css};
    Place place;
    while (!style.is_done() && uses.size() < count_max) {
        if (style.take_comment()) continue;
        if (style.take("@import")) {
            place.is_import = true;
            style.take_blanks();
        } else if (style.take("@font-face")) {
            place.is_font = true;
        } else if (style.take("url(")) {
            add(uses, place.kind(), style.take_url());
        } else if (style.is_at_quote()) {
            const auto inner = style.take_string(style.take_any());
            if (place.is_import) add(uses, PageUse::Kind::style, inner);
            // What follows a name of an import are conditions.
            place.is_import = false;
        } else {
            switch (style.take_any()) {
                case '{': place.open(); break;
                case '}': place.close(); break;
                case ';': place.is_import = false; break;
                default: break;
            }
        }
    }
    return uses;
}

}  // namespace rhumb::doctor
