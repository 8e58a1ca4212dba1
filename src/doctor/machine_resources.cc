#include "doctor/machine_resources.h"

#include <algorithm>
#include <array>

#include "base/child.h"
#include "base/text.h"

namespace rhumb::doctor {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

/// Less than this is nothing: a change of the store needs room for its log.
constexpr std::uint64_t bytes_needed = 16 * mebibyte;
/// More than this is never too little, however large the disk is.
constexpr std::uint64_t bytes_enough = 1024 * mebibyte;
constexpr std::uint64_t inodes_needed = 64;
constexpr std::uint64_t inodes_enough = 20'000;
constexpr std::uint64_t descriptors_least = 512;

/// Before this no Rhumb was made that knows backups; a clock that says so is not set.
constexpr Seconds program_begin = std::chrono::sys_days{std::chrono::year{2026} / 11 / 1};

constexpr std::array all_rules_here{
    Rule{
        "machine.disk.full", Severity::error, "no room is left where something must be written",
        "Free some space there, or make the file system larger; until then no change can be kept."},
    Rule{"machine.disk.nearly-full", Severity::warning, "little room is left",
         "Free some space there, or make the file system larger."},
    Rule{"machine.inodes.full", Severity::error, "no more files can be made",
         "Remove files there (many small ones), until then no change can be kept."},
    Rule{"machine.inodes.nearly-full", Severity::warning, "only few files can be made",
         "Remove files there (many small ones)."},
    Rule{
        "machine.user.root", Severity::note, "the server runs as root",
        "Let it run as a user of its own; for ports below 1024 it needs one capability, not root."},
    Rule{
        "machine.limit.few-descriptors", Severity::warning,
        "the server may hardly open files and connections",
        "Raise the limit: LimitNOFILE=65536 in the unit of systemd, or ulimit -n before the start."},
    Rule{
        "machine.limit.descriptors", Severity::note,
        "the server may open fewer connections than its configuration promises",
        "Raise the limit: LimitNOFILE=65536 in the unit of systemd, or ulimit -n before the start; "
        "or lower server.limits.connections."},
    Rule{"machine.program.replaced", Severity::note,
         "the server runs, and its program on the disk is another one by now",
         "Start the server anew, so that the new program runs."},
    Rule{"machine.core.dumps", Severity::note,
         "a crash of the server would write its memory, with keys, to a file",
         "Set LimitCORE=0 in the unit of systemd, or ulimit -c 0 before the start."},
    Rule{"clock.unsynchronised", Severity::note, "nothing keeps this machine's clock right",
         "Let a time service set it; certificates are judged by the clock."},
    Rule{"clock.behind", Severity::error, "this machine's clock is far behind",
         "Set the clock right, and let a time service keep it so."},
    Rule{"openssl.older", Severity::warning, "Rhumb runs with an older OpenSSL than the system has",
         "Build Rhumb anew: ./run --build, and start the server anew."},
    Rule{"openssl.no-post-quantum", Severity::note,
         "this OpenSSL has no key exchange that withstands quantum computers",
         "Build Rhumb with OpenSSL 3.5 or newer: without RHUMB_OPENSSL=system."},
};

Finding tell(std::string_view id, std::string about, std::string sentence,
             std::string command = "") {
    auto finding = found(rule(all_rules_here, id), std::move(about), std::move(sentence));
    finding.command = std::move(command);
    return finding;
}

std::string amount(std::uint64_t bytes) {
    return bytes < 10 * 1024 * mebibyte ? fmt::format("{} MiB", bytes / mebibyte)
                                        : fmt::format("{} GiB", bytes / (1024 * mebibyte));
}

std::string list_command(const DiskSeen& disk) {
    return child::to_shell({"du", "-xh", "--max-depth=2", disk.directory.string()});
}

void judge_bytes(const DiskSeen& disk, std::vector<Finding>& findings) {
    if (disk.bytes == 0) return;
    const auto say = [&](std::string_view id) {
        findings.push_back(tell(id, disk.directory.string(),
                                fmt::format("{} has {} free of {}.", disk.purpose,
                                            amount(disk.bytes_free), amount(disk.bytes)),
                                list_command(disk)));
    };
    if (disk.bytes_free < std::min(bytes_needed, disk.bytes / 20)) return say("machine.disk.full");
    if (disk.bytes_free < std::min(bytes_enough, disk.bytes / 10))
        return say("machine.disk.nearly-full");
}

void judge_inodes(const DiskSeen& disk, std::vector<Finding>& findings) {
    if (disk.inodes == 0) return;
    const auto say = [&](std::string_view id) {
        findings.push_back(tell(
            id, disk.directory.string(),
            fmt::format("The file system of {} takes {} more files of {}.", disk.purpose,
                        disk.inodes_free, disk.inodes),
            child::to_shell({"du", "-x", "--inodes", "--max-depth=2", disk.directory.string()})));
    };
    if (disk.inodes_free < std::min(inodes_needed, disk.inodes / 50 + 1))
        return say("machine.inodes.full");
    if (disk.inodes_free < std::min(inodes_enough, disk.inodes / 20))
        return say("machine.inodes.nearly-full");
}

std::string name_of(const ProcessSeen& process) {
    return fmt::format("process {}", process.process);
}

}  // namespace

