#pragma once
/// Where Java runtimes are, and which trust store each of them reads.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "trust/places.h"

namespace rhumb::trust {

/// One runtime (JRE or JDK). Paths are real ones: no symbolic links left, and below
/// `Places::root`.
struct JavaHome {
    std::filesystem::path home;
    std::string version{};  ///< of its file `release`: "17.0.15", "1.8.0_402"; "" when it has none
    /// The file that it reads by itself: jssecacerts, else cacerts, of lib/security or
    /// jre/lib/security; empty when it has neither (or a link that leads nowhere).
    std::filesystem::path store{};
    std::filesystem::path keytool{};  ///< empty: it came without

    /// "Java 17.0.15", or "Java" where the version is not known.
    std::string title() const;
};

/// What was found.
struct JavaHomes {
    std::vector<JavaHome> homes{};  ///< each once, in the order of looking
    /// Directories that a person named, but no runtime is in them.
    std::vector<std::filesystem::path> strange{};
};

/// With `places.java_homes` those alone. Else JAVA_HOME, the `java` of PATH, and all below
/// /usr/lib/jvm, /usr/lib64/jvm, /usr/java, /opt (two levels) and, in the user's home,
/// .sdkman/candidates/java, .jdks and .gradle/jdks. Runs nothing.
JavaHomes find_java_homes(const Places& places);

/// The value of `key` in the text of a file `release` (KEY="value" in lines); "" without.
std::string read_release(std::string_view text, std::string_view key);

/// Follows all symbolic links as programs do for which `root` is the root of the file system: what
/// an absolute link names is looked for below it. Empty when it leads nowhere, or in circles.
std::filesystem::path resolve_below(const std::filesystem::path& root,
                                    const std::filesystem::path& path);

}  // namespace rhumb::trust
