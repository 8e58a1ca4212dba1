#pragma once
/// ClientAuthorities: which certificates of clients count, kept in step with the store, the
/// configuration and the files that it names.

#include <filesystem>

#include "access/certificate_judge.h"
#include "access/client_trust.h"
#include "base/clock.h"
#include "config/document.h"
#include "observe/log.h"
#include "storage/store.h"

namespace rhumb::server {

/// For the main thread; judge() is asked by the loops. What is given outlives it.
class ClientAuthorities {
public:
    ClientAuthorities(const storage::Store& store, const Clock& clock, const observe::Log& log);

    const access::CertificateJudge& judge() const { return judge_; }

    /// After a change of the configuration. Relative paths begin at `directory`.
    void take(const config::Security& security, const std::filesystem::path& directory);
    /// After a change of the store by anybody: reads it where the change matters here.
    void look_at_store();
    /// A few times a second: reads files that were replaced.
    void look_at_files() {
        if (reader_.have_files_changed()) reload();
    }

private:
    void reload();

    const storage::Store& store_;
    const observe::Log& log_;
    config::Security security_;
    std::filesystem::path directory_;
    access::ClientTrustReader reader_;
    access::CertificateJudge judge_;
    std::vector<std::string> said_;
};

}  // namespace rhumb::server
