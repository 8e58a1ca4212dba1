#include "doctor/examine.h"

#include "doctor/check.h"
#include "doctor/echoes.h"
#include "doctor/served.h"

namespace rhumb::doctor {

namespace {

bool is_met(Needs needs, const ServerFacts& facts, const Target& target) {
    switch (needs) {
        case Needs::nothing: return true;
        case Needs::connection: return facts.is_connected;
        case Needs::tls: return !facts.certificates.empty();
        case Needs::web: return facts.is_spoken && (!target.https || !facts.certificates.empty());
    }
    return false;
}

/// Runs one check, and tells when it found nothing.
template <class Check, class Given>
void run(const Check& check, Given& given, const Progress& progress) {
    if (progress) progress(check.name);
    auto& diagnosis = given.diagnosis;
    const auto before = diagnosis.findings.size();
    const auto left_before = diagnosis.unfinished.size();
    check.run(given);
    if (!check.well.empty() && diagnosis.findings.size() == before &&
        diagnosis.unfinished.size() == left_before)
        diagnosis.pass(std::string{check.well});
}

Diagnosis finish(Diagnosis diagnosis, std::chrono::steady_clock::time_point begin) {
    for (auto& finding : diagnosis.findings) finding.sentence = as_sentence(finding.sentence);
    diagnosis.findings = without_echoes(std::move(diagnosis.findings));
    put_in_order(diagnosis.findings);
    diagnosis.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    return diagnosis;
}

}  // namespace

Diagnosis examine_server(const ServerOrder& order) {
    const auto begin = std::chrono::steady_clock::now();
    const Deadline deadline{order.limits.total};
    Examination examination{.order = order, .deadline = deadline};
    examination.diagnosis.about = order.target.origin();
    for (const auto& check : server_checks()) {
        if (!is_met(check.needs, examination.facts, order.target)) continue;
        if (deadline.is_over()) {
            examination.diagnosis.leave(fmt::format(
                "{}: no time was left of {} s", check.name,
                std::chrono::duration_cast<std::chrono::seconds>(order.limits.total).count()));
            continue;
        }
        run(check, examination, order.progress);
    }
    return finish(std::move(examination.diagnosis), begin);
}

namespace {

Diagnosis examine_itself(const InstallationOrder& order, const Deadline& deadline) {
    const auto begin = std::chrono::steady_clock::now();
    InstallationExamination examination{.order = order, .deadline = deadline};
    examination.diagnosis.about = "this installation";
    for (const auto& check : installation_checks()) {
        if (deadline.is_over())
            examination.diagnosis.leave(fmt::format("{}: no time was left", check.name));
        else
            run(check, examination, order.progress);
    }
    return finish(std::move(examination.diagnosis), begin);
}

/// More places than anybody waits for are told, not examined.
constexpr std::size_t places_max = 24;

}  // namespace

std::vector<Diagnosis> examine_installation(const InstallationOrder& order) {
    const Deadline deadline{order.limits.total};
    std::vector<Diagnosis> all{examine_itself(order, deadline)};
    auto orders = orders_of_running(order);
    if (!orders) {
        all.front().leave(fmt::format("what is served: {}", orders.error().message));
        return all;
    }
    for (auto& server : *orders) {
        const auto left = deadline.left(order.limits.total);
        if (left.count() == 0 || all.size() > places_max) {
            all.front().leave(
                fmt::format("{}: {}", server.target.origin(),
                            left.count() == 0 ? "no time was left" : "too many places"));
            continue;
        }
        server.clock = order.clock;
        server.anchors = order.anchors;
        server.limits = order.limits;
        server.limits.total = left;
        server.progress = [&](std::string_view step) {
            if (order.progress) order.progress(fmt::format("{}: {}", server.target.origin(), step));
        };
        auto diagnosis = examine_server(server);
        if (leave_echoes_of(all.front().findings, diagnosis.findings))
            diagnosis.leave("what follows from what was found about the installation itself");
        all.push_back(std::move(diagnosis));
    }
    return all;
}

}  // namespace rhumb::doctor
