#pragma once
/// Profiles: named sets of protocol versions and algorithms, from Mozilla's server-side TLS
/// guideline (modern and intermediate: version 6.0; old: version 5.8, the last that had it).

#include <optional>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace rhumb::tls {

enum class Profile {
    modern,        ///< TLS 1.3 only
    intermediate,  ///< TLS 1.2 with forward secrecy, TLS 1.3; the default
    old,  ///< down to TLS 1.0, CBC and 3DES; for devices that cannot be replaced, and for nothing
          ///< else
};

std::optional<Profile> to_profile(std::string_view name);
std::string_view to_string(Profile profile);

}  // namespace rhumb::tls
