#pragma once
/// The files to which settings of programs lead: roots, as each kind of program reads them.

#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"
#include "pki/certificate.h"

namespace rhumb::trust {

/// Where they are, all in one directory.
struct Material {
    std::filesystem::path directory;

    /// Our roots alone, PEM: for programs that add them to their own list.
    std::filesystem::path roots() const { return directory / "rhumb-roots.pem"; }
    /// The system's list and our roots, PEM: for programs that take one list instead of theirs.
    std::filesystem::path bundle() const { return directory / "bundle.pem"; }
    /// The same for Java, PKCS#12 with the password "changeit".
    std::filesystem::path java_store() const { return directory / "java-trust.p12"; }
};

/// How what is in the directory stands to what ought to be there.
enum class Freshness {
    absent,  ///< nothing was made yet
    fresh,
    stale,  ///< made before the roots changed, ours or the system's, or incomplete
};

/// "absent", "fresh", "stale".
std::string_view to_text(Freshness freshness);

Freshness freshness_of(const Material& material, std::span<const pki::Certificate> ours,
                       std::span<const pki::Certificate> systems);

/// Makes what is not fresh: the directory (readable by everybody: roots are no secret) and the
/// three files, each whole or not at all. `denied`: this user cannot write there.
Result<void> make_material(const Material& material, std::span<const pki::Certificate> ours,
                           std::span<const pki::Certificate> systems);

}  // namespace rhumb::trust
