#include "storage/store.h"

#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "storage/audit.h"
#include "storage/migrate.h"
#include "storage/session.h"

namespace rhumb::storage {
namespace {

/// A session and whose turn it is.
struct Turn {
    std::mutex mutex;
    std::atomic<std::thread::id> holder;
    std::unique_ptr<Session> session;
};

/// Holds a Turn for a scope.
class Hold {
public:
    explicit Hold(Turn& turn) : lock_{turn.mutex}, turn_{turn} {
        turn_.holder = std::this_thread::get_id();
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { turn_.holder = std::thread::id{}; }

private:
    std::lock_guard<std::mutex> lock_;
    Turn& turn_;
};

Error error_of(int code, std::string_view step, const std::filesystem::path& path) {
    const auto kind = code == EACCES || code == EPERM || code == EROFS ? ErrorKind::denied
                                                                       : ErrorKind::unavailable;
    return {kind,
            fmt::format("{} {}: {}", step, path.string(), std::generic_category().message(code))};
}

/// The directory with mode 0700 when it is made here; an existing one stays as it is.
Result<void> make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    if (std::filesystem::is_directory(directory, error)) return {};
    if (directory.has_parent_path()) {
        std::filesystem::create_directories(directory.parent_path(), error);
        if (error)
            return tl::unexpected(error_of(error.value(), "making the directory above", directory));
    }
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        return tl::unexpected(error_of(errno, "making the data directory", directory));
    }
    return {};
}

/// The file, empty when it is new, readable by its owner alone. SQLite gives its other files the
/// same mode.
Result<void> make_file(const std::filesystem::path& database) {
    const int descriptor = ::open(database.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return tl::unexpected(error_of(errno, "opening the store", database));
    struct stat status {};
    int code = ::fstat(descriptor, &status) == 0 ? 0 : errno;
    if (code == 0 && (status.st_mode & 077U) != 0 && ::fchmod(descriptor, 0600) != 0) code = errno;
    ::close(descriptor);
    if (code != 0)
        return tl::unexpected(error_of(code, "keeping others from reading the store", database));
    return {};
}

}  // namespace

/// Three sessions: a reader never waits for a writer of this process, and PRAGMA data_version tells
/// of changes by other sessions only.
struct Store::Connections {
    std::filesystem::path directory;
    Turn reader;
    Turn writer;
    Turn watcher;
    std::optional<crypto::Seal> seal{};  // of the end of the audit trail
};

Store::Store(std::unique_ptr<Connections> connections) : connections_{std::move(connections)} {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

const std::filesystem::path& Store::directory() const { return connections_->directory; }

Result<Store> Store::open(const std::filesystem::path& directory, const StoreOptions& options) {
    TRY_DONE(make_directory(directory));
    const auto database = directory / "rhumb.db";
    TRY_DONE(make_file(database));
    auto connections = std::make_unique<Connections>();
    connections->directory = directory;
    TRY(connections->writer.session, Session::open(database, options));
    TRY_DONE(migrate(*connections->writer.session, all_migrations()));
    TRY(connections->reader.session, Session::open(database, options));
    TRY(connections->watcher.session, Session::open(database, options));
    return Store{std::move(connections)};
}

Result<void> Store::run_read(const std::function<void(const View&)>& work) const {
    auto& turn = connections_->reader;
    if (turn.holder == std::this_thread::get_id()) {
        return fail(ErrorKind::internal,
                    "the store is read within a reading of it: pass the View on instead");
    }
    const Hold hold{turn};
    TRY_DONE(turn.session->begin(Session::Begin::read));
    const RollbackGuard guard{*turn.session};
    work(View{*turn.session});
    return {};
}

Result<void> Store::run_transaction(const std::function<bool(Transaction&)>& work) {
    auto& turn = connections_->writer;
    if (turn.holder == std::this_thread::get_id()) {
        return fail(ErrorKind::internal,
                    "a transaction is begun within a transaction: pass the Transaction on instead");
    }
    const Hold hold{turn};
    TRY_DONE(turn.session->begin(Session::Begin::write));
    const RollbackGuard guard{*turn.session};
    Transaction transaction{*turn.session};
    if (!work(transaction)) return {};
    if (connections_->seal && turn.session->has_new_events())
        TRY_DONE(storage::seal_audit(transaction, *connections_->seal));
    return turn.session->commit();
}

void Store::seal_audit_with(crypto::Seal seal) { connections_->seal = std::move(seal); }

Result<void> Store::seal_audit() {
    if (!connections_->seal) return {};
    const auto& seal = *connections_->seal;
    const auto is_due = read([&](const View& view) { return is_audit_unsealed(view, seal); });
    // What does not open is for who verifies the trail to tell.
    if (!is_due || !*is_due) return {};
    return transact([&](Transaction& transaction) -> Result<void> {
        TRY_DONE(storage::seal_audit(transaction, seal));
        return {};
    });
}

Result<std::uint64_t> Store::change_number() const {
    auto& turn = connections_->watcher;
    const Hold hold{turn};
    TRY(const auto version, turn.session->number("looking for changes", "PRAGMA data_version"));
    return static_cast<std::uint64_t>(version);
}

Result<bool> Store::scrub() {
    auto& turn = connections_->writer;
    const Hold hold{turn};
    TRY(const auto is_busy,
        turn.session->number("emptying the log of the store", "PRAGMA wal_checkpoint(TRUNCATE)"));
    return is_busy == 0;
}

Result<void> Store::check_integrity() const {
    auto& turn = connections_->reader;
    const Hold hold{turn};
    return turn.session->guarded("checking", [&](soci::session& sql) -> Result<void> {
        std::string answer;
        sql << "PRAGMA integrity_check(1)", soci::into(answer);
        if (answer != "ok") {
            return fail(ErrorKind::internal, "the store {} is damaged ({}): restore a backup",
                        turn.session->database().string(), answer);
        }
        long long orphans = 0;
        sql << "SELECT count(*) FROM pragma_foreign_key_check", soci::into(orphans);
        if (orphans != 0) {
            return fail(ErrorKind::internal,
                        "the store {} has {} references to what is not there: restore a backup",
                        turn.session->database().string(), orphans);
        }
        return {};
    });
}

}  // namespace rhumb::storage
