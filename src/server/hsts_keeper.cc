#include "server/hsts_keeper.h"

namespace rhumb::server {

void HstsKeeper::take(const config::Document& document) {
    const auto memory =
        store_.read([](const storage::View& view) { return site::HstsMemory::read(view); });
    if (memory)
        for (const auto& sentence : memory->advice(document, clock_.now()))
            log_.warning("config", "{}", sentence);
    look_after(document);
}

void HstsKeeper::look_after(const config::Document& document) {
    const auto now = clock_.now();
    const auto noted = [&]() -> Result<site::HstsMemory> {
        TRY(auto memory, store_.read(site::HstsMemory::read));
        if (!memory.note(document, now)) return memory;
        return store_.transact([&](storage::Transaction& transaction) -> Result<site::HstsMemory> {
            TRY(auto current, site::HstsMemory::read(transaction));
            current.note(document, now);
            TRY_DONE(current.write(transaction));
            return current;
        });
    }();
    if (!noted)
        return log_.error("server", "noting what browsers were told about HTTPS: {}",
                          noted.error().message);
    forgetting_->replace(noted->forgetting(document, now));
}

}  // namespace rhumb::server
