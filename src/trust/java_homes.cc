#include "trust/java_homes.h"

#include <algorithm>
#include <array>
#include <list>
#include <span>

#include <unistd.h>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr int links_max = 40;          // as Linux itself
constexpr std::size_t found_max = 64;  // more runtimes are a mistake, and each costs time
constexpr std::size_t release_size_max = 64U << 10U;

/// Where each system keeps its runtimes: every entry of these may be one.
constexpr std::array system_parents{"usr/lib/jvm", "usr/lib64/jvm", "usr/java", "opt"};
/// The same in a home: SDKMAN, IntelliJ, Gradle.
constexpr std::array home_parents{".sdkman/candidates/java", ".jdks", ".gradle/jdks"};

/// In the order in which Java itself looks; the last two are those of a JDK 8 or older.
constexpr std::array stores{"lib/security/jssecacerts", "lib/security/cacerts",
                            "jre/lib/security/jssecacerts", "jre/lib/security/cacerts"};

/// Sorted, so that reports are the same each time; empty where it cannot be read.
std::vector<fs::path> entries_of(const fs::path& directory) {
    std::vector<fs::path> all;
    std::error_code failed;
    for (fs::directory_iterator at{directory, failed}, end; !failed && at != end;
         at.increment(failed))
        all.push_back(at->path());
    std::ranges::sort(all);
    return all;
}

bool is_program(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

fs::path find_first(const fs::path& root, const fs::path& home, std::span<const char* const> names,
                    bool (*is_it)(const fs::path&)) {
    for (const auto* const name : names)
        if (auto real = resolve_below(root, home / name); !real.empty() && is_it(real)) return real;
    return {};
}

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

class Search {
public:
    explicit Search(const Places& places) : places_{places} {}

    JavaHomes run() && {
        for (const auto& named : places_.java_homes)
            if (!add(places_.root, fs::absolute(named))) found_.strange.push_back(named);
        if (places_.java_homes.empty()) look_around();
        return std::move(found_);
    }

private:
    void look_around() {
        if (!places_.java_home.empty() && !add("/", places_.java_home))
            found_.strange.push_back(places_.java_home);
        if (places_.root == "/") add_of_path();
        for (const auto* const parent : system_parents)
            for (const auto& entry : entries_of(places_.root / parent)) {
                // Below /opt a program may have brought its own, one level deeper.
                if (add(places_.root, entry) || std::string_view{parent} != "opt") continue;
                for (const auto& inner : entries_of(entry)) add(places_.root, inner);
            }
        if (places_.home.empty()) return;
        for (const auto* const parent : home_parents)
            for (const auto& entry : entries_of(places_.home / parent)) add("/", entry);
    }

    /// …/bin/java of PATH is a link into the home, as a rule.
    void add_of_path() {
        for (const auto& directory : places_.path) {
            const auto java = directory / "java";
            if (!is_program(java)) continue;
            add("/", resolve_below("/", java).parent_path().parent_path());
            return;
        }
    }

    /// False when there is no runtime. What is known already counts as added.
    bool add(const fs::path& root, const fs::path& directory) {
        auto home = resolve_below(root, directory);
        // The runtime within a JDK 8: the JDK is what people know.
        if (home.filename() == "jre" && is_program(home.parent_path() / "bin/keytool"))
            home = home.parent_path();
        if (home.empty() || found_.homes.size() >= found_max) return false;
        constexpr std::array programs{"bin/java", "jre/bin/java"};
        constexpr std::array keytools{"bin/keytool", "jre/bin/keytool"};
        JavaHome java{.home = home, .store = find_first(root, home, stores, is_file)};
        if (java.store.empty() && find_first(root, home, programs, is_program).empty())
            return false;
        if (std::ranges::find(found_.homes, home, &JavaHome::home) != found_.homes.end())
            return true;
        java.keytool = find_first(root, home, keytools, is_program);
        for (const auto* const file : {"release", "jre/release"})
            if (const auto text = read_file(home / file, release_size_max); java.version.empty())
                java.version = read_release(text.value_or(""), "JAVA_VERSION");
        found_.homes.push_back(std::move(java));
        return true;
    }

    const Places& places_;
    JavaHomes found_;
};

}  // namespace

std::string JavaHome::title() const {
    return version.empty() ? std::string{"Java"} : fmt::format("Java {}", version);
}

std::string read_release(std::string_view text, std::string_view key) {
    for (const auto raw : text::split(text, '\n')) {
        const auto line = text::trim(raw);
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || line.substr(0, equals) != key) continue;
        auto value = line.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return std::string{value};
    }
    return {};
}

fs::path resolve_below(const fs::path& root, const fs::path& path) {
    const auto relative = path.lexically_normal().lexically_relative(root.lexically_normal());
    std::list<fs::path> parts{relative.begin(), relative.end()};
    fs::path resolved = root;
    int links = 0;
    while (!parts.empty()) {
        const auto part = std::move(parts.front());
        parts.pop_front();
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (resolved != root) resolved = resolved.parent_path();
            continue;
        }
        std::error_code failed;
        const auto next = resolved / part;
        if (!fs::is_symlink(next, failed)) {
            resolved = next;
            continue;
        }
        if (++links > links_max) return {};
        const auto target = fs::read_symlink(next, failed);
        if (failed) return {};
        if (target.is_absolute()) resolved = root;
        const auto steps = target.relative_path();
        parts.insert(parts.begin(), steps.begin(), steps.end());
    }
    std::error_code failed;
    return fs::exists(resolved, failed) ? resolved : fs::path{};
}

JavaHomes find_java_homes(const Places& places) { return Search{places}.run(); }

}  // namespace rhumb::trust
