#pragma once
/// Writing TOML, key by key. Included by this module alone.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "config/document.h"
#include "config/words.h"

namespace rhumb::config {

/// As a basic string of TOML.
std::string quoted(std::string_view text);
/// `["a", "b"]`.
std::string list(const std::vector<std::string>& texts);
std::string list(const AllowList& entries);

/// Writes tables one after the other; a table that has nothing to say is left out.
class Writer {
public:
    void header(std::string_view name, bool is_needed = true) {
        header_ = name;
        if (is_needed) begin_table();
    }

    /// What is always written.
    void put(std::string_view key, std::string_view value) {
        begin_table();
        out_ += fmt::format("{} = {}\n", key, value);
    }

    void text(std::string_view key, std::string_view value, std::string_view by_default) {
        if (value != by_default) put(key, quoted(value));
    }
    void flag(std::string_view key, bool value, bool by_default) {
        if (value != by_default) put(key, value ? "true" : "false");
    }
    template <class Integer>
    void number(std::string_view key, Integer value, Integer by_default) {
        if (value != by_default) put(key, fmt::to_string(value));
    }
    void seconds(std::string_view key, std::chrono::seconds value,
                 std::chrono::seconds by_default) {
        number(key, value.count(), by_default.count());
    }
    template <class Value, std::size_t count>
    void word(std::string_view key, Value value, Value by_default,
              const Word<Value> (&words)[count]) {
        if (value != by_default) put(key, quoted(word_for(value, words)));
    }
    void texts(std::string_view key, const std::vector<std::string>& values) {
        if (!values.empty()) put(key, list(values));
    }
    /// What a part says about who gets in.
    template <class Part>
    void policy(const Part& part) {
        if (part.require_https)
            put("require_https", quoted(word_for(*part.require_https, require_https_words)));
        if (part.client_certificate)
            put("client_certificate",
                quoted(word_for(*part.client_certificate, client_certificate_words)));
        if (part.allow) put("allow", list(*part.allow));
    }
    template <class Map>
    void table(std::string_view name, const Map& map) {
        header(name, false);
        for (const auto& [key, value] : map) put(quoted(fmt::to_string(key)), quoted(value));
    }

    std::string take() { return std::move(out_); }

private:
    void begin_table() {
        if (header_.empty()) return;
        out_ += fmt::format("{}{}\n", out_.empty() ? "" : "\n", header_);
        header_.clear();
    }

    std::string out_;
    std::string header_;  // not written yet
};

/// [[security.provider]].
void write_provider(Writer& writer, const Provider& provider);

}  // namespace rhumb::config
