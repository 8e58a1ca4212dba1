#include "config/nesting.h"

namespace rhumb::config {
namespace {

/// A walk over the text that skips comments and strings.
class Walk {
public:
    Walk(std::string_view text, std::size_t levels_max) : text_{text}, levels_max_{levels_max} {}

    std::optional<Place> find() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                skip_string(c);
                continue;
            }
            if (c == '#') {
                while (at_ < text_.size() && text_[at_] != '\n') step();
                continue;
            }
            if (is_too_deep_at(c)) return Place{line_, column_};
            step();
        }
        return {};
    }

private:
    /// Counts `c`, and answers whether there are too many levels now.
    bool is_too_deep_at(char c) {
        switch (c) {
            case '.': ++dots_; break;
            case '[':
            case '{':
                ++brackets_;
                dots_ = 0;
                break;
            case ']':
            case '}':
                if (brackets_ > 0) --brackets_;
                dots_ = 0;
                break;
            case '\n':
            case ',':
            case '=': dots_ = 0; break;
            default: break;
        }
        return brackets_ > levels_max_ || dots_ > levels_max_;
    }

    void skip_string(char quote) {
        const std::string three(3, quote);
        const bool is_long = text_.substr(at_, 3) == three;
        const std::string_view closing =
            is_long ? std::string_view{three} : std::string_view{three}.substr(0, 1);
        skip(closing.size());
        while (at_ < text_.size() && !text_.substr(at_).starts_with(closing)) {
            if (text_[at_] == '\n' && !is_long) return;  // a fault of syntax
            skip(text_[at_] == '\\' && quote == '"' ? 2 : 1);
        }
        skip(closing.size());
        // A long string may end with one or two quotes of its own.
        while (is_long && at_ < text_.size() && text_[at_] == quote) step();
    }

    /// Goes on by so many bytes, or to the end.
    void skip(std::size_t count) {
        for (; count > 0 && at_ < text_.size(); --count) step();
    }

    void step() {
        if (text_[at_] == '\n') {
            ++line_;
            column_ = 0;
        }
        ++at_;
        ++column_;
    }

    std::string_view text_;
    std::size_t levels_max_;
    std::size_t at_ = 0;
    std::size_t brackets_ = 0;
    std::size_t dots_ = 0;
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
};

}  // namespace

std::optional<Place> find_too_deep(std::string_view text, std::size_t levels_max) {
    return Walk{text, levels_max}.find();
}

}  // namespace rhumb::config
