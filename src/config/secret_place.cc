#include "config/secret_place.h"

#include <algorithm>

#include "config/checks.h"

namespace rhumb::config {
namespace {

constexpr std::string_view in_store = "store:";
constexpr std::string_view in_file = "file:";

struct PlaceOf {
    SecretPlace operator()(const SqlProvider& sql) const { return sql.password_from; }
    SecretPlace operator()(const LdapProvider& ldap) const { return ldap.password_from; }
    SecretPlace operator()(const OpenIdProvider& openid) const { return openid.client_secret_from; }
    SecretPlace operator()(const HttpProvider& http) const { return http.secret_from; }
    SecretPlace operator()(const ProgramProvider& /*program*/) const { return {}; }
};

}  // namespace

std::optional<std::string_view> secret_in_store(std::string_view place) {
    if (!place.starts_with(in_store)) return {};
    return place.substr(in_store.size());
}

std::optional<std::string_view> secret_in_file(std::string_view place) {
    if (!place.starts_with(in_file)) return {};
    return place.substr(in_file.size());
}

std::string check_secret_name(std::string& text) {
    constexpr std::size_t bytes_max = 100;
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, is_good)
               ? ""
               : "must have 1 to 100 letters, digits, “.”, “-” and “_”";
}

std::string check_secret_place(std::string& text) {
    if (const auto name = secret_in_store(text)) {
        std::string copy{*name};
        const auto fault = check_secret_name(copy);
        return fault.empty() ? "" : "names a secret of the store, whose name " + fault;
    }
    if (const auto file = secret_in_file(text)) {
        std::string copy{*file};
        if (!copy.starts_with('/'))
            return "must have an absolute path after “file:”, as in “file:/etc/rhumb/password”";
        return check_line(copy);
    }
    return "must be “store:NAME” (put it there: rhumb secret set NAME) or “file:/path”; no secret "
           "stands in a configuration";
}

std::vector<SecretPlace> secret_places(const Provider& provider) {
    auto place = std::visit(PlaceOf{}, provider.settings);
    if (place.empty()) return {};
    return {std::move(place)};
}

std::vector<std::string> providers_with_secret(const Security& security, std::string_view name) {
    std::vector<std::string> found;
    for (const auto& provider : security.providers) {
        const auto places = secret_places(provider);
        if (std::ranges::any_of(places,
                                [&](const auto& place) { return secret_in_store(place) == name; }))
            found.push_back(provider.name);
    }
    return found;
}

}  // namespace rhumb::config
