#pragma once
/// NSS's own program certutil, put to work on one database.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/certificate.h"
#include "trust/nss_places.h"
#include "trust/places.h"

namespace rhumb::trust {

/// A line of what `certutil -L` prints.
struct NssEntry {
    std::string nickname;
    std::string attributes;  ///< for servers, mail and programs: "C,,", "CT,C,C", "P,,"

    /// An authority for servers, or a server that vouches for itself.
    bool is_for_servers() const;
    bool operator==(const NssEntry&) const = default;
};

/// Lines that are no entries are passed over.
std::vector<NssEntry> read_entries(std::string_view listing);

/// Calls block. Errors of all: `not_found`: certutil is missing; `denied`: the database has a
/// password of its own, or can only be read; `unavailable`: another program works on it (the
/// message names its process); `internal`: all else, with what certutil says.
class Certutil {
public:
    /// Programs run as the owner of the database, see Places::user.
    Certutil(NssDatabase database, Places places);

    const NssDatabase& database() const { return database_; }
    bool is_missing() const { return program_.empty(); }

    Result<std::vector<NssEntry>> list() const;

    /// NSS gives all that have the same subject as the one of that name; none when there is no such
    /// name.
    Result<std::vector<pki::Certificate>> certificates(const std::string& nickname) const;

    /// Asks NSS itself: would it take this one as the root of a Web server's certificate now
    /// (`is_authority`), or as that certificate itself?
    Result<bool> is_accepted(const std::string& nickname, bool is_authority) const;

    /// Adds it, or gives what is there other attributes. When adding fails, nothing stays.
    Result<void> add(const std::string& nickname, std::string_view attributes,
                     const pki::Certificate& certificate) const;
    Result<void> set_attributes(const std::string& nickname, std::string_view attributes) const;
    Result<void> remove(const std::string& nickname) const;

    /// Makes the database, without a password, with its folders (for their owner alone).
    Result<void> create() const;

    /// The call with these arguments as a person would type it.
    std::string to_shell(std::vector<std::string> arguments) const;

private:
    std::string name() const;  ///< "sql:/home/ann/.pki/nssdb"
    Result<std::string> run(std::string_view step, std::vector<std::string> arguments,
                            std::string input = {}) const;
    tl::unexpected<Error> explain(std::string_view step, std::string_view said) const;

    NssDatabase database_;
    Places places_;
    std::filesystem::path program_;  // empty: missing
};

/// The packages that bring certutil, for messages.
inline constexpr std::string_view needs_certutil =
    "the program certutil is missing; install the package libnss3-tools (nss-tools on Fedora, "
    "mozilla-nss-tools on SUSE, nss on Arch)";

}  // namespace rhumb::trust
