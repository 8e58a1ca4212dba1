#include "files/static_files.h"

#include <ctime>

#include "base/snapshot.h"
#include "base/text.h"
#include "files/answer.h"
#include "files/compress.h"
#include "files/listing.h"
#include "files/locate.h"
#include "files/variant.h"

namespace rhumb::files {

namespace {

constexpr std::uint64_t compressed_size_min = 1'000;  // below, a packet is a packet
constexpr std::uint64_t compressed_size_max =
    4U << 20U;  // above, compress it once and put it beside the file
constexpr std::string_view allowed = "GET, HEAD, OPTIONS";

/// A few milliseconds behind at most, and no system call.
std::int64_t coarse_now_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

using EntryPointer = std::shared_ptr<const Entry>;
using VariantPointer = std::shared_ptr<const Variant>;

}  // namespace

/// What the handler works with; its functions are the steps of an answer. Those that touch the disk
/// say so.
class StaticFiles::Work {
public:
    Work(Options options, std::shared_ptr<const Beneath> root)
        : options_{std::move(options)},
          rules_{options_.cache.file_bytes_max, options_.cache_control},
          fresh_for_ns_{std::chrono::nanoseconds{options_.cache.fresh_for}.count()},
          cache_{options_.cache},
          root_{std::move(root)},
          root_checked_ns_{now_ns()} {}

    /// When descriptors have run out: those of the cache can be spared.
    template <class Step>
    auto with_descriptors(const Step& step) {
        auto result = step();
        if (result || result.error().kind != ErrorKind::unavailable) return result;
        cache_.close_files();
        return step();
    }

    const Options& options() const { return options_; }
    const VariantRules& rules() const { return rules_; }
    Cache& cache() { return cache_; }
    std::shared_ptr<const Beneath> root() const { return root_.get(); }

    std::int64_t now_ns() const {
        if (!options_.now) return coarse_now_ns();
        return std::chrono::nanoseconds{options_.now().time_since_epoch()}.count();
    }

    /// What the cache has for `path` and need not be looked at on disk by this caller: it is fresh,
    /// or another has just begun to.
    EntryPointer find_fresh(std::string_view path) {
        auto entry = cache_.find(path);
        if (entry == nullptr) return nullptr;
        const auto now = now_ns();
        auto checked = entry->checked_ns.load(std::memory_order_relaxed);
        if (now - checked < fresh_for_ns_) return entry;
        const bool is_ours =
            entry->checked_ns.compare_exchange_strong(checked, now, std::memory_order_relaxed);
        return is_ours ? nullptr : entry;
    }

    /// Disk: what `path` leads to now, and for a file its entry, kept in the cache.
    Result<Located> look(std::string_view path, EntryPointer& entry) {
        refresh_root();
        auto located = with_descriptors([&] { return locate(*root_.get(), path, options_.index); });
        entry = cache_.find(path);
        if (!located) {
            // Without descriptors nothing can be looked at; what is known is better than no answer.
            if (located.error().kind == ErrorKind::unavailable && entry != nullptr)
                return Located{};
            cache_.remove(path);
            entry = nullptr;
            return located;
        }
        if (located->kind != Located::Kind::file) {
            cache_.remove(path);
            entry = nullptr;
        } else if (entry == nullptr || entry->name != located->name ||
                   entry->stamp != located->stamp || entry->siblings != located->siblings) {
            entry = new_entry(*located);
            cache_.put(path, entry, now_ns());
        }
        return located;
    }

    /// Disk: the file itself or the coded file beside it.
    Result<VariantPointer> load(std::string_view path, EntryPointer& entry, http::Coding coding) {
        auto variant =
            with_descriptors([&] { return load_variant(*root_.get(), *entry, coding, rules_); });
        if (variant) keep(path, entry, *variant);
        return variant;
    }

    /// Adds `variant` to the entry, for all who come after.
    void keep(std::string_view path, EntryPointer& entry, const VariantPointer& variant) {
        auto richer = std::make_shared<Entry>(*entry);
        richer->variants[index_of(variant->coding)] = variant;
        entry = richer;
        cache_.put(path, std::move(richer), now_ns());
    }

