#pragma once
/// The audit trail: events, chained so that what was changed or removed shows, with the end of the
/// chain sealed under the master key. docs/audit.md says what that proves, and what it cannot.
///
/// The chain of an event is SHA-256 over "rhumb audit 1\n", the chain before it (32 bytes; zeros
/// for the first), its id and its time (8 bytes each, most significant first), and its who, from,
/// what, subject and detail, each after its length in bytes (8 bytes).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal.h"
#include "storage/store.h"

namespace rhumb::storage {

/// Which events are wanted. What is empty does not matter.
struct EventFilter {
    std::optional<Seconds> since{};  ///< this second included
    std::optional<Seconds> until{};  ///< this second not included
    std::string who{};               ///< without regard to ASCII case
    std::string from{};
    std::string what{};          ///< "certificate.renewed", or "certificate" for all that begins so
    std::string subject{};       ///< without regard to ASCII case
    std::optional<Id> before{};  ///< older than this one
    std::size_t count_max = 100;
};

/// Newest first.
Result<std::vector<Event>> events(const View& view, const EventFilter& filter);

/// Oldest first, from behind `after`: for reading all of a long trail in pieces.
Result<std::vector<Event>> events_after(const View& view, Id after, std::size_t count_max);

/// What stands at the end: the event of that id has that chain.
struct AuditHead {
    Id id = 0;
    std::string chain;  ///< hexadecimal

    bool operator==(const AuditHead&) const = default;
};

/// Something that is not as the program left it.
struct AuditFault {
    enum class Kind {
        changed,          ///< an event does not fit to its chain
        removed,          ///< events are missing before this one
        unchained,        ///< an event was put there without the program
        cut,              ///< the end is missing
        chained_anew,     ///< the chain holds together, but is another than was sealed or noted
        seal_missing,     ///< the end was sealed once, and is not any more
        seal_unreadable,  ///< its seal does not open: damaged, or of another master key
    };
    Kind kind = Kind::changed;
    Id id = 0;            ///< of the event; 0: of none
    std::string message;  ///< for a person
};
/// "changed", "removed", "chained-anew" …
std::string_view to_text(AuditFault::Kind kind);

struct AuditReport {
    std::size_t count = 0;            ///< of events
    AuditHead head{};                 ///< the last; id 0: there is none
    std::optional<AuditHead> sealed;  ///< as far as the seal reaches; nothing: not looked at
    /// Of each kind the first ones, at most a hundred in all.
    std::vector<AuditFault> faults{};

    bool is_good() const { return faults.empty(); }
};

/// Looks at the whole chain. Without a seal, the end that was sealed is not compared. `noted`: what
/// somebody has written down of an earlier look, which has to be in it.
Result<AuditReport> verify_audit(const View& view, const crypto::Seal* seal,
                                 const std::optional<AuditHead>& noted = {});

/// The trail up to its present end comes under the seal, when all since the end that was sealed
/// before holds together; else nothing happens, and verify_audit() goes on telling. False: nothing
/// was done.
Result<bool> seal_audit(Transaction& transaction, const crypto::Seal& seal);

/// True when there are events behind the end that is sealed.
Result<bool> is_audit_unsealed(const View& view, const crypto::Seal& seal);

/// For when the master key changes. What `from` does not open is, where that loss is accepted,
/// begun anew at the present end.
Result<void> reseal_audit(Transaction& transaction, const crypto::Seal& from,
                          const crypto::Seal& to, bool accepts_loss);

}  // namespace rhumb::storage
