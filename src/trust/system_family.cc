#include "trust/system_family.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"

namespace rhumb::trust {

namespace fs = std::filesystem;

namespace {

using Words = std::string_view;

constexpr std::array fedora_ids{Words{"fedora"}, Words{"rhel"}, Words{"centos"}, Words{"amzn"}};
constexpr std::array debian_ids{Words{"debian"}, Words{"ubuntu"}, Words{"alpine"}, Words{"gentoo"}};
constexpr std::array arch_ids{Words{"arch"}};
constexpr std::array suse_ids{Words{"suse"}, Words{"opensuse"}, Words{"sles"}};

constexpr std::array fedora_anchors{Words{"etc/pki/ca-trust/source/anchors"}};
constexpr std::array debian_anchors{Words{"usr/local/share/ca-certificates"}};
constexpr std::array arch_anchors{Words{"etc/ca-certificates/trust-source/anchors"}};
// The one in /etc is for the machine's own; that in /usr, which other tools use, can be read-only.
constexpr std::array suse_anchors{Words{"etc/pki/trust/anchors"},
                                  Words{"usr/share/pki/trust/anchors"}};

constexpr std::array families{
    SystemFamily{"Fedora", fedora_ids, fedora_anchors, ".pem", false,
                 "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "update-ca-trust", "extract",
                 "extract", "dnf install ca-certificates"},
    SystemFamily{"Debian", debian_ids, debian_anchors, ".crt", true,
                 "etc/ssl/certs/ca-certificates.crt", "update-ca-certificates", "", "--fresh",
                 "apt-get install ca-certificates"},
    SystemFamily{"Arch", arch_ids, arch_anchors, ".crt", false,
                 "etc/ca-certificates/extracted/tls-ca-bundle.pem", "trust", "extract-compat",
                 "extract-compat", "pacman -S ca-certificates-utils p11-kit"},
    SystemFamily{"SUSE", suse_ids, suse_anchors, ".pem", false,
                 "var/lib/ca-certificates/ca-bundle.pem", "update-ca-certificates", "", "",
                 "zypper install ca-certificates"},
};

constexpr std::size_t os_release_size_max = 64U << 10U;

bool has_anchors(const SystemFamily& family, const fs::path& root) {
    std::error_code ignored;
    return std::ranges::any_of(
        family.anchors, [&](auto anchors) { return fs::is_directory(root / anchors, ignored); });
}

/// "opensuse-leap" is of SUSE as "opensuse" is.
bool is_of(const SystemFamily& family, std::string_view id) {
    return std::ranges::any_of(family.ids, [&](std::string_view known) {
        return id == known || (id.starts_with(known) && id.substr(known.size()).starts_with('-'));
    });
}

}  // namespace

std::span<const SystemFamily> system_families() { return families; }

std::vector<std::string> read_os_ids(std::string_view os_release) {
    std::vector<std::string> ids;
    std::vector<std::string> likes;
    for (const auto raw : text::split(os_release, '\n')) {
        const auto line = text::trim(raw);
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const auto key = line.substr(0, equals);
        if (key != "ID" && key != "ID_LIKE") continue;
        auto value = line.substr(equals + 1);
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
            value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        for (const auto word : text::split(value, ' '))
            if (!text::trim(word).empty())
                (key == "ID" ? ids : likes).push_back(text::to_lower(text::trim(word)));
    }
    ids.insert(ids.end(), likes.begin(), likes.end());
    return ids;
}

const SystemFamily* find_family(const fs::path& root) {
    for (const auto* const file : {"etc/os-release", "usr/lib/os-release"}) {
        const auto told = read_file(root / file, os_release_size_max);
        if (!told) continue;
        for (const auto& id : read_os_ids(*told))
            for (const auto& family : families)
                if (is_of(family, id)) return &family;
        break;
    }
    const auto* const there = std::ranges::find_if(
        families, [&](const SystemFamily& family) { return has_anchors(family, root); });
    return there == families.end() ? nullptr : there;
}

}  // namespace rhumb::trust
