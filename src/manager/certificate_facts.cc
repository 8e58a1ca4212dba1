#include "manager/certificate_facts.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "certs/facts.h"

namespace rhumb::manager {

namespace {

nlohmann::ordered_json time_or_null(const std::optional<Seconds>& time) {
    return time ? nlohmann::ordered_json(to_iso(*time)) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json to_json(const certs::RenewalPlan& plan) {
    return {{"automatic", plan.is_automatic()}, {"issuer", plan.issuer},
            {"due", time_or_null(plan.due)},    {"next_attempt", time_or_null(plan.next_attempt)},
            {"failures", plan.failures},        {"last_error", plan.last_error}};
}

}  // namespace

std::string state_of(const certs::Entry& entry, Seconds now) {
    if (entry.record.archived) return "archived";
    return std::string{certs::to_text(certs::health_of(entry, now))};
}

std::string left_of(const certs::Entry& entry, Seconds now) {
    if (entry.record.archived || !entry.chain) return "";
    const auto fraction =
        certs::fraction_left(entry.record.not_before, entry.record.not_after, now);
    return fmt::format("{:.0f} %", std::floor(fraction * 100));
}

std::string renewal_of(const certs::Entry& entry) {
    if (entry.record.archived) return "";
    const auto plan = certs::plan_of(entry);
    if (!plan.is_automatic()) return "by you";
    if (plan.failures > 0)
        return fmt::format("failed {}×, again {}", plan.failures,
                           plan.next_attempt ? to_readable(*plan.next_attempt) : "soon");
    return plan.due ? fmt::format("by itself from {}", to_readable(*plan.due).substr(0, 10))
                    : "by itself, now";
}

nlohmann::ordered_json to_json(const certs::Entry& entry, Seconds now) {
    const auto told = certs::facts_of(entry, now);
    nlohmann::ordered_json facts{{"name", entry.record.name},
                                 {"friendly_name", entry.record.friendly_name},
                                 {"id", entry.record.id},
                                 {"state", state_of(entry, now)},
                                 {"origin", certs::to_text(entry.record.origin)},
                                 {"names", entry.record.names},
                                 {"not_before", to_iso(entry.record.not_before)},
                                 {"not_after", to_iso(entry.record.not_after)},
                                 {"fraction_left", std::floor(told.fraction_left * 1000) / 1000},
                                 {"created", to_iso(entry.record.created)}};
    if (entry.record.archived) facts["archived"] = to_iso(*entry.record.archived);
    facts["renewal"] = to_json(certs::plan_of(entry));
    if (!entry.chain) {
        facts["problem"] = entry.chain.error().message;
        return facts;
    }
    facts["subject"] = told.subject;
    facts["issuer"] = told.issuer;
    facts["root"] = told.root;
    facts["self_signed"] = told.is_self_signed;
    facts["serial"] = told.serial;
    facts["key_type"] = told.key_type;
    facts["signature_algorithm"] = told.signature;
    facts["fingerprint_sha256"] = told.sha256;
    facts["fingerprint_sha1"] = told.sha1;
    facts["chain_length"] = entry.chain->certificates().size();
    return facts;
}

}  // namespace rhumb::manager
