#pragma once
/// Provider: the seam for places outside where users and roles are kept. Each kind is a file of its
/// own; kinds.cc has the table of them.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/provider.h"
#include "crypto/seal.h"
#include "crypto/secret.h"
#include "identity/browser_sign_in.h"
#include "identity/role_store.h"
#include "identity/user_store.h"
#include "observe/log.h"
#include "storage/store.h"

namespace rhumb::providers {

/// What came of trying a connection, step by step: "the name db.example.org is found", "somebody
/// answers at …", "the certificate is trusted", "the password is right", "users are found (3 of the
/// first page: ann, bob, eve)". The first that fails is the last.
struct ConnectionTest {
    struct Step {
        std::string what{};  ///< "certificate of ldap.example.org"
        bool is_good = false;
        std::string said{};    ///< in plain words, what was found or why not
        std::string remedy{};  ///< what to do about it; "" where it is good
    };
    std::vector<Step> steps{};

    bool is_good() const;
};

/// One place. Any thread; calls block, each for at most the configured time limit and with at most
/// so many connections at a time, so never on a loop. Errors are `unavailable` whenever the place
/// cannot say (gone, slow, its certificate is bad, our password is wrong, its answer makes no
/// sense), with a message that names the provider, the step and the remedy, and no secret. Answers
/// are foreign: they are bounded in size, and checked (names that identity::check_user_name()
/// refuses are left out).
class Provider {
public:
    virtual ~Provider() = default;

    /// Null: it keeps none. They live as long as this.
    virtual identity::UserStore* users() = 0;
    virtual identity::RoleStore* roles() = 0;
    /// Null: its users sign in with name and password here.
    virtual identity::BrowserSignIn* browser_sign_in() { return nullptr; }

    /// Connects anew, past pools and back-off, and looks at what is needed.
    virtual ConnectionTest test_connection() = 0;
};

/// What providers are made with; outlives them.
struct Surroundings {
    storage::Store& store;
    const crypto::Seal& seal;
    const Clock& clock;
    const observe::Log& log;
    /// Secrets that were typed and are not kept (yet), by the names that the store would have them
    /// under: "store:NAME" is looked for here first. Null: there are none.
    const std::map<std::string, crypto::Secret, std::less<>>* typed_secrets = nullptr;
};

/// One kind of place.
struct Kind {
    std::string_view name;   ///< as the configuration has it
    std::string_view label;  ///< for people: "LDAP directory"
    bool keeps_users = true;
    bool keeps_roles = true;
    bool checks_passwords = true;  ///< false: BrowserSignIn
    /// Connects to nothing yet. The error: a secret that cannot be read, settings that make no
    /// sense.
    Result<std::unique_ptr<Provider>> (*make)(const config::Provider&, const Surroundings&);
};

std::span<const Kind> kinds();
/// Null for a word that is none.
const Kind* find_kind(std::string_view name);

/// As its kind makes it, without guard and memory.
Result<std::unique_ptr<Provider>> make_provider(const config::Provider& provider,
                                                const Surroundings& surroundings);

/// By the lists `administrators` and `publishers` of a provider, without regard to ASCII case.
identity::Privilege privilege_of(const std::vector<std::string>& roles,
                                 const config::Provider& provider);

}  // namespace rhumb::providers
