#pragma once
/// What a new data directory gets, so that there is something to see: a welcome page and two
/// services over real data; and what an older one gets that newer ones have from the start.

#include <filesystem>

#include "base/clock.h"
#include "config/document.h"
#include "observe/log.h"
#include "site/home.h"
#include "storage/store.h"

namespace rhumb::server {

/// The first configuration. Copies the sample site and data out of `share` into `data`, as far as
/// they are there.
config::Document first_configuration(const std::filesystem::path& data,
                                     const std::filesystem::path& share, std::uint16_t http_port,
                                     std::uint16_t https_port, const observe::Log& log);

/// Gives an installation that was made before there were any the page /trust and the administration
/// API at /api/v1, on its first site: as a new revision, and once only. Who takes one out again is
/// not given it a second time. Nothing happens where the configuration is a file, and where
/// something else is at that path already.
Result<void> add_new_locations(storage::Store& store, site::Home& home, Seconds now,
                               const observe::Log& log);

}  // namespace rhumb::server