    /// Remembers that this coding does not make the file smaller.
    void give_up(std::string_view path, EntryPointer& entry, http::Coding coding) {
        auto poorer = std::make_shared<Entry>(*entry);
        poorer->offered.remove(coding);
        entry = poorer;
        cache_.put(path, std::move(poorer), now_ns());
    }

private:
    /// The root may be a link that was turned to another directory since.
    void refresh_root() {
        const auto now = now_ns();
        auto checked = root_checked_ns_.load(std::memory_order_relaxed);
        if (now - checked < fresh_for_ns_) return;
        if (!root_checked_ns_.compare_exchange_strong(checked, now, std::memory_order_relaxed))
            return;
        auto root = Beneath::open(options_.root);
        const auto current = root_.get();
        if (!root) return;  // it may come back; until then nothing is found beneath the old one
        const bool is_same = (*root)->stamp().inode == current->stamp().inode &&
                             (*root)->stamp().device == current->stamp().device;
        if (!is_same) root_.replace(*std::move(root));
    }

    EntryPointer new_entry(const Located& located) const {
        auto entry = std::make_shared<Entry>();
        entry->name = located.name;
        entry->stamp = located.stamp;
        entry->siblings = located.siblings;
        entry->type = find_media_type(located.name, options_.mime);
        entry->beside.add(http::Coding::identity);
        const auto size = located.stamp.size;
        const bool is_made = options_.compress && entry->type.is_compressible &&
                             size >= compressed_size_min &&
                             (size <= rules_.file_bytes_max ||
                              (size <= compressed_size_max && options_.pool != nullptr));
        entry->offered.add(http::Coding::identity);
        for (const auto coding : http::all_codings) {
            const bool is_beside = located.siblings[index_of(coding)].is_file();
            if (is_beside) entry->beside.add(coding);
            if (is_beside || is_made) entry->offered.add(coding);
        }
        entry->checked_ns = now_ns();
        return entry;
    }

