#pragma once
/// The wizard's answers out of switches and files.

#include <string>
#include <vector>

#include "cli/password.h"
#include "wizard/steps.h"

namespace CLI {
class App;
}

namespace rhumb::cli {

struct WizardSwitches {
    std::string users{};
    std::string roles{};
    std::vector<std::string> provider{};        ///< KEY=VALUE
    std::vector<std::string> roles_provider{};  ///< KEY=VALUE
    std::vector<std::string> settings{};        ///< KEY=VALUE
    std::string file{};                         ///< JSON or TOML; "-": standard input
    std::string administrator{};
    PasswordSource password{};
    PasswordSource secret{.word = "secret"};
    bool is_in_spite = false;

    /// False: nothing was said, so people are asked.
    bool is_any() const;
};

/// `switches` outlives the parsing.
void add_wizard_switches(CLI::App& verb, WizardSwitches& switches);

/// What they say together; switches count before the file. `invalid`: a file or a switch that says
/// nothing.
Result<wizard::Answers> read_answers(const WizardSwitches& switches,
                                     const wizard::Configured& configured);

}  // namespace rhumb::cli
