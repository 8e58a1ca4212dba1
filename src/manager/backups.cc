/// Backups: those that were made, and one more. They are files on the server, and do not come over
/// the wire.

#include <unistd.h>

#include "certs/backup.h"
#include "manager/facts.h"
#include "manager/resources.h"

namespace rhumb::manager {

namespace {

Json to_json(const storage::BackupRecord& backup) {
    return {{"time", to_iso(backup.time)},
            {"file", backup.file},
            {"with_key", backup.has_key},
            {"bytes", backup.size},
            {"sha256", backup.digest}};
}

Result<Answer> list_backups(const Call& call) {
    TRY(const auto backups,
        call.parts.access.store.read([](const storage::View& view) { return view.backups(100); }));
    auto items = Json::array();
    for (const auto& backup : backups) items.push_back(to_json(backup));
    return Answer{.body = {{"backups", std::move(items)}}};
}

/// In the data directory, under a name of the time: nobody writes over other files by the API.
/// Without the master key: a password for it would have to come over the wire.
Result<Answer> make(const Call& call) {
    const auto directory = call.parts.data / "backups";
    std::error_code failed;
    std::filesystem::create_directory(directory, failed);
    if (failed)
        return fail(ErrorKind::unavailable, "making the directory {}: {}", directory.string(),
                    failed.message());
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
    auto name = to_iso(call.now);
    std::erase(name, ':');
    char host[256] = {};
    (void)::gethostname(host, sizeof host - 1);
    TRY(const auto backup,
        certs::make_backup(call.parts.access.store, call.parts.master_key,
                           {.file = directory / fmt::format("rhumb-{}.backup", name),
                            .program = call.parts.version,
                            .host = host,
                            .now = call.now},
                           call.actor));
    return Answer{.body = {{"file", backup.file.string()},
                           {"bytes", backup.size},
                           {"certificates", backup.certificates}}};
}

}  // namespace

void add_backups(Table& table) {
    using http::Method;
    table.define(
        "Backups",
        facts("The latest hundred.",
              {{"backups",
                list("", facts("", {{"time", moment("")},
                                    {"file", text("On the server, where it was written.", 10'000)},
                                    {"with_key", boolean("The master key is in it.")},
                                    {"bytes", count("", 0, 1'000'000'000'000)},
                                    {"sha256", text("", 64)}}))}}));
    table.define("NewBackup", facts("", {{"file", text("On the server.", 10'000)},
                                         {"bytes", count("", 0, 1'000'000'000'000)},
                                         {"certificates", count("In use.")}}));
    table.add({.method = Method::get,
               .path = "/backups",
               .id = "listBackups",
               .summary = "List the backups that were made",
               .step = "listing backups",
               .answer = "Backups",
               .act = list_backups});
    table.add({.method = Method::post,
               .path = "/backups",
               .id = "makeBackup",
               .summary = "Make a backup in the data directory, without the master key",
               .step = "making a backup",
               .success = 201,
               .answer = "NewBackup",
               .cost = Route::Cost::long_,
               .act = make});
}

}  // namespace rhumb::manager
