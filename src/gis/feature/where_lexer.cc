#include "gis/feature/where_lexer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gis/feature/where.h"

namespace rhumb::gis {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) {
    return begins_word(c) || is_digit(c) || c == '$' || c == '#' || c == '@';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    Result<std::vector<WhereToken>> run() {
        std::vector<WhereToken> tokens;
        for (;;) {
            while (at_ < text_.size() &&
                   std::string_view{" \t\r\n"}.find(text_[at_]) != std::string_view::npos)
                ++at_;
            if (tokens.size() >= Where::tokens_max) {
                return fail(ErrorKind::invalid, "where: more than {} words; ask in smaller pieces",
                            Where::tokens_max);
            }
            if (at_ == text_.size()) break;
            TRY(auto token, next());
            tokens.push_back(std::move(token));
        }
        tokens.push_back({WhereToken::Kind::end, "", at_ + 1});
        return tokens;
    }

private:
    Result<WhereToken> next() {
        const std::size_t begin = at_;
        const char c = text_[at_];
        if (c == '\'') return quoted(WhereToken::Kind::text, '\'');
        if (c == '"') return quoted(WhereToken::Kind::quoted_name, '"');
        const bool is_number =
            is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]));
        if (is_number) return WhereToken{WhereToken::Kind::number, number(), begin + 1};
        if (begins_word(c)) {
            while (at_ < text_.size() && continues_word(text_[at_])) ++at_;
            return WhereToken{WhereToken::Kind::word, std::string{text_.substr(begin, at_ - begin)},
                              begin + 1};
        }
        return symbol();
    }

    /// Of two characters, or else of one.
    Result<WhereToken> symbol() {
        const std::size_t begin = at_;
        const char c = text_[at_];
        static constexpr std::array<std::string_view, 4> pairs{"<>", "!=", "<=", ">="};
        for (const auto pair : pairs) {
            if (text_.substr(at_, 2) != pair) continue;
            at_ += 2;
            return WhereToken{WhereToken::Kind::symbol, pair == "!=" ? "<>" : std::string{pair},
                              begin + 1};
        }
        if (text_.substr(at_, 2) == "--" ||
            std::string_view{"=<>(),-+"}.find(c) == std::string_view::npos) {
            return fail(ErrorKind::invalid, "where, column {}: «{}» has no place in a condition",
                        begin + 1, begins_word(c) || c < ' ' ? std::string{"?"} : std::string{c});
        }
        ++at_;
        return WhereToken{WhereToken::Kind::symbol, std::string{c}, begin + 1};
    }

    /// 'it''s' or "a ""name""": the quote doubled stands for itself.
    Result<WhereToken> quoted(WhereToken::Kind kind, char quote) {
        const std::size_t begin = at_++;
        std::string value;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\0') break;
            if (text_[at_] != quote) {
                value += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
                value += quote;
                ++at_;
            } else {
                ++at_;
                return WhereToken{kind, std::move(value), begin + 1};
            }
        }
        return fail(ErrorKind::invalid,
                    "where, column {}: the text that begins here has no closing {}", begin + 1,
                    quote);
    }

    std::string number() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
        skip_exponent();
        return std::string{text_.substr(begin, at_ - begin)};
    }

    /// e5, E+5 or e-5; an e without digits behind it is no exponent.
    void skip_exponent() {
        std::size_t at = at_;
        if (at == text_.size() || (text_[at] != 'e' && text_[at] != 'E')) return;
        ++at;
        if (at < text_.size() && (text_[at] == '+' || text_[at] == '-')) ++at;
        if (at == text_.size() || !is_digit(text_[at])) return;
        while (at < text_.size() && is_digit(text_[at])) ++at;
        at_ = at;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<WhereToken>> tokens_of(std::string_view where) {
    if (where.size() > Where::length_max) {
        return fail(ErrorKind::invalid, "where: {} bytes; at most {} are read", where.size(),
                    Where::length_max);
    }
    if (!text::is_utf8(where)) return fail(ErrorKind::invalid, "where: the text is not UTF-8");
    return Lexer{where}.run();
}

}  // namespace rhumb::gis
