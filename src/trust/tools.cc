#include "trust/tools.h"

#include <array>

#include <unistd.h>

#include <fmt/format.h>

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

constexpr std::array directories{"usr/sbin", "usr/bin", "usr/local/bin", "sbin", "bin"};

}  // namespace

fs::path find_tool(const Places& places, std::string_view name) {
    for (const auto* const directory : directories)
        if (auto path = places.root / directory / name; ::access(path.c_str(), X_OK) == 0)
            return path;
    return {};
}

fs::path within_root(const Places& places, const fs::path& path) {
    if (places.enter.empty()) return path;
    return fs::path{"/"} / path.lexically_relative(places.root);
}

std::vector<std::string> to_run(const Places& places, const fs::path& tool,
                                std::vector<std::string> arguments) {
    auto all = places.enter;
    all.push_back(within_root(places, tool).string());
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

std::vector<std::string> to_run_as_user(const Places& places, const fs::path& tool,
                                        std::vector<std::string> arguments) {
    auto all = to_run(places, tool, std::move(arguments));
    if (!places.user) return all;
    const auto setpriv = find_tool({}, "setpriv");
    std::vector<std::string> as_user{setpriv.empty() ? "/usr/bin/setpriv" : setpriv.string(),
                                     fmt::format("--reuid={}", places.user->uid),
                                     fmt::format("--regid={}", places.user->gid), "--init-groups",
                                     "--"};
    all.insert(all.begin(), as_user.begin(), as_user.end());
    return all;
}

}  // namespace rhumb::trust
