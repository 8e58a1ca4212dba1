#include "cli/wizard_switches.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "cli/commands/cert/shared.h"
#include "wizard/json.h"

namespace rhumb::cli {

namespace {

using wizard::Answers;
using wizard::Field;
using wizard::Json;

/// The same key several times is a list.
Result<void> take_pairs(const std::vector<std::string>& pairs, std::string_view step,
                        std::string_view option, Answers& answers) {
    Json taken = Json::object();
    for (const auto& pair : pairs) {
        const auto sign = pair.find('=');
        if (sign == std::string::npos || sign == 0)
            return fail(ErrorKind::invalid, "{} takes KEY=VALUE, as in {} {}", option, option,
                        step == wizard::settings_step ? "short_minutes=30"
                                                      : "urls=ldaps://ldap.example.org");
        const auto key = pair.substr(0, sign);
        const auto value = pair.substr(sign + 1);
        if (!taken.contains(key))
            taken[key] = value;
        else if (taken[key].is_array())
            taken[key].push_back(value);
        else
            taken[key] = Json::array({taken[key], value});
    }
    for (const auto& [key, value] : taken.items()) answers[std::string{step}][key] = value;
    return {};
}

/// The field of a step that is a secret.
std::string secret_field(const Answers& answers, const wizard::Configured& configured,
                         std::string_view step) {
    for (const auto& one : wizard::steps(answers, configured))
        if (one.id == step)
            for (const auto& field : one.fields)
                if (field.kind == Field::Kind::secret) return field.id;
    return {};
}

Result<Answers> from_file(const std::string& file) {
    if (file.empty()) return Json::object();
    TRY(const auto files, Files::read({file}));
    return wizard::read_answers(files.bag().front().bytes, file);
}

}  // namespace

bool WizardSwitches::is_any() const {
    return !users.empty() || !roles.empty() || !provider.empty() || !roles_provider.empty() ||
           !settings.empty() || !file.empty() || !administrator.empty() || password.is_told() ||
           secret.is_told() || is_in_spite;
}

void add_wizard_switches(CLI::App& verb, WizardSwitches& switches) {
    verb.add_option("--users", switches.users,
                    "Where users are: embedded, a place that is configured, or a new one of a "
                    "kind: ldap, active-directory, postgresql, sqlserver, openid, http, program");
    verb.add_option("--roles", switches.roles, "Where roles are: the same words");
    verb.add_option("--provider", switches.provider,
                    "KEY=VALUE: a setting of the place, as in docs/providers.md; several times")
        ->take_all();
    verb.add_option("--roles-provider", switches.roles_provider,
                    "KEY=VALUE: a setting of the place of roles, where that is another one")
        ->take_all();
    verb.add_option("--set", switches.settings,
                    "KEY=VALUE: short_minutes, long_minutes (tokens), idle_minutes, "
                    "absolute_hours (sessions), account_failures, account_minutes, "
                    "address_failures (guessing)")
        ->take_all();
    verb.add_option("--answers", switches.file,
                    "All answers, in JSON or TOML; - for standard input");
    verb.add_option("--administrator", switches.administrator,
                    "The name of the first local administrator, while there is none");
    add_password_options(verb, switches.password, "The password of that administrator");
    add_password_options(verb, switches.secret, "The password or secret for the place");
    verb.add_flag("--in-spite-of-test", switches.is_in_spite,
                  "Go on although a connection cannot be made");
}

Result<Answers> read_answers(const WizardSwitches& switches, const wizard::Configured& configured) {
    using namespace wizard;
    TRY(auto answers, from_file(switches.file));
    if (!switches.users.empty()) answers[std::string{users_step}]["place"] = switches.users;
    if (!switches.roles.empty()) answers[std::string{roles_step}]["place"] = switches.roles;
    TRY_DONE(take_pairs(switches.provider, connection_step, "--provider", answers));
    TRY_DONE(
        take_pairs(switches.roles_provider, roles_connection_step, "--roles-provider", answers));
    TRY_DONE(take_pairs(switches.settings, settings_step, "--set", answers));
    if (switches.is_in_spite)
        for (const auto& step : steps(answers, configured))
            if (step.connects) answers[step.id][std::string{in_spite}] = true;
    TRY(const auto secret, read_password(switches.secret, "the password for the place"));
    if (secret) {
        const auto field = secret_field(answers, configured, connection_step);
        if (field.empty())
            return fail(ErrorKind::invalid,
                        "a secret was given, and the place that is chosen takes none");
        answers[std::string{connection_step}][field] = std::string{secret->view()};
    }
    if (!switches.administrator.empty())
        answers[std::string{administrator_step}]["name"] = switches.administrator;
    TRY(const auto password, read_password(switches.password, "the password of the administrator"));
    if (password)
        answers[std::string{administrator_step}]["password"] = std::string{password->view()};
    return answers;
}

}  // namespace rhumb::cli
