#pragma once
/// Headers: the fields of a message in their order, kept as the lines HTTP/1.1 sends, so that
/// sending is one copy. A value type. Names are compared without case (RFC 9110 section 5.1); write
/// ours in lower case, as HTTP/2 needs them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb::http {

class Headers {
public:
    struct Field {
        std::string_view name;
        std::string_view value;
    };

    /// Adds a field at the end. CR, LF and NUL in a value become blanks: no value can make a second
    /// field.
    void add(std::string_view name, std::string_view value);
    /// Removes all of that name, then adds.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    /// All fields of `others` after ours.
    void append(const Headers& others);
    void clear();

    /// The first value of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name).has_value(); }
    /// How many fields have that name.
    std::size_t count(std::string_view name) const;
    /// All values of that name, joined by ", " (RFC 9110 section 5.2); empty when there is none.
    std::string joined(std::string_view name) const;
    /// True when `token` stands in the comma-separated list that the fields of that name make.
    bool has_token(std::string_view name, std::string_view token) const;

    std::size_t size() const { return places_.size(); }
    Field at(std::size_t index) const;

    /// "name: value\r\n" of all fields.
    std::string_view lines() const { return lines_; }

private:
    struct Place {
        std::uint32_t name_begin, name_size, value_begin, value_size;
    };
    std::string lines_;
    std::vector<Place> places_;
};

}  // namespace rhumb::http
