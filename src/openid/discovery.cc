#include "openid/discovery.h"

#include <algorithm>

#include "fetch/url.h"
#include "openid/json.h"

namespace rhumb::openid {

namespace {

using nlohmann::json;

constexpr std::size_t url_max = 2000;

bool is_this_machine(std::string_view host) {
    const bool is_number = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || host == "::1" || (is_number && host.starts_with("127."));
}

/// An endpoint as it is kept: what browsers and we make of the URL.
Result<std::string> endpoint_at(const json& metadata, const char* name, bool is_needed) {
    const auto value = text_at(metadata, name);
    if (value.empty()) {
        if (!is_needed) return std::string{};
        return fail(ErrorKind::invalid, "the provider's metadata have no {}", name);
    }
    const auto url = fetch::parse_url(value);
    if (!url || value.size() > url_max || value.find('#') != std::string::npos)
        return fail(ErrorKind::invalid, "{} of the provider's metadata is no URL", name);
    if (!url->is_https && !is_this_machine(url->host))
        return fail(ErrorKind::invalid, "{} of the provider's metadata is not https", name);
    // It will stand in fields of HTTP and in pages.
    auto endpoint = url->text();
    const bool is_plain = std::ranges::all_of(endpoint, [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '\\';
    });
    if (!is_plain)
        return fail(ErrorKind::invalid, "{} of the provider's metadata is not escaped", name);
    return endpoint;
}

/// True when the list at `name` has `word`; `otherwise` where there is no list.
bool lists(const json& metadata, const char* name, std::string_view word, bool otherwise) {
    const auto found = metadata.find(name);
    if (found == metadata.end() || !found->is_array()) return otherwise;
    return std::ranges::any_of(*found, [word](const json& one) {
        return one.is_string() && one.get_ref<const std::string&>() == word;
    });
}

}  // namespace

std::string discovery_url(std::string_view issuer) {
    while (issuer.ends_with('/')) issuer.remove_suffix(1);
    return fmt::format("{}/.well-known/openid-configuration", issuer);
}

Result<void> check_issuer(std::string_view issuer) {
    const auto url = fetch::parse_url(issuer);
    if (!url || issuer.size() > url_max)
        return fail(ErrorKind::invalid, "the issuer «{}» is no URL", issuer.substr(0, 200));
    if (issuer.find_first_of("?#@ ") != std::string_view::npos)
        return fail(ErrorKind::invalid, "the issuer «{}» has more than host and path", issuer);
    if (!url->is_https && !is_this_machine(url->host))
        return fail(ErrorKind::invalid, "the issuer «{}» is not https", issuer);
    return {};
}

Result<Discovery> parse_discovery(std::string_view text, std::string_view issuer) {
    TRY(const auto metadata, parse_object(text, "the provider's metadata"));
    Discovery found{.issuer = text_at(metadata, "issuer")};
    if (found.issuer != issuer)
        return fail(ErrorKind::invalid,
                    "the provider calls itself «{}», and the configuration says «{}»: they must be "
                    "the same, byte for byte",
                    found.issuer.substr(0, 200), issuer);
    TRY(found.authorization_endpoint, endpoint_at(metadata, "authorization_endpoint", true));
    TRY(found.token_endpoint, endpoint_at(metadata, "token_endpoint", true));
    TRY(found.jwks_uri, endpoint_at(metadata, "jwks_uri", true));
    TRY(found.userinfo_endpoint, endpoint_at(metadata, "userinfo_endpoint", false));
    TRY(found.end_session_endpoint, endpoint_at(metadata, "end_session_endpoint", false));
    if (!lists(metadata, "response_types_supported", "code", true))
        return fail(ErrorKind::invalid, "the provider does not know the code flow");
    const char* const methods = "token_endpoint_auth_methods_supported";
    found.takes_secret_in_header = lists(metadata, methods, "client_secret_basic", true) ||
                                   !lists(metadata, methods, "client_secret_post", false);
    const auto names = metadata.find("authorization_response_iss_parameter_supported");
    found.names_issuer_in_answers =
        names != metadata.end() && names->is_boolean() && names->get<bool>();
    return found;
}

}  // namespace rhumb::openid
