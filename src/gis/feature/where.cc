#include "gis/feature/where.h"

#include <algorithm>

#include "gis/feature/letters.h"
#include "gis/feature/where_compare.h"

namespace rhumb::gis {

namespace {

template <class T>
int order(const T& x, const T& y) {
    if (x < y) return -1;
    return y < x ? 1 : 0;
}

}  // namespace

int compare(const Value& a, const Value& b) {
    const auto* whole_a = std::get_if<std::int64_t>(&a);
    const auto* whole_b = std::get_if<std::int64_t>(&b);
    if (whole_a != nullptr && whole_b != nullptr) return order(*whole_a, *whole_b);
    const auto* real_a = std::get_if<double>(&a);
    const auto* real_b = std::get_if<double>(&b);
    if ((whole_a != nullptr || real_a != nullptr) && (whole_b != nullptr || real_b != nullptr)) {
        return order(real_a != nullptr ? *real_a : static_cast<double>(*whole_a),
                     real_b != nullptr ? *real_b : static_cast<double>(*whole_b));
    }
    if (a.index() != b.index()) return order(a.index(), b.index());
    if (const auto* text = std::get_if<std::string>(&a))
        return order(*text, std::get<std::string>(b));
    if (const auto* instant = std::get_if<Instant>(&a))
        return order(*instant, std::get<Instant>(b));
    return 0;
}

bool holds_between(WhereNode::Kind kind, int compared) {
    switch (kind) {
        case WhereNode::Kind::equal: return compared == 0;
        case WhereNode::Kind::not_equal: return compared != 0;
        case WhereNode::Kind::less: return compared < 0;
        case WhereNode::Kind::less_equal: return compared <= 0;
        case WhereNode::Kind::greater: return compared > 0;
        case WhereNode::Kind::greater_equal: return compared >= 0;
        default: return false;
    }
}

namespace {

/// How many bytes the character at `at` takes.
std::size_t character(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
    return end - at;
}

}  // namespace

bool is_like(std::string_view text, std::string_view pattern, char escape) {
    // Greedy with one way back: to the last % and one character further. Time is the product of the
    // lengths at worst.
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t back_t = 0;
    std::size_t back_p = std::string_view::npos;
    while (t < text.size()) {
        const bool is_escaped = escape != 0 && p + 1 < pattern.size() && pattern[p] == escape;
        if (is_escaped && text[t] == pattern[p + 1]) {
            ++t;
            p += 2;
        } else if (!is_escaped && p < pattern.size() && pattern[p] == '%') {
            back_p = ++p;
            back_t = t;
        } else if (!is_escaped && p < pattern.size() && pattern[p] == '_') {
            t += character(text, t);
            ++p;
        } else if (!is_escaped && p < pattern.size() && pattern[p] == text[t]) {
            ++t;
            ++p;
        } else if (back_p != std::string_view::npos) {
            back_t += character(text, back_t);
            t = back_t;
            p = back_p;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%') ++p;
    return p == pattern.size();
}

namespace {

/// SQL's three truths. Their order makes AND a minimum and OR a maximum.
enum class Truth { no, unknown, yes };

class Evaluation {
public:
    explicit Evaluation(const std::function<const Value&(std::size_t)>& value_of)
        : value_of_{value_of} {}

    Truth truth(const WhereNode& node) const {
        using Kind = WhereNode::Kind;
        switch (node.kind) {
            case Kind::logical_and: {
                Truth all = Truth::yes;
                for (const auto& argument : node.arguments) {
                    all = std::min(all, truth(argument));
                    if (all == Truth::no) break;
                }
                return all;
            }
            case Kind::logical_or: {
                Truth any = Truth::no;
                for (const auto& argument : node.arguments) {
                    any = std::max(any, truth(argument));
                    if (any == Truth::yes) break;
                }
                return any;
            }
            case Kind::logical_not: {
                const Truth inner = truth(node.arguments[0]);
                return inner == Truth::unknown ? inner : of(inner == Truth::no);
            }
            case Kind::boolean: return of(std::get<std::int64_t>(node.literal) != 0);
            default: return predicate(node);
        }
    }

private:
    static Truth of(bool holds) { return holds ? Truth::yes : Truth::no; }
    static bool is_null(const Value& value) {
        return std::holds_alternative<std::monostate>(value);
    }

    /// The conditions on values.
    Truth predicate(const WhereNode& node) const {
        using Kind = WhereNode::Kind;
        Value scratch;
        const Value& first = value(node.arguments[0], scratch);
        if (node.kind == Kind::is_null) return of(is_null(first));
        if (is_null(first)) return Truth::unknown;
        switch (node.kind) {
            case Kind::like:
                return of(is_like(std::get<std::string>(first),
                                  std::get<std::string>(node.arguments[1].literal), node.escape));
            case Kind::in:
                return of(std::any_of(
                    node.arguments.begin() + 1, node.arguments.end(),
                    [&](const WhereNode& item) { return compare(first, item.literal) == 0; }));
            case Kind::between: {
                const Truth above = relation(Kind::greater_equal, first, node.arguments[1]);
                return std::min(above, relation(Kind::less_equal, first, node.arguments[2]));
            }
            default: return relation(node.kind, first, node.arguments[1]);
        }
    }

    Truth relation(WhereNode::Kind kind, const Value& left, const WhereNode& right_node) const {
        Value scratch;
        const Value& right = value(right_node, scratch);
        if (is_null(right)) return Truth::unknown;
        return of(holds_between(kind, compare(left, right)));
    }

    /// The value of an operand; `scratch` holds it when it had to be made.
    const Value& value(const WhereNode& node, Value& scratch) const {
        if (node.kind == WhereNode::Kind::field) return value_of_(node.field);
        if (node.kind != WhereNode::Kind::upper && node.kind != WhereNode::Kind::lower)
            return node.literal;
        Value inner_scratch;
        const Value& inner = value(node.arguments[0], inner_scratch);
        if (const auto* text = std::get_if<std::string>(&inner)) {
            scratch = node.kind == WhereNode::Kind::upper ? to_upper(*text) : to_lower(*text);
        }
        return scratch;
    }

    const std::function<const Value&(std::size_t)>& value_of_;
};

}  // namespace

bool Where::matches(const std::function<const Value&(std::size_t)>& value_of) const {
    return Evaluation{value_of}.truth(root_) == Truth::yes;
}

bool Where::is_always_true() const {
    return root_.kind == WhereNode::Kind::boolean && std::get<std::int64_t>(root_.literal) != 0;
}

}  // namespace rhumb::gis