std::span<const Rule> machine_resource_rules() { return all_rules_here; }

std::vector<Finding> judge_disks(std::span<const DiskSeen> disks) {
    std::vector<Finding> findings;
    for (const auto& disk : disks) {
        judge_bytes(disk, findings);
        judge_inodes(disk, findings);
    }
    return findings;
}

std::vector<Finding> judge_process(const ProcessSeen& process, const ServerPromises& promises) {
    std::vector<Finding> findings;
    const auto about = name_of(process);
    if (process.user == 0U)
        findings.push_back(tell(
            "machine.user.root", about,
            promises.lowest_port < promises.unprivileged_from
                ? fmt::format("The server runs as root; for port {} the capability "
                              "CAP_NET_BIND_SERVICE would do (AmbientCapabilities= of systemd).",
                              promises.lowest_port)
                : std::string{"The server runs as root, and nothing that it does needs that."}));
    if (process.descriptors_max && *process.descriptors_max < descriptors_least)
        findings.push_back(
            tell("machine.limit.few-descriptors", about,
                 fmt::format("The server may have only {} files and connections open at once.",
                             *process.descriptors_max)));
    else if (process.descriptors_max && *process.descriptors_max < promises.connections)
        findings.push_back(
            tell("machine.limit.descriptors", about,
                 fmt::format("The server may have {} files and connections open at once, so the {} "
                             "connections of its configuration are out of reach.",
                             *process.descriptors_max, promises.connections)));
    if (process.is_program_replaced)
        findings.push_back(tell("machine.program.replaced", about,
                                fmt::format("The program {} was replaced or removed since the "
                                            "server began.",
                                            process.program)));
    if (process.core_bytes_max && *process.core_bytes_max > 0)
        findings.push_back(
            tell("machine.core.dumps", about,
                 "When the server crashes, its memory, with private keys, may be written to a "
                 "file."));
    return findings;
}

std::vector<Finding> judge_clock(const ClockSeen& clock) {
    if (clock.now < program_begin)
        return {tell("clock.behind", "this machine",
                     "The clock shows a time before this program was made.", "timedatectl")};
    if (clock.newest_made && clock.now + std::chrono::hours{24} < *clock.newest_made)
        return {tell("clock.behind", "this machine",
                     fmt::format("The certificate «{}» was put in more than a day from now, by the "
                                 "clock, which has gone back since.",
                                 clock.newest_name),
                     "timedatectl")};
    if (clock.is_synchronised == false)
        return {tell("clock.unsynchronised", "this machine",
                     "The kernel says that no time service keeps the clock right.",
                     "timedatectl set-ntp true")};
    return {};
}

namespace {

/// "3.0.19-rc1" → 3, 0, 19, "-rc1".
std::vector<std::string> parts_of(std::string_view version) {
    std::vector<std::string> parts;
    for (const auto part : text::split(version, '.')) {
        const auto end = part.find_first_not_of("0123456789");
        parts.emplace_back(part.substr(0, end));
        if (end != std::string_view::npos) parts.emplace_back(part.substr(end));
    }
    return parts;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
    const auto of_a = parts_of(a);
    const auto of_b = parts_of(b);
    for (std::size_t index = 0; index < std::max(of_a.size(), of_b.size()); ++index) {
        const auto one = index < of_a.size() ? of_a[index] : "";
        const auto other = index < of_b.size() ? of_b[index] : "";
        const auto number = text::to_integer(one);
        const auto other_number = text::to_integer(other);
        if (number && other_number) {
            if (*number != *other_number) return *number < *other_number ? -1 : 1;
        } else if (one != other) {
            return one < other ? -1 : 1;
        }
    }
    return 0;
}

std::vector<Finding> judge_openssl(const OpensslSeen& openssl) {
    std::vector<Finding> findings;
    const auto about = "OpenSSL " + openssl.loaded;
    if (!openssl.system.empty() && compare_versions(openssl.loaded, openssl.system) < 0)
        findings.push_back(tell("openssl.older", about,
                                fmt::format("Rhumb runs with OpenSSL {}, and the system has {}.",
                                            openssl.loaded, openssl.system)));
    if (!openssl.has_post_quantum_group)
        findings.push_back(tell("openssl.no-post-quantum", about,
                                "Recordings of today's connections may be read once there are "
                                "large quantum computers: ML-KEM is missing."));
    return findings;
}

}  // namespace rhumb::doctor
