#pragma once
/// The names that a certificate may carry: DNS names and IP addresses, checked once when they are
/// parsed.

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb::pki {

/// One name, in its one canonical spelling; two names are equal when their texts are.
class Name {
public:
    enum class Kind { dns, ip };

    /// A DNS name (lower-cased, a final dot removed; `*` allowed as the whole first label), an IPv4
    /// address, or an IPv6 address with or without brackets. Names beyond ASCII are refused: their
    /// A-label (xn--…) is what counts.
    static Result<Name> parse(std::string_view text);

    /// From the 4 or 16 bytes of an address, in network order.
    static Result<Name> from_address(std::string_view bytes);

    Kind kind() const { return kind_; }
    bool is_ip() const { return kind_ == Kind::ip; }
    /// True for `*.example.org`.
    bool is_wildcard() const { return kind_ == Kind::dns && text_.starts_with("*."); }
    const std::string& text() const { return text_; }
    /// The 4 or 16 bytes of an address in network order; "" for a DNS name.
    std::string address() const;

    auto operator<=>(const Name&) const = default;

private:
    Name(Kind kind, std::string text) : kind_{kind}, text_{std::move(text)} {}

    Kind kind_;  // DNS names sort before addresses
    std::string text_;
};

/// No more than this many names in one certificate.
inline constexpr std::size_t names_max = 100;

/// Parses all of `texts`, sorted and without repetitions. The error says which one is wrong.
Result<std::vector<Name>> parse_names(std::span<const std::string> texts);

/// Their texts, in the same order.
std::vector<std::string> to_texts(std::span<const Name> names);

/// True when a certificate for `pattern` is good for `name`: equal, or a wildcard that stands for
/// exactly the first label (RFC 9525 section 6.3).
bool covers(const Name& pattern, const Name& name);

}  // namespace rhumb::pki
