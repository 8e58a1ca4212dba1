#include "storage/backup.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <thread>

#include <sqlite3.h>

#include "base/handle.h"
#include "base/text.h"
#include "storage/failure.h"
#include "storage/migrate.h"

namespace rhumb::storage {
namespace {

constexpr int wait_ms_max = 5000;
constexpr std::size_t damages_max = 5;

using Connection = Handle<sqlite3, sqlite3_close_v2>;
using Statement = Handle<sqlite3_stmt, sqlite3_finalize>;
using Backup = Handle<sqlite3_backup, sqlite3_backup_finish>;

/// A connection, and what its messages call it.
struct Database {
    Connection connection;
    std::filesystem::path path;

    Error error(int code, std::string_view step) const {
        return failure(code, step, path, sqlite3_errmsg(connection.get()));
    }
};

Result<Database> open(const std::filesystem::path& path, int flags, std::string_view suffix = "") {
    Database database{nullptr, path};
    sqlite3* opened = nullptr;
    const auto uri = "file:" + text::percent_encode(path.string(), "/") + std::string{suffix};
    const int code = sqlite3_open_v2(uri.c_str(), &opened, flags | SQLITE_OPEN_URI, nullptr);
    database.connection.reset(opened);
    if (code != SQLITE_OK) return tl::unexpected(database.error(code, "opening"));
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_timeout(opened, wait_ms_max);
    // What a file says of functions and of itself is not to be believed.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    return database;
}

Result<Database> open_alone(const std::filesystem::path& path) {
    return open(path, SQLITE_OPEN_READONLY, "?immutable=1");
}

Result<void> run(const Database& database, std::string_view step, const std::string& statements) {
    const int code =
        sqlite3_exec(database.connection.get(), statements.c_str(), nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return {};
    return tl::unexpected(database.error(code, step));
}

/// The first two columns of all rows, as they are; a null is "".
using Row = std::pair<std::string, std::string>;
Result<std::vector<Row>> rows(const Database& database, std::string_view step,
                              const std::string& query, std::string_view argument = "") {
    sqlite3_stmt* prepared = nullptr;
    int code = sqlite3_prepare_v2(database.connection.get(), query.c_str(), -1, &prepared, nullptr);
    const Statement statement{prepared};
    if (code != SQLITE_OK) return tl::unexpected(database.error(code, step));
    if (sqlite3_bind_parameter_count(prepared) > 0)
        sqlite3_bind_text(prepared, 1, argument.data(), static_cast<int>(argument.size()),
                          SQLITE_TRANSIENT);
    const auto column = [&](int index) {
        if (index >= sqlite3_column_count(prepared)) return std::string{};
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(prepared, index));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, index));
        return bytes == nullptr ? std::string{} : std::string{bytes, size};
    };
    std::vector<Row> found;
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) found.emplace_back(column(0), column(1));
    if (code != SQLITE_DONE) return tl::unexpected(database.error(code, step));
    return found;
}

Result<std::int64_t> number(const Database& database, const std::string& query) {
    TRY(const auto found, rows(database, "reading", query));
    return found.empty() ? 0 : text::to_integer(found.front().first).value_or(0);
}

/// "table certificate", "index certificate_name_in_use", …
Result<std::set<std::string>> things(const Database& database) {
    TRY(const auto found, rows(database, "reading the schema",
                               "SELECT type, name FROM sqlite_master"
                               " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"));
    std::set<std::string> all;
    for (const auto& [type, name] : found) all.insert(type + " " + name);
    return all;
}

/// Against what the same migrations make of an empty database.
Result<std::vector<std::string>> find_strangers(const Database& database, int schema) {
    TRY(const auto there, things(database));
    TRY(const auto model, open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY));
    for (const auto& migration : all_migrations().first(static_cast<std::size_t>(schema)))
        TRY_DONE(run(model, "making a schema to compare with", std::string{migration.sql}));
    TRY(const auto wanted, things(model));
    std::vector<std::string> strangers;
    std::ranges::set_difference(there, wanted, std::back_inserter(strangers));
    std::vector<std::string> missing;
    std::ranges::set_difference(wanted, there, std::back_inserter(missing));
    for (const auto& thing : missing) strangers.push_back("missing: " + thing);
    return strangers;
}

Result<std::vector<std::string>> find_damages(const Database& database, Depth depth) {
    TRY(const auto found,
        rows(database, "checking",
             fmt::format("PRAGMA {}({})", depth == Depth::full ? "integrity_check" : "quick_check",
                         damages_max)));
    std::vector<std::string> damages;
    for (const auto& [text, rest] : found)
        if (text != "ok") damages.push_back(text);
    if (depth == Depth::quick) return damages;
    TRY(const auto orphans, rows(database, "checking", "PRAGMA foreign_key_check"));
    if (!orphans.empty())
        damages.push_back(fmt::format("{} references to what is not there", orphans.size()));
    return damages;
}

