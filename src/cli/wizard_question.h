#pragma once
/// One question of the wizard at a terminal.

#include "cli/terminal.h"
#include "wizard/steps.h"

namespace rhumb::cli {

struct Reply {
    enum class Kind {
        answer,
        keep,  ///< Enter: what is there stays
        back,
        leave,
    };
    Kind kind = Kind::keep;
    wizard::Json value = nullptr;  ///< of an answer, as the field has it
};

/// Asks until the answer is one that the field can have. `known`: what was answered before, in the
/// place of what is configured; null: nothing.
Result<Reply> put_question(Terminal& terminal, const wizard::Field& field,
                           const wizard::Json& known);

/// A value for people: "a, b", "yes"; never of a secret.
std::string shown(const wizard::Field& field, const wizard::Json& value);

}  // namespace rhumb::cli
