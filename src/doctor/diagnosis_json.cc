#include "doctor/diagnosis_json.h"

#include <nlohmann/json.hpp>

namespace rhumb::doctor {

namespace {

nlohmann::ordered_json json_of(const Diagnosis& diagnosis) {
    using Json = nlohmann::ordered_json;
    Json seen = Json::array();
    for (const auto& one : diagnosis.seen)
        seen.push_back({{"what", one.what}, {"value", one.value}});
    Json clients = Json::array();
    for (const auto& one : diagnosis.clients)
        clients.push_back({{"kind", one.kind},
                           {"client", one.client},
                           {"accepts", one.accepts},
                           {"refusal", one.refusal},
                           {"sentence", one.sentence}});
    Json findings = Json::array();
    for (const auto& one : diagnosis.findings)
        findings.push_back({{"id", one.id},
                            {"severity", pki::to_text(one.severity)},
                            {"about", one.about},
                            {"sentence", one.sentence},
                            {"remedy", one.remedy},
                            {"command", one.command}});
    return {{"about", diagnosis.about},
            {"seconds", seconds_of(diagnosis.took)},
            {"findings", findings},
            {"clients", clients},
            {"seen", seen},
            {"passed", diagnosis.passed},
            {"unfinished", diagnosis.unfinished}};
}

}  // namespace

Counts count(const std::vector<Diagnosis>& diagnoses) {
    Counts counts;
    for (const auto& diagnosis : diagnoses) {
        counts.took += diagnosis.took;
        for (const auto& finding : diagnosis.findings) {
            if (finding.severity == Severity::error) ++counts.errors;
            if (finding.severity == Severity::warning) ++counts.warnings;
            if (finding.severity == Severity::note) ++counts.notes;
        }
    }
    return counts;
}

double seconds_of(std::chrono::milliseconds took) {
    return static_cast<double>(took.count()) / 1000;
}

nlohmann::ordered_json to_json(const std::vector<Diagnosis>& diagnoses) {
    const auto counts = count(diagnoses);
    auto examined = nlohmann::ordered_json::array();
    for (const auto& diagnosis : diagnoses) examined.push_back(json_of(diagnosis));
    return {{"errors", counts.errors},
            {"warnings", counts.warnings},
            {"notes", counts.notes},
            {"seconds", seconds_of(counts.took)},
            {"examined", examined}};
}

}  // namespace rhumb::doctor
