#pragma once
/// Making what was answered so, and taking it back.

#include <optional>
#include <string>
#include <vector>

#include "observe/actor.h"
#include "site/home.h"
#include "wizard/connection.h"
#include "wizard/steps.h"

namespace rhumb::wizard {

/// Who applies, to what. All that is referred to outlives the call.
struct Bench {
    site::Home& home;
    const providers::Surroundings& surroundings;
    observe::Actor actor;
};

struct Applied {
    std::int64_t revision = 0;  ///< the one in force now
    bool has_changed = false;   ///< false: all was so already
    std::string administrator{};
    std::vector<std::string> secrets{};
    std::vector<std::string> tables{};  ///< names of places where tables were made
};

/// Secrets, configuration and first administrator become durable in one transaction: whatever
/// happens, either all of it is so or nothing. `decision` has no faults, and its connections were
/// tried. Tables in a database are made before; they stay when the rest fails. `conflict`: the
/// configuration is another than the one that was decided on, the home is a file, or there is an
/// administrator by now.
Result<Applied> apply(const Decision& decision, const Configured& seen, const Bench& bench,
                      const std::string& comment = {});

/// What the last apply() could be taken back to.
struct Undoable {
    std::int64_t made = 0;    ///< the revision that it made
    std::int64_t before = 0;  ///< the one before; the same when it left the configuration as it was
    std::vector<std::string> secrets{};
    std::string administrator{};        ///< "": it made none
    std::string administrator_state{};  ///< as he was made
};

/// Nothing when nothing was applied, or it was taken back already.
Result<std::optional<Undoable>> find_undoable(const storage::Store& store);

struct Undone {
    std::int64_t revision = 0;
    std::vector<std::string> lines{};  ///< what was taken back, and what was left and why
};

/// One transaction, too. `not_found`: there is nothing to be taken back; `conflict`: the
/// configuration was changed since, or its home is a file now.
Result<Undone> undo(const Bench& bench);

}  // namespace rhumb::wizard
