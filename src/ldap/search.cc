#include "ldap/search.h"

#include "base/text.h"

namespace rhumb::ldap {

const std::vector<std::string>& Entry::all(std::string_view attribute) const {
    static const std::vector<std::string> none;
    const auto found = values.find(text::to_lower(attribute));
    return found == values.end() ? none : found->second;
}

std::string Entry::first(std::string_view attribute) const {
    const auto& found = all(attribute);
    return found.empty() ? std::string{} : found.front();
}

}  // namespace rhumb::ldap
