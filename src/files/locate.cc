#include "files/locate.h"

namespace rhumb::files {

std::string_view ending_of(http::Coding coding) {
    switch (coding) {
        case http::Coding::brotli: return ".br";
        case http::Coding::zstd: return ".zst";
        case http::Coding::gzip: return ".gz";
        case http::Coding::identity: return "";
    }
    return "";
}

bool is_hidden(std::string_view path) {
    constexpr std::string_view well_known = "/.well-known/";
    const auto from = path.starts_with(well_known) ? well_known.size() - 1 : 0;
    return path.find("/.", from) != std::string_view::npos;
}

std::string_view strip_prefix(std::string_view path, std::string_view prefix) {
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    path.remove_prefix(std::min(path.size(), prefix.size()));
    if (path.size() > 1) path.remove_prefix(1);  // the slash before the first segment
    return path;
}

namespace {

void look_for_siblings(const Beneath& root, Located& located) {
    for (const auto coding : http::all_codings) {
        const auto ending = ending_of(coding);
        if (ending.empty() || located.name.ends_with(ending)) continue;
        const auto beside = root.look(located.name + std::string{ending});
        // An older one was made of what the file was before.
        if (beside && beside->is_file() && beside->modified_ns >= located.stamp.modified_ns)
            located.siblings[static_cast<std::size_t>(coding)] = *beside;
    }
}

/// The first index file that the directory has, where it has one.
Result<void> look_for_index(const Beneath& root, const std::vector<std::string>& index,
                            Located& located) {
    for (const auto& index_name : index) {
        auto name = located.name.empty() ? index_name : located.name + "/" + index_name;
        const auto stamp = root.look(name);
        if (!stamp && stamp.error().kind == ErrorKind::unavailable)
            return tl::unexpected(stamp.error());
        if (!stamp || !stamp->is_file()) continue;
        located.kind = Located::Kind::file;
        located.name = std::move(name);
        located.stamp = *stamp;
        return {};
    }
    return {};
}

}  // namespace

Result<Located> locate(const Beneath& root, std::string_view path,
                       const std::vector<std::string>& index) {
    const bool has_slash = path.ends_with('/');
    Located located;
    located.name = path.substr(0, path.size() - (has_slash ? 1 : 0));
    TRY(located.stamp, root.look(located.name));
    if (located.stamp.is_directory()) {
        located.kind = has_slash ? Located::Kind::directory : Located::Kind::unslashed;
        if (!has_slash) return located;
        TRY_DONE(look_for_index(root, index, located));
    } else if (has_slash || !located.stamp.is_file()) {
        return fail(ErrorKind::not_found, "«{}» is not a file that can be served", located.name);
    }
    if (located.kind == Located::Kind::file) look_for_siblings(root, located);
    return located;
}

}  // namespace rhumb::files
