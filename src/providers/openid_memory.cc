#include "providers/openid_memory.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb::providers {

namespace {

using storage::KnownPersonRecord;
using storage::Transaction;
using storage::View;
using Found = std::optional<KnownPersonRecord>;

constexpr std::size_t sessions_max = 10;
constexpr std::size_t page_size = 500;

Result<OpenIdKept> parse_kept(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object())
        return fail(ErrorKind::internal, "what is kept of somebody cannot be read");
    OpenIdKept kept;
    if (const auto found = json.find("refresh_token"); found != json.end() && found->is_string())
        kept.refresh_token = crypto::Secret::copy_of(found->get_ref<const std::string&>());
    if (const auto found = json.find("sessions"); found != json.end() && found->is_array())
        for (const auto& one : *found)
            if (one.is_string()) kept.sessions.push_back(one.get<std::string>());
    return kept;
}

void add_session(OpenIdKept& kept, const std::string& session) {
    if (session.empty()) return;
    std::erase(kept.sessions, session);
    kept.sessions.push_back(session);
    if (kept.sessions.size() > sessions_max) kept.sessions.erase(kept.sessions.begin());
}

storage::Event event(Seconds now, std::string_view who, std::string_view from,
                     std::string_view what, const std::string& subject, std::string detail) {
    return {.time = now,
            .who = std::string{who},
            .from = std::string{from},
            .what = std::string{what},
            .subject = subject,
            .detail = std::move(detail)};
}

}  // namespace

Result<Found> OpenIdMemory::find(std::string_view name) const {
    return around_.store.read(
        [&](const View& view) { return storage::find_known_person(view, issuer_, name); });
}

Result<Found> OpenIdMemory::find_subject(std::string_view subject) const {
    return around_.store.read(
        [&](const View& view) { return storage::find_known_subject(view, issuer_, subject); });
}

Result<std::vector<KnownPersonRecord>> OpenIdMemory::list(const storage::Page& page) const {
    return around_.store.read(
        [&](const View& view) { return storage::known_people(view, issuer_, page); });
}

Result<Found> OpenIdMemory::find_session(std::string_view session) const {
    storage::Page page{.count_max = page_size};
    for (;;) {
        TRY(auto people, list(page));
        for (auto& one : people) {
            TRY(const auto kept, open(one));
            if (std::ranges::find(kept.sessions, session) != kept.sessions.end())
                return Found{std::move(one)};
        }
        if (people.size() < page.count_max) return Found{};
        page.after = people.back().name;
    }
}

Result<OpenIdKept> OpenIdMemory::open(const Record& record) const {
    if (record.sealed.empty()) return OpenIdKept{};
    TRY(const auto text,
        around_.seal.open(storage::known_person_purpose(record.id), record.sealed));
    return parse_kept(text.view());
}

Result<std::string> OpenIdMemory::seal(storage::Id id, const OpenIdKept& kept) const {
    if (kept.refresh_token.is_empty() && kept.sessions.empty()) return std::string{};
    nlohmann::json json{{"sessions", kept.sessions}};
    if (!kept.refresh_token.is_empty()) json["refresh_token"] = kept.refresh_token.view();
    auto text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    auto sealed = around_.seal.seal(storage::known_person_purpose(id), text);
    crypto::wipe(text.data(), text.size());
    return sealed;
}

Result<void> OpenIdMemory::refuse_taken_name(const View& view, const openid::Arrived& arrived,
                                             const OpenIdFacts& facts) const {
    TRY(const auto other, storage::find_known_person(view, issuer_, facts.name));
    if (!other || other->subject == arrived.subject) return {};
    return fail(
        ErrorKind::denied,
        "somebody else of the provider is called «{}» here. Whoever administers this server "
        "can take that one away: `rhumb user remove {} --store {}`",
        other->name, other->name, provider_);
}

