#pragma once
/// keytool: the program by which Java changes its own stores.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/child.h"
#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::trust {

/// A certificate in a keystore of Java.
struct KeystoreEntry {
    std::string alias;
    bool is_trusted = false;  ///< an entry of its own, not part of a private key's chain
    pki::Certificate certificate;
};

/// Reads what `keytool -list -rfc` says in English. What is no certificate that can be read is
/// passed over: such a thing does not make the others untrusted.
std::vector<KeystoreEntry> read_keystore_listing(std::string_view text);

/// Calls block for about a second each: a Java machine starts. Errors: `denied`: the password is
/// another one; `invalid`: the file is no keystore, or damaged; `not_found`: keytool is missing;
/// `unavailable`: it took longer than a minute.
class Keytool {
public:
    /// `command`: the program, or what runs it. `password_file`: its first line is the password
    /// (empty path: "changeit", which Java's own stores have).
    Keytool(std::vector<std::string> command, std::filesystem::path password_file);

    bool is_known() const { return !command_.empty(); }

    Result<std::vector<KeystoreEntry>> list(const std::filesystem::path& store) const;

    /// Adds it as trusted, under an alias that must be free.
    Result<void> add(const std::filesystem::path& store, const std::string& alias,
                     const pki::Certificate& certificate) const;

    Result<void> remove(const std::filesystem::path& store, const std::string& alias) const;

    /// The same, for a person: adds what is on standard input.
    std::string add_command(const std::filesystem::path& store, const std::string& alias) const;
    std::string remove_command(const std::filesystem::path& store, const std::string& alias) const;

private:
    std::vector<std::string> password() const;
    std::vector<std::string> whole(std::vector<std::string> arguments,
                                   const std::filesystem::path& store) const;
    Result<child::Finished> run(std::vector<std::string> arguments,
                                const std::filesystem::path& store, std::string input) const;

    std::vector<std::string> command_;
    std::filesystem::path password_file_;
};

/// What Java's own stores are locked with, everywhere.
inline constexpr std::string_view usual_java_password = "changeit";

}  // namespace rhumb::trust
