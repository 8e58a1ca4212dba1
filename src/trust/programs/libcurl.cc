#include "trust/programs/libcurl.h"

#include <algorithm>

#include "base/text.h"
#include "trust/programs/asking.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

void add(LoadedRoots& loaded, std::string_view word) {
    const fs::path path{text::trim(word)};
    if (path.is_absolute() && std::ranges::find(loaded.paths, path) == loaded.paths.end())
        loaded.paths.push_back(path);
}

}  // namespace

LoadedRoots read_libcurl_words(std::string_view text) {
    LoadedRoots loaded;
    for (const auto line : text::split(text, '\n')) {
        for (const std::string_view word : {"CAfile: ", "CApath: "})
            if (const auto at = line.find(word); at != std::string_view::npos)
                add(loaded, line.substr(at + word.size()));
        const auto found = line.find("found ");
        constexpr std::string_view in = " certificates in ";
        const auto at = found == std::string_view::npos ? found : line.find(in, found);
        if (at == std::string_view::npos) continue;
        loaded.is_gnutls = true;
        add(loaded, line.substr(at + in.size()));
    }
    return loaded;
}

void take_loaded_roots(std::string_view words, RootFiles& files, Program& program) {
    const auto loaded = read_libcurl_words(words);
    if (loaded.paths.empty()) return;
    program.is_asked = true;
    program.roots.emplace();
    std::vector<std::string> names;
    for (const auto& path : loaded.paths) {
        names.push_back(path.string());
        std::error_code ignored;
        const auto some =
            fs::is_directory(path, ignored)
                ? files.in_directory(path, loaded.is_gnutls ? Counted::all : Counted::hashed)
                : files.in_file(path);
        program.roots->insert(some.begin(), some.end());
    }
    program.reads = text::join(names, ", ");
    program.remedy =
        std::ranges::any_of(loaded.paths, is_of_system) ? system_remedy : variable_remedy;
}

}  // namespace rhumb::trust::programs
