#include "config/table_reader.h"

#include <algorithm>
#include <numeric>

#include <fmt/ranges.h>

#include "base/text.h"
#include "config/allowed.h"

namespace rhumb::config {

TableReader::TableReader(const Node& table, std::string name, Report& report)
    : table_{table}, name_{std::move(name)}, report_{report} {
    if (table.kind != Node::Kind::table) {
        report.error(table.place, "{} must be a table, not {}", name_, table.kind_name());
    }
}

Place TableReader::place_of(std::string_view key) const {
    const Node* node = find(key);
    return node == nullptr ? table_.place : node->place;
}

const Node* TableReader::take(std::string_view key) {
    known_.push_back(key);
    return find(key);
}

const Node* TableReader::find(std::string_view key) const {
    for (const auto& entry : table_.entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

bool TableReader::read(std::string_view key, bool& value) {
    const Node* node = take(key);
    if (node == nullptr) return false;
    if (node->kind != Node::Kind::boolean) {
        wrong_kind(key, *node, "true or false");
        return false;
    }
    value = node->boolean;
    return true;
}

bool TableReader::read(std::string_view key, std::string& value, TextCheck check) {
    return read(key, value, check, Echo::shown);
}

bool TableReader::read_unseen(std::string_view key, std::string& value, TextCheck check) {
    return read(key, value, check, Echo::unseen);
}

bool TableReader::read(std::string_view key, std::vector<std::string>& values, TextCheck check) {
    return read(key, values, check, Echo::shown);
}

bool TableReader::read_unseen(std::string_view key, std::vector<std::string>& values,
                              TextCheck check) {
    return read(key, values, check, Echo::unseen);
}

bool TableReader::read(std::string_view key, std::string& value, TextCheck check, Echo echo) {
    const Node* node = take(key);
    if (node == nullptr) return false;
    auto text = checked(key, *node, check, echo);
    if (text) value = *std::move(text);
    return text.has_value();
}

bool TableReader::read(std::string_view key, std::vector<std::string>& values, TextCheck check,
                       Echo echo) {
    const auto* items = take_list(key, "texts");
    if (items == nullptr) return false;
    std::vector<std::string> read;
    for (const auto& item : *items) {
        auto text = checked(key, item, check, echo);
        if (!text) continue;
        if (std::find(read.begin(), read.end(), *text) != read.end()) {
            report_.error(item.place, "{} has {} twice", key, shown(*text));
            continue;
        }
        read.push_back(*std::move(text));
    }
    const bool is_good = read.size() == items->size();
    if (is_good) values = std::move(read);
    return is_good;
}

bool TableReader::read_one_or_several(std::string_view key, std::vector<std::string>& values,
                                      TextCheck check) {
    const Node* node = find(key);
    if (node == nullptr || node->kind == Node::Kind::array) return read(key, values, check);
    std::string one;
    if (!read(key, one, check)) return false;
    values = {std::move(one)};
    return true;
}

bool TableReader::read(std::string_view key, std::map<std::string, std::string>& values,
                       TextCheck check_key, TextCheck check) {
    const Node* node = take(key);
    if (node == nullptr) return false;
    if (node->kind != Node::Kind::table) {
        wrong_kind(key, *node, "a table of texts");
        return false;
    }
    std::map<std::string, std::string> read;
    for (const auto& entry : node->entries) {
        std::string name = entry.key;
        if (const auto fault = check_key(name); !fault.empty()) {
            report_.error(entry.place, "{} in {} {}", shown(entry.key), key, fault);
            continue;
        }
        auto text = checked(entry.key, entry.value, check);
        if (text && !read.emplace(std::move(name), *std::move(text)).second) {
            report_.error(entry.place, "{} has {} twice", key, shown(entry.key));
        }
    }
    const bool is_good = read.size() == node->entries.size();
    if (is_good) values = std::move(read);
    return is_good;
}

bool TableReader::read(std::string_view key, std::chrono::seconds& value,
                       std::chrono::seconds max) {
    const auto number = read_integer(key, 1, max.count());
    if (number) value = std::chrono::seconds{*number};
    return number.has_value();
}

bool TableReader::read(std::string_view key, AllowList& list) {
    const auto* const items = take_list(key, "texts");
    if (items == nullptr) return false;
    AllowList read;
    for (const auto& item : *items) {
        if (item.kind != Node::Kind::text) {
            wrong_kind("an entry of allow", item, "text, in quotes");
            continue;
        }
        auto entry = parse_allowed(item.text);
        if (entry)
            read.push_back(*std::move(entry));
        else
            report_.error(item.place, "{}", entry.error().message);
    }
    if (read.size() != items->size()) return false;
    if (const auto fault = fault_of(read); !fault.empty()) {
        report_.error(place_of(key), "{}", fault);
        return false;
    }
    list = std::move(read);
    return true;
}

const std::vector<Node>* TableReader::take_list(std::string_view key, std::string_view list_of) {
    const Node* node = take(key);
    if (node == nullptr) return nullptr;
    if (node->kind != Node::Kind::array) {
        wrong_kind(key, *node, fmt::format("a list of {}, in brackets", list_of));
        return nullptr;
    }
    return &node->items;
}

const std::vector<Node>* TableReader::take_tables(std::string_view key, std::string_view path) {
    const Node* node = take(key);
    if (node == nullptr) return nullptr;
    if (node->kind == Node::Kind::array) return &node->items;
    if (node->kind == Node::Kind::table) {
        report_.error(node->place, "there may be several: write [[{}]], with two brackets", path);
    } else {
        wrong_kind(key, *node, fmt::format("a list of tables, [[{}]]", path));
    }
    return nullptr;
}

std::optional<std::int64_t> TableReader::read_integer(std::string_view key, std::int64_t min,
                                                      std::int64_t max) {
    const Node* node = take(key);
    if (node == nullptr) return {};
    if (node->kind != Node::Kind::integer) {
        wrong_kind(key, *node, "a whole number");
        return {};
    }
    if (node->integer < min || node->integer > max) {
        report_.error(node->place, "{} must be from {} to {}, not {}", key, min, max,
                      node->integer);
        return {};
    }
    return node->integer;
}

std::optional<std::size_t> TableReader::read_word(std::string_view key,
                                                  const std::vector<std::string_view>& words) {
    const Node* node = take(key);
    if (node == nullptr) return {};
    const auto one_of = fmt::format("one of “{}”", fmt::join(words, "”, “"));
    if (node->kind != Node::Kind::text) {
        wrong_kind(key, *node, one_of);
        return {};
    }
    const auto found = std::find(words.begin(), words.end(), node->text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    report_.error(node->place, "{} must be {}, not {}", key, one_of, shown(node->text));
    return {};
}

std::optional<std::string> TableReader::checked(std::string_view key, const Node& node,
                                                TextCheck check, Echo echo) {
    if (node.kind != Node::Kind::text) {
        wrong_kind(key, node, "text, in quotes");
        return {};
    }
    std::string text = node.text;
    const auto fault = check(text);
    if (fault.empty()) return text;
    if (echo == Echo::unseen) {
        report_.error(node.place, "{} {}", key, fault);
        return {};
    }
    report_.error(node.place, "{} {} {}", key, shown(node.text), fault);
    return {};
}

void TableReader::wrong_kind(std::string_view key, const Node& node, std::string_view expected) {
    report_.error(node.place, "{} must be {}, not {}", key, expected, node.kind_name());
}

void TableReader::require(std::string_view key, std::string_view example) {
    if (table_.kind != Node::Kind::table || has(key)) return;
    const bool has_vowel = std::string_view{"aeio"}.find(key.front()) != std::string_view::npos;
    report_.error(table_.place, "{} needs {} {}, as in {}", name_, has_vowel ? "an" : "a", key,
                  example);
}

void TableReader::done() {
    for (const auto& entry : table_.entries) {
        if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
        const auto meant = nearest(entry.key, known_);
        if (meant.empty()) {
            report_.error(entry.place, "{} has no key {}; it may have {}", name_, shown(entry.key),
                          fmt::join(known_, ", "));
        } else {
            report_.error(entry.place, "{} has no key {}; did you mean {}?", name_,
                          shown(entry.key), shown(meant));
        }
    }
}

namespace {

/// How many letters must be changed, added, removed or swapped with their neighbour to make `a` of
/// `b`.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
    constexpr std::size_t bytes_max = 40;  // longer ones are not slips, and cost time
    if (word.size() > bytes_max) return {};
    std::string lower = text::to_lower(word);
    std::replace(lower.begin(), lower.end(), '-', '_');
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : words) {
        const auto steps = distance(lower, candidate);
        if (steps < best_distance) {
            best = candidate;
            best_distance = steps;
        }
    }
    return best;
}

}  // namespace rhumb::config
