#pragma once
/// Questions to a directory and what it answers, as values.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ldap/failure.h"

namespace rhumb::ldap {

/// One entry as the directory gives it: foreign bytes.
struct Entry {
    std::string name{};  ///< in full, as the directory writes it
    /// By attribute, in lower case with its options: "member;range=0-1499".
    std::map<std::string, std::vector<std::string>, std::less<>> values{};

    /// Of an attribute (any case); none when it has none.
    const std::vector<std::string>& all(std::string_view attribute) const;
    /// The first; "" without one.
    std::string first(std::string_view attribute) const;
};

struct Search {
    enum class Scope { entry, subtree };

    std::string base{};
    Scope scope = Scope::subtree;
    std::string filter = "(objectClass=*)";
    std::vector<std::string> attributes{};  ///< none: none at all, names alone
    /// So many entries at most; a directory that sends more is cut off.
    std::size_t entries_max = 1000;
    std::uint32_t page_size = 0;  ///< asked for so many at a time (RFC 2696); 0: all at once
};

/// How a search ended.
struct SearchEnd {
    bool is_cut = false;      ///< there is more than is allowed, there or here
    bool is_missing = false;  ///< there is nothing called as the base is
};

/// What came of a name and a password.
struct BindEnd {
    int code = 0;              ///< LDAP's result code: 0 is yes, 49 no
    std::string said{};        ///< what the server said about it, made harmless
    bool is_locked = false;    ///< by the password policy's control, where the directory sends it:
    bool is_expired = false;   ///< the password
    bool must_change = false;  ///< the password, before anything else

    bool is_good() const { return code == 0; }
};

inline constexpr int invalid_credentials = 49;

}  // namespace rhumb::ldap
