#include "server/connections.h"

namespace rhumb::server {

Connections::Entry::Entry(Connections& all, http::Connection& connection)
    : all_{all}, connection_{connection} {
    next_ = all_.newest_;
    (next_ != nullptr ? next_->previous_ : all_.oldest_) = this;
    all_.newest_ = this;
}

Connections::Entry::~Entry() {
    (previous_ != nullptr ? previous_->next_ : all_.newest_) = next_;
    (next_ != nullptr ? next_->previous_ : all_.oldest_) = previous_;
}

void Connections::wake_all() {
    for (Entry* entry = newest_; entry != nullptr; entry = entry->next_)
        entry->connection_.stream.wake();
}

std::size_t Connections::close_idle(std::size_t count) {
    std::size_t closed = 0;
    for (Entry* entry = oldest_; entry != nullptr && closed < count; entry = entry->previous_) {
        if (!entry->connection_.is_idle) continue;
        // Its wait comes back, and the next one sees that the deadline has passed.
        entry->connection_.stream.set_deadline(net::SteadyTime::min());
        entry->connection_.stream.wake();
        ++closed;
    }
    return closed;
}

}  // namespace rhumb::server