Result<void> OpenIdMemory::add(Transaction& transaction, const openid::Arrived& arrived,
                               const OpenIdFacts& facts) const {
    const auto now = around_.clock.now();
    Record record{.provider = issuer_,
                  .subject = arrived.subject,
                  .name = facts.name,
                  .full_name = facts.full_name,
                  .email = facts.email,
                  .roles = facts.roles,
                  .created = now,
                  .checked = now};
    TRY(record.id, storage::add_known_person(transaction, record));
    OpenIdKept kept{.refresh_token = crypto::Secret::copy_of(arrived.refresh_token.view())};
    add_session(kept, arrived.session);
    TRY(record.sealed, seal(record.id, kept));
    TRY_DONE(storage::update_known_person(transaction, record));
    TRY_DONE(transaction.add_event(
        event(now, facts.name, "", "user.known", facts.name, "by the provider " + provider_)));
    return {};
}

Result<std::string> OpenIdMemory::take_in(const openid::Arrived& arrived,
                                          const OpenIdFacts& facts) const {
    return around_.store.transact([&](Transaction& transaction) -> Result<std::string> {
        TRY_DONE(refuse_taken_name(transaction, arrived, facts));
        TRY(auto known, storage::find_known_subject(transaction, issuer_, arrived.subject));
        // With another name, or after an end, he begins anew: sessions and tokens of before are not
        // his any more.
        if (known && (known->ended || !text::iequals(known->name, facts.name))) {
            TRY_DONE(storage::remove_known_person(transaction, issuer_, known->name));
            known.reset();
        }
        if (!known) {
            TRY_DONE(add(transaction, arrived, facts));
            return facts.name;
        }
        TRY(auto kept, open(*known));
        kept.refresh_token = crypto::Secret::copy_of(arrived.refresh_token.view());
        add_session(kept, arrived.session);
        known->full_name = facts.full_name;
        known->email = facts.email;
        known->roles = facts.roles;
        known->checked = around_.clock.now();
        TRY(known->sealed, seal(known->id, kept));
        TRY_DONE(storage::update_known_person(transaction, *known));
        return known->name;
    });
}

Result<Found> OpenIdMemory::note_renewed(const Record& record, const openid::Arrived& arrived,
                                         const OpenIdFacts& facts) const {
    return around_.store.transact([&](Transaction& transaction) -> Result<Found> {
        TRY(auto known, storage::find_known_subject(transaction, issuer_, record.subject));
        if (!known || known->id != record.id || known->ended) return known;
        TRY(auto kept, open(*known));
        // Another token only where there is a new one: the provider lets the old one go on.
        if (!arrived.refresh_token.is_empty())
            kept.refresh_token = crypto::Secret::copy_of(arrived.refresh_token.view());
        add_session(kept, arrived.session);
        known->full_name = facts.full_name;
        known->email = facts.email;
        known->roles = facts.roles;
        known->checked = around_.clock.now();
        TRY(known->sealed, seal(known->id, kept));
        TRY_DONE(storage::update_known_person(transaction, *known));
        return known;
    });
}

Result<Found> OpenIdMemory::note_ended(const Record& record) const {
    return around_.store.transact([&](Transaction& transaction) -> Result<Found> {
        TRY(auto known, storage::find_known_subject(transaction, issuer_, record.subject));
        const bool is_same = known && known->id == record.id && known->sealed == record.sealed;
        if (!is_same || known->ended) return known;
        const auto now = around_.clock.now();
        known->ended = now;
        known->sealed.clear();
        TRY_DONE(storage::update_known_person(transaction, *known));
        TRY_DONE(transaction.add_event(event(now, provider_, "", "user.ended", known->name,
                                             "the provider renews this user no more")));
        return known;
    });
}

Result<void> OpenIdMemory::forget(std::string_view name, const identity::Actor& actor) const {
    return around_.store.transact([&](Transaction& transaction) -> Result<void> {
        TRY(const auto known, storage::find_known_person(transaction, issuer_, name));
        if (!known) return fail(ErrorKind::not_found, "there is no user «{}»", name);
        TRY_DONE(storage::remove_known_person(transaction, issuer_, name));
        TRY_DONE(
            transaction.add_event(event(around_.clock.now(), actor.who, actor.from, "user.removed",
                                        known->name, "of the provider " + provider_)));
        return {};
    });
}

}  // namespace rhumb::providers
