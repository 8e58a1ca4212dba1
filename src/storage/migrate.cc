#include "storage/migrate.h"

#include "storage/audit_chain.h"

namespace rhumb::storage {
namespace {

/// How many migrations the database has had; fails when it is not ours.
Result<std::int64_t> schema_version(Session& session) {
    TRY(const auto id, session.number("reading the schema", "PRAGMA application_id"));
    TRY(const auto tables,
        session.number("reading the schema", "SELECT count(*) FROM sqlite_master"));
    if (id != application_id && (id != 0 || tables != 0)) {
        return fail(ErrorKind::conflict,
                    "{} is a database of another program: choose another data directory",
                    session.database().string());
    }
    return session.number("reading the schema", "PRAGMA user_version");
}

Result<void> check_not_newer(Session& session, std::int64_t version, std::size_t known) {
    if (version <= static_cast<std::int64_t>(known)) return {};
    return fail(
        ErrorKind::conflict,
        "the store {} has schema {}, this program knows {} and older: it was used by a newer Rhumb. Run that "
        "one, or restore a backup from before the update",
        session.database().string(), version, known);
}

/// What SQL alone cannot do.
Result<void> finish(const Migration& migration, Session& session) {
    return migration.name == "access" ? chain_events(session) : Result<void>{};
}

}  // namespace

Result<void> migrate(Session& session, std::span<const Migration> migrations) {
    TRY(auto version, schema_version(session));
    TRY_DONE(check_not_newer(session, version, migrations.size()));
    if (version == static_cast<std::int64_t>(migrations.size())) return {};

    TRY_DONE(session.begin(Session::Begin::write));
    const RollbackGuard guard{session};
    // Another process may have been quicker.
    TRY(version, schema_version(session));
    TRY_DONE(check_not_newer(session, version, migrations.size()));
    for (const auto& migration : migrations.subspan(static_cast<std::size_t>(version))) {
        const auto step =
            fmt::format("bringing the schema to {} ({})", migration.number, migration.name);
        TRY_DONE(session.run(step, std::string{migration.sql}));
        TRY_DONE(finish(migration, session));
    }
    TRY_DONE(session.run("marking the schema",
                         fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                     application_id, migrations.size())));
    return session.commit();
}

}  // namespace rhumb::storage
