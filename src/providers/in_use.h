#pragma once
/// A provider that is in use: as its kind made it, behind its guard. Inside this module only.

#include <memory>
#include <optional>
#include <string>

#include "providers/current.h"

namespace rhumb::providers {

/// What a provider is made of: its settings, its secrets, its roots. Another one: it is to be made
/// anew. Kept in memory alone. The error: a secret that cannot be read.
Result<std::string> ingredients(const config::Provider& provider, const Surroundings& surroundings);

/// Any thread.
class InUse {
public:
    static Result<std::shared_ptr<InUse>> make(const config::Provider& wanted,
                                               const Surroundings& surroundings);

    const config::Provider& config() const { return config_; }
    const std::string& made_of() const { return made_of_; }
    /// `invalid`: it keeps none.
    Result<identity::UserStore*> users() const;
    Result<identity::RoleStore*> roles() const;
    identity::BrowserSignIn* browser_sign_in() const { return browser_sign_in_.get(); }
    ProviderStatus status() const;
    /// Asks for nobody in particular when it rests and its rest is over. Blocks.
    void look_after();

private:
    InUse(config::Provider config, std::string made_of, std::unique_ptr<Provider> provider,
          const Surroundings& surroundings);

    const config::Provider config_;
    const std::string made_of_;
    const std::unique_ptr<Provider> provider_;
    Guard guard_;
    Guard browser_guard_;
    std::unique_ptr<identity::UserStore> users_;
    std::unique_ptr<identity::RoleStore> roles_;
    std::unique_ptr<identity::BrowserSignIn> browser_sign_in_;
};

}  // namespace rhumb::providers
