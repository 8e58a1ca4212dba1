#pragma once
/// How the families of Linux distributions keep the roots that their programs trust.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb::trust {

/// One family. Paths are below the root of the system.
struct SystemFamily {
    std::string_view name;
    std::span<const std::string_view> ids;      ///< of os-release, ID or ID_LIKE
    std::span<const std::string_view> anchors;  ///< where added roots belong; the first is best
    std::string_view extension;
    bool passes_over_others;  ///< the tool reads PEM in files of that extension alone
    std::string_view bundle;  ///< what programs read, made by the tool
    std::string_view tool;
    std::string_view install_argument;  ///< "": none
    std::string_view remove_argument;
    std::string_view package_command;  ///< installs what the tool is in
};

/// The family of the system below `root`: as os-release says, for directories of other families
/// come with tools that one may install (p11-kit on Debian, say); where that says nothing that is
/// known, the first whose directory is there, in the order Fedora (has the directories of others,
/// too), Debian (and all that took over its tool: Alpine, Gentoo), Arch, SUSE. Null: none.
const SystemFamily* find_family(const std::filesystem::path& root);

/// All of them, for tests.
std::span<const SystemFamily> system_families();

/// The words of ID and ID_LIKE in an os-release file (os-release(5)), in their order. Lines that
/// make no sense are passed over.
std::vector<std::string> read_os_ids(std::string_view os_release);

}  // namespace rhumb::trust
