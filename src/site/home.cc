#include "site/home.h"

#include <cerrno>
#include <mutex>
#include <optional>
#include <system_error>
#include <tuple>

#include <sys/stat.h>

#include "base/files.h"
#include "base/text.h"
#include "config/write.h"
#include "crypto/hash.h"

namespace rhumb::site {
namespace {

/// Tells whether a file is the one that was read.
struct Signature {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec written{};

    bool operator==(const Signature& other) const {
        const auto fields = [](const Signature& s) {
            return std::tuple{s.device, s.inode, s.size, s.written.tv_sec, s.written.tv_nsec};
        };
        return fields(*this) == fields(other);
    }
};

/// Nothing when there is no such file.
std::optional<Signature> signature_of(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return Signature{status.st_dev, status.st_ino, status.st_size, status.st_mtim};
}

Result<Configuration> parse_configuration(std::string text, const std::string& called) {
    auto parsed = config::parse(text, called);
    if (!parsed.is_good()) return fail(ErrorKind::invalid, "{}", config::to_text(parsed.errors));
    return Configuration{
        std::move(text), std::move(parsed.document), std::move(parsed.warnings), 0, {}};
}

std::string revision_name(storage::Id number) { return fmt::format("revision {}", number); }

}  // namespace

/// What the last current() saw.
struct Home::Seen {
    std::mutex mutex;
    std::optional<std::uint64_t> change;  // of the store
    storage::Id revision = 0;
    std::optional<Signature> file;
};

Home::Home(storage::Store* store, std::filesystem::path path)
    : store_{store}, path_{std::move(path)}, seen_{std::make_shared<Seen>()} {}

namespace {

/// Adds a revision with `text`, which is good, and the event that tells of it. When the text is
/// that of the latest revision, nothing is added.
Result<storage::Id> add_revision(storage::Transaction& transaction, std::string_view text,
                                 const Change& change, std::string_view what) {
    TRY(const auto latest, transaction.find_latest_revision());
    if (latest && latest->text == text) return latest->number;
    TRY(const auto digest, crypto::sha256(text));
    storage::Revision revision;
    revision.author = change.author;
    revision.time = change.now;
    revision.comment = change.comment;
    revision.text = text;
    revision.digest = text::to_hex(digest);
    TRY(const auto number, transaction.add_revision(revision));
    storage::Event event;
    event.time = change.now;
    event.who = change.author;
    event.from = change.from;
    event.what = what;
    event.subject = revision_name(number);
    event.detail = change.comment;
    TRY_DONE(transaction.add_event(event));
    return number;
}

}  // namespace

Result<Home> Home::in_store(storage::Store& store, const config::Document& first,
                            const Change& change) {
    return in_store_from(store, config::to_toml(first), change);
}

Result<Home> Home::in_store_from(storage::Store& store, std::string_view text,
                                 const Change& change) {
    Home home{&store, {}};
    TRY(const auto latest, store.read([](const storage::View& view) { return view.revisions(1); }));
    if (!latest.empty()) return home;
    TRY_DONE(check(text, "the first configuration"));
    TRY_DONE(store.transact([&](storage::Transaction& transaction) -> Result<void> {
        // Another process may have been quicker.
        TRY(const auto there, transaction.find_latest_revision());
        if (!there) TRY_DONE(add_revision(transaction, text, change, "configuration.made"));
        return {};
    }));
    return home;
}

Result<Home> Home::in_file(std::filesystem::path path) {
    std::error_code error;
    auto absolute = std::filesystem::absolute(path, error);
    if (error)
        return fail(ErrorKind::invalid, "{} is no path of a file: {}", path.string(),
                    error.message());
    TRY_DONE(read_file(absolute, config::text_bytes_max));
    return Home{nullptr, std::move(absolute)};
}

std::string Home::name() const {
    return is_file() ? path_.string()
                     : fmt::format("the store in {}", store_->directory().string());
}

std::filesystem::path Home::directory() const {
    return is_file() ? path_.parent_path() : store_->directory();
}

Result<Configuration> Home::current() const {
    const std::lock_guard lock{seen_->mutex};
    if (is_file()) {
        // Looked at before it is read: what is written in between is seen as a change.
        seen_->file = signature_of(path_);
        TRY(auto text, read_file(path_, config::text_bytes_max));
        TRY(auto configuration, parse_configuration(std::move(text), path_.string()));
        if (seen_->file)
            configuration.time = Seconds{std::chrono::seconds{seen_->file->written.tv_sec}};
        return configuration;
    }
    TRY(seen_->change, store_->change_number());
    TRY(auto latest,
        store_->read([](const storage::View& view) { return view.find_latest_revision(); }));
    if (!latest)
        return fail(ErrorKind::not_found,
                    "{} has no configuration yet: `rhumb serve` makes the first", name());
    seen_->revision = latest->number;
    TRY(auto configuration,
        parse_configuration(std::move(latest->text), revision_name(latest->number)));
    configuration.revision = latest->number;
    configuration.time = latest->time;
    return configuration;
}

bool Home::has_changed() const {
    const std::lock_guard lock{seen_->mutex};
    if (is_file()) return signature_of(path_) != seen_->file;
    const auto change = store_->change_number();
    // A store that cannot be read now has nothing new to give.
    if (!change || seen_->change == *change) return false;
    const auto latest = store_->read([](const storage::View& view) { return view.revisions(1); });
    if (!latest || latest->empty()) return false;
    if (latest->front().number != seen_->revision) return true;
    seen_->change = *change;  // something else was changed
    return false;
}

Result<config::Document> Home::check(std::string_view text, std::string file_name) {
    return config::parse_or_fail(text, std::move(file_name));
}

namespace {

tl::unexpected<Error> change_the_file(const std::filesystem::path& path) {
    return fail(
        ErrorKind::conflict,
        "the configuration is the file {}: change it there; a running server takes it as soon as it is saved",
        path.string());
}

}  // namespace

Result<storage::Id> Home::apply(std::string_view text, const Change& change) {
    if (is_file()) return change_the_file(path_);
    TRY_DONE(check(text, "the new configuration"));
    return store_->transact([&](storage::Transaction& transaction) {
        return add_revision(transaction, text, change, "configuration.applied");
    });
}

Result<storage::Id> Home::edit(const std::function<Result<void>(config::Document&)>& edit,
                               const Change& change, const Along& along) {
    if (is_file()) return change_the_file(path_);
    return store_->transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        TRY(const auto latest, transaction.find_latest_revision());
        if (!latest) return fail(ErrorKind::not_found, "{} has no configuration yet", name());
        TRY(const auto before, check(latest->text, revision_name(latest->number)));
        auto document = before;
        TRY_DONE(edit(document));
        const auto text = config::to_toml(document);
        TRY_DONE(check(text, "the new configuration"));
        TRY(const auto number,
            document == before ? Result<storage::Id>{latest->number}
                               : add_revision(transaction, text, change, "configuration.changed"));
        if (along) TRY_DONE(along(transaction, number));
        return number;
    });
}

Result<storage::Id> Home::rollback(storage::Id number, const Change& change, const Along& along) {
    if (is_file()) return change_the_file(path_);
    return store_->transact([&](storage::Transaction& transaction) -> Result<storage::Id> {
        TRY(const auto earlier, transaction.get_revision(number));
        TRY_DONE(check(earlier.text, revision_name(number)));
        Change rollback = change;
        if (rollback.comment.empty()) rollback.comment = fmt::format("back to revision {}", number);
        TRY(const auto made,
            add_revision(transaction, earlier.text, rollback, "configuration.rolled-back"));
        if (along) TRY_DONE(along(transaction, made));
        return made;
    });
}

Result<std::vector<storage::Revision>> Home::history(std::size_t count_max) const {
    if (is_file()) return std::vector<storage::Revision>{};
    return store_->read([&](const storage::View& view) { return view.revisions(count_max); });
}

Result<storage::Revision> Home::revision(storage::Id number) const {
    if (is_file())
        return fail(ErrorKind::not_found, "{} is a file: it has no revisions", path_.string());
    return store_->read([&](const storage::View& view) { return view.get_revision(number); });
}

}  // namespace rhumb::site
