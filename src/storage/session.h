#pragma once
/// A session with the database: the edge where exceptions of SOCI become errors. Included by this
/// module alone. Used by one thread at a time.

#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <soci/soci.h>

#include "base/result.h"
#include "storage/store.h"

namespace rhumb::storage {

class Session {
public:
    /// Opens the database, which must exist (it may be empty), and sets how it works: write-ahead
    /// log, full synchronisation, foreign keys, purged bytes overwritten.
    static Result<std::unique_ptr<Session>> open(const std::filesystem::path& database,
                                                 const StoreOptions& options);

    /// Runs `work`, which is given the soci::session and returns a Result, and turns exceptions
    /// into errors that say `step`. After such an error a transaction of this session cannot be
    /// committed any more.
    template <class Work>
    std::invoke_result_t<Work&, soci::session&> guarded(std::string_view step, Work&& work) {
        try {
            return work(sql_);
        } catch (const std::exception& exception) {
            return tl::unexpected(broken(step, exception));
        }
    }

    enum class Begin { read, write };
    Result<void> begin(Begin begin);
    Result<void> commit();
    /// Ends a transaction without its changes; safe when there is none.
    void rollback() noexcept;

    /// Several statements, separated by semicolons.
    Result<void> run(std::string_view step, const std::string& statements);
    /// The one number that `query` gives.
    Result<std::int64_t> number(std::string_view step, const std::string& query);

    /// Events were added in this transaction.
    void note_event() { has_new_events_ = true; }
    bool has_new_events() const { return has_new_events_; }

    const std::filesystem::path& database() const { return database_; }

private:
    explicit Session(const std::filesystem::path& database);

    Result<void> set_up(const StoreOptions& options);
    /// The result code of SQLite; the first column of the last row in `number` unless that is null.
    int run_raw(const std::string& statements, std::int64_t* number);
    Error last_failure(int code, std::string_view step);
    Error broken(std::string_view step, const std::exception& exception);

    std::filesystem::path database_;
    soci::session sql_;
    std::chrono::milliseconds wait_max_{0};
    std::optional<Error> fault_;  // why the transaction cannot be committed
    bool has_new_events_ = false;
};

/// Rolls back at the end of the scope unless the transaction was committed.
class RollbackGuard {
public:
    explicit RollbackGuard(Session& session) : session_{session} {}
    RollbackGuard(const RollbackGuard&) = delete;
    RollbackGuard& operator=(const RollbackGuard&) = delete;
    ~RollbackGuard() { session_.rollback(); }

private:
    Session& session_;
};

}  // namespace rhumb::storage
