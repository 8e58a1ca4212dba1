#include "doctor/machine_look.h"

#include <algorithm>
#include <limits>
#include <set>

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include "base/child.h"
#include "base/files.h"
#include "base/text.h"
#include "crypto/library.h"

namespace rhumb::doctor {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t proc_file_max = 1U << 20U;

/// The first directory on the way up that is there.
fs::path existing(fs::path directory) {
    std::error_code failed;
    while (!fs::is_directory(directory, failed) && directory.has_relative_path())
        directory = directory.parent_path();
    return directory;
}

void add_disk(const fs::path& wanted, std::string purpose, std::set<dev_t>& seen,
              std::vector<DiskSeen>& disks) {
    const auto directory = existing(wanted);
    struct stat status {};
    struct statvfs facts {};
    if (::stat(directory.c_str(), &status) != 0 || ::statvfs(directory.c_str(), &facts) != 0)
        return;
    if (!seen.insert(status.st_dev).second) return;
    disks.push_back({.directory = directory,
                     .purpose = std::move(purpose),
                     .bytes = std::uint64_t{facts.f_blocks} * facts.f_frsize,
                     .bytes_free = std::uint64_t{facts.f_bavail} * facts.f_frsize,
                     .inodes = facts.f_files,
                     .inodes_free = facts.f_favail});
}

/// A line "Max open files   1024   524288   files": the soft limit.
std::optional<std::uint64_t> soft_limit(std::string_view limits, std::string_view name) {
    for (const auto line : text::split(limits, '\n')) {
        if (!line.starts_with(name)) continue;
        const auto rest = text::trim(line.substr(name.size()));
        const auto word = rest.substr(0, rest.find(' '));
        if (word == "unlimited") return std::numeric_limits<std::uint64_t>::max();
        const auto number = text::to_integer(word);
        if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
    }
    return std::nullopt;
}

}  // namespace

std::vector<DiskSeen> look_at_disks(const InstallationOrder& order,
                                    const config::Document& document) {
    std::vector<DiskSeen> disks;
    std::set<dev_t> seen;
    add_disk(order.data, "The data directory", seen, disks);
    const auto base = order.config_file ? order.config_file->parent_path() : order.data;
    for (const auto& site : document.sites) {
        if (site.access_log == config::AccessLog::off) continue;
        const auto log = site.access_log_file.empty() ? order.data / "logs"
                                                      : (base / site.access_log_file).parent_path();
        add_disk(log, fmt::format("The directory of the log of «{}»", site.name), seen, disks);
    }
    return disks;
}

ProcessSeen parse_process(pid_t process, std::string_view status, std::string_view limits) {
    ProcessSeen seen{.process = process};
    for (const auto line : text::split(status, '\n')) {
        if (!line.starts_with("Uid:")) continue;
        // Real, effective, saved, of the file system.
        const auto words = text::split(text::trim(line.substr(4)), '\t');
        if (words.size() < 2) continue;
        if (const auto user = text::to_integer(words[1]))
            seen.user = static_cast<std::uint32_t>(*user);
    }
    seen.descriptors_max = soft_limit(limits, "Max open files");
    seen.core_bytes_max = soft_limit(limits, "Max core file size");
    return seen;
}

ProcessSeen look_at_process(pid_t process) {
    const auto folder = fs::path{"/proc"} / std::to_string(process);
    const auto status = read_file(folder / "status", proc_file_max);
    const auto limits = read_file(folder / "limits", proc_file_max);
    auto seen = parse_process(process, status ? *status : "", limits ? *limits : "");
    std::error_code failed;
    seen.program = fs::read_symlink(folder / "exe", failed).string();
    constexpr std::string_view gone = " (deleted)";
    if (seen.program.ends_with(gone)) {
        seen.is_program_replaced = true;
        seen.program.resize(seen.program.size() - gone.size());
    }
    return seen;
}

Result<ClockSeen> look_at_clock(const storage::Store& store, Seconds now) {
    ClockSeen seen{.now = now};
    timex state{};
    if (::adjtimex(&state) >= 0) seen.is_synchronised = (state.status & STA_UNSYNC) == 0;
    TRY(const auto records,
        store.read([](const storage::View& view) { return view.certificates(); }));
    for (const auto& record : records) {
        if (seen.newest_made && record.created <= *seen.newest_made) continue;
        seen.newest_made = record.created;
        seen.newest_name = record.name;
    }
    return seen;
}

std::string version_of(std::string_view text) {
    constexpr std::string_view name = "OpenSSL ";
    if (!text.starts_with(name)) return "";
    const auto rest = text.substr(name.size());
    return std::string{rest.substr(0, rest.find_first_of(" \n"))};
}

OpensslSeen look_at_openssl() {
    const auto library = crypto::library();
    OpensslSeen seen{.loaded = version_of(library.version),
                     .has_post_quantum_group = library.has_post_quantum_group};
    const auto answer = child::run({.arguments = {"/usr/bin/openssl", "version"},
                                    .environment = {},
                                    .input = "",
                                    .limit = std::chrono::seconds{5}});
    if (answer && answer->is_success()) seen.system = version_of(answer->output);
    return seen;
}

}  // namespace rhumb::doctor
