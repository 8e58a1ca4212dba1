#pragma once
/// The one table that lists every kind of handler.

#include <filesystem>
#include <memory>

#include "base/snapshot.h"
#include "gis/catalogue.h"
#include "manager/parts.h"
#include "net/pool.h"
#include "server/trust_page.h"
#include "site/sites.h"

namespace rhumb::server {

/// What handlers are made of. What it refers to outlives them.
struct HandlerParts {
    std::filesystem::path share;  ///< what comes with the program
    net::Pool& pool;
    std::shared_ptr<const Snapshot<gis::Catalogue>> catalogue;
    const observe::Log& log;
    TrustPageParts trust;
};

site::HandlerMakers handler_makers(HandlerParts parts);

/// That of the administration API, which needs what is made later. `parts` outlives the handlers.
site::HandlerMaker api_maker(const manager::Parts& parts);

}  // namespace rhumb::server
