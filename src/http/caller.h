#pragma once
/// Caller: who asks, as far as it is proven; and Sight: what of a site he may see.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/privilege.h"

namespace rhumb::http {

/// Immutable. A default one is nobody.
struct Caller {
    /// What proved it.
    enum class By { nobody, token, session, certificate };

    By by = By::nobody;
    std::string user{};                ///< as its store writes it; "": nobody
    std::vector<std::string> roles{};  ///< in lower case, sorted; without the generic ones
    Privilege privilege = Privilege::view;
    /// Names what proved it without being it, for logs and the audit trail: "token 4f2a09c1…".
    std::string proof{};
    /// What forms of this session must send back (CSRF); "" without a session.
    std::string form_secret{};

    bool is_known() const { return by != By::nobody; }
    /// `role` in lower case.
    bool has_role(std::string_view role) const {
        return std::ranges::binary_search(roles, role, std::less<>{});
    }
};

/// What the caller of a request may see of the site it came to. For handlers that list what is
/// below them.
class Sight {
public:
    virtual ~Sight() = default;
    /// True when this caller would be let in at a decoded path ("/arcgis/rest/services/Parks"),
    /// over the channel it came by. Any thread; never blocks.
    virtual bool sees(std::string_view path) const = 0;
};

}  // namespace rhumb::http
