#include "storage/audit.h"

#include <algorithm>

#include "base/text.h"
#include "storage/audit_chain.h"
#include "storage/session.h"
#include "storage/values.h"

namespace rhumb::storage {

namespace {

constexpr std::string_view head_setting = "audit-head";
constexpr std::string_view head_purpose = "audit trail head";
/// The event that tells that the end is sealed from then on.
constexpr std::string_view sealed_event = "audit.sealed";
constexpr std::size_t piece = 1000;
constexpr std::size_t faults_max = 100;

std::string to_text(const AuditHead& head) { return fmt::format("{}:{}", head.id, head.chain); }

std::optional<AuditHead> to_head(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto id = text::to_integer(text.substr(0, colon));
    if (!id) return std::nullopt;
    return AuditHead{*id, std::string{text.substr(colon + 1)}};
}

/// The end that is sealed; nothing when none is. `invalid` when it does not open.
Result<std::optional<AuditHead>> find_sealed(const View& view, const crypto::Seal& seal) {
    TRY(const auto blob, view.find_setting(head_setting));
    if (!blob) return std::nullopt;
    TRY(const auto plain, seal.open(head_purpose, *blob));
    const auto head = to_head(plain.view());
    if (!head) return fail(ErrorKind::invalid, "the sealed end of the audit trail is damaged");
    return head;
}

/// The last event; id 0 when there is none.
Result<AuditHead> last_of(const View& view) {
    TRY(const auto last, view.events(1));
    if (last.empty()) return AuditHead{};
    return AuditHead{last.front().id, last.front().chain};
}

Result<bool> was_ever_sealed(const View& view) {
    TRY(const auto found, events(view, {.what = std::string{sealed_event}, .count_max = 1}));
    return !found.empty();
}

Result<void> put_head(Transaction& transaction, const crypto::Seal& seal, const AuditHead& head) {
    TRY(const auto blob, seal.seal(head_purpose, to_text(head)));
    return transaction.put_setting(head_setting, blob);
}

/// Walks along the chain and notes what does not hold.
class Walk {
public:
    /// Begins behind `from` (id 0: at the beginning).
    explicit Walk(AuditHead from = {}) : at_{std::move(from)} {}

    Result<void> go(const View& view) {
        while (true) {
            TRY(const auto some, events_after(view, at_.id, piece));
            for (const auto& event : some) TRY_DONE(take(event));
            if (some.size() < piece) return {};
        }
    }
    /// Has to be met on the way: by it, an earlier end is compared.
    void expect(const AuditHead& head, std::string_view whose) {
        expected_.push_back({head, whose, head.id == at_.id});
    }

    const AuditHead& at() const { return at_; }
    std::size_t count() const { return count_; }

    std::vector<AuditFault> finish() {
        for (const auto& [head, whose, is_met] : expected_)
            if (!is_met)
                note(
                    AuditFault::Kind::cut, head.id,
                    fmt::format("the end is missing: {} event {}, and the last that is there is {}",
                                whose, head.id, at_.id));
        return std::move(faults_);
    }
    void note(AuditFault::Kind kind, Id id, std::string message) {
        if (faults_.size() < faults_max) faults_.push_back({kind, id, std::move(message)});
    }

private:
    struct Expected {
        AuditHead head;
        std::string_view whose;
        bool is_met = false;
    };

    Result<void> take(const Event& event) {
        ++count_;
        if (event.id != at_.id + 1)
            note(AuditFault::Kind::removed, event.id,
                 fmt::format("{} before event {}",
                             event.id == at_.id + 2 ? fmt::format("event {} is missing", at_.id + 1)
                                                    : fmt::format("events {} to {} are missing",
                                                                  at_.id + 1, event.id - 1),
                             event.id));
        if (event.chain.empty())
            note(AuditFault::Kind::unchained, event.id,
                 fmt::format("event {} has no link of the chain: it was not written by Rhumb",
                             event.id));
        else
            TRY_DONE(compare(event));
        for (auto& [head, whose, is_met] : expected_) {
            if (head.id != event.id) continue;
            is_met = true;
            if (head.chain != event.chain)
                note(AuditFault::Kind::chained_anew, event.id,
                     fmt::format("the chain at event {} is another than {}: what is before it was "
                                 "changed, and chained anew",
                                 event.id, whose));
        }
        at_ = {event.id, event.chain.empty() ? at_.chain : event.chain};
        return {};
    }

    Result<void> compare(const Event& event) {
        // A link that is not hexadecimal is no link at all.
        const auto fitting = chain_of(at_.chain, event);
        const bool fits = fitting && *fitting == event.chain;
        const bool is_after_gap = event.id != at_.id + 1;
        if (!fits && !is_after_gap)
            note(AuditFault::Kind::changed, event.id,
                 fmt::format("event {} ({} {}) does not fit to the chain: it was changed", event.id,
                             event.what, event.subject));
        if (fits && is_after_gap)
            note(AuditFault::Kind::chained_anew, event.id,
                 fmt::format("event {} was chained anew to close the gap", event.id));
        return {};
    }

