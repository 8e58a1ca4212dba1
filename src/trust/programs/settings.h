#pragma once
/// The variables by which programs with a list of their own come to believe our roots, as text for
/// the place where they are set.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trust/programs/material.h"
#include "trust/programs/program.h"

namespace rhumb::trust {

/// One variable.
struct Setting {
    std::string name;
    std::string value;
    std::string purpose;  ///< who heeds it, and what it does to whose list; one line
    /// What this person has set it to, where that is something else; "" otherwise.
    std::string present{};
};

/// All of them; JAVA_TOOL_OPTIONS keeps the options that are in it. `present` is told for those
/// that are set to something else.
std::vector<Setting> settings_for(const Material& material, const Surroundings& surroundings);

/// Where settings are put.
enum class Shell {
    sh,          ///< bash, zsh, dash: for eval
    fish,        ///< for source
    powershell,  ///< for Invoke-Expression
    systemd,     ///< a drop-in for a service
    docker,      ///< a file for docker run --env-file
};

/// The words of the command line, in the order of Shell.
std::span<const std::string_view> shell_words();
/// Nothing for another word.
std::optional<Shell> parse_shell(std::string_view word);

/// The text, with a comment for each setting. In a shell of the person, a variable that is set to
/// something else is left alone, and a comment tells so, unless `replaces` is true; in services and
/// containers the variables of this person do not count.
std::string render(Shell shell, std::span<const Setting> settings, const Material& material,
                   bool replaces);

}  // namespace rhumb::trust
