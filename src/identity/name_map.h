#pragma once
/// NameMap: what users and roles of one place are called in another.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "identity/role_store.h"

namespace rhumb::identity {

/// Immutable once read.
class NameMap {
public:
    /// A table in CSV of two columns without a head: "user:ann,user:anna", "role:gis admins,
    /// role:administrators"; an empty second one leaves somebody out. `invalid`, with the line: not
    /// of that form, of two kinds, or there twice.
    static Result<NameMap> read(std::string_view csv);

    /// What it is called there; the name itself where nothing is said. Nothing: it is left out.
    std::optional<std::string> find(Member::Kind kind, std::string_view name) const;

private:
    std::map<std::pair<Member::Kind, std::string>, std::string> names_;  // lower case; "": left out
};

}  // namespace rhumb::identity
