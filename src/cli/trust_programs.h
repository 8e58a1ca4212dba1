#pragma once
/// What the programs of this person believe, and the files that `rhumb trust env` makes for them.

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/context.h"
#include "pki/certificate.h"
#include "trust/programs/material.h"
#include "trust/programs/program.h"

namespace rhumb::cli {

/// The person's variables, home and PATH; for who called sudo, the home of that one.
trust::Surroundings surroundings(const Context& context);

/// The roots of the system's own list; none where there is no list that can be read.
std::vector<pki::Certificate> roots_of_system(const Context& context);

/// Where `rhumb trust env` makes its files unless --dir says otherwise: in the data directory.
trust::Material usual_material(const Context& context);

/// A table of who believes `root`, and below it how the others come to do so.
void print_programs(const std::vector<trust::Program>& programs, const pki::Certificate& root);

/// The same as facts; `trusts` is null where it is not known.
nlohmann::ordered_json to_json(const std::vector<trust::Program>& programs,
                               const pki::Certificate& root);

}  // namespace rhumb::cli
