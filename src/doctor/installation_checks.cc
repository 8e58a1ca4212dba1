#include "doctor/installation_checks.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/child.h"
#include "doctor/installation_certificates.h"
#include "doctor/installation_files.h"
#include "doctor/installation_look.h"
#include "doctor/installation_trail.h"
#include "doctor/machine_look.h"
#include "doctor/machine_ports.h"
#include "doctor/machine_resources.h"
#include "doctor/people_judge.h"
#include "doctor/people_look.h"

namespace rhumb::doctor {

namespace {

namespace fs = std::filesystem;

/// The directory that commands take without --data.
fs::path usual_data(const InstallationOrder& order) {
    if (order.is_root) return "/var/lib/rhumb";
    return order.places.data_home.value_or(order.places.home / ".local" / "share") / "rhumb";
}

/// "rhumb …" as this person would type it, on this data.
std::string in_full(const InstallationOrder& order, const std::string& command) {
    constexpr std::string_view name = "rhumb ";
    if (!command.starts_with(name)) return command;
    auto full =
        order.program.empty() ? std::string{"rhumb"} : child::to_shell({order.program.string()});
    full += " " + command.substr(name.size());
    if (order.data == usual_data(order)) return full;
    return full + " " + child::to_shell({"--data", order.data.string()});
}

void put(InstallationExamination& examination, std::vector<Finding> findings) {
    for (auto& finding : findings) {
        finding.command = in_full(examination.order, finding.command);
        examination.diagnosis.find(std::move(finding));
    }
}

/// Why the store is not to be opened, by what check_store() has found; "" when it may be. To open
/// one of an older Rhumb would bring it up to date: that is not the doctor's to do.
std::string_view obstacle(const Diagnosis& diagnosis) {
    constexpr std::array obstacles{
        std::pair{"store.damaged", "the store is damaged"},
        std::pair{"store.schema.newer", "the store is of a newer Rhumb"},
        std::pair{"store.schema.older",
                  "the store is of an older Rhumb; start the server first, which brings it up to "
                  "date"},
    };
    for (const auto& [id, why] : obstacles)
        if (std::ranges::find(diagnosis.findings, id, &Finding::id) != diagnosis.findings.end())
            return why;
    return "";
}

/// The store; else says that `what` was not looked at.
std::optional<storage::Store> open_store(InstallationExamination& examination,
                                         std::string_view what) {
    auto& diagnosis = examination.diagnosis;
    if (const auto why = obstacle(diagnosis); !why.empty()) {
        diagnosis.leave(fmt::format("{}: {}", what, why));
        return std::nullopt;
    }
    auto store = storage::Store::open(examination.order.data);
    if (store) return *std::move(store);
    diagnosis.leave(fmt::format("{}: {}", what, store.error().message));
    return std::nullopt;
}

/// What is served; else what is configured.
config::Document document_of(const InstallationOrder& order, storage::Store& store) {
    if (order.running) return order.running->document;
    return look_at_configuration(&store, order).document;
}

/// Puts what was judged, or says what could not be looked at.
template <class Seen, class Judge>
void put_or_leave(InstallationExamination& examination, std::string_view what,
                  const Result<Seen>& seen, const Judge& judge) {
    if (seen)
        put(examination, judge(*seen));
    else
        examination.diagnosis.leave(fmt::format("{}: {}", what, seen.error().message));
}

}  // namespace

void check_files(InstallationExamination& examination) {
    put(examination, judge_files(look_at_files(examination.order)));
}

void check_store(InstallationExamination& examination) {
    constexpr std::chrono::seconds limit_max{30};
    put_or_leave(examination, "the store",
                 look_at_store(examination.order.data, examination.deadline.left(limit_max)),
                 [](const auto& seen) { return judge_store(seen); });
}

void check_keys(InstallationExamination& examination) {
    const auto store = open_store(examination, "private keys");
    if (!store) return;
    put_or_leave(
        examination, "private keys", look_at_keys(*store, examination.order),
        [](const auto& seen) { return seen ? judge_keys(*seen) : std::vector<Finding>{}; });
    put_or_leave(examination, "mirrors", look_at_mirrors(*store),
                 [](const auto& seen) { return judge_mirrors(seen); });
}

void check_trail(InstallationExamination& examination) {
    const auto store = open_store(examination, "the audit trail");
    if (!store) return;
    put_or_leave(examination, "the audit trail", look_at_trail(*store, examination.order),
                 judge_trail);
}

void check_backups(InstallationExamination& examination) {
    const auto store = open_store(examination, "backups");
    if (!store) return;
    const auto now = examination.now();
    put_or_leave(examination, "backups", look_at_backups(*store, now), [&](const auto& seen) {
        return judge_backups(seen, now, "rhumb backup create --out .");
    });
}

void check_server_process(InstallationExamination& examination) {
    auto store = open_store(examination, "the configuration");
    if (!store) return;
    const auto& order = examination.order;
    const auto configuration = look_at_configuration(&*store, order);
    put(examination, judge_server(look_at_server(order, configuration)));
    if (!order.process) return;
    const auto document = document_of(order, *store);
    ServerPromises promises{.connections = configuration.document.server.limits.connections,
                            .lowest_port = 0xFFFF};
    for (const auto& site : document.sites)
        for (const auto& binding : site.bindings)
            promises.lowest_port = std::min(promises.lowest_port, binding.port);
    promises.unprivileged_from = first_unprivileged_port();
    put(examination, judge_process(look_at_process(*order.process), promises));
}

void check_inventory(InstallationExamination& examination) {
    auto store = open_store(examination, "certificates");
    if (!store) return;
    const auto document = document_of(examination.order, *store);
    put_or_leave(examination, "certificates",
                 look_at_certificates(*store, examination.order, document),
                 [&](const auto& seen) { return judge_certificates(seen, examination.now()); });
}

void check_people(InstallationExamination& examination) {
    auto store = open_store(examination, "users and roles");
    if (!store) return;
    const auto security = look_at_configuration(&*store, examination.order).document.security;
    put_or_leave(examination, "users and roles",
                 look_at_people(*store, examination.order, security, examination.deadline),
                 [&](const auto& seen) { return judge_people(seen, examination.now()); });
}

void check_machine(InstallationExamination& examination) {
    put(examination, judge_openssl(look_at_openssl()));
    config::Document document;
    if (auto store = open_store(examination, "logs and clock")) {
        document = look_at_configuration(&*store, examination.order).document;
        put_or_leave(examination, "the clock", look_at_clock(*store, examination.now()),
                     [](const auto& seen) { return judge_clock(seen); });
    }
    put(examination, judge_disks(look_at_disks(examination.order, document)));
}

}  // namespace rhumb::doctor
