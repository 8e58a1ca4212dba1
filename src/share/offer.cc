#include "share/offer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/hash.h"
#include "share/making.h"
#include "share/zip.h"

namespace rhumb::share {

namespace {

Result<std::string> etag_of(std::string_view bytes) {
    TRY(const auto digest, crypto::sha256(bytes));
    return fmt::format("\"{}\"", text::to_hex(digest).substr(0, 24));
}

/// What a device opens by itself must not be forced into a file; a name is welcome all the same.
/// Safari takes a profile only when nothing is said.
std::string disposition_of(const File& file) {
    switch (file.role) {
        case Role::profile: return {};
        case Role::certificate: return fmt::format("inline; filename=\"{}\"", file.name);
        case Role::readme: return "inline";
        case Role::script:
        case Role::settings: break;
    }
    return fmt::format("attachment; filename=\"{}\"", file.name);
}

/// The root under names that never change.
std::vector<std::pair<std::string, File>> plain_forms(const pki::Certificate& root,
                                                      std::string_view name) {
    const auto stem = file_stem(root);
    const auto form = [&](std::string_view ending, std::string bytes, std::string_view type,
                          Role role) {
        return std::pair{fmt::format("{}.{}", name, ending),
                         File{.name = fmt::format("{}.{}", stem, ending),
                              .bytes = std::move(bytes),
                              .media_type = std::string{type},
                              .role = role}};
    };
    return {form("cer", root.to_der(), certificate_type, Role::certificate),
            form("crt", root.to_pem(), certificate_type, Role::certificate),
            form("pem", root.to_pem(), "application/x-pem-file", Role::settings)};
}

}  // namespace

Result<void> Offer::add(std::string path, Download download) {
    TRY(download.etag, etag_of(*download.bytes));
    downloads_.insert_or_assign(std::move(path), std::move(download));
    return {};
}

Result<Offer> Offer::make(const Installation& installation) {
    Offer offer;
    const auto add = [&offer](std::string path, const File& file) {
        return offer.add(std::move(path), {.bytes = std::make_shared<const std::string>(file.bytes),
                                           .media_type = file.media_type,
                                           .disposition = disposition_of(file),
                                           .etag = {}});
    };
    for (const auto platform : all_platforms) {
        TRY(auto bundle, make_bundle(platform, installation));
        const auto folder = std::string{to_text(platform)};
        for (const auto& file : bundle.files) TRY_DONE(add(folder + "/" + file.name, file));
        const File archive{.name = fmt::format("rhumb-{}.zip", folder),
                           .bytes = to_zip(bundle.files, "rhumb-" + folder),
                           .media_type = "application/zip"};
        TRY_DONE(add(folder + ".zip", archive));
        offer.bundles_.push_back(std::move(bundle));
    }
    constexpr std::array names{"root", "next"};
    for (std::size_t i = 0; i < installation.roots.size() && i < names.size(); ++i)
        for (const auto& [path, file] : plain_forms(installation.roots[i], names[i]))
            TRY_DONE(add(path, file));
    offer.roots_ = installation.roots;
    return offer;
}

const Bundle& Offer::bundle(Platform platform) const {
    return *std::ranges::find(bundles_, platform, &Bundle::platform);
}

const Download* Offer::find(std::string_view path) const {
    const auto found = downloads_.find(path);
    return found == downloads_.end() ? nullptr : &found->second;
}

}  // namespace rhumb::share
