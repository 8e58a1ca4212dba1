#include "certs/known_roots.h"

#include <array>

#include "base/files.h"
#include "certs/authority.h"
#include "pki/bag.h"

namespace rhumb::certs {

namespace {

/// Debian and Arch, Fedora and its kind, SUSE, Alpine.
constexpr std::array bundles{"/etc/ssl/certs/ca-certificates.crt",
                             "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                             "/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/cert.pem"};

std::vector<pki::Certificate> system_roots() {
    for (const auto* const file : bundles) {
        const auto bytes = read_file(file, pki::bag_size_max);
        if (!bytes) continue;
        if (auto bag = pki::read_bag(*bytes)) return std::move(bag->certificates);
    }
    return {};
}

}  // namespace

std::vector<pki::Certificate> known_roots(const storage::Store& store) {
    auto roots = system_roots();
    if (const auto authority = Authority::find(store); authority && *authority)
        roots.push_back((*authority)->root());
    return roots;
}

}  // namespace rhumb::certs
