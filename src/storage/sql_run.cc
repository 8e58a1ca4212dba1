#include "storage/sql_run.h"

#include <algorithm>
#include <ctime>
#include <deque>
#include <mutex>

#include <poll.h>

#include <soci/odbc/soci-odbc.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <sys/socket.h>

#include "base/text.h"
#include "storage/sql_connect.h"
#include "storage/sql_query.h"

namespace rhumb::storage {

namespace {

using Step = SqlFault::Step;

soci::session connect(const SqlPlace& place, const std::string& text) {
    if (place.transport == SqlPlace::Transport::postgresql)
        return soci::session{*soci::factory_postgresql(), text};
    soci::connection_parameters parameters{*soci::factory_odbc(), text};
    parameters.set_option(soci::odbc_option_driver_complete, "0" /* SQL_DRIVER_NOPROMPT */);
    return soci::session{parameters};
}

/// Wipes a text with a password in it at the end of the scope. (Libraries keep theirs for as long
/// as the session lives.)
class Wiped {
public:
    explicit Wiped(std::string& text) : text_{text} {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { crypto::wipe(text_.data(), text_.size()); }

private:
    std::string& text_;
};

/// "2027-06-30 12:00:00".
std::string to_text(const std::tm& time) {
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", time.tm_year + 1900, time.tm_mon + 1,
                       time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec);
}

std::optional<std::string> value_at(const soci::row& row, std::size_t column) {
    if (row.get_indicator(column) == soci::i_null) return std::nullopt;
    switch (row.get_properties(column).get_data_type()) {
        case soci::dt_string:
        case soci::dt_xml: return row.get<std::string>(column);
        case soci::dt_integer: return fmt::to_string(row.get<int>(column));
        case soci::dt_long_long: return fmt::to_string(row.get<long long>(column));
        case soci::dt_unsigned_long_long:
            return fmt::to_string(row.get<unsigned long long>(column));
        case soci::dt_double: return fmt::to_string(row.get<double>(column));
        case soci::dt_date: return to_text(row.get<std::tm>(column));
        case soci::dt_blob: break;
    }
    throw soci::soci_error("a column has a type that is not read");
}

/// Keeps what SOCI is given references to until the statement is over.
class Bound {
public:
    void bind(soci::statement& statement, const std::string& name, const SqlValue& value) {
        if (const auto* const number = std::get_if<long long>(&value)) {
            numbers_.push_back(*number);
            statement.exchange(soci::use(numbers_.back(), name));
            return;
        }
        const auto* const text = std::get_if<std::string>(&value);
        texts_.push_back(text == nullptr ? std::string{} : *text);
        indicators_.push_back(text == nullptr ? soci::i_null : soci::i_ok);
        statement.exchange(soci::use(texts_.back(), indicators_.back(), name));
    }

private:
    std::deque<long long> numbers_;
    std::deque<std::string> texts_;
    std::deque<soci::indicator> indicators_;
};

/// Binds every place of `query` by itself, for a name may stand in it more than once.
void prepare(soci::statement& statement, Bound& bound, const SqlQuery& query,
             const SqlParameters& parameters) {
    for (std::size_t i = 0; i < query.names.size(); ++i) {
        const auto found = std::ranges::find(parameters, query.names[i], &SqlParameter::name);
        if (found == parameters.end())
            throw soci::soci_error("nothing is known for :" + query.names[i]);
        bound.bind(statement, SqlQuery::place_name(i), found->value);
    }
    statement.alloc();
    statement.prepare(query.text, soci::details::st_one_time_query);
    statement.define_and_bind();
}

std::vector<std::string> columns_of(const soci::row& row) {
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < row.size(); ++i)
        columns.push_back(text::to_lower(row.get_properties(i).get_name()));
    return columns;
}

}  // namespace

struct SqlRun::Connection {
    Connection(const SqlPlace& place, const std::string& text) : sql{connect(place, text)} {}

    PGconn* libpq() {
        return static_cast<soci::postgresql_session_backend&>(*sql.get_backend()).conn_;
    }

    soci::session sql;
    bool is_in_transaction = false;
};

/// Of a connection that is open; -1: of none. cut() may come from elsewhere at any time, and must
/// not meet a descriptor that is somebody else's by then.
struct SqlRun::Socket {
    std::mutex mutex;
    int descriptor = -1;
};

std::optional<std::size_t> SqlRows::column(std::string_view name) const {
    const auto found = std::ranges::find(columns, name);
    if (found == columns.end()) return {};
    return static_cast<std::size_t>(found - columns.begin());
}

SqlRun::SqlRun(std::shared_ptr<const SqlPlace> place)
    : place_{std::move(place)}, socket_{std::make_unique<Socket>()} {}

SqlRun::~SqlRun() { close(); }

void SqlRun::close() noexcept {
    set_socket(-1);
    try {
        connection_.reset();
    } catch (...) {  // NOLINT(bugprone-empty-catch): it is over either way
    }
}

void SqlRun::set_socket(int socket) noexcept {
    const std::lock_guard lock{socket_->mutex};
    socket_->descriptor = socket;
}

void SqlRun::cut() noexcept {
    const std::lock_guard lock{socket_->mutex};
    if (socket_->descriptor >= 0) ::shutdown(socket_->descriptor, SHUT_RDWR);
}

bool SqlRun::is_stale() noexcept {
    const std::lock_guard lock{socket_->mutex};
    if (socket_->descriptor < 0) return false;
    // A server says nothing unasked but goodbye.
    pollfd look{.fd = socket_->descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&look, 1, 0) != 0;
}

