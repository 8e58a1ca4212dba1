#include "cli/token_desk.h"

#include "base/text.h"

namespace rhumb::cli {

Result<TokenDesk> TokenDesk::open(const Context& context) {
    TRY(auto installation, Installation::open(context));
    TokenDesk desk;
    desk.installation = std::make_unique<Installation>(std::move(installation));
    auto& store = *desk.installation->store;
    TRY(const auto security, Stores::configured(context, store));
    TRY(desk.stores, Stores::open_configured(context, store, desk.installation->seal, security));
    desk.people = std::make_unique<identity::People>(desk.stores->users(), desk.stores->roles(),
                                                     context.clock);
    TRY(desk.tokens, identity::Tokens::open(store, desk.installation->seal, context.clock));
    return desk;
}

Result<std::shared_ptr<const identity::Person>> TokenDesk::find_active(
    const Context& context, std::string_view user) const {
    TRY(auto person, people->load(user));
    if (!person)
        return fail(ErrorKind::not_found, "there is no user «{}»; `rhumb user list` shows them",
                    user);
    if (person->is_active(context.clock.now())) return person;
    return fail(ErrorKind::denied, "the user «{}» {}, and gets no token", person->name,
                person->is_disabled ? "is disabled" : "has expired");
}

Result<std::string> fault_of(const TokenDesk& desk, const Context& context,
                             const identity::TokenCheck& check) {
    if (!check.is_good()) return std::string{identity::to_text(check.fault)};
    const auto& facts = *check.facts;
    TRY(const auto person, desk.people->load(facts.user));
    if (!person) return fmt::format("there is no user «{}» any more", facts.user);
    if (person->is_disabled) return fmt::format("the user «{}» is disabled", person->name);
    if (!person->is_active(context.clock.now()))
        return fmt::format("the user «{}» has expired", person->name);
    if (facts.issued < person->since)
        return fmt::format("the password of «{}» was changed after the token was issued",
                           person->name);
    return std::string{};
}

Result<std::chrono::seconds> to_duration(std::string_view text) {
    using std::chrono::seconds;
    constexpr std::int64_t count_max = 1'000'000'000;
    const auto wrong = [&] {
        return fail(ErrorKind::invalid,
                    "«{:.40}» is no time to live: write it as 90s, 60m, 12h or 7d", text);
    };
    if (text.empty()) return wrong();
    const char unit = text.back();
    const bool has_unit = unit < '0' || unit > '9';
    const auto digits = has_unit ? text.substr(0, text.size() - 1) : text;
    const auto count = text::to_integer(digits);
    if (!count || *count < 1 || *count > count_max || digits.front() == '+') return wrong();
    if (!has_unit || unit == 'm') return seconds{*count * 60};
    if (unit == 's') return seconds{*count};
    if (unit == 'h') return seconds{*count * 3600};
    if (unit == 'd') return seconds{*count * 86400};
    return wrong();
}

std::string to_text(const identity::TokenBinding& binding) {
    switch (binding.kind) {
        case identity::TokenBinding::Kind::none: return "nothing";
        case identity::TokenBinding::Kind::referer:
            return fmt::format("the referer {}", binding.value);
        case identity::TokenBinding::Kind::ip: return fmt::format("the address {}", binding.value);
    }
    return {};
}

}  // namespace rhumb::cli
