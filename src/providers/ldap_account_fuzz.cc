// What a directory says of somebody, in any bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "ldap/failure.h"
#include "providers/ldap_account.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rhumb;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes
    const std::string all{reinterpret_cast<const char*>(data), size};
    (void)providers::from_generalized_time(all);
    (void)providers::from_file_time(all);
    const auto said = ldap::made_harmless(all);
    if (!text::is_utf8(said) || said.size() > 200) std::abort();
    (void)providers::to_outcome({.code = ldap::invalid_credentials, .said = all});
    // Lines are values of the attributes that count, in turn.
    for (const auto flavour :
         {config::LdapProvider::Flavour::ldap, config::LdapProvider::Flavour::active_directory}) {
        config::LdapProvider settings{.flavour = flavour};
        settings.name_attribute = "uid";
        settings.full_name_attribute = "cn";
        settings.email_attribute = "mail";
        const auto attributes = providers::account_attributes(settings);
        ldap::Entry entry;
        std::size_t at = 0;
        for (const auto line : text::split(all, '\n'))
            entry.values[text::to_lower(attributes[at++ % attributes.size()])].emplace_back(line);
        const auto user = providers::to_user(entry, settings, "ann");
        if (user && !identity::check_user_name(user->name)) std::abort();
        if (user && !identity::check_line(user->full_name, "it")) std::abort();
    }
    return 0;
}