tl::unexpected<Error> SqlRun::failed(SqlFault fault) {
    fault_ = std::move(fault);
    return tl::unexpected(to_error(*place_, fault_));
}

tl::unexpected<Error> SqlRun::failed_by_exception() {
    try {
        throw;
    } catch (const soci::postgresql_soci_error& error) {
        is_broken_ = is_broken_ || !connection_ || PQstatus(connection_->libpq()) != CONNECTION_OK;
        return failed(to_fault(*place_, error.sqlstate(), error.get_error_message()));
    } catch (const soci::odbc_soci_error& error) {
        const std::string state{reinterpret_cast<const char*>(error.odbc_error_code())};
        const std::string text{reinterpret_cast<const char*>(error.odbc_error_message())};
        auto fault = to_fault(*place_, state, text);
        // A driver does not say whether the session lives on.
        is_broken_ = is_broken_ || fault.step != Step::conflict;
        return failed(std::move(fault));
    } catch (const soci::soci_error& error) {
        is_broken_ = true;
        // What libpq says when it cannot connect comes without a state.
        if (!connection_) return failed(to_fault(*place_, "", error.get_error_message()));
        return failed(
            {Step::answer,
             fmt::format("its answer makes no sense [{}]", in_one_line(error.get_error_message())),
             "compare the types of the columns"});
    } catch (const std::exception& error) {
        is_broken_ = true;
        return failed({Step::answer,
                       fmt::format("its answer makes no sense [{}]", in_one_line(error.what())),
                       "compare the types of the columns"});
    }
}

void SqlRun::set_up(pg_conn& connection) {
    set_socket(PQsocket(&connection));
    // A database without an encoding has any bytes: asked for UTF-8, it fails at the first row that
    // is none. Whoever reads the rows looks at each text anyway.
    const char* const encoding = PQparameterStatus(&connection, "server_encoding");
    constexpr const char* none = "SQL_ASCII";
    if (encoding != nullptr && std::string_view{encoding} == none &&
        PQsetClientEncoding(&connection, none) != 0)
        throw soci::soci_error(PQerrorMessage(&connection));
}

Result<void> SqlRun::open() {
    if (connection_) return {};
    const bool is_libpq = place_->transport == SqlPlace::Transport::postgresql;
    auto text = Result<std::string>{};
    if (is_libpq)
        text = libpq_text(*place_);
    else
        text = odbc_text(*place_);
    if (!text) {
        is_broken_ = true;
        fault_ = {Step::machine, text.error().message, ""};
        return tl::unexpected(std::move(text).error());
    }
    const Wiped wiped{*text};
    try {
        connection_ = std::make_unique<Connection>(*place_, *text);
        if (is_libpq) set_up(*connection_->libpq());
    } catch (...) {
        is_broken_ = true;
        auto error = failed_by_exception();
        // Whatever the state, it did not come about: a connection that was never there is not gone.
        if (fault_.step == Step::gone) fault_.step = Step::port;
        return error;
    }
    return {};
}

Result<SqlRows> SqlRun::rows(const std::string& query, const SqlParameters& parameters,
                             std::size_t rows_max) {
    try {
        const auto parsed = to_query(query);
        if (!parsed) return failed({Step::statement, parsed.error().message, "correct the query"});
        Bound bound;
        soci::row row;
        soci::statement statement{connection_->sql};
        statement.exchange(soci::into(row));
        prepare(statement, bound, *parsed, parameters);
        SqlRows all;
        std::size_t bytes = 0;
        statement.execute();
        while (statement.fetch()) {
            if (all.rows.size() == rows_max)
                return failed({Step::answer, fmt::format("it answers more than {} rows", rows_max),
                               "let the query answer less"});
            SqlRows::Row values;
            for (std::size_t i = 0; i < row.size(); ++i) {
                values.push_back(value_at(row, i));
                const auto size = values.back() ? values.back()->size() : 0;
                bytes += size;
                if (size > sql_value_bytes_max || bytes > sql_answer_bytes_max)
                    return failed(
                        {Step::answer,
                         fmt::format("its answer is too large ({} bytes in the column {})", size,
                                     row.get_properties(i).get_name()),
                         "let the query answer less"});
            }
            all.rows.push_back(std::move(values));
        }
        all.columns = columns_of(row);
        return all;
    } catch (...) {
        return failed_by_exception();
    }
}

Result<long long> SqlRun::change(const std::string& statement_text,
                                 const SqlParameters& parameters) {
    try {
        const auto parsed = to_query(statement_text);
        if (!parsed)
            return failed({Step::statement, parsed.error().message, "correct the statement"});
        Bound bound;
        soci::statement statement{connection_->sql};
        prepare(statement, bound, *parsed, parameters);
        statement.execute(true);
        return statement.get_affected_rows();
    } catch (...) {
        return failed_by_exception();
    }
}

Result<void> SqlRun::begin() {
    try {
        connection_->sql.begin();
        connection_->is_in_transaction = true;
        return {};
    } catch (...) {
        return failed_by_exception();
    }
}

Result<void> SqlRun::commit() {
    try {
        connection_->sql.commit();
        connection_->is_in_transaction = false;
        return {};
    } catch (...) {
        return failed_by_exception();
    }
}

void SqlRun::rollback() noexcept {
    if (!connection_ || !connection_->is_in_transaction) return;
    connection_->is_in_transaction = false;
    try {
        connection_->sql.rollback();
    } catch (...) {
        is_broken_ = true;  // the server ends the transaction with the session
    }
}

}  // namespace rhumb::storage
