#include "certs/authority_rotation.h"

#include "base/text.h"
#include "certs/authority_making.h"
#include "certs/dates.h"
#include "certs/recording.h"

namespace rhumb::certs {

namespace {

/// The two roots, each signed by the other; "" where that cannot be, with a note that says why.
struct Crosses {
    std::string next_by_old;
    std::string old_by_next;
    std::vector<std::string> notes;
};

/// Those that only the new root may vouch for.
std::string names_beyond(const Authority& old, const std::vector<pki::Name>& permitted) {
    std::vector<std::string> beyond;
    for (const auto& name : permitted)
        if (!old.permits(name)) beyond.push_back(name.text());
    return text::join(beyond, ", ");
}

Crosses cross_sign(const crypto::Seal& seal, const Authority& old, const MadeAuthority& next,
                   const AuthorityOptions& options) {
    const auto now = options.now;
    Crosses crosses;
    const auto old_key = AuthorityReader::open_root_key(old, seal);
    const auto by_old = old_key.and_then([&](const pki::Key& key) -> Result<pki::Certificate> {
        return pki::cross_sign(next.root, {old.root(), key}, now);
    });
    if (by_old)
        crosses.next_by_old = by_old->to_pem();
    else
        crosses.notes.push_back(fmt::format(
            "clients that know only the old root will refuse certificates of the new one ({}): give "
            "them the new root before it is activated",
            by_old.error().message));
    if (const auto names = names_beyond(old, options.permitted); by_old && !names.empty())
        crosses.notes.push_back(
            fmt::format("clients that know only the old root will refuse certificates with {}, "
                        "which it does not permit: give them the new root before it is activated",
                        names));
    // Less matters here: whoever is given the new root now is given the old one beside it.
    if (const auto by_next = pki::cross_sign(old.root(), {next.root, next.root_key}, now))
        crosses.old_by_next = by_next->to_pem();
    return crosses;
}

tl::unexpected<Error> changed_meanwhile() {
    return fail(ErrorKind::conflict,
                "the local authority was changed by somebody else at the same time; try again");
}

tl::unexpected<Error> no_next_root() {
    return fail(ErrorKind::not_found, "there is no next root; make one with rhumb ca rotate");
}

/// What could not be renewed, perhaps since the old root had expired, is tried again at once.
Result<void> forget_delays(storage::Transaction& transaction) {
    TRY(const auto certificates, transaction.certificates());
    for (const auto& record : certificates) {
        if (record.origin != storage::Origin::local_authority || !record.renewal.next_attempt)
            continue;
        auto renewal = record.renewal;
        renewal.next_attempt.reset();
        TRY_DONE(transaction.update_renewal(record.id, renewal));
    }
    return {};
}

/// The old root stops, the next one begins.
Result<void> activate(storage::Transaction& transaction, storage::AuthorityRecord next,
                      const Actor& actor, Seconds now) {
    TRY(auto old, transaction.find_authority());
    if (old) {
        old->retired = now;
        old->cross_pem.clear();
        TRY_DONE(transaction.update_authority(*old));
        TRY_DONE(transaction.add_event(
            make_event(actor, now, "authority.retired", old->name, "by " + next.name)));
    }
    next.activated = now;
    next.activates.reset();
    TRY_DONE(transaction.update_authority(next));
    TRY_DONE(forget_delays(transaction));
    TRY(const auto root, pki::Certificate::from_pem(next.root_pem));
    return transaction.add_event(authority_event(actor, now, "authority.activated", root))
        .map([](storage::Id) {});
}

}  // namespace

Result<Rotation> rotate_root(storage::Store& store, const crypto::Seal& seal,
                             const AuthorityOptions& options, const Activation& activation,
                             const Actor& actor) {
    // A damaged one can be replaced, but signs nothing any more.
    const auto old = Authority::find(store);
    const auto* const signing = old && *old ? &**old : nullptr;
    TRY(auto made, make_authority(seal, options));
    Crosses crosses;
    if (signing != nullptr) crosses = cross_sign(seal, *signing, made, options);
    made.record.cross_pem = crosses.next_by_old;
    if (activation.kind == Activation::Kind::at_time) made.record.activates = activation.time;
    TRY(auto authority, store.transact([&](storage::Transaction& transaction) -> Result<Authority> {
        TRY(auto present, transaction.find_authority());
        if (signing != nullptr && (!present || present->id != signing->id()))
            return changed_meanwhile();
        TRY(const auto next, transaction.find_next_authority());
        if (next)
            return fail(ErrorKind::conflict,
                        "there is a next root already, «{}»: activate it (rhumb ca rotate "
                        "--activate), or give it up (rhumb ca rotate --cancel)",
                        next->name);
        TRY(made.record.id, transaction.add_authority(made.record));
        made.intermediate.authority = made.record.id;
        TRY_DONE(transaction.add_intermediate(made.intermediate));
        TRY_DONE(transaction.add_event(
            authority_event(actor, options.now, "authority.announced", made.root)));
        if (activation.kind == Activation::Kind::at_once || !present) {
            TRY_DONE(activate(transaction, made.record, actor, options.now));
            made.record.activated = options.now;
        } else if (!crosses.old_by_next.empty()) {
            present->cross_pem = crosses.old_by_next;
            TRY_DONE(transaction.update_authority(*present));
        }
        return AuthorityReader::read(transaction, made.record);
    }));
    return Rotation{std::move(authority), std::move(crosses.notes)};
}

Result<Authority> activate_root(storage::Store& store, const Actor& actor, Seconds now) {
    return store.transact([&](storage::Transaction& transaction) -> Result<Authority> {
        TRY(auto next, transaction.find_next_authority());
        if (!next) return no_next_root();
        TRY_DONE(activate(transaction, *next, actor, now));
        TRY(auto active, AuthorityReader::find(transaction));
        return *std::move(active);
    });
}

Result<void> cancel_rotation(storage::Store& store, const Actor& actor, Seconds now) {
    return store.transact([&](storage::Transaction& transaction) -> Result<void> {
        TRY(auto next, transaction.find_next_authority());
        if (!next) return no_next_root();
        next->retired = now;
        next->activates.reset();
        TRY_DONE(transaction.update_authority(*next));
        TRY(auto present, transaction.find_authority());
        if (present && !present->cross_pem.empty()) {
            present->cross_pem.clear();
            TRY_DONE(transaction.update_authority(*present));
        }
        TRY_DONE(transaction.add_event(
            make_event(actor, now, "authority.rotation-cancelled", next->name)));
        return {};
    });
}

Result<std::optional<Authority>> activate_root_if_due(storage::Store& store, const Actor& actor,
                                                      Seconds now) {
    TRY(const auto next,
        store.read([](const storage::View& view) { return view.find_next_authority(); }));
    if (!next || !next->activates || *next->activates > now) return std::nullopt;
    TRY(auto activated, activate_root(store, actor, now));
    return activated;
}

Result<std::vector<pki::Certificate>> roots_to_trust(const storage::Store& store) {
    TRY(const auto active, Authority::find(store));
    TRY(const auto next, Authority::find_next(store));
    std::vector<pki::Certificate> roots;
    if (active) roots.push_back(active->root());
    if (next) roots.push_back(next->root());
    return roots;
}

}  // namespace rhumb::certs
