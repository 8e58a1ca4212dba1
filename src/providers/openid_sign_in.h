#pragma once
/// Signing in at the page of an OpenID provider: there and back again.

#include <map>
#include <mutex>

#include "identity/browser_sign_in.h"
#include "openid/client.h"
#include "providers/openid_memory.h"

namespace rhumb::providers {

/// Any thread; calls block.
///
/// What the browser keeps meanwhile is sealed: the secrets of this sign-in, where it goes on
/// afterwards, and until when it counts (ten minutes). It counts once.
class OpenIdSignIn final : public identity::BrowserSignIn {
public:
    /// All outlive it.
    OpenIdSignIn(const OpenIdMemory& memory, openid::Client& client,
                 const config::OpenIdProvider& settings)
        : memory_{memory}, client_{client}, settings_{settings} {}

    std::string label() const override;
    Result<Departure> depart(std::string_view callback, std::string_view return_address) override;
    Result<Arrival> arrive(std::string_view callback, std::string_view query,
                           std::string_view state) override;
    Result<std::string> sign_out_url(std::string_view user, std::string_view after) override;
    Result<std::optional<std::string>> signed_out_there(std::string_view message) override;

    static constexpr std::chrono::minutes journey_max{10};

private:
    /// True the first time; remembered until then.
    bool is_first(std::string_view what, Seconds until);

    const OpenIdMemory& memory_;
    openid::Client& client_;
    const config::OpenIdProvider& settings_;
    std::mutex mutex_;
    std::map<std::string, Seconds, std::less<>> used_;  // guarded by mutex_
};

}  // namespace rhumb::providers
