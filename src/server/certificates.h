#pragma once
/// Certificates: all that a server does about its certificates. It reads them from the store,
/// renews them, looks whether they are served, publishes revocation lists, and keeps mirrors.

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certs/credentials.h"
#include "certs/first_start.h"
#include "certs/renewal.h"
#include "config/document.h"
#include "crypto/master_key.h"
#include "observe/log.h"
#include "server/mirrors.h"
#include "site/revocation_lists.h"

namespace rhumb::server {

/// For the main thread; credentials() and lists() are read by the loops. What is given outlives it.
class Certificates {
public:
    struct Surroundings {
        storage::Store& store;
        crypto::Seal& seal;
        crypto::MasterKeyPlace master_key;
        const Clock& clock;
        const observe::Log& log;
        std::vector<std::string> hosts;  ///< names that clients use, beside the machine's own
        std::chrono::milliseconds seen_limit{5'000};  ///< until a renewed certificate must be seen
    };
    explicit Certificates(Surroundings surroundings);

    /// Before anything is served: makes the authority and the certificate `auto` where there is
    /// none, renews what is due, and reads what there is.
    Result<certs::Prepared> prepare(const config::Document& document);

    /// After a change of the store by anybody.
    void reload();

    /// Renews what is due. A certificate that is then not seen at the endpoints of `served` (whose
    /// ports are the real ones), but another, is taken back. To be called every minute, after jumps
    /// of the clock, and after changes of the configuration; the loops run meanwhile.
    void look_after(const config::Document& served);

    std::shared_ptr<const certs::Credentials> credentials() const { return credentials_; }
    std::shared_ptr<const site::CurrentCrls> lists() const { return lists_; }

private:
    certs::HostFacts facts(const config::Document& document) const;
    void publish_lists();
    void warn_of_missing(const config::Document& document);
    void tell(const certs::RenewalReport& report);
    void see_served(const certs::RenewalReport& report, const certs::CredentialSet& before,
                    const config::Document& served);
    void take_back(const certs::Change& change, const std::string& why);
    Result<void> put_off(storage::Id certificate, const std::string& why);

    Surroundings around_;
    certs::Inventory inventory_;
    certs::Renewal renewal_;
    std::shared_ptr<certs::Credentials> credentials_ = std::make_shared<certs::Credentials>();
    std::shared_ptr<site::CurrentCrls> lists_;
    std::set<std::string> said_;  // warnings that were logged, each once
    std::chrono::steady_clock::time_point next_mirrors_{};
    Mirrors mirrors_;
};

}  // namespace rhumb::server
