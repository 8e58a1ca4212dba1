#include "storage/session.h"

#include <thread>

#include <soci/sqlite3/soci-sqlite3.h>

#include "base/text.h"
#include "storage/failure.h"

namespace rhumb::storage {
namespace {

soci::sqlite3_session_backend& backend_of(soci::session& sql) {
    // Not dynamic_cast: the library exports no type information.
    return static_cast<soci::sqlite3_session_backend&>(*sql.get_backend());
}

/// SOCI takes a text of keys and values; quotes keep blanks, but nothing keeps quotes.
std::string connection_text(const std::filesystem::path& database) {
    return fmt::format("db=\"{}\"", database.string());
}

/// For sqlite3_exec(): keeps the first column of a row as a number.
int take_number(void* number, int columns, char** values, char**) {
    if (number != nullptr && columns > 0 && values[0] != nullptr) {
        *static_cast<std::int64_t*>(number) = text::to_integer(values[0]).value_or(0);
    }
    return 0;
}

}  // namespace

Session::Session(const std::filesystem::path& database)
    : database_{database}, sql_{*soci::factory_sqlite3(), connection_text(database)} {}

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& database,
                                               const StoreOptions& options) {
    if (database.string().find_first_of("\"\n") != std::string::npos) {
        return fail(ErrorKind::invalid,
                    "the data directory {} has a quotation mark in its path: choose another",
                    database.parent_path().string());
    }
    std::unique_ptr<Session> session;
    try {
        session.reset(new Session{database});
    } catch (const soci::sqlite3_soci_error& error) {
        return tl::unexpected(failure(error.result(), "opening", database, error.what()));
    } catch (const std::exception& error) {
        return fail(ErrorKind::internal, "opening the store {}: {}", database.string(),
                    error.what());
    }
    TRY_DONE(session->set_up(options));
    return session;
}

Result<void> Session::set_up(const StoreOptions& options) {
    sqlite_api::sqlite3* const connection = backend_of(sql_).conn_;
    sqlite_api::sqlite3_extended_result_codes(connection, 1);
    sqlite_api::sqlite3_busy_timeout(connection, static_cast<int>(options.busy_ms_max));
    wait_max_ = std::chrono::milliseconds{options.busy_ms_max};
    TRY_DONE(
        run("preparing",
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
            "PRAGMA journal_size_limit = 16777216;"));
    if (options.pages_max != 0) {
        TRY_DONE(run("preparing", fmt::format("PRAGMA max_page_count = {}", options.pages_max)));
    }
    return {};
}

Error Session::broken(std::string_view step, const std::exception& exception) {
    Error error{ErrorKind::internal,
                fmt::format("{} in the store {}: {}", step, database_.string(), exception.what())};
    if (const auto* of_sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception)) {
        error = failure(of_sqlite->result(), step, database_, of_sqlite->what());
    }
    if (!fault_) fault_ = error;
    return error;
}

Result<void> Session::begin(Begin begin) {
    fault_.reset();
    has_new_events_ = false;
    // A writer takes the lock at once: a reader that became one could meet another writer's change
    // and fail.
    return run("beginning", begin == Begin::read ? "BEGIN" : "BEGIN IMMEDIATE");
}

Result<void> Session::commit() {
    if (fault_) return tl::unexpected(*fault_);
    return run("saving", "COMMIT");
}

void Session::rollback() noexcept {
    sqlite_api::sqlite3* const connection = backend_of(sql_).conn_;
    if (sqlite_api::sqlite3_get_autocommit(connection) != 0) return;
    // Its failure leaves nothing to do: the changes are not in the log as committed, so they are
    // not there.
    sqlite_api::sqlite3_exec(connection, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Session::run(std::string_view step, const std::string& statements) {
    const int code = run_raw(statements, nullptr);
    if (code == SQLITE_OK) return {};
    auto error = last_failure(code, step);
    if (!fault_) fault_ = error;
    return tl::unexpected(std::move(error));
}

int Session::run_raw(const std::string& statements, std::int64_t* number) {
    // SQLite waits by itself for another process that writes, but not for one that makes the
    // write-ahead log or takes it away: then one of them fails at once.
    sqlite_api::sqlite3* const connection = backend_of(sql_).conn_;
    const auto until = std::chrono::steady_clock::now() + wait_max_;
    for (;;) {
        const int code =
            sqlite_api::sqlite3_exec(connection, statements.c_str(), take_number, number, nullptr);
        const bool may_wait =
            sqlite_api::sqlite3_get_autocommit(connection) != 0 && (code & 0xFF) == SQLITE_BUSY;
        if (!may_wait || std::chrono::steady_clock::now() >= until) return code;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

Error Session::last_failure(int code, std::string_view step) {
    return failure(code, step, database_, sqlite_api::sqlite3_errmsg(backend_of(sql_).conn_));
}

Result<std::int64_t> Session::number(std::string_view step, const std::string& query) {
    std::int64_t value = 0;
    const int code = run_raw(query, &value);
    if (code != SQLITE_OK) return tl::unexpected(last_failure(code, step));
    return value;
}

}  // namespace rhumb::storage
