#pragma once
/// Connections: those that live on one loop. Used from that loop alone, but for the count.

#include <atomic>
#include <cstddef>

#include "http/connection.h"

namespace rhumb::server {

class Connections {
public:
    /// A connection for as long as this object lives.
    class Entry {
    public:
        Entry(Connections& all, http::Connection& connection);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        friend class Connections;
        Connections& all_;
        http::Connection& connection_;
        Entry* next_ = nullptr;
        Entry* previous_ = nullptr;
    };

    /// `total` counts over all loops.
    explicit Connections(std::atomic<std::size_t>& total) : total_{total} {}

    /// Has every connection look at whether the server drains.
    void wake_all();
    /// Ends up to `count` of those that wait between requests, the oldest first; says how many.
    std::size_t close_idle(std::size_t count);

    std::atomic<std::size_t>& total() { return total_; }

private:
    std::atomic<std::size_t>& total_;
    Entry* newest_ = nullptr;
    Entry* oldest_ = nullptr;
};

}  // namespace rhumb::server
