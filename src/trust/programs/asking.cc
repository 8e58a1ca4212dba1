#include "trust/programs/asking.h"

#include <algorithm>

#include <unistd.h>

#include "base/text.h"
#include "trust/tools.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

/// Enough for the fingerprints of a thousand roots.
constexpr std::size_t answer_max = std::size_t{1} << 20U;

bool is_program(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

fs::path find_program(const Surroundings& surroundings, std::string_view name) {
    for (const auto& directory : surroundings.places.path)
        if (auto path = directory / name; directory.is_absolute() && is_program(path)) return path;
    return {};
}

std::vector<fs::path> find_all_programs(const Surroundings& surroundings, std::string_view name) {
    std::vector<fs::path> found;
    std::vector<fs::path> real;
    for (const auto& directory : surroundings.places.path) {
        const auto path = directory / name;
        if (!directory.is_absolute() || !is_program(path)) continue;
        std::error_code ignored;
        const auto target = fs::canonical(path, ignored);
        if (std::ranges::find(real, target) != real.end()) continue;
        real.push_back(target);
        found.push_back(path);
    }
    return found;
}

Result<child::Finished> ask(const Surroundings& surroundings, const fs::path& program,
                            std::vector<std::string> arguments,
                            const std::vector<std::string>& extra) {
    auto environment = extra;
    if (!surroundings.places.home.empty())
        environment.push_back("HOME=" + surroundings.places.home.string());
    // A proxy of somebody's settings must not be asked for what is on this machine.
    environment.insert(environment.end(), {"no_proxy=*", "NO_PROXY=*"});
    for (const auto& [name, value] : surroundings.variables)
        environment.push_back(fmt::format("{}={}", name, value));
    return child::run(
        {.arguments = to_run_as_user(surroundings.places, program, std::move(arguments)),
         .environment = std::move(environment),
         .input = {},
         .limit = std::chrono::seconds{30},
         .output_max = answer_max});
}

std::string version_in(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_digit(text[at])) continue;
        auto end = at;
        while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
        const auto word = text.substr(at, end - at);
        if (word.find('.') != std::string_view::npos && word.back() != '.')
            return std::string{word};
        at = end;
    }
    return {};
}

std::vector<std::string> values_of(std::string_view text, std::string_view key) {
    std::vector<std::string> values;
    for (const auto raw : text::split(text, '\n')) {
        const auto line = text::trim(raw);
        if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
            values.emplace_back(text::trim(line.substr(key.size())));
    }
    return values;
}

std::string value_of(std::string_view text, std::string_view key) {
    auto values = values_of(text, key);
    return values.empty() ? std::string{} : std::move(values.front());
}

Fingerprints to_fingerprints(const std::vector<std::string>& digests) {
    Fingerprints all;
    for (auto digest : digests) {
        std::erase(digest, ':');
        if (auto bytes = text::from_hex(digest); bytes && bytes->size() == 32)
            all.insert(*std::move(bytes));
    }
    return all;
}

}  // namespace rhumb::trust::programs
