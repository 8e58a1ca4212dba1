#include "config/tree.h"

// toml++ 3.3 asserts some things of its input that foreign bytes need not keep to (a key in an
// inline table that begins with a control character), and with NDEBUG takes them for granted,
// although the code after them copes. So neither.
#undef NDEBUG
#define TOML_ASSERT(expr) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <algorithm>

#include <toml++/toml.h>

#include "config/nesting.h"

namespace rhumb::config {
namespace {

Place place_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

Node node_of(const toml::node& value);

std::vector<Entry> entries_of(const toml::table& table) {
    std::vector<Entry> entries;
    entries.reserve(table.size());
    for (const auto& [key, value] : table) {
        entries.push_back({std::string{key.str()}, place_of(key.source()), node_of(value)});
    }
    // toml++ sorts by name; a reader of diagnostics expects the order of the text.
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.place < b.place; });
    return entries;
}

Node node_of(const toml::node& value) {
    Node node;
    node.place = place_of(value.source());
    if (const auto* text = value.as_string()) {
        node.kind = Node::Kind::text;
        node.text = text->get();
    } else if (const auto* integer = value.as_integer()) {
        node.kind = Node::Kind::integer;
        node.integer = integer->get();
    } else if (const auto* number = value.as_floating_point()) {
        node.kind = Node::Kind::number;
        node.number = number->get();
    } else if (const auto* boolean = value.as_boolean()) {
        node.kind = Node::Kind::boolean;
        node.boolean = boolean->get();
    } else if (const auto* array = value.as_array()) {
        node.kind = Node::Kind::array;
        for (const auto& item : *array) node.items.push_back(node_of(item));
    } else if (const auto* table = value.as_table()) {
        node.kind = Node::Kind::table;
        node.entries = entries_of(*table);
    } else {
        node.kind = Node::Kind::time;
    }
    return node;
}

}  // namespace

std::string_view Node::kind_name() const {
    switch (kind) {
        case Kind::text: return "text";
        case Kind::integer: return "a whole number";
        case Kind::number: return "a number with a fraction";
        case Kind::boolean: return "true or false";
        case Kind::time: return "a date or a time";
        case Kind::array: return "a list";
        case Kind::table: return "a table";
    }
    return "a value";
}

tl::expected<Node, Diagnostic> parse_tree(std::string_view text, const std::string& file_name) {
    if (text.size() > text_bytes_max) {
        return tl::unexpected(
            Diagnostic{file_name, 0, 0,
                       fmt::format("the text has {} bytes; a configuration may have {}",
                                   text.size(), text_bytes_max)});
    }
    if (const auto place = find_too_deep(text, nesting_max)) {
        return tl::unexpected(Diagnostic{
            file_name, place->line, place->column,
            fmt::format("nested deeper than {} levels; a configuration needs five", nesting_max)});
    }
    const toml::parse_result result = toml::parse(text);
    if (!result) {
        const auto place = place_of(result.error().source());
        return tl::unexpected(
            Diagnostic{file_name, place.line, place.column,
                       fmt::format("not valid TOML: {}", result.error().description())});
    }
    return node_of(result.table());
}

}  // namespace rhumb::config
