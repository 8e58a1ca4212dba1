#include "doctor/anchors.h"

#include <algorithm>

#include "base/files.h"
#include "doctor/check.h"
#include "pki/bag.h"
#include "trust/install.h"

namespace rhumb::doctor {

namespace {

/// Debian's package ca-certificates: Mozilla's list, a file for each root.
constexpr const char* public_folder = "/usr/share/ca-certificates/mozilla";

std::vector<pki::Certificate> public_roots() {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator{public_folder, failed})
        if (entry.path().extension() == ".crt") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<pki::Certificate> roots;
    for (const auto& file : files) {
        const auto bytes = read_file(file, 1U << 20U);
        if (!bytes) continue;
        if (auto root = pki::Certificate::from_pem(*bytes)) roots.push_back(*std::move(root));
    }
    return roots;
}

/// Browsers have the public list beside what is in their store.
bool is_browser(const std::string& kind) { return kind == "nss" || kind == "firefox-policy"; }

std::string client_of(const trust::About& about) {
    if (about.kind == "system")
        return fmt::format("Programs of this machine (curl, wget, git, Python: {})",
                           about.location);
    return about.location;
}

}  // namespace

std::vector<Anchors> gather_anchors(const trust::Places& places, const std::string& from,
                                    std::chrono::milliseconds limit,
                                    std::vector<std::string>& unasked) {
    const Deadline deadline{limit};
    std::vector<Anchors> all;
    const auto known = public_roots();
    if (!known.empty())
        all.push_back({.kind = "public",
                       .client = "Browsers as they are installed (Mozilla's list)",
                       .roots = known,
                       .command = {}});
    const auto found = trust::find_stores(places, {});
    if (!found) {
        unasked.push_back(fmt::format("trust stores: {}", found.error().message));
        return all;
    }
    for (const auto& store : found->stores) {
        const auto about = store->about();
        if (deadline.is_over()) {
            unasked.push_back(fmt::format("{}: no time was left", about.location));
            continue;
        }
        auto roots = store->roots();
        if (!roots) {
            unasked.push_back(fmt::format("{}: {}", about.location, roots.error().message));
            continue;
        }
        if (is_browser(about.kind)) roots->insert(roots->end(), known.begin(), known.end());
        all.push_back(
            {.kind = about.kind,
             .client = client_of(about),
             .roots = *std::move(roots),
             .command = fmt::format("rhumb trust install --store {}{}", about.kind, from)});
    }
    return all;
}

Result<std::vector<Anchors>> anchors_in(const std::filesystem::path& file) {
    TRY(const auto bytes, read_file(file, pki::bag_size_max));
    auto bag = pki::read_bag(bytes);
    if (!bag) return tl::unexpected(std::move(bag).error().within(file.string()));
    if (bag->certificates.empty())
        return fail(ErrorKind::invalid, "{} has no certificate in it", file.string());
    return std::vector{Anchors{.kind = "file",
                               .client = fmt::format("A client with {}", file.string()),
                               .roots = std::move(bag->certificates),
                               .command = {}}};
}

}  // namespace rhumb::doctor
