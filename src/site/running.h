#pragma once
/// What a running server says of itself to other programs on its data directory: which
/// configuration it serves, and where it really listens. It stays when the server ends: it then
/// says how it was served last.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "config/document.h"

namespace rhumb::site {

struct Running {
    pid_t process = 0;
    /// SHA-256, in hexadecimal, of the text of the configuration that is served.
    std::string digest{};
    /// That of a newer text which could not be served, and why; "" when there is none.
    std::string refused_digest{};
    std::string refusal{};
    /// Names that clients use for this machine, as its command line said: the first is for people.
    std::vector<std::string> hosts{};
    /// The file that is the configuration's home; empty where that is the store.
    std::filesystem::path config_file{};
    /// What is served, as far as it says who answers where: public URL, sites with their names,
    /// bindings and certificates. The ports are those that there really are: also those that the
    /// command line of the server has changed, and those that the system has chosen.
    config::Document document{};
};

/// Puts it into the data directory (`running.json`, mode 0600), in one step.
Result<void> write_running(const std::filesystem::path& data, const Running& running);

/// Nothing when there is none, or it cannot be read. It may be of a process that has ended:
/// server::find_running() looks.
std::optional<Running> read_running(const std::filesystem::path& data);

}  // namespace rhumb::site
