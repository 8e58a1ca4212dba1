#include <algorithm>
#include <functional>

#include <fmt/ranges.h>

#include "base/text.h"
#include "config/provider_checks.h"
#include "config/provider_defaults.h"
#include "config/readers.h"
#include "config/secret_place.h"

namespace rhumb::config {
namespace {

using std::chrono::seconds;
using Settings = decltype(Provider::settings);

/// The words of `kind`, and what their keys are read into.
struct KindWord {
    std::string_view word;
    Settings (*by_default)();
};

constexpr KindWord kind_words[] = {
    {"postgresql", [] { return Settings{SqlProvider{}}; }},
    {"sqlserver", [] { return Settings{SqlProvider{.dialect = SqlProvider::Dialect::sqlserver}}; }},
    {"ldap", [] { return Settings{ldap_defaults(LdapProvider::Flavour::ldap)}; }},
    {"active-directory",
     [] { return Settings{ldap_defaults(LdapProvider::Flavour::active_directory)}; }},
    {"openid", [] { return Settings{OpenIdProvider{}}; }},
    {"http", [] { return Settings{HttpProvider{}}; }},
    {"program", [] { return Settings{ProgramProvider{}}; }},
};

void read_settings(TableReader& reader, Settings& settings) {
    std::visit([&reader](auto& one) { read_kind(reader, one); }, settings);
}

/// The keys that a kind has for itself.
std::vector<std::string_view> keys_of(const KindWord& kind) {
    const Node nothing;
    Report unheard{""};
    TableReader reader{nothing, "", unheard};
    auto settings = kind.by_default();
    read_settings(reader, settings);
    return reader.known();
}

/// Reports keys that are good elsewhere, by the name of the kind that has them.
void report_keys_of_others(TableReader& reader, const Node& node, std::string_view kind) {
    for (const auto& entry : node.entries) {
        if (std::ranges::find(reader.known(), entry.key) != reader.known().end()) continue;
        std::vector<std::string_view> owners;
        std::string_view key;
        for (const auto& other : kind_words) {
            const auto keys = keys_of(other);
            const auto found = std::ranges::find(keys, entry.key);
            if (found == keys.end()) continue;
            owners.push_back(other.word);
            key = *found;
        }
        if (owners.empty()) continue;
        reader.report().error(entry.place, "{} is of the kind “{}”: {} is a key of “{}”",
                              reader.name(), kind, shown(entry.key), fmt::join(owners, "”, “"));
        reader.take(key);
    }
}

/// What people write when they think of the secret itself.
void refuse_secrets(TableReader& reader) {
    constexpr std::pair<std::string_view, std::string_view> keys[] = {
        {"password", "password_from"},
        {"bind_password", "password_from"},
        {"client_secret", "client_secret_from"},
        {"secret", "secret_from"}};
    for (const auto& [key, instead] : keys) {
        if (!reader.has(key)) continue;
        reader.report().error(
            reader.place_of(key),
            "no secret stands in a configuration: rhumb secret set NAME, then {} = \"store:NAME\"; "
            "or {} = \"file:/path\"",
            instead, instead);
        reader.take(key);
    }
}

/// As messages call it.
std::string name_of(const Node& node) {
    for (const auto& entry : node.entries)
        if (entry.key == "name" && entry.value.kind == Node::Kind::text)
            return fmt::format("the provider {}", shown(entry.value.text));
    return "[[security.provider]]";
}

std::vector<std::pair<std::string_view, const KindWord*>> words() {
    std::vector<std::pair<std::string_view, const KindWord*>> all;
    for (const auto& kind : kind_words) all.emplace_back(kind.word, &kind);
    return all;
}

const KindWord* read_kind_word(TableReader& reader) {
    reader.require("kind", "kind = \"ldap\"");
    const KindWord* kind = nullptr;
    constexpr std::size_t count = std::size(kind_words);
    std::pair<std::string_view, const KindWord*> all[count];
    std::ranges::copy(words(), all);
    reader.read("kind", kind, all);
    return kind;
}

/// The roles that let their holders do something here, each once.
void check_privileges(TableReader& reader, const Provider& provider) {
    for (const auto& role : provider.publishers) {
        const bool is_both = std::ranges::any_of(
            provider.administrators, [&](const auto& one) { return text::iequals(one, role); });
        if (is_both)
            reader.report().warning(reader.place_of("publishers"),
                                    "{} is among administrators, too, who may publish anyway",
                                    shown(role));
    }
    if (!keeps_roles(provider) && reader.has("administrators"))
        reader.report().warning(reader.place_of("administrators"),
                                "{} keeps no roles: administrators has no effect", reader.name());
}

}  // namespace

Provider read_provider(const Node& node, Report& report) {
    Provider provider;
    TableReader reader{node, name_of(node), report};
    reader.require("name", "name = \"county\"");
    reader.read("name", provider.name, check_provider_name);
    const auto* const kind = read_kind_word(reader);
    reader.read("time_limit_seconds", provider.time_limit_seconds, seconds{1}, seconds{60});
    reader.read("connections", provider.connections, std::uint32_t{1}, std::uint32_t{64});
    reader.read("remember_seconds", provider.remember_seconds, seconds{1}, seconds{3600});
    reader.read("administrators", provider.administrators, check_account_name);
    reader.read("publishers", provider.publishers, check_account_name);
    if (kind == nullptr) return provider;  // which keys are good is not known
    provider.settings = kind->by_default();
    read_settings(reader, provider.settings);
    refuse_secrets(reader);
    report_keys_of_others(reader, node, kind->word);
    reader.done();
    check_privileges(reader, provider);
    return provider;
}

}  // namespace rhumb::config
