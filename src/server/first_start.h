#pragma once
/// What a new data directory gets, so that there is something to see: a welcome page and two
/// services over real data.

#include <filesystem>

#include "config/document.h"
#include "observe/log.h"

namespace rhumb::server {

/// The first configuration. Copies the sample site and data out of `share` into `data`, as far as
/// they are there.
config::Document first_configuration(const std::filesystem::path& data,
                                     const std::filesystem::path& share, std::uint16_t http_port,
                                     std::uint16_t https_port, const observe::Log& log);

}  // namespace rhumb::server
