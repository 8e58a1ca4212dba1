#include "doctor/installation_look.h"

#include <algorithm>
#include <array>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/files.h"
#include "base/text.h"
#include "crypto/master_key.h"
#include "doctor/machine_look.h"

namespace rhumb::doctor {

namespace {

namespace fs = std::filesystem;

struct RemoteKind {
    std::string_view type;  ///< as the kernel names it
    std::string_view words;
};
/// File systems on which several machines may be at work.
constexpr std::array remote_kinds{
    RemoteKind{"nfs", "NFS"},
    RemoteKind{"nfs4", "NFS"},
    RemoteKind{"cifs", "a Windows share (CIFS)"},
    RemoteKind{"smb3", "a Windows share (CIFS)"},
    RemoteKind{"afs", "AFS"},
    RemoteKind{"ceph", "Ceph"},
    RemoteKind{"coda", "Coda"},
    RemoteKind{"gfs2", "GFS2"},
    RemoteKind{"glusterfs", "GlusterFS"},
    RemoteKind{"lustre", "Lustre"},
    RemoteKind{"ocfs2", "OCFS2"},
    RemoteKind{"9p", "a folder of another machine (9p)"},
    RemoteKind{"vboxsf", "a folder of another machine (VirtualBox)"},
    RemoteKind{"fuse.ceph", "Ceph"},
    RemoteKind{"fuse.glusterfs", "GlusterFS"},
    RemoteKind{"fuse.rclone", "a storage service (rclone)"},
    RemoteKind{"fuse.s3fs", "a storage service (S3)"},
    RemoteKind{"fuse.sshfs", "a folder of another machine (sshfs)"},
};

std::string find_remote_file_system(const fs::path& directory) {
    struct stat status {};
    const auto mounts = read_file("/proc/self/mountinfo");
    if (!mounts || ::stat(directory.c_str(), &status) != 0) return "";
    return remote_file_system(*mounts, status.st_dev);
}

fs::path key_place(const InstallationOrder& order) {
    return order.master_key.value_or(order.data / "master.key");
}

fs::path credential_in(std::string_view environment) {
    constexpr std::string_view name = "CREDENTIALS_DIRECTORY=";
    for (const auto variable : text::split(environment, '\0'))
        if (variable.starts_with(name))
            return fs::path{variable.substr(name.size())} / "rhumb.master-key";
    return {};
}

/// The keys that are there; none is made.
Result<std::vector<crypto::Secret>> load_keys(const crypto::MasterKeyPlace& place) {
    std::vector<crypto::Secret> keys;
    auto key = crypto::load_master_key(place);
    if (!key && key.error().kind != ErrorKind::not_found)
        return tl::unexpected(std::move(key).error());
    if (key) keys.push_back(*std::move(key));
    TRY(auto next, crypto::load_next_master_key(place));
    if (next) keys.push_back(*std::move(next));
    return keys;
}

}  // namespace

std::string remote_file_system(std::string_view mountinfo, dev_t device) {
    const auto number = fmt::format("{}:{}", major(device), minor(device));
    for (const auto line : text::split(mountinfo, '\n')) {
        // proc(5): ID, parent, device, root, place, options, some more; then behind a dash the
        // type.
        const auto fields = text::split(line, ' ');
        if (fields.size() < 3 || fields[2] != number) continue;
        const auto dash = std::ranges::find(fields, "-");
        if (dash == fields.end() || dash + 1 == fields.end()) continue;
        const auto kind = std::ranges::find(remote_kinds, *(dash + 1), &RemoteKind::type);
        return kind == remote_kinds.end() ? "" : std::string{kind->words};
    }
    return "";
}

FileSeen look_at_file(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {.path = path};
    return {.path = path,
            .is_there = true,
            .mode = status.st_mode & 07777U,
            .owner = status.st_uid,
            .size = static_cast<std::uint64_t>(status.st_size)};
}

FilesSeen look_at_files(const InstallationOrder& order) {
    FilesSeen seen{.directory = look_at_file(order.data),
                   .database = look_at_file(order.data / "rhumb.db"),
                   .remote_file_system = find_remote_file_system(order.data)};
    for (const auto* const name : {"rhumb.db", "rhumb.db-wal", "rhumb.db-shm"})
        seen.secrets.push_back(look_at_file(order.data / name));
    // Systemd shows the access list of a credential as permissions: that is its own matter.
    if (!order.master_key)
        for (const auto* const name : {"master.key", "master.key.next"})
            seen.secrets.push_back(look_at_file(order.data / name));
    if (order.process) seen.server_user = look_at_process(*order.process).user;
    return seen;
}

Result<StoreSeen> look_at_store(const fs::path& data, std::chrono::milliseconds limit) {
    StoreSeen seen{.database = data / "rhumb.db"};
    seen.bytes = look_at_file(seen.database).size;
    seen.log_bytes = look_at_file(seen.database.string() + "-wal").size;
    const auto inspection =
        storage::inspect(seen.database, storage::Depth::quick, storage::Use::shared, limit);
    if (inspection) {
        seen.inspection = *inspection;
        return seen;
    }
    const auto& error = inspection.error();
    if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::denied)
        return tl::unexpected(error);
    seen.fault = error.message;
    return seen;
}

