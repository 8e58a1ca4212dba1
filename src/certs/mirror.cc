#include "certs/mirror.h"

#include <algorithm>
#include <functional>

#include "base/child.h"
#include "base/text.h"
#include "certs/inventory.h"
#include "certs/mirror_files.h"
#include "certs/recording.h"
#include "crypto/hash.h"

namespace rhumb::certs {

namespace {

constexpr std::size_t output_shown_max = 500;

Result<std::string> digest_of(const pki::Chain& chain) {
    TRY(const auto digest, crypto::sha256(chain.to_pem()));
    return text::to_hex(digest);
}

std::optional<storage::MirrorRecord> find_in(std::vector<storage::MirrorRecord> mirrors,
                                             std::string_view certificate) {
    for (auto& mirror : mirrors)
        if (text::iequals(mirror.certificate, certificate)) return std::move(mirror);
    return std::nullopt;
}

/// One run of update_mirrors() over one mirror.
class Update {
public:
    Update(storage::Store& store, const crypto::Seal& seal, const Actor& actor, Seconds now,
           const MirrorLimits& limits, MirrorReport& report)
        : store_{store},
          inventory_{store, seal},
          actor_{actor},
          now_{now},
          limits_{limits},
          report_{report} {}

    void run(const storage::MirrorRecord& mirror) {
        const auto written = write(mirror);
        if (!written) return note_failure(mirror, written.error().message);
        // Another program may write while the hook runs: then it is run again for that.
        for (bool is_due = true; is_due;) {
            const auto ran = run_hook(mirror);
            if (!ran) return note_failure(mirror, ran.error().message);
            is_due = *ran;
        }
    }

private:
    /// The mirror as it stands now; nothing when it has ended or moved meanwhile.
    Result<std::optional<storage::MirrorRecord>> look(const storage::View& view,
                                                      const storage::MirrorRecord& known) const {
        TRY(auto mirrors, view.mirrors());
        auto mirror = find_in(std::move(mirrors), known.certificate);
        if (!mirror || mirror->directory != known.directory) return std::nullopt;
        return mirror;
    }

    /// Changes what is noted about a mirror, and adds an event if it has a name.
    Result<void> note(const storage::MirrorRecord& known,
                      const std::function<void(storage::MirrorRecord&)>& change, std::string event,
                      std::string detail) {
        return store_.transact([&](storage::Transaction& transaction) -> Result<void> {
            TRY(auto mirror, look(transaction, known));
            if (!mirror) return {};
            change(*mirror);
            TRY_DONE(transaction.put_mirror(*mirror));
            if (!event.empty())
                TRY_DONE(transaction.add_event(
                    make_event(actor_, now_, event, mirror->certificate, detail)));
            return {};
        });
    }

    Result<void> write(const storage::MirrorRecord& known) {
        if (is_up_to_date(known)) return {};
        TRY_DONE(check_mirror_directory(known.directory));
        TRY_DONE(make_mirror_directory(known.directory));
        const std::filesystem::path directory{known.directory};
        TRY(const auto lock, MirrorLock::take(directory / ".lock", limits_.other));
        // Read under the lock: the last one to write has the newest.
        const auto entry = inventory_.get(known.certificate);
        if (!entry) return {};  // taken out of use: the files stay as they are
        TRY(const auto& chain, entry->chain);
        if (!has_mirror_files(directory, chain)) {
            TRY(const auto key, inventory_.open_key(*entry));
            TRY_DONE(write_mirror_files(directory, chain, key));
        }
        tidy_mirror_files(directory);
        TRY(const auto digest, digest_of(chain));
        TRY_DONE(note(
            known,
            [&](storage::MirrorRecord& mirror) {
                mirror.written = digest;
                mirror.is_hook_due = !mirror.hook.empty();
                mirror.last_error.clear();
            },
            "mirror.written", known.directory));
        report_.written.push_back(known.certificate);
        return {};
    }

    /// Asked without the lock, for most of the time there is nothing to do.
    bool is_up_to_date(const storage::MirrorRecord& mirror) const {
        const auto entry = inventory_.get(mirror.certificate);
        if (!entry) return true;
        if (!entry->chain) return false;
        const auto digest = digest_of(*entry->chain);
        return digest && *digest == mirror.written &&
               has_mirror_files(mirror.directory, *entry->chain);
    }

