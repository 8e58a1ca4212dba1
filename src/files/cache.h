#pragma once
/// What is known about files that were asked for lately, so that the next request needs neither the
/// disk nor much work: small contents, open descriptors of large files, headers ready to be sent.
/// Shared by all loops.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "files/beneath.h"
#include "files/media_type.h"
#include "http/content_coding.h"
#include "http/message.h"

namespace rhumb::files {

/// One coding of one file, ready to be sent. Immutable.
struct Variant {
    http::Coding coding = http::Coding::identity;
    std::string etag;  ///< with its quotes; strong
    std::chrono::sys_seconds last_modified{};
    std::uint64_t size = 0;
    std::shared_ptr<const std::string> content;  ///< null: it is in `file`
    std::shared_ptr<const http::OpenFile> file;
    http::Headers headers;               ///< of 200
    http::Headers not_modified_headers;  ///< of 304
};

constexpr std::size_t index_of(http::Coding coding) { return static_cast<std::size_t>(coding); }

/// A path and what it leads to. Immutable but for its marks.
struct Entry {
    std::string name;  ///< of the file, beneath the root
    Stamp stamp;
    std::array<Stamp, http::all_codings.size()>
        siblings;  ///< coded files beside it; mode 0 where there is none
    MediaType type;
    http::Codings beside;   ///< those that lie beside it, and identity
    http::Codings offered;  ///< these, and those worth a try to make
    std::array<std::shared_ptr<const Variant>, http::all_codings.size()>
        variants;  ///< null: not asked for yet

    /// Steady time in nanoseconds when this was last seen to be as on disk.
    mutable std::atomic<std::int64_t> checked_ns{0};
    /// One bit for each coding that somebody is making now.
    mutable std::atomic<unsigned> in_the_making{0};

    Entry() = default;
    /// A copy without the marks of what is in the making.
    Entry(const Entry& other);
    Entry& operator=(const Entry&) = delete;

    /// Whether the answer depends on Accept-Encoding.
    bool varies() const;
    /// What to send to a client that takes `accepted`: rather what lies beside the file than what
    /// we would make of it.
    http::Coding choose(const http::AcceptedCodings& accepted) const;
    std::size_t bytes() const;        ///< what it costs in memory, about
    std::size_t descriptors() const;  ///< how many files it keeps open
};

struct CacheLimits {
    std::size_t file_bytes_max = 64U << 10U;  ///< a larger file is kept open, not in memory
    std::size_t bytes_max = 32U << 20U;       ///< of all contents
    std::size_t entries_max = 8192;
    std::size_t descriptors_max =
        256;  ///< and never more than an eighth of what the process may open
    std::chrono::milliseconds fresh_for{1000};  ///< then the disk is asked again
    std::chrono::milliseconds open_for{
        60'000};  ///< a file that nobody asks for is closed, at the next chance
};

/// Thread-safe. What was used least lately goes first.
class Cache {
public:
    explicit Cache(const CacheLimits& limits);

    /// Null on a miss.
    std::shared_ptr<const Entry> find(std::string_view path);
    /// Keeps `entry` for `path` in place of what was there; one that is too large for the cache is
    /// not kept.
    void put(std::string_view path, std::shared_ptr<const Entry> entry, std::int64_t now_ns);
    void remove(std::string_view path);
    /// Lets go of all that keeps a file open, for descriptors have run out. They close when their
    /// last response is sent.
    void close_files();

    struct Usage {
        std::size_t entries = 0;
        std::size_t bytes = 0;
        std::size_t descriptors = 0;
    };
    Usage usage() const;

private:
    struct Kept {
        std::string path;
        std::shared_ptr<const Entry> entry;
        std::size_t bytes;
        std::size_t descriptors;
    };
    using Order = std::list<Kept>;  ///< used last, first
    /// Loops seldom wait for each other: each path belongs to one of a few parts with a lock of its
    /// own.
    struct alignas(64) Part {
        mutable std::mutex mutex;
        Order order;
        std::unordered_map<std::string_view, Order::iterator> places;  ///< keys point into `order`
        Usage usage;
    };
    static constexpr std::size_t parts_count = 4;

    Part& part_of(std::string_view path);
    static Order::iterator take_out(Part& part, Order::iterator kept, Order& dropped);
    void make_room(Part& part, std::int64_t now_ns, Order& dropped) const;

    std::array<Part, parts_count> parts_;
    Usage part_max_;
    std::int64_t open_for_ns_;
};

}  // namespace rhumb::files
