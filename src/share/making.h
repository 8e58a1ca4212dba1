#pragma once
/// What the bundles of all platforms are made of; for the .cc files of this module alone.

#include <string>
#include <string_view>
#include <vector>

#include "share/bundle.h"
#include "share/templates.h"

namespace rhumb::share {

inline constexpr std::string_view certificate_type = "application/x-x509-ca-cert";
/// Scripts are saved, whatever a browser makes of their type; plain text can be read everywhere.
inline constexpr std::string_view script_type = "text/plain; charset=us-ascii";

/// A root in all forms.
struct RootFacts {
    pki::Certificate certificate;
    std::string stem;  ///< file_stem()
    std::string name;  ///< its common name, as to_plain() makes it
    std::string der;
    std::string pem;
    std::string sha256;  ///< AB:CD:…
    std::string sha1;
    std::vector<std::string> limits;  ///< what it can vouch for; empty: everything
};

struct Making {
    /// Of roots that were checked.
    explicit Making(const Installation& installation);

    std::vector<RootFacts> roots;
    std::string url;  ///< in plain signs; words where none is known

    /// One file for each root.
    std::vector<File> certificates(std::string_view ending, bool is_der) const;
    /// Their names, for a sentence.
    std::string names(std::string_view ending) const;
    /// README.txt: templates/head.txt, then templates/`name`.
    File readme(std::string_view name, bool is_dos = false) const;
};

std::vector<File> for_windows(const Making& making);
std::vector<File> for_macos(const Making& making);
std::vector<File> for_ios(const Making& making);
std::vector<File> for_linux(const Making& making);
std::vector<File> for_firefox(const Making& making);
std::vector<File> for_android(const Making& making);
Result<std::vector<File>> for_java(const Making& making);

/// Names and ranges that a root may vouch for; empty: all.
std::vector<std::string> limits_of(const pki::Certificate& root);

/// A SHA-1 as Windows writes it when it asks: "643DDD31 2E36667A …".
std::string to_thumbprint(std::string_view digest);

/// The lines of templates/linux.sh and java.sh that call "$@" once for each root.
std::string shell_calls(const Making& making);

}  // namespace rhumb::share
