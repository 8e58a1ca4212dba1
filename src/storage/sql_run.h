#pragma once
/// A session with a database outside, within its own thread: the edge where exceptions of SOCI end.
/// Inside this module only.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/sql_fault.h"
#include "storage/sql_place.h"
#include "storage/sql_value.h"

struct pg_conn;  // libpq's PGconn

namespace rhumb::storage {

/// Used by one thread, but for cut() and is_stale().
class SqlRun {
public:
    /// Connects to nothing yet.
    explicit SqlRun(std::shared_ptr<const SqlPlace> place);
    ~SqlRun();
    SqlRun(const SqlRun&) = delete;
    SqlRun& operator=(const SqlRun&) = delete;

    /// Connects and sets the bounds, unless that is done. Blocks: for PostgreSQL until two seconds
    /// or the place's limit are over (whichever is longer), for ODBC as long as the driver wants.
    Result<void> open();
    /// Says goodbye. Blocks where the network does.
    void close() noexcept;

    /// What a query with `:name`s answers. More than `rows_max` rows are `unavailable`: nobody
    /// asked for so many.
    Result<SqlRows> rows(const std::string& query, const SqlParameters& parameters,
                         std::size_t rows_max);
    /// How many rows were changed.
    Result<long long> change(const std::string& statement, const SqlParameters& parameters = {});

    Result<void> begin();
    Result<void> commit();
    /// Safe when there is nothing to end.
    void rollback() noexcept;

    /// What the last failure was.
    const SqlFault& fault() const { return fault_; }
    /// This session is of no more use.
    bool is_broken() const { return is_broken_; }

    const SqlPlace& place() const { return *place_; }

    /// From any thread: ends what hangs on the network, where the socket is known (libpq). The
    /// session is broken then.
    void cut() noexcept;
    /// From any thread while no call runs: the server has ended the session meanwhile. False where
    /// that cannot be seen (ODBC).
    bool is_stale() noexcept;

private:
    struct Connection;

    /// What libpq is told when it has connected.
    void set_up(pg_conn& connection);
    void set_socket(int socket) noexcept;
    /// Remembers it.
    tl::unexpected<Error> failed(SqlFault fault);
    /// Of the exception that is being handled.
    tl::unexpected<Error> failed_by_exception();

    std::shared_ptr<const SqlPlace> place_;
    std::unique_ptr<Connection> connection_;  // null: not open
    SqlFault fault_{};
    bool is_broken_ = false;
    struct Socket;
    std::unique_ptr<Socket> socket_;
};

/// Lets go of an open transaction at the end of the scope.
class SqlRollback {
public:
    explicit SqlRollback(SqlRun& run) : run_{run} {}
    SqlRollback(const SqlRollback&) = delete;
    SqlRollback& operator=(const SqlRollback&) = delete;
    ~SqlRollback() { run_.rollback(); }

private:
    SqlRun& run_;
};

}  // namespace rhumb::storage
