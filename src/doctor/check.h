#pragma once
/// How a part of the doctor plugs in.
///
/// A check is a function that looks (I/O, bounded in time: `examination.left()`), hands what it saw
/// to pure judgements in a file of their own, and puts what they found into
/// `examination.diagnosis`. To add one: a file, its header, and a line in the table in checks.cc.
/// Rules stand in tables beside the judgements (finding.h); name the table in rules.cc, and
/// docs/doctor.md is held against it.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/examine.h"
#include "doctor/finding.h"
#include "tls/survey.h"

namespace rhumb::doctor {

struct Web;

/// A moment after which nothing is begun any more.
class Deadline {
public:
    explicit Deadline(std::chrono::milliseconds from_now)
        : end_{std::chrono::steady_clock::now() + from_now} {}
    /// `wanted`, or what is left when that is less; 0 when the time is over.
    std::chrono::milliseconds left(std::chrono::milliseconds wanted) const {
        const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
            end_ - std::chrono::steady_clock::now());
        return std::max(std::chrono::milliseconds{0}, std::min(wanted, rest));
    }
    bool is_over() const { return left(std::chrono::milliseconds{1}).count() == 0; }

private:
    std::chrono::steady_clock::time_point end_;
};

/// What the checks before have seen of the server. Later ones may rely on it as their Needs say.
struct ServerFacts {
    std::vector<net::Address> addresses{};  ///< where the name leads, with the target's port
    net::Address address{};                 ///< the first of them that answers: ask this one
    bool is_connected = false;              ///< some address takes connections at the port
    bool is_spoken = false;  ///< what answers speaks as the scheme says: TLS, or HTTP in the clear
    /// As they came, the leaf first; empty until TLS was spoken.
    std::vector<pki::Certificate> certificates{};
    /// Those that come instead to a client with another family of keys; empty: the same for all.
    std::vector<pki::Certificate> other_certificates{};
    std::optional<tls::Survey> survey{};
    std::string staple{};     ///< an OCSP response in DER; "": none came
    bool is_trusted = false;  ///< some client of `anchors` accepts the certificate for the name, or
                              ///< it is ours and good but for that nobody was told of our root
    bool is_any_refused = false;  ///< some client of `anchors` refuses it
    std::shared_ptr<Web> web{};   ///< what was heard over HTTP (http_seen.h); null before that
};

/// What a check is given. Belongs to one thread.
struct Examination {
    const ServerOrder& order;
    const Deadline& deadline;
    ServerFacts facts{};
    Diagnosis diagnosis{};

    const Target& target() const { return order.target; }
    Seconds now() const { return order.clock->now(); }
    std::chrono::milliseconds left(std::chrono::milliseconds wanted) const {
        return deadline.left(wanted);
    }
};

/// What must have been seen before a check makes sense; else it is passed over.
enum class Needs {
    nothing,
    connection,  ///< facts.address takes connections
    tls,         ///< certificates were seen
    web,         ///< HTTP can be asked as the target's scheme says: over TLS, or in the clear
};

struct ServerCheck {
    std::string_view name;  ///< what is looked at, for progress: "HSTS"
    Needs needs;
    void (*run)(Examination& examination);
    /// Told when it ran and found nothing; "": nothing is told.
    std::string_view well;
};

/// What the checks of this installation are given.
struct InstallationExamination {
    const InstallationOrder& order;
    const Deadline& deadline;
    Diagnosis diagnosis{};

    Seconds now() const { return order.clock->now(); }
};

struct InstallationCheck {
    std::string_view name;
    void (*run)(InstallationExamination& examination);
    std::string_view well;
};

/// All of them, in the order in which they run (checks.cc).
std::span<const ServerCheck> server_checks();
std::span<const InstallationCheck> installation_checks();

/// All rules of all tables (rules.cc), those of pki's lint not among them.
std::vector<Rule> all_rules();

}  // namespace rhumb::doctor
