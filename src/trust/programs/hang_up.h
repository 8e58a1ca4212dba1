#pragma once
/// HangUp: a port of this machine that takes connections and ends them at once. A client that is
/// sent there tells, while it prepares its handshake, which roots it has loaded.

#include <cstdint>
#include <memory>
#include <thread>

#include "base/result.h"

namespace rhumb::trust::programs {

/// On the loopback alone; no byte is read or written. Serves on a thread of its own until it goes.
class HangUp {
public:
    static Result<std::unique_ptr<HangUp>> open();
    ~HangUp();
    HangUp(const HangUp&) = delete;
    HangUp& operator=(const HangUp&) = delete;

    std::uint16_t port() const { return port_; }

private:
    HangUp(int listener, std::uint16_t port);
    void serve() const;

    int listener_;
    std::uint16_t port_;
    std::thread thread_;
};

}  // namespace rhumb::trust::programs
