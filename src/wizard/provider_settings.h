#pragma once
/// What can be set of a provider, kind by kind, as fields. Inside this module only.

#include <functional>
#include <string_view>
#include <vector>

#include "wizard/steps.h"

namespace rhumb::wizard {

/// One field and the member of config::Provider behind it.
struct Setting {
    Field field{};
    std::function<Json(const config::Provider&)> get{};
    /// What is given is normalized. `invalid`: it does not fit in.
    std::function<Result<void>(config::Provider&, const Json&)> set{};
    /// A secret: the answer is what it is, and `set` is given the place where it is kept.
    bool is_secret() const { return field.kind == Field::Kind::secret; }
};

/// In the order in which people are asked; without the name.
std::vector<Setting> settings_of(std::string_view kind);

/// One of that kind with the settings that it has without any answer.
config::Provider fresh_provider(std::string_view kind);

/// What is said of a kind where it is chosen.
std::string_view help_of(std::string_view kind);

/// The parts of settings_of().
void add_sql_settings(std::vector<Setting>& settings, bool is_sqlserver);
void add_ldap_settings(std::vector<Setting>& settings);
void add_openid_settings(std::vector<Setting>& settings);
void add_http_settings(std::vector<Setting>& settings);
void add_program_settings(std::vector<Setting>& settings);

}  // namespace rhumb::wizard