    AuditHead at_;
    std::size_t count_ = 0;
    std::vector<Expected> expected_;
    std::vector<AuditFault> faults_;
};

/// What the database remembers of the highest id it ever gave.
Result<Id> highest_given(const View& view) {
    return view.session().guarded("reading the audit trail", [](soci::session& sql) -> Result<Id> {
        long long id = 0;
        sql << "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'",
            soci::into(id);
        return id;
    });
}

Result<void> look_at_seal(const View& view, const crypto::Seal& seal, Walk& walk,
                          AuditReport& report) {
    const auto sealed = find_sealed(view, seal);
    if (!sealed) {
        walk.note(
            AuditFault::Kind::seal_unreadable, 0,
            fmt::format("the sealed end of the trail does not open: {}", sealed.error().message));
        return {};
    }
    if (*sealed) {
        report.sealed = **sealed;
        walk.expect(**sealed, "sealed is");
        return {};
    }
    TRY(const auto was_sealed, was_ever_sealed(view));
    if (was_sealed)
        walk.note(AuditFault::Kind::seal_missing, 0,
                  "the end of the trail was sealed, and its seal is gone");
    return {};
}

}  // namespace

std::string_view to_text(AuditFault::Kind kind) {
    switch (kind) {
        case AuditFault::Kind::changed: return "changed";
        case AuditFault::Kind::removed: return "removed";
        case AuditFault::Kind::unchained: return "unchained";
        case AuditFault::Kind::cut: return "cut";
        case AuditFault::Kind::chained_anew: return "chained-anew";
        case AuditFault::Kind::seal_missing: return "seal-missing";
        case AuditFault::Kind::seal_unreadable: return "seal-unreadable";
    }
    return {};
}

Result<AuditReport> verify_audit(const View& view, const crypto::Seal* seal,
                                 const std::optional<AuditHead>& noted) {
    AuditReport report;
    Walk walk;
    if (seal != nullptr) TRY_DONE(look_at_seal(view, *seal, walk, report));
    if (noted) walk.expect(*noted, "noted was");
    TRY_DONE(walk.go(view));
    TRY(const auto highest, highest_given(view));
    const bool is_told =
        (report.sealed && report.sealed->id > walk.at().id) || (noted && noted->id > walk.at().id);
    if (highest > walk.at().id && !is_told)
        walk.note(AuditFault::Kind::cut, highest,
                  fmt::format("the end is missing: there were {} events, and the last that is "
                              "there is {}",
                              highest, walk.at().id));
    report.count = walk.count();
    report.head = walk.at();
    report.faults = walk.finish();
    return report;
}

Result<bool> is_audit_unsealed(const View& view, const crypto::Seal& seal) {
    TRY(const auto sealed, find_sealed(view, seal));
    TRY(const auto last, last_of(view));
    return !sealed || last.id > sealed->id;
}

Result<bool> seal_audit(Transaction& transaction, const crypto::Seal& seal) {
    const auto sealed = find_sealed(transaction, seal);
    if (!sealed) return false;  // of another master key, or damaged: for verify_audit() to tell
    Walk walk{sealed->value_or(AuditHead{})};
    if (*sealed) {
        TRY(const auto there, events_after(transaction, (*sealed)->id - 1, 1));
        if (there.empty() || AuditHead{there.front().id, there.front().chain} != **sealed)
            return false;
    } else {
        TRY(const auto was_sealed, was_ever_sealed(transaction));
        TRY(const auto last, transaction.events(1));
        if (was_sealed || last.empty()) return false;
        TRY_DONE(transaction.add_event({.time = last.front().time,
                                        .who = "rhumb",
                                        .from = "store",
                                        .what = std::string{sealed_event},
                                        .subject = "audit trail",
                                        .detail = "its end is sealed from here on"}));
    }
    TRY_DONE(walk.go(transaction));
    if (!walk.finish().empty()) return false;
    if (walk.at().id == (*sealed ? (*sealed)->id : 0)) return false;
    TRY_DONE(put_head(transaction, seal, walk.at()));
    return true;
}

Result<void> reseal_audit(Transaction& transaction, const crypto::Seal& from,
                          const crypto::Seal& to, bool accepts_loss) {
    const auto sealed = find_sealed(transaction, from);
    if (sealed && !*sealed) return {};
    if (sealed) return put_head(transaction, to, **sealed);
    if (!accepts_loss)
        return tl::unexpected(Error{sealed.error()}.within("the end of the audit trail"));
    TRY(const auto last, last_of(transaction));
    return put_head(transaction, to, last);
}

}  // namespace rhumb::storage