    Options options_;
    VariantRules rules_;
    std::int64_t fresh_for_ns_;
    Cache cache_;
    Snapshot<Beneath> root_;
    std::atomic<std::int64_t> root_checked_ns_;
};

StaticFiles::StaticFiles(std::unique_ptr<Work> work) : work_{std::move(work)} {}
StaticFiles::~StaticFiles() = default;

Result<std::unique_ptr<StaticFiles>> StaticFiles::open(Options options) {
    TRY(auto root, Beneath::open(options.root));
    return std::unique_ptr<StaticFiles>{
        new StaticFiles{std::make_unique<Work>(std::move(options), std::move(root))}};
}

Cache::Usage StaticFiles::usage() const { return work_->cache().usage(); }

net::Task<http::Response> StaticFiles::handle(http::Request& request) const {
    const auto path = strip_prefix(request.path, work_->options().prefix);
    const bool is_reading =
        request.method == http::Method::get || request.method == http::Method::head;
    if (auto entry = is_reading ? work_->find_fresh(path) : nullptr) {
        const Wish wish{request};
        const auto& variant =
            entry->variants[index_of(choose_coding(*entry, wish, request.headers))];
        if (variant != nullptr) co_return answer(request, wish, variant);
        co_return co_await answer_file(request, path, std::move(entry));
    }
    co_return co_await handle_slowly(request, path);
}

namespace {

http::Response without_content(const http::Request& request) {
    http::Response response;
    response.status = request.method == http::Method::options ? 204 : 405;
    response.headers.add("allow", allowed);
    return response;
}

/// Made of the clean path: the raw one might begin with two slashes, which name another host.
http::Response to_slash(const http::Request& request) {
    auto location = text::percent_encode(request.path, "/") + "/";
    if (request.has_query) location.append("?").append(request.query);
    return http::redirect_response(308, location);
}

}  // namespace

net::Task<http::Response> StaticFiles::handle_slowly(http::Request& request,
                                                     std::string_view path) const {
    if (request.method != http::Method::get && request.method != http::Method::head)
        co_return without_content(request);
    if (is_hidden(request.path))
        co_return fail(ErrorKind::not_found, "there is nothing at {}", request.path);
    EntryPointer entry;
    auto located = work_->look(path, entry);
    if (!located) {
        const auto kind = located.error().kind;
        if (kind == ErrorKind::not_found)
            co_return fail(kind, "there is nothing at {}", request.path);
        co_return tl::unexpected(std::move(located).error());
    }
    if (entry != nullptr) co_return co_await answer_file(request, path, std::move(entry));
    if (located->kind == Located::Kind::unslashed) co_return to_slash(request);
    co_return co_await answer_directory(request, std::move(located->name));
}

net::Task<http::Response> StaticFiles::answer_file(http::Request& request, std::string_view path,
                                                   std::shared_ptr<const Entry> entry) const {
    const Wish wish{request};
    const auto coding = choose_coding(*entry, wish, request.headers);
    if (const auto& ready = entry->variants[index_of(coding)])
        co_return answer(request, wish, ready);
    if (entry->beside.has(coding)) {
        auto loaded = work_->load(path, entry, coding);
        if (loaded) co_return answer(request, wish, *loaded);
        // A coded file that cannot be read is no reason to withhold the file.
        if (coding == http::Coding::identity) co_return tl::unexpected(std::move(loaded).error());
    }
    if (entry->variants[index_of(http::Coding::identity)] == nullptr)
        CO_TRY_DONE(work_->load(path, entry, http::Coding::identity));
    if (entry->beside.has(coding))
        co_return answer(request, wish, entry->variants[index_of(http::Coding::identity)]);
    co_return co_await answer_compressed(request, path, std::move(entry), coding);
}

namespace {

Result<std::string> compress_variant(const VariantPointer& plain, http::Coding coding) {
    if (plain->content != nullptr) return compress(coding, *plain->content);
    TRY(const auto content, read_bytes(*plain, 0, plain->size));
    return compress(coding, content);
}

/// Less than a sixteenth saved is not worth the client's work.
bool is_worth_it(std::size_t compressed, std::uint64_t size) {
    return compressed < size - size / 16;
}

}  // namespace

net::Task<http::Response> StaticFiles::answer_compressed(http::Request& request,
                                                         std::string_view path,
                                                         std::shared_ptr<const Entry> entry,
                                                         http::Coding coding) const {
    const Wish wish{request};
    const auto plain = entry->variants[index_of(http::Coding::identity)];
    const unsigned bit = 1U << index_of(coding);
    if ((entry->in_the_making.fetch_or(bit, std::memory_order_relaxed) & bit) != 0)
        co_return answer(request, wish, plain);

    Result<std::string> compressed;
    if (auto* const pool = work_->options().pool; pool != nullptr && plain->content == nullptr) {
        // Named, and not within the co_await: g++ 12 destroys the captures of a lambda there twice.
        std::function<Result<std::string>()> work = [plain, coding] {
            return compress_variant(plain, coding);
        };
        compressed = co_await pool->run<std::string>(std::move(work));
    } else {
        compressed = compress_variant(plain, coding);
    }
    entry->in_the_making.fetch_and(~bit, std::memory_order_relaxed);
    if (!compressed)
        co_return answer(request, wish, plain);  // the pool is full, say: then as it is
    if (!is_worth_it(compressed->size(), plain->size)) {
        work_->give_up(path, entry, coding);
        co_return answer(request, wish, plain);
    }
    const auto made = made_variant(*entry, *plain, coding, *std::move(compressed), work_->rules());
    work_->keep(path, entry, made);
    co_return answer(request, wish, made);
}

namespace {

/// `is_personal`: another would perhaps see another list.
http::Response listing_response(bool is_json, bool is_personal, std::string page) {
    auto response = http::text_response(
        200, is_json ? "application/json" : "text/html; charset=utf-8", std::move(page));
    response.headers.add("cache-control", is_personal ? "private, no-cache" : "no-cache");
    response.headers.add("vary", "accept");
    response.headers.add(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    return response;
}

}  // namespace

net::Task<http::Response> StaticFiles::answer_directory(http::Request& request,
                                                        std::string name) const {
    if (!work_->options().listing) {
        http::Response denied;
        denied.status = 403;
        denied.substatus = 14;
        co_return denied;
    }
    const bool is_json = wants_json(request);
    std::function<Result<std::string>()> make = [root = work_->root(), name = std::move(name),
                                                 path = request.path, sight = request.sight,
                                                 is_json]() -> Result<std::string> {
        TRY(auto listing, read_listing(*root, name));
        if (sight) leave_away_unseen(listing, path, *sight);
        return is_json ? to_json(listing, path) : to_html(listing, path);
    };
    Result<std::string> page;
    if (auto* const pool = work_->options().pool; pool != nullptr) {
        page = co_await pool->run<std::string>(std::move(make));
    } else {
        page = make();
    }
    if (!page) co_return tl::unexpected(std::move(page).error());
    co_return listing_response(is_json, request.sight != nullptr, *std::move(page));
}

}  // namespace rhumb::files
