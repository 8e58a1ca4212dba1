#pragma once
/// TicketKeys: the keys that seal session tickets (RFC 5077, RFC 8446 section 4.6.1), shared by all
/// loops and rotated, so that a session can be taken up again on any loop, and a key that leaks
/// opens half a day and no more.

#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include "base/snapshot.h"

struct ssl_ctx_st;

namespace rhumb::tls {

/// Thread-safe.
class TicketKeys {
public:
    static constexpr std::chrono::hours rotation_interval{12};
    static constexpr std::size_t keys_kept = 4;  ///< one that seals, three that still open

    /// One key of its own, made now.
    explicit TicketKeys(std::chrono::sys_seconds now);
    ~TicketKeys();

    /// Makes a new key when the newest is older than `rotation_interval`. Call it now and then;
    /// cheap.
    void rotate_if_due(std::chrono::sys_seconds now);

    /// Has `context` seal and open its tickets with these keys. `this` outlives the context.
    void use_in(ssl_ctx_st* context) const;

    /// How many keys open tickets now.
    std::size_t size() const;

    struct Key;
    struct KeySet;
    /// For the sealing callback.
    std::shared_ptr<const KeySet> current() const { return keys_.get(); }

private:
    Snapshot<KeySet> keys_;
};

}  // namespace rhumb::tls
