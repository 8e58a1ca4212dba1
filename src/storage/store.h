#pragma once
/// The store: where Rhumb keeps its state, a SQLite database `rhumb.db` in the data directory.
///
///     TRY(auto store, Store::open(data_directory));
///     TRY(auto live, store.read([](const View& view) { return view.certificates(); }));
///     TRY_DONE(store.transact([&](Transaction& transaction) -> Result<void> { … return {}; }));
///
/// A Store may be used from any thread, and several processes (the server, the command line) may
/// have the same store open. Calls block: on a loop, run them in the pool. The work given to read()
/// and transact() must not call the store again. A change that was reported done survives a crash
/// of the program and of the machine.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "crypto/seal.h"
#include "storage/transaction.h"

namespace rhumb::storage {

struct StoreOptions {
    /// How long a change waits for another process to finish its own.
    std::uint32_t busy_ms_max = 5000;
    /// The largest size of the database in pages of 4 KiB; 0: the disk's. For tests of a full disk.
    std::uint32_t pages_max = 0;
};

class Store {
public:
    /// Opens the store in `directory`; makes the directory (mode 0700) and the database (0600) when
    /// they are not there, and brings an older database up to date. conflict: it was written by a
    /// newer Rhumb, or is not Rhumb's.
    static Result<Store> open(const std::filesystem::path& directory,
                              const StoreOptions& options = {});

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    /// Runs `work` on one consistent state and returns what it returns, a Result<T>.
    template <class Work>
    std::invoke_result_t<Work&, const View&> read(Work&& work) const {
        std::optional<std::invoke_result_t<Work&, const View&>> answer;
        TRY_DONE(run_read([&](const View& view) { answer.emplace(work(view)); }));
        return *std::move(answer);
    }

    /// Runs `work` as one transaction and returns what it returns, a Result<T>. When that is an
    /// error, or the changes cannot be made durable, nothing was changed.
    template <class Work>
    std::invoke_result_t<Work&, Transaction&> transact(Work&& work) {
        std::optional<std::invoke_result_t<Work&, Transaction&>> answer;
        TRY_DONE(run_transaction([&](Transaction& transaction) {
            answer.emplace(work(transaction));
            return answer->has_value();
        }));
        return *std::move(answer);
    }

    /// A number that is another one whenever anyone, in this process or another, has changed the
    /// store since. Cheap enough to be asked several times a second; comparable only within this
    /// object.
    Result<std::uint64_t> change_number() const;

    /// For after keys were removed: takes the log of changes into the database and empties it, so
    /// that what was removed is in neither file any more. True when that was done; false when
    /// another program was reading: then it happens later, with one of the next changes.
    Result<bool> scrub();

    /// Reads all of the database and fails when a page, an index or a reference is damaged. Slow on
    /// a large one.
    Result<void> check_integrity() const;

    /// From now on the end of the audit trail is sealed in every transaction that adds to it
    /// (audit.h); a change of the master key that `seal` takes over counts here, too. To be called
    /// before other threads use the store.
    void seal_audit_with(crypto::Seal seal);
    /// Seals what others have added who have no master key; does nothing when there is no such
    /// thing, or no seal. To be called after the store was changed by anyone.
    Result<void> seal_audit();

    /// The data directory.
    const std::filesystem::path& directory() const;

private:
    struct Connections;
    explicit Store(std::unique_ptr<Connections> connections);

    Result<void> run_read(const std::function<void(const View&)>& work) const;
    /// `work` answers whether its changes are to be kept.
    Result<void> run_transaction(const std::function<bool(Transaction&)>& work);

    std::unique_ptr<Connections> connections_;
};

}  // namespace rhumb::storage