    /// Runs the hook if it is due; true when it is due again, since something was written
    /// meanwhile.
    Result<bool> run_hook(const storage::MirrorRecord& known) {
        TRY(const auto before,
            store_.read([&](const storage::View& view) { return look(view, known); }));
        if (!before || !before->is_hook_due) return false;
        const std::filesystem::path directory{before->directory};
        const auto lock = MirrorLock::take(directory / ".hook-lock", limits_.other);
        // Whoever runs it now will see that it is due again.
        if (!lock && lock.error().kind == ErrorKind::unavailable) return false;
        if (!lock) return tl::unexpected(lock.error());
        TRY(const auto mirror,
            store_.read([&](const storage::View& view) { return look(view, known); }));
        if (!mirror || !mirror->is_hook_due) return false;
        const auto failure = call(*mirror);
        bool is_due_again = false;
        TRY_DONE(note(
            known,
            [&](storage::MirrorRecord& now) {
                is_due_again = now.written != mirror->written;
                now.is_hook_due = is_due_again;
                now.last_error = failure;
            },
            failure.empty() ? "mirror.hook-done" : "mirror.hook-failed",
            failure.empty() ? mirror->hook : failure));
        if (failure.empty())
            report_.hooks.push_back(known.certificate);
        else
            report_.failures.push_back({known.certificate, failure});
        return is_due_again;
    }

    /// Why it failed; "" when it went well.
    std::string call(const storage::MirrorRecord& mirror) const {
        const auto finished = child::run({.arguments = {"/bin/sh", "-c", mirror.hook},
                                          .environment = {"RHUMB_CERTIFICATE=" + mirror.certificate,
                                                          "RHUMB_DIRECTORY=" + mirror.directory},
                                          .input = {},
                                          .limit = limits_.hook});
        if (!finished) return fmt::format("the hook: {}", finished.error().message);
        if (finished->is_success()) return {};
        auto output = finished->output.substr(0, output_shown_max);
        if (!text::is_utf8(output))
            std::ranges::replace_if(
                output, [](unsigned char c) { return c >= 0x80; }, '?');
        return fmt::format("the hook «{}» ended with {}: {}", mirror.hook, finished->exit_code,
                           text::trim(output));
    }

    /// An event only when it is another failure than before: this is called every minute.
    void note_failure(const storage::MirrorRecord& mirror, const std::string& message) {
        report_.failures.push_back({mirror.certificate, message});
        if (mirror.last_error == message) return;
        const auto noted = note(
            mirror, [&](storage::MirrorRecord& record) { record.last_error = message; },
            "mirror.failed", message);
        if (!noted)
            report_.failures.push_back(
                {mirror.certificate, "noting the failure: " + noted.error().message});
    }

    storage::Store& store_;
    Inventory inventory_;
    const Actor& actor_;
    Seconds now_;
    const MirrorLimits& limits_;
    MirrorReport& report_;
};

}  // namespace

Result<void> set_mirror(storage::Store& store, const MirrorOrder& order, const Actor& actor,
                        Seconds now) {
    TRY_DONE(check_mirror_directory(order.directory));
    auto directory = order.directory.lexically_normal();
    if (!directory.has_filename()) directory = directory.parent_path();
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(const auto certificate, transaction.find_certificate(order.certificate));
        if (!certificate)
            return fail(
                ErrorKind::not_found,
                "no certificate in use is called «{}»: rhumb cert list tells which there are",
                order.certificate);
        // What is known of the files stays known where the directory stays the same.
        TRY(auto mirrors, transaction.mirrors());
        auto mirror =
            find_in(std::move(mirrors), certificate->name).value_or(storage::MirrorRecord{});
        if (mirror.directory != directory.string()) mirror = {};
        mirror.certificate = certificate->name;
        mirror.directory = directory.string();
        mirror.hook = order.hook;
        mirror.is_hook_due = mirror.is_hook_due && !mirror.hook.empty();
        TRY_DONE(transaction.put_mirror(mirror));
        TRY_DONE(transaction.add_event(make_event(
            actor, now, "mirror.set", mirror.certificate,
            mirror.hook.empty() ? mirror.directory
                                : fmt::format("{}, then «{}»", mirror.directory, mirror.hook))));
        return {};
    });
}

Result<void> remove_mirror(storage::Store& store, std::string_view certificate, const Actor& actor,
                           Seconds now) {
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto mirrors, transaction.mirrors());
        TRY_DONE(transaction.remove_mirror(certificate));
        const auto mirror = find_in(std::move(mirrors), certificate);
        TRY_DONE(
            transaction.add_event(make_event(actor, now, "mirror.removed", std::string{certificate},
                                             mirror ? mirror->directory : "")));
        return {};
    });
}

Result<std::vector<storage::MirrorRecord>> list_mirrors(const storage::Store& store) {
    return store.read([](const storage::View& view) { return view.mirrors(); });
}

Result<MirrorReport> update_mirrors(storage::Store& store, const crypto::Seal& seal,
                                    const Actor& actor, Seconds now, const MirrorLimits& limits) {
    MirrorReport report;
    TRY(const auto mirrors, list_mirrors(store));
    Update update{store, seal, actor, now, limits, report};
    for (const auto& mirror : mirrors) update.run(mirror);
    return report;
}

}  // namespace rhumb::certs
