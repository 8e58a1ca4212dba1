#include "providers/openid_users.h"

#include <functional>
#include <map>

#include "base/text.h"

namespace rhumb::providers {

namespace {

constexpr std::size_t page_size = 500;

tl::unexpected<Error> is_elsewhere(std::string_view provider) {
    return fail(ErrorKind::denied,
                "users of «{}» are known by signing in at its own page: there is nothing to change "
                "here but to remove somebody who is known",
                provider);
}

}  // namespace

bool OpenIdUsers::is_due(const Record& record) const {
    const auto now = memory_.around().clock.now();
    // Whichever way the clock was set, an answer does not count for longer than it may.
    return now < record.checked || now - record.checked >= settings_.recheck_minutes;
}

OpenIdUsers::User OpenIdUsers::to_user(const Record& record, bool is_renewed) const {
    User user{.name = record.name,
              .full_name = record.full_name,
              .email = record.email,
              .created = record.created,
              .disabled = record.ended};
    if (!is_renewed) user.expires = record.checked + settings_.recheck_minutes;
    return user;
}

Result<std::optional<identity::User>> OpenIdUsers::find(std::string_view name) const {
    TRY(auto record, memory_.find(name));
    if (!record) return std::optional<User>{};
    if (record->ended) return std::optional{to_user(*record, true)};
    TRY(auto kept, memory_.open(*record));
    const bool is_renewed = !kept.refresh_token.is_empty();
    if (!is_renewed || !is_due(*record)) return std::optional{to_user(*record, is_renewed)};

    const auto turn = std::hash<std::string>{}(text::to_lower(name)) % turns_.size();
    const std::lock_guard lock{turns_[turn]};
    // Perhaps somebody else has done it meanwhile.
    TRY(record, memory_.find(name));
    if (!record) return std::optional<User>{};
    TRY(kept, memory_.open(*record));
    if (!record->ended && is_due(*record) && !kept.refresh_token.is_empty()) {
        TRY(record, renew(*record, kept));
        if (!record) return std::optional<User>{};
    }
    return std::optional{to_user(*record, true)};
}

Result<std::optional<OpenIdMemory::Record>> OpenIdUsers::renew(const Record& record,
                                                               const OpenIdKept& kept) const {
    const auto arrived = client_.renew(kept.refresh_token.view(), record.subject);
    if (arrived) {
        // A name that the provider no longer gives changes nothing now: the next sign-in tells.
        auto facts = to_facts(arrived->claims, settings_);
        if (facts) return memory_.note_renewed(record, *arrived, *facts);
        return memory_.note_ended(record);
    }
    if (arrived.error().kind != ErrorKind::denied) return tl::unexpected(arrived.error());
    memory_.around().log.info("sign-in", "the provider «{}» renews «{}» no more: {}",
                              memory_.provider(), record.name, arrived.error().message);
    return memory_.note_ended(record);
}

Result<identity::SignIn> OpenIdUsers::sign_in(std::string_view name, std::string_view) {
    TRY(const auto record, memory_.find(name));
    identity::SignIn came{.outcome = identity::SignIn::Outcome::elsewhere};
    if (record) came.user = to_user(*record, true);
    return came;
}

Result<std::vector<identity::User>> OpenIdUsers::list(const identity::Page& page) const {
    TRY(const auto records, memory_.list(page));
    std::vector<User> users;
    users.reserve(records.size());
    for (const auto& record : records) {
        TRY(const auto kept, memory_.open(record));
        users.push_back(to_user(record, record.ended || !kept.refresh_token.is_empty()));
    }
    return users;
}

bool OpenIdUsers::is_near(std::string_view name) const {
    const auto record = memory_.find(name);
    if (!record) return false;
    if (!*record || (*record)->ended || !is_due(**record)) return true;
    const auto kept = memory_.open(**record);
    return kept && kept->refresh_token.is_empty();
}

Result<void> OpenIdUsers::add(const User&, std::optional<std::string_view>, const Actor&) {
    return is_elsewhere(memory_.provider());
}
Result<void> OpenIdUsers::update(std::string_view, const User&, const Actor&) {
    return is_elsewhere(memory_.provider());
}
Result<void> OpenIdUsers::set_password(std::string_view, std::optional<std::string_view>,
                                       const Actor&) {
    return is_elsewhere(memory_.provider());
}
Result<void> OpenIdUsers::remove(std::string_view name, const Actor& actor) {
    return memory_.forget(name, actor);
}

Result<std::vector<identity::Role>> OpenIdRoles::list() const {
    std::map<std::string, identity::Role> roles;  // by the name in lower case
    storage::Page page{.count_max = page_size};
    for (;;) {
        TRY(const auto people, memory_.list(page));
        for (const auto& person : people) {
            if (person.ended) continue;
            for (const auto& name : person.roles) {
                auto& role = roles[text::to_lower(name)];
                if (role.name.empty()) {
                    role.name = name;
                    role.privilege = privilege_of({name}, provider_);
                }
                role.users.push_back(person.name);
            }
        }
        if (people.size() < page.count_max) break;
        page.after = people.back().name;
    }
    std::vector<identity::Role> listed;
    listed.reserve(roles.size());
    for (auto& [key, role] : roles) listed.push_back(std::move(role));
    return listed;
}

Result<identity::Standing> OpenIdRoles::standing(std::string_view user) const {
    TRY(const auto record, memory_.find(user));
    if (!record || record->ended) return identity::Standing{};
    return identity::Standing{.roles = record->roles,
                              .privilege = privilege_of(record->roles, provider_)};
}

}  // namespace rhumb::providers
