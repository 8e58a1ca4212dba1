#include "files/cache.h"

#include <algorithm>
#include <functional>

#include <sys/resource.h>

namespace rhumb::files {

Entry::Entry(const Entry& other)
    : name{other.name},
      stamp{other.stamp},
      siblings{other.siblings},
      type{other.type},
      beside{other.beside},
      offered{other.offered},
      variants{other.variants},
      checked_ns{other.checked_ns.load(std::memory_order_relaxed)} {}

bool Entry::varies() const {
    return offered.has(http::Coding::brotli) || offered.has(http::Coding::zstd) ||
           offered.has(http::Coding::gzip);
}

http::Coding Entry::choose(const http::AcceptedCodings& accepted) const {
    const auto ready = accepted.best_of(beside);
    return ready != http::Coding::identity ? ready : accepted.best_of(offered);
}

std::size_t Entry::bytes() const {
    constexpr std::size_t variant_overhead = 1024;  // headers, twice
    std::size_t bytes = sizeof(Entry) + name.size();
    for (const auto& variant : variants) {
        if (variant == nullptr) continue;
        bytes += variant_overhead + (variant->content != nullptr ? variant->content->size() : 0);
    }
    return bytes;
}

std::size_t Entry::descriptors() const {
    return static_cast<std::size_t>(std::ranges::count_if(variants, [](const auto& variant) {
        return variant != nullptr && variant->file != nullptr;
    }));
}

namespace {

/// Descriptors are for connections first.
std::size_t descriptors_max(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
    return std::min<std::size_t>(wanted, limit.rlim_cur / 8);
}

}  // namespace

Cache::Cache(const CacheLimits& limits)
    : part_max_{limits.entries_max / parts_count, limits.bytes_max / parts_count,
                descriptors_max(limits.descriptors_max) / parts_count},
      open_for_ns_{std::chrono::nanoseconds{limits.open_for}.count()} {}

Cache::Part& Cache::part_of(std::string_view path) {
    // The map takes the low bits of the same hash.
    return parts_[(std::hash<std::string_view>{}(path) >> 48U) % parts_count];
}

std::shared_ptr<const Entry> Cache::find(std::string_view path) {
    auto& part = part_of(path);
    const std::lock_guard lock{part.mutex};
    const auto place = part.places.find(path);
    if (place == part.places.end()) return nullptr;
    part.order.splice(part.order.begin(), part.order, place->second);
    return place->second->entry;
}

void Cache::put(std::string_view path, std::shared_ptr<const Entry> entry, std::int64_t now_ns) {
    const auto bytes = entry->bytes() + path.size() + sizeof(Kept);
    const auto descriptors = entry->descriptors();
    auto& part = part_of(path);
    Order dropped;  // closed and freed after the lock
    const std::lock_guard lock{part.mutex};
    if (const auto place = part.places.find(path); place != part.places.end())
        take_out(part, place->second, dropped);
    if (bytes > part_max_.bytes || descriptors > part_max_.descriptors) return;
    part.order.push_front({std::string{path}, std::move(entry), bytes, descriptors});
    part.places.emplace(part.order.front().path, part.order.begin());
    part.usage.entries += 1;
    part.usage.bytes += bytes;
    part.usage.descriptors += descriptors;
    make_room(part, now_ns, dropped);
}

/// Moves `kept` to `dropped`; gives the one after it.
Cache::Order::iterator Cache::take_out(Part& part, Order::iterator kept, Order& dropped) {
    part.places.erase(kept->path);
    part.usage.entries -= 1;
    part.usage.bytes -= kept->bytes;
    part.usage.descriptors -= kept->descriptors;
    const auto next = std::next(kept);
    dropped.splice(dropped.begin(), part.order, kept);
    return next;
}

void Cache::make_room(Part& part, std::int64_t now_ns, Order& dropped) const {
    while (part.usage.entries > part_max_.entries || part.usage.bytes > part_max_.bytes)
        take_out(part, std::prev(part.order.end()), dropped);
    if (part.usage.descriptors == 0) return;
    // From the back: the ones too many, and those that nobody has asked for in a while.
    for (auto kept = part.order.end(); kept != part.order.begin() && part.usage.descriptors > 0;) {
        --kept;
        const bool is_idle =
            now_ns - kept->entry->checked_ns.load(std::memory_order_relaxed) > open_for_ns_;
        if (kept->descriptors == 0) continue;
        if (!is_idle && part.usage.descriptors <= part_max_.descriptors) break;
        kept = take_out(part, kept, dropped);
    }
}

void Cache::remove(std::string_view path) {
    auto& part = part_of(path);
    Order dropped;
    const std::lock_guard lock{part.mutex};
    if (const auto place = part.places.find(path); place != part.places.end())
        take_out(part, place->second, dropped);
}

void Cache::close_files() {
    for (auto& part : parts_) {
        Order dropped;
        const std::lock_guard lock{part.mutex};
        for (auto kept = part.order.begin(); kept != part.order.end();)
            kept = kept->descriptors > 0 ? take_out(part, kept, dropped) : std::next(kept);
    }
}

Cache::Usage Cache::usage() const {
    Usage sum;
    for (const auto& part : parts_) {
        const std::lock_guard lock{part.mutex};
        sum.entries += part.usage.entries;
        sum.bytes += part.usage.bytes;
        sum.descriptors += part.usage.descriptors;
    }
    return sum;
}

}  // namespace rhumb::files
