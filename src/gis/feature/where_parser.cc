/// Where::parse: recursive descent over the tokens. Depth is counted, so that no text can exhaust
/// the stack; types are settled here, so that evaluating cannot fail.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gis/feature/moment.h"
#include "gis/feature/where.h"
#include "gis/feature/where_compare.h"
#include "gis/feature/where_lexer.h"

namespace rhumb::gis {

namespace {

using Kind = WhereNode::Kind;
using Token = WhereToken;

/// What may be compared with what.
enum class Type { boolean, number, text, date };

class Parser {
public:
    Parser(std::vector<Token> tokens, const LayerSchema& schema)
        : tokens_{std::move(tokens)}, schema_{schema} {}

    Result<WhereNode> run() {
        TRY(auto root, condition());
        if (peek().kind != Token::Kind::end) return unexpected("the end");
        return root;
    }

    std::vector<std::size_t> fields() {
        std::sort(fields_.begin(), fields_.end());
        fields_.erase(std::unique(fields_.begin(), fields_.end()), fields_.end());
        return fields_;
    }

private:
    // --- conditions: OR over AND over NOT over one comparison
    // -----------------------------------------------

    Result<WhereNode> condition() {
        TRY(auto node, expression());
        if (type_of(node) != Type::boolean) return unexpected("a comparison, like = or LIKE,");
        return node;
    }

    Result<WhereNode> expression() { return chain("OR", Kind::logical_or, &Parser::conjunction); }
    Result<WhereNode> conjunction() { return chain("AND", Kind::logical_and, &Parser::negation); }

    /// `part` once, or several joined by `word` into one node.
    Result<WhereNode> chain(std::string_view word, Kind kind, Result<WhereNode> (Parser::*part)()) {
        TRY(auto first, (this->*part)());
        if (!is_word(word)) return first;
        WhereNode node{kind, {}, 0, {}, 0};
        node.arguments.push_back(std::move(first));
        while (take_word(word)) {
            TRY(auto next, (this->*part)());
            node.arguments.push_back(std::move(next));
        }
        for (const auto& argument : node.arguments) {
            if (type_of(argument) != Type::boolean)
                return fail_here("{} joins conditions, and one side is none", word);
        }
        return node;
    }

    Result<WhereNode> negation() {
        if (!take_word("NOT")) return comparison();
        const Nesting nesting{*this};
        TRY_DONE(nesting.check());
        TRY(auto inner, negation());
        if (type_of(inner) != Type::boolean) return fail_here("NOT stands before a condition");
        WhereNode node{Kind::logical_not, {}, 0, {}, 0};
        node.arguments.push_back(std::move(inner));
        return node;
    }

    Result<WhereNode> comparison() {
        TRY(auto left, operand());
        static constexpr std::array<std::pair<std::string_view, Kind>, 6> operators{
            {{"=", Kind::equal},
             {"<>", Kind::not_equal},
             {"<", Kind::less},
             {"<=", Kind::less_equal},
             {">", Kind::greater},
             {">=", Kind::greater_equal}}};
        for (const auto& [symbol, kind] : operators) {
            if (!take_symbol(symbol)) continue;
            TRY(auto right, operand());
            return compared(kind, std::move(left), std::move(right));
        }
        if (take_word("IS")) return null_test(std::move(left));
        const bool is_negated = take_word("NOT");
        Result<WhereNode> node = fail(ErrorKind::invalid, "");
        if (take_word("LIKE")) {
            node = like(std::move(left));
        } else if (take_word("IN")) {
            node = in(std::move(left));
        } else if (take_word("BETWEEN")) {
            node = between(std::move(left));
        } else if (is_negated) {
            return unexpected("LIKE, IN or BETWEEN after NOT");
        } else {
            return left;
        }
        if (!node || !is_negated) return node;
        WhereNode negated{Kind::logical_not, {}, 0, {}, 0};
        negated.arguments.push_back(std::move(*node));
        return negated;
    }

    Result<WhereNode> compared(Kind kind, WhereNode left, WhereNode right) {
        TRY_DONE(agree(left, right));
        WhereNode node{kind, {}, 0, {}, 0};
        const bool is_constant = left.kind == Kind::literal && right.kind == Kind::literal;
        node.arguments.push_back(std::move(left));
        node.arguments.push_back(std::move(right));
        if (!is_constant) return node;
        const bool holds =
            holds_between(kind, compare(node.arguments[0].literal, node.arguments[1].literal));
        return WhereNode{Kind::boolean, {}, 0, std::int64_t{holds ? 1 : 0}, 0};
    }

    Result<WhereNode> null_test(WhereNode value) {
        const bool is_negated = take_word("NOT");
        if (!take_word("NULL")) return unexpected("NULL");
        if (type_of(value) == Type::boolean) return fail_here("IS NULL stands behind a field");
        WhereNode node{Kind::is_null, {}, 0, {}, 0};
        node.arguments.push_back(std::move(value));
        if (!is_negated) return node;
        WhereNode negated{Kind::logical_not, {}, 0, {}, 0};
        negated.arguments.push_back(std::move(node));
        return negated;
    }