/// The same errors for a file that is no database as for one that is another's.
Result<Inspection> inspect(const Database& database, Depth depth) {
    TRY(const auto id, number(database, "PRAGMA application_id"));
    TRY(const auto schema, number(database, "PRAGMA user_version"));
    if (id != application_id || schema < 1)
        return fail(ErrorKind::conflict, "{} is no store of Rhumb", database.path.string());
    Inspection inspection{.schema = static_cast<int>(schema),
                          .schema_known = static_cast<int>(all_migrations().size())};
    TRY(inspection.damages, find_damages(database, depth));
    if (!inspection.is_newer()) {
        TRY(inspection.strangers, find_strangers(database, inspection.schema));
    }
    return inspection;
}

/// Copies all pages in one step; waits for others as long as a change of the store would.
int copy_pages(const Database& to, const Database& from) {
    const Backup backup{
        sqlite3_backup_init(to.connection.get(), "main", from.connection.get(), "main")};
    if (!backup) return sqlite3_extended_errcode(to.connection.get());
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{wait_ms_max};
    int code = sqlite3_backup_step(backup.get(), -1);
    while (((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED) &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
        code = sqlite3_backup_step(backup.get(), -1);
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

}  // namespace

namespace {

/// For sqlite3_progress_handler(): another value than 0 ends the statement.
int is_past(void* deadline) {
    const auto* const end = static_cast<const std::chrono::steady_clock::time_point*>(deadline);
    return std::chrono::steady_clock::now() >= *end ? 1 : 0;
}

}  // namespace

Result<Inspection> inspect(const std::filesystem::path& path, Depth depth, Use use,
                           std::chrono::milliseconds limit) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed))
        return fail(ErrorKind::not_found, "there is no file {}", path.string());
    // To read a store with a write-ahead log is to take part in it, so not read-only.
    TRY(const auto database,
        use == Use::alone ? open_alone(path) : open(path, SQLITE_OPEN_READWRITE));
    if (use == Use::shared) TRY_DONE(run(database, "preparing", "PRAGMA query_only = ON"));
    constexpr int steps_between = 10'000;
    auto deadline = std::chrono::steady_clock::now() + limit;
    sqlite3_progress_handler(database.connection.get(), steps_between, is_past, &deadline);
    auto inspection = inspect(database, depth);
    if (!inspection && std::chrono::steady_clock::now() >= deadline)
        return fail(ErrorKind::unavailable, "checking {} took longer than {} s", path.string(),
                    std::chrono::duration_cast<std::chrono::seconds>(limit).count());
    return inspection;
}

Result<void> copy_database(const std::filesystem::path& path, const std::filesystem::path& copy) {
    TRY(const auto database, open(path, SQLITE_OPEN_READWRITE));
    std::string quoted;
    for (const char c : copy.string()) quoted += c == '\'' ? std::string{"''"} : std::string{c};
    return run(database, fmt::format("copying to {}", copy.string()),
               fmt::format("VACUUM INTO '{}'", quoted));
}

Result<void> replace_content(const std::filesystem::path& path, const std::filesystem::path& from) {
    TRY(const auto source, open_alone(from));
    TRY(const auto database, open(path, SQLITE_OPEN_READWRITE));
    // Its first statement that reads the file: a damaged one shows itself here or below.
    auto done = run(database, "preparing", "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    if (done) {
        const int code = copy_pages(database, source);
        if (code != SQLITE_OK)
            done = tl::unexpected(database.error(code, "putting the backup in place"));
    }
    if (!done) {
        auto error = std::move(done).error();
        const int code = sqlite3_errcode(database.connection.get()) & 0xFF;
        if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) error.kind = ErrorKind::conflict;
        return tl::unexpected(std::move(error));
    }
    // Into the database itself; where somebody reads, it happens later.
    return run(database, "emptying the log", "PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<std::map<std::string, std::string>> read_settings(const std::filesystem::path& path,
                                                         std::string_view prefix) {
    TRY(const auto database, open_alone(path));
    TRY(const auto found, rows(database, "reading the settings",
                               "SELECT key, value FROM setting"
                               " WHERE substr(key, 1, length(?1)) = ?1",
                               prefix));
    return std::map<std::string, std::string>{found.begin(), found.end()};
}

Result<void> write_settings(const std::filesystem::path& path,
                            const std::map<std::string, std::string>& settings) {
    TRY(const auto database, open(path, SQLITE_OPEN_READWRITE));
    TRY_DONE(run(database, "preparing", "PRAGMA journal_mode = MEMORY; BEGIN"));
    for (const auto& [key, value] : settings) {
        sqlite3_stmt* prepared = nullptr;
        sqlite3_prepare_v2(database.connection.get(),
                           "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)", -1,
                           &prepared, nullptr);
        const Statement statement{prepared};
        sqlite3_bind_text(prepared, 1, key.data(), static_cast<int>(key.size()), SQLITE_TRANSIENT);
        sqlite3_bind_blob(prepared, 2, value.data(), static_cast<int>(value.size()),
                          SQLITE_TRANSIENT);
        if (const int code = sqlite3_step(prepared); code != SQLITE_DONE)
            return tl::unexpected(database.error(code, "writing what a backup is"));
    }
    return run(database, "writing what a backup is", "COMMIT");
}

}  // namespace rhumb::storage