std::optional<fs::path> find_credential(pid_t server) {
    constexpr std::size_t size_max = 4U << 20U;
    const auto environment =
        read_file(fs::path{"/proc"} / std::to_string(server) / "environ", size_max);
    if (!environment) return std::nullopt;
    const auto path = credential_in(*environment);
    std::error_code failed;
    if (path.empty() || !fs::exists(path, failed)) return std::nullopt;
    return path;
}

Result<std::optional<KeysSeen>> look_at_keys(const storage::Store& store,
                                             const InstallationOrder& order) {
    KeysSeen seen{.place = key_place(order), .is_credential = order.master_key.has_value()};
    auto keys = load_keys({order.data, order.master_key});
    if (!keys && keys.error().kind == ErrorKind::denied &&
        (look_at_file(seen.place).mode & 0077U) != 0)
        return std::nullopt;
    if (!keys) {
        seen.fault = keys.error().message;
        return seen;
    }
    if (keys->empty()) {
        TRY_DONE(store.read([&](const storage::View& view) -> Result<void> {
            TRY(const auto records, view.sealed());
            seen.report.count = records.size();
            TRY(seen.report.key_ids, certs::sealing_keys(view));
            return {};
        }));
        return seen;
    }
    TRY(const auto seal, crypto::Seal::make(*std::move(keys)));
    seen.at_hand = seal.key_ids();
    TRY(seen.report,
        store.read([&](const storage::View& view) { return certs::check_sealed(view, seal); }));
    return seen;
}

Result<storage::AuditReport> look_at_trail(const storage::Store& store,
                                           const InstallationOrder& order) {
    // What is wrong with the master key is told elsewhere: without it, the chain alone is looked
    // at. Not certs::open_seal(): it finishes what was interrupted, and nothing is changed here.
    std::optional<crypto::Seal> seal;
    if (auto keys = load_keys({order.data, order.master_key}); keys && !keys->empty()) {
        TRY(auto made, crypto::Seal::make(*std::move(keys)));
        seal.emplace(std::move(made));
    }
    return store.read([&](const storage::View& view) -> Result<storage::AuditReport> {
        TRY(const auto used, certs::sealing_keys(view));
        const bool is_at_hand = seal && std::ranges::any_of(seal->key_ids(), [&](const auto& id) {
                                    return std::ranges::find(used, id) != used.end();
                                });
        return storage::verify_audit(view, is_at_hand ? &*seal : nullptr);
    });
}

Result<std::vector<MirrorSeen>> look_at_mirrors(const storage::Store& store) {
    TRY(const auto records, store.read([](const storage::View& view) { return view.mirrors(); }));
    std::vector<MirrorSeen> mirrors;
    for (const auto& record : records)
        mirrors.push_back({.certificate = record.certificate,
                           .directory = record.directory,
                           .last_error = record.last_error,
                           .key = look_at_file(fs::path{record.directory} / "privkey.pem")});
    return mirrors;
}

Result<BackupSeen> look_at_backups(const storage::Store& store, Seconds now) {
    constexpr std::size_t events_max = 10'000;
    return store.read([&](const storage::View& view) -> Result<BackupSeen> {
        BackupSeen seen{.begun = now};
        TRY(const auto authorities, view.authorities());
        for (const auto& authority : authorities)
            seen.begun = std::min(seen.begun, authority.created);
        TRY(const auto backups, view.backups(1));
        if (backups.empty()) return seen;
        seen.last = backups.front().time;
        TRY(const auto events, view.events(events_max));
        for (const auto& event : events)
            if (event.time > *seen.last) ++seen.changes;
        return seen;
    });
}

}  // namespace rhumb::doctor
