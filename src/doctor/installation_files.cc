#include "doctor/installation_files.h"

#include <algorithm>
#include <array>

#include "base/child.h"
#include "base/text.h"
#include "certs/dates.h"

namespace rhumb::doctor {

namespace {

constexpr std::uint64_t log_bytes_max = std::uint64_t{64} << 20U;
constexpr std::chrono::days backup_age_max{7};
constexpr std::size_t owners_told_max = 5;

constexpr std::array rules{
    Rule{"store.directory.writable", Severity::error, "others can change the data directory",
         "Take the permission away: whoever may write there can put another store in its place."},
    Rule{"store.directory.readable", Severity::warning, "others can look into the data directory",
         "Take the permission away; nobody but the server needs it."},
    Rule{"store.file.readable", Severity::error, "others can read the store or the master key",
         "Take the permission away; who may have read it has what is in it: with the master key, "
         "change that (rhumb keys rotate)."},
    Rule{"store.owner.other", Severity::error, "the store belongs to another user",
         "Give the store to the user whom the server runs as."},
    Rule{"store.remote", Severity::error, "the data directory is on a network file system",
         "Move it to a disk of this machine: the store's log works on one machine alone."},
    Rule{"store.damaged", Severity::error, "the store is damaged",
         "Stop the server, and restore a backup."},
    Rule{"store.schema.newer", Severity::error, "the store was used by a newer Rhumb",
         "Run that one, or restore a backup from before the update."},
    Rule{"store.schema.older", Severity::note, "the store is of an older Rhumb",
         "Make a backup with the older program, should you want to go back; the next start brings "
         "the store up to date."},
    Rule{"store.schema.strange", Severity::warning,
         "in the store is something that Rhumb did not put there, or something is missing",
         "Restore a backup, or take out what another program put in."},
    Rule{"store.log.large", Severity::note, "the log of the store is large",
         "Look for a program that has been reading the store for long, and end it."},
    Rule{"store.key.missing", Severity::error, "the master key is not there",
         "Put back the master key that belongs to this store. If it is lost for good: rhumb keys "
         "rotate --accept-loss, then rhumb ca rotate --now."},
    Rule{"store.key.unreadable", Severity::error, "the master key cannot be read",
         "Put back the master key that belongs to this store."},
    Rule{"store.key.other", Severity::error, "private keys are sealed under another master key",
         "Put back the master key that belongs to this store. If it is lost for good: rhumb keys "
         "rotate --accept-loss, then rhumb ca rotate --now."},
    Rule{"store.key.plain", Severity::error, "a private key is in the store without a seal",
         "Make a new one for it: whoever has read the store has this key."},
    Rule{"store.key.damaged", Severity::error, "a sealed private key is damaged",
         "Restore a backup, or make a new key for it."},
    Rule{"store.key.left", Severity::note, "private keys of removed certificates open no longer",
         "Remove them for good, if they are not to come back: rhumb cert purge."},
    Rule{"store.mirror.readable", Severity::error,
         "others can read a private key that is kept as a file",
         "Take the permission away, and renew the certificate: its key may be known."},
    Rule{"store.mirror.failing", Severity::warning,
         "a certificate could not be written for another program",
         "Mend what the sentence names; it is tried again by itself."},
    Rule{"backup.none", Severity::warning, "there is no backup",
         "Make one, and have a timer make one every day."},
    Rule{"backup.old", Severity::warning, "the last backup is old",
         "Make one, and have a timer make one every day."},
};

Finding tell(std::string_view id, std::string about, std::string sentence,
             std::string command = "") {
    auto finding = found(rule(rules, id), std::move(about), std::move(sentence));
    finding.command = std::move(command);
    return finding;
}

std::string octal(std::uint32_t mode) { return fmt::format("{:04o}", mode); }

std::string chmod(std::string_view mode, const std::filesystem::path& path) {
    return child::to_shell({"chmod", std::string{mode}, path.string()});
}

void judge_directory(const FileSeen& directory, std::vector<Finding>& findings) {
    const auto path = directory.path.string();
    if ((directory.mode & 0022U) != 0)
        findings.push_back(tell("store.directory.writable", path,
                                fmt::format("Other users can change what is in {} (mode {}).", path,
                                            octal(directory.mode)),
                                chmod("700", directory.path)));
    else if ((directory.mode & 0055U) != 0)
        findings.push_back(tell("store.directory.readable", path,
                                fmt::format("Other users can see what is in {} (mode {}).", path,
                                            octal(directory.mode)),
                                chmod("700", directory.path)));
}

void judge_owner(const FilesSeen& seen, std::vector<Finding>& findings) {
    if (!seen.database.is_there) return;
    const auto path = seen.database.path.string();
    const auto wanted = seen.server_user.value_or(seen.directory.owner);
    // Root reads all; what it makes in the directory of another, that one's server cannot open.
    if (wanted == 0 || seen.database.owner == wanted) return;
    findings.push_back(
        tell("store.owner.other", path,
             fmt::format("{} belongs to user {}, and {} is user {}: it cannot be opened there.",
                         path, seen.database.owner,
                         seen.server_user ? "the server" : "the data directory's", wanted),
             child::to_shell(
                 {"sudo", "chown", "-R", std::to_string(wanted), seen.directory.path.string()})));
}

}  // namespace

std::span<const Rule> installation_file_rules() { return rules; }

std::vector<Finding> judge_files(const FilesSeen& seen) {
    std::vector<Finding> findings;
    judge_directory(seen.directory, findings);
    for (const auto& file : seen.secrets)
        if (file.is_there && (file.mode & 0077U) != 0)
            findings.push_back(tell("store.file.readable", file.path.string(),
                                    fmt::format("Other users can read {} (mode {}).",
                                                file.path.string(), octal(file.mode)),
                                    chmod("600", file.path)));
    judge_owner(seen, findings);
    if (!seen.remote_file_system.empty())
        findings.push_back(
            tell("store.remote", seen.directory.path.string(),
                 fmt::format("{} is on {}, where two programs cannot work on the store safely.",
                             seen.directory.path.string(), seen.remote_file_system)));
    return findings;
}

std::vector<Finding> judge_store(const StoreSeen& seen) {
    const auto path = seen.database.string();
    if (!seen.fault.empty())
        return {tell("store.damaged", path, fmt::format("The store cannot be read: {}", seen.fault),
                     "rhumb backup restore FILE")};
    const auto& inside = seen.inspection;
    if (!inside.damages.empty())
        return {tell("store.damaged", path,
                     fmt::format("The store is damaged: {}.", text::join(inside.damages, "; ")),
                     "rhumb backup restore FILE")};
    if (inside.is_newer())
        return {tell("store.schema.newer", path,
                     fmt::format("The store has schema {}, and this program knows {} and older.",
                                 inside.schema, inside.schema_known))};
    std::vector<Finding> findings;
    if (inside.is_older())
        findings.push_back(tell("store.schema.older", path,
                                fmt::format("The store has schema {}, and this program brings it "
                                            "to {} when it opens it.",
                                            inside.schema, inside.schema_known)));
    if (!inside.strangers.empty())
        findings.push_back(tell("store.schema.strange", path,
                                fmt::format("The store is not as Rhumb makes it: {}.",
                                            text::join(inside.strangers, ", "))));
    if (seen.log_bytes > log_bytes_max && seen.log_bytes > seen.bytes)
        findings.push_back(
            tell("store.log.large", path + "-wal",
                 fmt::format("The log of the store has {} MiB, the store itself {} MiB.",
                             seen.log_bytes >> 20U, seen.bytes >> 20U),
                 child::to_shell({"fuser", "-v", path + "-wal"})));
    return findings;
}

namespace {

/// "the certificate «a» (id 1), the root «b» and 3 more".
std::string owners(const std::vector<const certs::SealedFault*>& faults) {
    std::string text;
    for (std::size_t index = 0; index < faults.size() && index < owners_told_max; ++index)
        text += (index == 0 ? "" : ", ") + faults[index]->owner;
    if (faults.size() > owners_told_max)
        text += fmt::format(" and {} more", faults.size() - owners_told_max);
    return text;
}

/// Those of a kind that are in use.
std::vector<const certs::SealedFault*> of_kind(const KeysSeen& seen,
                                               certs::SealedFault::Kind kind) {
    std::vector<const certs::SealedFault*> some;
    for (const auto& fault : seen.report.faults)
        if (fault.kind == kind && fault.is_in_use) some.push_back(&fault);
    return some;
}

void judge_sealed(const KeysSeen& seen, std::vector<Finding>& findings) {
    using Kind = certs::SealedFault::Kind;
    if (const auto some = of_kind(seen, Kind::other_key); !some.empty())
        findings.push_back(
            tell("store.key.other", seen.place.string(),
                 fmt::format("The master key at hand is {}, and the keys of these are sealed under "
                             "{}: {}.",
                             text::join(seen.at_hand, ", "), some.front()->key_id, owners(some))));
    if (const auto some = of_kind(seen, Kind::plain); !some.empty())
        findings.push_back(
            tell("store.key.plain", "the store",
                 fmt::format("Without a seal are the private keys of {}.", owners(some))));
    if (const auto some = of_kind(seen, Kind::damaged); !some.empty())
        findings.push_back(tell("store.key.damaged", "the store",
                                fmt::format("Damaged are the private keys of {}.", owners(some))));
    std::vector<const certs::SealedFault*> left;
    for (const auto& fault : seen.report.faults)
        if (!fault.is_in_use) left.push_back(&fault);
    if (!left.empty())
        findings.push_back(
            tell("store.key.left", "the store",
                 fmt::format("Private keys that open no longer: those of {}.", owners(left))));
}

}  // namespace

std::vector<Finding> judge_keys(const KeysSeen& seen) {
    const auto place = seen.place.string();
    if (!seen.fault.empty())
        return {tell("store.key.unreadable", place,
                     fmt::format("The master key cannot be read: {}", seen.fault))};
    if (seen.at_hand.empty()) {
        if (seen.report.count == 0) return {};
        return {tell("store.key.missing", place,
                     fmt::format("{} private keys are sealed under a master key ({}), and there is "
                                 "no file {}.",
                                 seen.report.count, text::join(seen.report.key_ids, ", "), place))};
    }
    std::vector<Finding> findings;
    judge_sealed(seen, findings);
    return findings;
}

std::vector<Finding> judge_mirrors(std::span<const MirrorSeen> mirrors) {
    std::vector<Finding> findings;
    for (const auto& mirror : mirrors) {
        const auto directory = mirror.directory.string();
        // A group may have been let in on purpose: that is how mail servers read keys.
        if (mirror.key.is_there && (mirror.key.mode & 0007U) != 0)
            findings.push_back(tell(
                "store.mirror.readable", mirror.key.path.string(),
                fmt::format("Every user can read the private key of «{}» in {} "
                            "(mode {}).",
                            mirror.certificate, mirror.key.path.string(), octal(mirror.key.mode)),
                chmod("o=", mirror.key.path)));
        if (!mirror.last_error.empty())
            findings.push_back(tell("store.mirror.failing", directory,
                                    fmt::format("«{}» could not be kept in {}: {}",
                                                mirror.certificate, directory, mirror.last_error),
                                    "rhumb cert mirror"));
    }
    return findings;
}

std::vector<Finding> judge_backups(const BackupSeen& seen, Seconds now, std::string_view command) {
    const auto days = [&](Seconds since) {
        return std::chrono::duration_cast<std::chrono::days>(now - since).count();
    };
    if (!seen.last) {
        if (now - seen.begun <= backup_age_max) return {};
        return {tell("backup.none", "this installation",
                     fmt::format("No backup was made since this installation began, {} days ago.",
                                 days(seen.begun)),
                     std::string{command})};
    }
    // What has not changed since is not lost.
    if (now - *seen.last <= backup_age_max || seen.changes == 0) return {};
    return {tell("backup.old", "this installation",
                 fmt::format("The last backup is {} days old ({}), and {} changes came since.",
                             days(*seen.last), certs::to_date(*seen.last), seen.changes),
                 std::string{command})};
}

}  // namespace rhumb::doctor
