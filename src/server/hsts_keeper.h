#pragma once
/// HstsKeeper: writes down what browsers have been told about HTTPS, so that it can be taken back.

#include <memory>

#include "base/clock.h"
#include "config/document.h"
#include "observe/log.h"
#include "site/hsts.h"
#include "site/hsts_memory.h"
#include "storage/store.h"

namespace rhumb::server {

/// For the main thread; forgetting() is read by the loops. What is given outlives it.
class HstsKeeper {
public:
    HstsKeeper(storage::Store& store, const Clock& clock, const observe::Log& log)
        : store_{store}, clock_{clock}, log_{log} {}

    std::shared_ptr<const site::ForgettingSites> forgetting() const { return forgetting_; }

    /// Before `document` is served, and again: says in the log which steps come early.
    void take(const config::Document& document);
    /// Every minute: ends move on for as long as browsers are told.
    void look_after(const config::Document& document);

private:
    storage::Store& store_;
    const Clock& clock_;
    const observe::Log& log_;
    std::shared_ptr<site::ForgettingSites> forgetting_ = std::make_shared<site::ForgettingSites>();
};

}  // namespace rhumb::server
