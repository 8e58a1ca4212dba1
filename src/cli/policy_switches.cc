#include "cli/policy_switches.h"

#include <CLI/CLI.hpp>

#include "config/allowed.h"
#include "config/words.h"

namespace rhumb::cli {
namespace {

constexpr std::string_view inherit = "inherit";

template <class Value, std::size_t count>
Result<std::optional<Value>> to_value(const std::string& text, const char* name,
                                      const config::Word<Value> (&words)[count]) {
    if (text == inherit) return std::optional<Value>{};
    std::string possible;
    for (const auto& [word, value] : words) {
        if (word == text) return std::optional{value};
        possible += fmt::format("{}, ", word);
    }
    return fail(ErrorKind::invalid, "{} «{}»: {}or inherit", name, text, possible);
}

void add_part(std::string& text, std::string_view key, const std::string& value) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, value);
}

std::string quoted_list(const config::AllowList& list) {
    std::string text;
    for (const auto& entry : list)
        text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", config::to_text(entry));
    return "[" + text + "]";
}

}  // namespace

void add_policy_switches(CLI::App& verb, PolicySwitches& switches) {
    verb.add_option("--allow", switches.allow,
                    "Who may, perhaps several: anyone, authenticated, role:NAME, user:NAME, "
                    "address:IP; inherit: as above it")
        ->delimiter(',')
        ->allow_extra_args(false);
    verb.add_option("--require-https", switches.require_https, "no, refuse, redirect; inherit");
    verb.add_option("--client-certificate", switches.client_certificate,
                    "ignore, accept, require; inherit");
}

Result<PolicyChange> PolicyChange::read(const PolicySwitches& switches) {
    PolicyChange change;
    if (switches.require_https) {
        change.https_.is_named = true;
        TRY(change.https_.value,
            to_value(*switches.require_https, "--require-https", config::require_https_words));
    }
    if (switches.client_certificate) {
        change.certificate_.is_named = true;
        TRY(change.certificate_.value,
            to_value(*switches.client_certificate, "--client-certificate",
                     config::client_certificate_words));
    }
    if (!switches.allow.empty()) {
        change.allow_.is_named = true;
        if (switches.allow != std::vector<std::string>{std::string{inherit}}) {
            TRY(change.allow_.value, config::parse_allow_list(switches.allow));
        }
    }
    const bool is_said =
        change.https_.is_named || change.certificate_.is_named || change.allow_.is_named;
    if (!is_said)
        return fail(ErrorKind::invalid,
                    "say what is to hold: --allow, --require-https or --client-certificate");
    return change;
}

PolicyChange PolicyChange::removal() {
    PolicyChange change;
    change.https_.is_named = change.certificate_.is_named = change.allow_.is_named = true;
    return change;
}

void PolicyChange::apply_to(config::Site& site) const {
    const config::Site by_default;
    if (https_.is_named) site.require_https = https_.value.value_or(by_default.require_https);
    if (certificate_.is_named)
        site.client_certificate = certificate_.value.value_or(by_default.client_certificate);
    if (allow_.is_named) site.allow = allow_.value.value_or(by_default.allow);
}

std::string PolicyChange::to_text() const {
    std::string text;
    const std::string inherited{inherit};
    if (allow_.is_named)
        add_part(text, "allow", allow_.value ? config::to_text(*allow_.value) : inherited);
    if (https_.is_named)
        add_part(text, "require_https",
                 https_.value
                     ? std::string{config::word_for(*https_.value, config::require_https_words)}
                     : inherited);
    if (certificate_.is_named)
        add_part(text, "client_certificate",
                 certificate_.value ? std::string{config::word_for(
                                          *certificate_.value, config::client_certificate_words)}
                                    : inherited);
    return text;
}

std::string PolicyChange::to_lines() const {
    std::string lines;
    if (https_.value)
        lines += fmt::format("  require_https = \"{}\"\n",
                             config::word_for(*https_.value, config::require_https_words));
    if (certificate_.value)
        lines +=
            fmt::format("  client_certificate = \"{}\"\n",
                        config::word_for(*certificate_.value, config::client_certificate_words));
    if (allow_.value) lines += fmt::format("  allow = {}\n", quoted_list(*allow_.value));
    if (!lines.empty()) lines.pop_back();
    return lines;
}

}  // namespace rhumb::cli
