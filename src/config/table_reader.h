#pragma once
/// Reads the keys of one table into typed values. Each read() names a key that the table may have;
/// done() then reports every key that no read() named. What is wrong is reported with its place,
/// and the value keeps its default.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/checks.h"
#include "config/document.h"
#include "config/report.h"
#include "config/tree.h"

namespace rhumb::config {

class TableReader {
public:
    /// `name` as messages say it: "[server]". A `table` that is none is reported, and reads as an
    /// empty one.
    TableReader(const Node& table, std::string name, Report& report);

    Place place() const { return table_.place; }
    const std::string& name() const { return name_; }
    bool has(std::string_view key) const { return find(key) != nullptr; }
    /// The place of `key`'s value, or the table's.
    Place place_of(std::string_view key) const;

    /// Each answers true when the key is there and good. A TextCheck brings its text into canonical
    /// form.
    bool read(std::string_view key, bool& value);
    bool read(std::string_view key, std::string& value, TextCheck check);
    bool read(std::string_view key, std::vector<std::string>& values, TextCheck check);
    /// The same for what may have a secret in it: no message repeats the value.
    bool read_unseen(std::string_view key, std::string& value, TextCheck check);
    bool read_unseen(std::string_view key, std::vector<std::string>& values, TextCheck check);
    /// A list, or a text alone in the place of a list of one.
    bool read_one_or_several(std::string_view key, std::vector<std::string>& values,
                             TextCheck check);
    bool read(std::string_view key, std::map<std::string, std::string>& values, TextCheck check_key,
              TextCheck check);
    /// Whole seconds from 1 to `max`.
    bool read(std::string_view key, std::chrono::seconds& value, std::chrono::seconds max);
    /// A whole number from `min` to `max`.
    template <class Integer>
    requires std::is_unsigned_v<Integer>
    bool read(std::string_view key, Integer& value, Integer min, Integer max) {
        const auto number =
            read_integer(key, static_cast<std::int64_t>(min), static_cast<std::int64_t>(max));
        if (number) value = static_cast<Integer>(*number);
        return number.has_value();
    }
    /// A span of time in its own unit, from `min` to `max`.
    template <class Rep, class Period>
    bool read(std::string_view key, std::chrono::duration<Rep, Period>& value,
              std::chrono::duration<Rep, Period> min, std::chrono::duration<Rep, Period> max) {
        const auto number = read_integer(key, min.count(), max.count());
        if (number) value = std::chrono::duration<Rep, Period>{*number};
        return number.has_value();
    }
    /// Who is allowed: texts as config/allowed.h has them.
    bool read(std::string_view key, AllowList& list);
    /// One of the words that are names of an enumeration's values.
    template <class Value, std::size_t count>
    bool read(std::string_view key, Value& value,
              const std::pair<std::string_view, Value> (&names)[count]) {
        std::vector<std::string_view> words;
        for (const auto& [word, meaning] : names) words.push_back(word);
        const auto index = read_word(key, words);
        if (index) value = names[*index].second;
        return index.has_value();
    }
    /// The same for a value that may be absent.
    template <class Value, class... More>
    bool read(std::string_view key, std::optional<Value>& value, More&&... more) {
        Value present{};
        const bool is_good = read(key, present, std::forward<More>(more)...);
        if (is_good) value = std::move(present);
        return is_good;
    }

    /// Reports that `key` is missing; `example` is a line that has it.
    void require(std::string_view key, std::string_view example);

    /// The value of `key`, of any kind, or null. The caller looks into it.
    const Node* take(std::string_view key);
    /// The value of `key` when it is a list, or null.
    const std::vector<Node>* take_list(std::string_view key, std::string_view list_of);
    /// The tables of [[path]], which ends in `key`, or null.
    const std::vector<Node>* take_tables(std::string_view key, std::string_view path);

    /// Reports keys that nothing asked for, with a guess at what was meant.
    void done();

    Report& report() { return report_; }
    /// The keys that were asked for until now.
    const std::vector<std::string_view>& known() const { return known_; }

private:
    const Node* find(std::string_view key) const;
    std::optional<std::int64_t> read_integer(std::string_view key, std::int64_t min,
                                             std::int64_t max);
    std::optional<std::size_t> read_word(std::string_view key,
                                         const std::vector<std::string_view>& words);
    enum class Echo { shown, unseen };
    bool read(std::string_view key, std::string& value, TextCheck check, Echo echo);
    bool read(std::string_view key, std::vector<std::string>& values, TextCheck check, Echo echo);
    /// Text that passes `check`; nothing after a report.
    std::optional<std::string> checked(std::string_view key, const Node& node, TextCheck check,
                                       Echo echo = Echo::shown);
    void wrong_kind(std::string_view key, const Node& node, std::string_view expected);

    const Node& table_;
    std::string name_;
    Report& report_;
    std::vector<std::string_view> known_;
};

/// The word nearest to `word` when it is near enough to be a slip of the pen, or "".
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace rhumb::config
