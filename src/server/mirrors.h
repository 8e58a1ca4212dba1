#pragma once
/// Mirrors: keeps the directories that have certificates as files up to date, on a thread of its
/// own, for hooks may take their time.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "certs/mirror.h"
#include "observe/log.h"

namespace rhumb::server {

/// ask() may be called from any thread. What is given outlives it. At its end it waits for a hook
/// that runs, at most as long as hooks may take.
class Mirrors {
public:
    Mirrors(storage::Store& store, const crypto::Seal& seal, certs::Actor actor, const Clock& clock,
            const observe::Log& log);
    ~Mirrors();
    Mirrors(const Mirrors&) = delete;
    Mirrors& operator=(const Mirrors&) = delete;

    /// Has them looked at soon; many calls make one look.
    void ask();

private:
    void run();
    void update() const;

    storage::Store& store_;
    const crypto::Seal& seal_;
    const certs::Actor actor_;
    const Clock& clock_;
    const observe::Log& log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_asked_ = false;   // guarded by mutex_
    bool is_ending_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace rhumb::server