    Result<WhereNode> like(WhereNode value) {
        TRY(auto pattern, operand());
        if (type_of(value) != Type::text)
            return fail_here("LIKE compares text, and the field on its left is none");
        if (pattern.kind != Kind::literal || type_of(pattern) != Type::text)
            return fail_here("a pattern in quotes follows LIKE");
        WhereNode node{Kind::like, {}, 0, {}, 0};
        if (take_word("ESCAPE")) {
            if (peek().kind != Token::Kind::text || peek().text.size() != 1)
                return unexpected("one character in quotes");
            node.escape = take().text[0];
        }
        node.arguments.push_back(std::move(value));
        node.arguments.push_back(std::move(pattern));
        return node;
    }

    Result<WhereNode> in(WhereNode value) {
        if (!take_symbol("(")) return unexpected("( and a list");
        WhereNode node{Kind::in, {}, 0, {}, 0};
        node.arguments.push_back(std::move(value));
        do {
            TRY(auto item, operand());
            if (item.kind != Kind::literal)
                return fail_here("the list of IN holds numbers, text and dates only");
            TRY_DONE(agree(node.arguments.front(), item));
            node.arguments.push_back(std::move(item));
        } while (take_symbol(","));
        if (!take_symbol(")")) return unexpected("a comma or )");
        return node;
    }

    Result<WhereNode> between(WhereNode value) {
        TRY(auto low, operand());
        if (!take_word("AND")) return unexpected("AND and the upper end");
        TRY(auto high, operand());
        TRY_DONE(agree(value, low));
        TRY_DONE(agree(value, high));
        WhereNode node{Kind::between, {}, 0, {}, 0};
        node.arguments.push_back(std::move(value));
        node.arguments.push_back(std::move(low));
        node.arguments.push_back(std::move(high));
        return node;
    }

    // --- operands
    // -----------------------------------------------------------------------------------------------

    Result<WhereNode> operand() {
        const Nesting nesting{*this};
        TRY_DONE(nesting.check());
        if (take_symbol("(")) {
            TRY(auto inner, expression());
            if (!take_symbol(")")) return unexpected(")");
            return inner;
        }
        const bool is_negative = take_symbol("-");
        if (is_negative || take_symbol("+")) {
            if (peek().kind != Token::Kind::number) return unexpected("a number");
            return number(is_negative);
        }
        switch (peek().kind) {
            case Token::Kind::number: return number(false);
            case Token::Kind::text: return WhereNode{Kind::literal, {}, 0, take().text, 0};
            case Token::Kind::quoted_name: return field();
            case Token::Kind::word: return word();
            default: return unexpected("a field or a value");
        }
    }

    Result<WhereNode> number(bool is_negative) {
        const auto text = (is_negative ? "-" : "") + take().text;
        if (const auto whole = text::to_integer(text))
            return WhereNode{Kind::literal, {}, 0, *whole, 0};
        // strtod would take the point of the locale; to_number does not. Neither takes ".5" or "5."
        // everywhere.
        auto padded = text;
        if (const auto point = padded.find('.'); point != std::string::npos) {
            if (point + 1 == padded.size() || padded[point + 1] < '0' || padded[point + 1] > '9')
                padded.insert(point + 1, "0");
            if (point == (is_negative ? 1U : 0U)) padded.insert(point, "0");
        }
        const auto real = text::to_number(padded);
        if (!real || !std::isfinite(*real)) return fail_here("«{}» is not a number", text);
        return WhereNode{Kind::literal, {}, 0, *real, 0};
    }

    Result<WhereNode> word() {
        const bool is_date = is_word("DATE") || is_word("TIMESTAMP");
        if (is_date && peek(1).kind == Token::Kind::text) {
            take();
            const auto instant = to_instant(peek().text);
            if (!instant)
                return fail_here("«{}» is not a date like 2026-11-22 or 2026-11-22 13:05:09",
                                 peek().text);
            take();
            return WhereNode{Kind::literal, {}, 0, *instant, 0};
        }
        if (peek(1).kind == Token::Kind::symbol && peek(1).text == "(") return function();
        if (schema_.find_field(peek().text)) return field();
        if (take_word("TRUE")) return WhereNode{Kind::boolean, {}, 0, std::int64_t{1}, 0};
        if (take_word("FALSE")) return WhereNode{Kind::boolean, {}, 0, std::int64_t{0}, 0};
        if (is_word("NULL")) return fail_here("nothing equals NULL; write IS NULL or IS NOT NULL");
        return field();
    }

