#include "trust/programs/root_files.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "pki/bag.h"
#include "trust/system_store.h"

namespace rhumb::trust::programs {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t entries_max = 10'000;

/// Eight hexadecimal digits, a dot, a number.
bool is_hashed_name(const std::string& name) {
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return name.size() > 9 && name[8] == '.' &&
           std::all_of(name.begin(), name.begin() + 8, is_hex) &&
           std::all_of(name.begin() + 9, name.end(), is_digit);
}

}  // namespace

bool is_of_system(const fs::path& path) {
    std::error_code ignored;
    const auto real = fs::weakly_canonical(path, ignored).string();
    constexpr std::array parents{"/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/usr/lib/ssl",
                                 "/var/lib/ca-certificates"};
    return std::ranges::any_of(parents, [&](std::string_view parent) {
        return real == parent || real.starts_with(fmt::format("{}/", parent));
    });
}

const Fingerprints& RootFiles::in_file(const fs::path& file) {
    const auto [at, is_new] = known_.try_emplace(file);
    if (!is_new) return at->second;
    const auto bytes = read_file(file, pki::bag_size_max);
    if (!bytes) return at->second;
    if (const auto bag = pki::read_bag(*bytes))
        for (const auto& certificate : bag->certificates)
            at->second.insert(certificate.fingerprint_sha256());
    return at->second;
}

Fingerprints RootFiles::in_directory(const fs::path& directory, Counted counted) {
    Fingerprints all;
    std::error_code failed;
    std::size_t count = 0;
    for (fs::directory_iterator at{directory, failed}, end;
         !failed && at != end && ++count <= entries_max; at.increment(failed)) {
        std::error_code ignored;
        if (counted == Counted::hashed && !is_hashed_name(at->path().filename().string())) continue;
        if (!at->is_regular_file(ignored)) continue;
        const auto& some = in_file(at->path());
        all.insert(some.begin(), some.end());
    }
    return all;
}

const std::optional<Fingerprints>& RootFiles::of_system() {
    if (has_asked_system_) return system_;
    has_asked_system_ = true;
    Found found;
    find_system_store(places_, found);
    if (found.stores.empty()) return system_;
    const auto roots = found.stores.front()->roots();
    if (!roots) return system_;
    system_.emplace();
    for (const auto& root : *roots) system_->insert(root.fingerprint_sha256());
    return system_;
}

}  // namespace rhumb::trust::programs
