#pragma once
/// The pages where people sign in and out, and where they look after what is theirs: on every site,
/// over HTTPS alone.
///
/// - `/login?return=/path`: name and password, then a code where the user has a second factor; then
///   on to that path of this site;
/// - `/login/first`: the code of the first start makes the first administrator;
/// - `/login/openid` and below: signing in at a page of the user store's own
///   (access/login_openid.h);
/// - `/logout`: here, or at that page, too;
/// - `/account` and below: sessions, password, second factor (access/account.h).

#include <memory>

#include "access/parts.h"
#include "http/handler.h"

namespace rhumb::access {

/// Immutable; all loops at once. The gate has set the client's address and refuses these paths in
/// the clear; so does this.
class SignInPages final : public http::Handler {
public:
    /// `parts` outlive it.
    explicit SignInPages(const Parts& parts) : parts_{parts} {}

    net::Task<http::Response> handle(http::Request& request) const override;

private:
    net::Task<http::Response> answer(http::Request& request) const;

    const Parts& parts_;
};

/// What a form of these pages may hold.
inline constexpr std::size_t sign_in_form_bytes_max = std::size_t{16} << 10U;

}  // namespace rhumb::access