    Result<WhereNode> function() {
        WhereNode node;
        if (is_word("UPPER")) {
            node.kind = Kind::upper;
        } else if (is_word("LOWER")) {
            node.kind = Kind::lower;
        } else {
            return fail_here("the function «{}» is not known; UPPER and LOWER are", peek().text);
        }
        take();
        take();
        TRY(auto argument, operand());
        if (!take_symbol(")")) return unexpected(")");
        if (type_of(argument) != Type::text)
            return fail_here("UPPER and LOWER change text, and this is none");
        node.arguments.push_back(std::move(argument));
        return node;
    }

    Result<WhereNode> field() {
        const auto found = schema_.find_field(peek().text);
        if (!found) return fail_here("«{}» is no field of layer «{}»", peek().text, schema_.name);
        take();
        fields_.push_back(*found);
        return WhereNode{Kind::field, {}, *found, {}, 0};
    }

    // --- types
    // ----------------------------------------------------------------------------------------------------

    Type type_of(const WhereNode& node) const {
        switch (node.kind) {
            case Kind::field:
                switch (schema_.fields[node.field].type) {
                    case FieldType::string:
                    case FieldType::guid: return Type::text;
                    case FieldType::date: return Type::date;
                    default: return Type::number;
                }
            case Kind::literal:
                if (std::holds_alternative<std::string>(node.literal)) return Type::text;
                return std::holds_alternative<Instant>(node.literal) ? Type::date : Type::number;
            case Kind::upper:
            case Kind::lower: return Type::text;
            default: return Type::boolean;
        }
    }

    /// Makes both sides of one type: a literal is turned into the type of the field beside it where
    /// that means something.
    Result<void> agree(WhereNode& left, WhereNode& right) {
        const Type a = type_of(left);
        const Type b = type_of(right);
        if (a == Type::boolean || b == Type::boolean)
            return fail_here("a condition cannot be compared with a value");
        if (a == b) return {};
        if (right.kind == Kind::literal && turn(right, a)) return {};
        if (left.kind == Kind::literal && turn(left, b)) return {};
        return fail_here("the two sides are of different kinds (text, number, date)");
    }

    static bool turn(WhereNode& literal, Type wanted) {
        const auto* text = std::get_if<std::string>(&literal.literal);
        if (wanted == Type::number && text != nullptr) {
            if (const auto whole = text::to_integer(*text)) {
                literal.literal = *whole;
                return true;
            }
            const auto real = text::to_number(*text);
            if (!real || !std::isfinite(*real)) return false;
            literal.literal = *real;
            return true;
        }
        if (wanted == Type::date && text != nullptr) {
            const auto instant = to_instant(*text);
            if (instant) literal.literal = *instant;
            return instant.has_value();
        }
        if (wanted == Type::text && std::holds_alternative<std::int64_t>(literal.literal)) {
            literal.literal = std::to_string(std::get<std::int64_t>(literal.literal));
            return true;
        }
        return false;
    }

    // --- tokens
    // ---------------------------------------------------------------------------------------------------

    /// Counts how deep the parser stands while it lives.
    class Nesting {
    public:
        explicit Nesting(Parser& parser) : parser_{parser} { ++parser_.depth_; }
        ~Nesting() { --parser_.depth_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        Result<void> check() const {
            if (parser_.depth_ <= Where::depth_max) return {};
            return parser_.fail_here("more than {} levels of parentheses", Where::depth_max);
        }

    private:
        Parser& parser_;
    };

    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    Token take() { return at_ + 1 < tokens_.size() ? std::move(tokens_[at_++]) : tokens_.back(); }
    bool is_word(std::string_view word) const {
        return peek().kind == Token::Kind::word && text::iequals(peek().text, word);
    }
    bool take_word(std::string_view word) {
        if (!is_word(word)) return false;
        take();
        return true;
    }
    bool take_symbol(std::string_view symbol) {
        if (peek().kind != Token::Kind::symbol || peek().text != symbol) return false;
        take();
        return true;
    }
    tl::unexpected<Error> unexpected(std::string_view wanted) const {
        const auto& found = peek();
        if (found.kind == Token::Kind::end)
            return fail_here("it ends where {} should stand", wanted);
        return fail_here("«{}» stands where {} should", found.text.substr(0, 40), wanted);
    }
    template <class... Arguments>
    tl::unexpected<Error> fail_here(fmt::format_string<Arguments...> format,
                                    Arguments&&... arguments) const {
        return fail(ErrorKind::invalid, "where, column {}: {}", peek().column,
                    fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    std::vector<Token> tokens_;
    const LayerSchema& schema_;
    std::vector<std::size_t> fields_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

Result<std::shared_ptr<const Where>> Where::parse(std::string_view text,
                                                  const LayerSchema& schema) {
    TRY(auto tokens, tokens_of(text));
    Parser parser{std::move(tokens), schema};
    TRY(auto root, parser.run());
    return std::shared_ptr<const Where>{new Where{std::move(root), parser.fields()}};
}

}  // namespace rhumb::gis
