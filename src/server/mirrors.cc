#include "server/mirrors.h"

#include <utility>

namespace rhumb::server {

Mirrors::Mirrors(storage::Store& store, const crypto::Seal& seal, certs::Actor actor,
                 const Clock& clock, const observe::Log& log)
    : store_{store}, seal_{seal}, actor_{std::move(actor)}, clock_{clock}, log_{log} {
    thread_ = std::thread{[this] { run(); }};
}

Mirrors::~Mirrors() {
    {
        const std::lock_guard lock{mutex_};
        is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Mirrors::ask() {
    {
        const std::lock_guard lock{mutex_};
        is_asked_ = true;
    }
    changed_.notify_all();
}

void Mirrors::run() {
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return is_asked_ || is_ending_; });
            if (is_ending_) return;
            is_asked_ = false;
        }
        update();
    }
}

void Mirrors::update() const {
    const auto report = certs::update_mirrors(store_, seal_, actor_, clock_.now());
    if (!report) return log_.error("certs", "mirrors: {}", report.error().message);
    for (const auto& name : report->written)
        log_.info("certs", "the mirror of «{}» has the new certificate", name);
    for (const auto& failure : report->failures)
        log_.error("certs", "the mirror of «{}»: {}", failure.certificate, failure.message);
}

}  // namespace rhumb::server
