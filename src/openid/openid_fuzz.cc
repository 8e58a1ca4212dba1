/// Any bytes as what a provider says (its metadata, keys, tokens, claims, answers) and as the query
/// of a callback: refused or read, but never a crash, a hang or a leak, and nothing unsigned
/// counts.

#include <cstdlib>
#include <string>
#include <string_view>

#include "openid/claims.h"
#include "openid/code_flow.h"
#include "openid/discovery.h"
#include "openid/id_token.h"
#include "openid/jose.h"

using namespace rhumb::openid;

namespace {

const Keys& known_keys() {
    // A public key of nobody: its private half was never kept.
    static const auto keys = Keys::parse(
        R"({"keys":[{"kty":"EC","crv":"P-256","kid":"key1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    return *keys;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    constexpr std::string_view issuer = "https://id.example.org";
    if (const auto found = parse_discovery(bytes, issuer); found && found->issuer != issuer)
        std::abort();
    if (const auto keys = Keys::parse(bytes)) (void)keys->count();
    if (const auto header = read_header(bytes); header && !is_known_algorithm(header->algorithm))
        std::abort();
    (void)known_keys().payload_of(bytes);
    if (const auto query = parse_callback(bytes)) (void)error_word(query->error);
    (void)parse_token_answer(bytes);
    (void)parse_token_error(bytes);
    if (const auto claims = Claims::parse(bytes, "fuzz")) {
        const Expected expected{
            .issuer = issuer, .client_id = "rhumb", .access_token = "a", .algorithm = "ES256"};
        (void)check_id_token(*claims, expected);
        (void)check_logout_token(*claims, expected);
        (void)claims->texts("realm_access.roles");
        (void)claims->filled_from(*claims);
    }
    return 0;
}
