#include "server/client_authorities.h"

namespace rhumb::server {

ClientAuthorities::ClientAuthorities(const storage::Store& store, const Clock& clock,
                                     const observe::Log& log)
    : store_{store}, log_{log}, judge_{clock, std::make_shared<const access::ClientTrust>()} {}

void ClientAuthorities::take(const config::Security& security,
                             const std::filesystem::path& directory) {
    security_ = security;
    directory_ = directory;
    reload();
}

void ClientAuthorities::look_at_store() {
    const auto has_changed = reader_.has_store_changed(store_);
    if (!has_changed)
        log_.error("access", "certificates of clients: {}", has_changed.error().message);
    else if (*has_changed)
        reload();
}

void ClientAuthorities::reload() {
    auto read = reader_.read(store_, security_, directory_);
    // What counted goes on counting.
    if (!read) return log_.error("access", "certificates of clients: {}", read.error().message);
    judge_.take(std::move(read->trust));
    if (read->warnings == said_) return;
    for (const auto& warning : read->warnings) log_.warning("access", "{}", warning);
    said_ = std::move(read->warnings);
}

}  // namespace rhumb::server
