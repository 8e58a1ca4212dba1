/// rhumb backup: the store in one file, made while it is used, and put back.

#include "certs/backup.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/installation.h"
#include "cli/password.h"
#include "cli/table.h"
#include "server/data_lock.h"

namespace rhumb::cli {

namespace {

crypto::MasterKeyPlace place_of(const Context& context) {
    return {context.data, context.master_key()};
}

std::string host_name() {
    std::string name(256, '\0');
    if (::gethostname(name.data(), name.size() - 1) != 0) return "";
    return name.c_str();
}

std::string megabytes(std::uint64_t bytes) {
    return bytes < (1U << 20U) ? fmt::format("{} KiB", (bytes + 1023) / 1024)
                               : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

/// Whether the master key that a backup needs is at hand.
bool is_key_at_hand(const Context& context, const certs::Backup& backup) {
    const auto key = crypto::load_master_key(place_of(context));
    if (!key) return backup.key_ids.empty();
    const auto seal = crypto::Seal::make(crypto::Secret::copy_of(key->view()));
    return seal && std::ranges::all_of(backup.key_ids,
                                       [&](const auto& id) { return id == seal->key_id(); });
}

nlohmann::ordered_json to_json(const certs::Backup& backup) {
    return {{"file", backup.file.string()},
            {"made", backup.made == Seconds{} ? nlohmann::ordered_json(nullptr)
                                              : nlohmann::ordered_json(to_iso(backup.made))},
            {"program", backup.program},
            {"host", backup.host},
            {"data", backup.data},
            {"bytes", backup.size},
            {"schema", backup.schema},
            {"certificates", backup.certificates},
            {"has_master_key", backup.has_key},
            {"needs_master_keys", backup.key_ids}};
}

void print(const Context& context, const certs::Backup& backup) {
    say("made         {}{}{}",
        backup.made == Seconds{} ? "(it does not say)" : to_text(backup.made),
        backup.program.empty() ? "" : fmt::format(", by Rhumb {}", backup.program),
        backup.host.empty() ? "" : fmt::format(", on {}, of {}", backup.host, backup.data));
    say("in it        {} certificates in use; {}", backup.certificates, megabytes(backup.size));
    const auto keys = text::join(backup.key_ids, ", ");
    if (backup.key_ids.empty())
        say("master key   none is needed");
    else if (backup.has_key)
        say("master key   {}: in it, under a password", keys);
    else
        say("master key   {}: not in it; {}", keys,
            is_key_at_hand(context, backup) ? "it is the one of this installation"
                                            : "it is not the one at hand here");
}

/// Errors that say no, in the way that checks do.
Result<Exit> answer(const Error& error) {
    if (error.kind == ErrorKind::conflict || error.kind == ErrorKind::invalid ||
        error.kind == ErrorKind::denied)
        return refused(error);
    return tl::unexpected(error);
}

struct CreateOptions {
    std::string out;
    bool with_key = false;
    PasswordSource password;
};

/// A directory gets a file that says when: "rhumb-20261123T064500Z.backup".
std::filesystem::path choose_file(const std::string& out, Seconds now) {
    std::error_code failed;
    if (!std::filesystem::is_directory(out, failed)) return out;
    auto digits = to_iso(now);
    std::erase_if(digits, [](char c) { return c == '-' || c == ':'; });
    return std::filesystem::path{out} / fmt::format("rhumb-{}.backup", digits);
}

Result<Exit> create(const Context& context, const CreateOptions& options) {
    if (options.password.is_told() && !options.with_key)
        return wrong_usage({ErrorKind::invalid,
                            "a password locks the master key: add --with-master-key, or leave it "
                            "out"});
    TRY(auto store, open_store(context));
    std::optional<crypto::Secret> password;
    if (options.with_key) {
        TRY(password, read_new_password(options.password, "the password for the master key"));
    }
    const auto backup = certs::make_backup(store, place_of(context),
                                           {.file = choose_file(options.out, context.clock.now()),
                                            .replaces = context.says_yes,
                                            .password = password ? &*password : nullptr,
                                            .program = RHUMB_VERSION,
                                            .host = host_name(),
                                            .now = context.clock.now()},
                                           actor(context));
    if (!backup) return answer(backup.error());
    if (context.wants_json) {
        say("{}", to_json(*backup).dump(2));
        return Exit::done;
    }
    say("The backup is in {} ({}, mode 0600), and passes its check.", backup->file.string(),
        megabytes(backup->size));
    if (backup->has_key)
        say("The master key is in it, under your password: without that nobody opens the private "
            "keys, you neither.");
    else
        say("The private keys in it are sealed: to use them, the master key is needed too. Keep a "
            "copy of {} apart from it, or add --with-master-key.",
            context.master_key() ? context.master_key()->string()
                                 : (context.data / "master.key").string());
    say("Not in it: your pages, geographic data and logs.");
    return Exit::done;
}

Result<Exit> list(const Context& context) {
    TRY(const auto store, open_store(context));
    TRY(const auto backups, store.read([](const storage::View& view) { return view.backups(); }));
    auto all = nlohmann::ordered_json::array();
    Table table{{"MADE", "FILE", "SIZE", "MASTER KEY", ""}};
    for (const auto& backup : backups) {
        std::error_code failed;
        const bool is_there =
            std::filesystem::file_size(backup.file, failed) == backup.size && !failed;
        all.push_back({{"made", to_iso(backup.time)},
                       {"file", backup.file},
                       {"bytes", backup.size},
                       {"sha256", backup.digest},
                       {"has_master_key", backup.has_key},
                       {"is_there", is_there}});
        table.add({to_text(backup.time), backup.file, megabytes(backup.size),
                   backup.has_key ? "in it" : "apart",
                   is_there ? "" : "no longer there, or another file"});
    }
    if (context.wants_json)
        say("{}", all.dump(2));
    else if (backups.empty())
        say("No backup was made yet: rhumb backup create --out FILE");
    else
        table.print();
    return Exit::done;
}

struct FileOptions {
    std::string file;
    PasswordSource password;
    bool accepts_loss = false;
};

Result<Exit> check(const Context& context, const FileOptions& options) {
    TRY(const auto password,
        read_password(options.password, fmt::format("the password of {}", options.file)));
    const auto backup = certs::check_backup(options.file, password ? &*password : nullptr);
    if (!backup) return answer(backup.error());
    if (context.wants_json) {
        auto json = to_json(*backup);
        json["is_key_at_hand"] = is_key_at_hand(context, *backup);
        say("{}", json.dump(2));
        return Exit::done;
    }
    say("{} is good.", options.file);
    print(context, *backup);
    if (backup->is_older) say("It is of an older Rhumb: a restore brings it up to date.");
    if (password) say("All its private keys open with the master key that is in it.");
    return Exit::done;
}

Result<void> make_data_directory(const Context& context) {
    std::error_code failed;
    if (std::filesystem::is_directory(context.data, failed)) return {};
    std::filesystem::create_directories(context.data, failed);
    if (!failed)
        std::filesystem::permissions(context.data, std::filesystem::perms::owner_all, failed);
    if (!failed) return {};
    return fail(ErrorKind::internal, "making the data directory {}: {}", context.data.string(),
                failed.message());
}

Exit tell(const Context& context, const FileOptions& options, const certs::Restored& restored) {
    if (context.wants_json) {
        say("{}",
            nlohmann::ordered_json{
                {"restored", to_json(restored.backup)},
                {"before", restored.before ? nlohmann::ordered_json(restored.before->string())
                                           : nlohmann::ordered_json(nullptr)},
                {"is_key_replaced", restored.is_key_replaced},
                {"notes", restored.notes}}
                .dump(2));
        return Exit::done;
    }
    say("{} has what is in {}.", context.data.string(), options.file);
    print(context, restored.backup);
    if (restored.is_key_replaced) say("The master key is the one out of the backup now.");
    if (restored.before)
        say("What was there before is in {}: remove it when all is well.",
            restored.before->string());
    print_notes(restored.notes);
    say("Start the server: rhumb serve");
    return Exit::done;
}

Result<Exit> restore(const Context& context, const FileOptions& options) {
    TRY(auto password,
        read_password(options.password, fmt::format("the password of {}", options.file)));
    // Before anything is made or asked.
    const auto backup = certs::check_backup(options.file);
    if (!backup) return answer(backup.error());
    if (const auto holder = server::DataLock::holder(context.data))
        return refused(
            {ErrorKind::conflict, fmt::format("a server runs on {} (process {}): stop it first",
                                              context.data.string(), holder->process)});
    std::error_code failed;
    if (std::filesystem::exists(context.data / "rhumb.db", failed))
        TRY_DONE(confirm(
            context,
            fmt::format("Put the backup of {} in the place of what is in {}? (That is kept aside.)",
                        backup->made == Seconds{} ? "unknown date" : to_text(backup->made),
                        context.data.string())));
    if (backup->has_key && !password && !is_key_at_hand(context, *backup)) {
        TRY(password, ask_password(fmt::format("the password of {}", options.file)));
    }
    TRY_DONE(make_data_directory(context));
    // Keeps a server from starting meanwhile.
    TRY(const auto lock, server::DataLock::take(context.data));
    const auto restored = certs::restore_backup({.file = options.file,
                                                 .place = place_of(context),
                                                 .password = password ? &*password : nullptr,
                                                 .accepts_loss = options.accepts_loss,
                                                 .now = context.clock.now()},
                                                actor(context));
    if (!restored) return answer(restored.error());
    return tell(context, options, *restored);
}

void add_create(CLI::App& noun, Context& context) {
    auto options = std::make_shared<CreateOptions>();
    auto* const verb =
        noun.add_subcommand("create", "Copy the store into a file, also while a server runs");
    verb->add_option("--out", options->out,
                     "The file; or a directory, for a file that has the time in its name")
        ->required();
    verb->add_flag("--with-master-key", options->with_key,
                   "With the master key in it, locked by a password");
    add_password_options(*verb, options->password, "The password for the master key");
    verb->callback([&context, options] {
        context.run = [&context, options] { return create(context, *options); };
    });
}

void add_check(CLI::App& noun, Context& context) {
    auto options = std::make_shared<FileOptions>();
    auto* const verb = noun.add_subcommand("check", "Read a backup, and say what it is");
    verb->add_option("file", options->file, "The backup")->required();
    add_password_options(*verb, options->password, "The password of the master key in it");
    verb->callback([&context, options] {
        context.run = [&context, options] { return check(context, *options); };
    });
}

void add_restore(CLI::App& noun, Context& context) {
    auto options = std::make_shared<FileOptions>();
    auto* const verb = noun.add_subcommand(
        "restore", "Put a backup in the place of the store; what is there is kept aside");
    verb->add_option("file", options->file, "The backup")->required();
    add_password_options(*verb, options->password, "The password of the master key in it");
    verb->add_flag("--accept-loss", options->accepts_loss,
                   "Also where its private keys open with no key at hand");
    verb->callback([&context, options] {
        context.run = [&context, options] { return restore(context, *options); };
    });
}

}  // namespace

void add_backup(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("backup", "Backups of the store")->require_subcommand(1);
    add_create(*noun, context);
    noun->add_subcommand("list", "Which backups were made")->callback([&context] {
        context.run = [&context] { return list(context); };
    });
    add_check(*noun, context);
    add_restore(*noun, context);
}

}  // namespace rhumb::cli
