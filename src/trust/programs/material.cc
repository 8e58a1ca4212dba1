#include "trust/programs/material.h"

#include <algorithm>
#include <set>
#include <vector>

#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "pki/bag.h"
#include "pki/trust_pkcs12.h"
#include "trust/client_store.h"
#include "trust/keytool.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

/// Ours first, then the system's that are not ours; each once.
std::vector<pki::Certificate> all_of(std::span<const pki::Certificate> ours,
                                     std::span<const pki::Certificate> systems) {
    std::vector<pki::Certificate> all;
    std::set<std::string> seen;
    for (const auto& some : {ours, systems})
        for (const auto& root : some)
            if (seen.insert(root.fingerprint_sha256()).second) all.push_back(root);
    return all;
}

/// One below the other, each with its subject above it.
std::string to_pem(std::span<const pki::Certificate> roots) {
    std::string text;
    for (const auto& root : roots) {
        // The subject is foreign text: nothing of it may look like another line.
        std::string subject = root.subject();
        std::ranges::replace_if(
            subject, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
        text += fmt::format("# {}\n{}", subject, root.to_pem());
    }
    return text;
}

bool has_text(const fs::path& file, const std::string& text) {
    const auto bytes = read_file(file, pki::bag_size_max);
    return bytes && *bytes == text;
}

/// The same roots, whatever the salt.
bool has_roots(const fs::path& file, const std::vector<pki::Certificate>& roots) {
    const auto bytes = read_file(file, pki::bag_size_max);
    if (!bytes) return false;
    const auto password = crypto::Secret::copy_of(usual_java_password);
    const auto bag = pki::read_bag(*bytes, &password);
    return bag && bag->certificates.size() == roots.size() &&
           std::ranges::all_of(roots, [&](const pki::Certificate& root) {
               return std::ranges::find(bag->certificates, root) != bag->certificates.end();
           });
}

Result<std::string> to_java_store(const std::vector<pki::Certificate>& roots,
                                  std::size_t count_of_ours) {
    std::vector<pki::TrustEntry> entries;
    for (std::size_t i = 0; i < roots.size(); ++i)
        entries.push_back(
            {i < count_of_ours
                 ? unique_name(roots[i])
                 : fmt::format("system-{}",
                               text::to_hex(roots[i].fingerprint_sha256()).substr(0, 16)),
             roots[i]});
    return pki::to_trust_pkcs12(entries, crypto::Secret::copy_of(usual_java_password));
}

Result<void> make_directory(const fs::path& directory) {
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (!failed && ::access(directory.c_str(), W_OK) != 0)
        failed = std::error_code{errno, std::generic_category()};
    if (failed)
        return fail(ErrorKind::denied,
                    "making files in {}: {}; name a directory of your own by --dir",
                    directory.string(), failed.message());
    return {};
}

}  // namespace

std::string_view to_text(Freshness freshness) {
    switch (freshness) {
        case Freshness::absent: return "absent";
        case Freshness::fresh: return "fresh";
        case Freshness::stale: return "stale";
    }
    return "stale";
}

Freshness freshness_of(const Material& material, std::span<const pki::Certificate> ours,
                       std::span<const pki::Certificate> systems) {
    std::error_code ignored;
    const bool is_absent = !fs::exists(material.roots(), ignored) &&
                           !fs::exists(material.bundle(), ignored) &&
                           !fs::exists(material.java_store(), ignored);
    if (is_absent) return Freshness::absent;
    const auto all = all_of(ours, systems);
    const bool is_fresh = has_text(material.roots(), to_pem(ours)) &&
                          has_text(material.bundle(), to_pem(all)) &&
                          has_roots(material.java_store(), all);
    return is_fresh ? Freshness::fresh : Freshness::stale;
}

Result<void> make_material(const Material& material, std::span<const pki::Certificate> ours,
                           std::span<const pki::Certificate> systems) {
    const auto all = all_of(ours, systems);
    const auto roots = to_pem(ours);
    const auto bundle = to_pem(all);
    TRY_DONE(make_directory(material.directory));
    if (!has_text(material.roots(), roots))
        TRY_DONE(write_file_atomically(material.roots(), roots));
    if (!has_text(material.bundle(), bundle))
        TRY_DONE(write_file_atomically(material.bundle(), bundle));
    if (has_roots(material.java_store(), all)) return {};
    TRY(const auto java_store, to_java_store(all, ours.size()));
    return write_file_atomically(material.java_store(), java_store);
}

}  // namespace rhumb::trust
