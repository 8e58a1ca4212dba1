#include "trust/report_json.h"

#include <nlohmann/json.hpp>

#include "base/instant.h"

namespace rhumb::trust {

nlohmann::ordered_json to_json(const Report& report) {
    return {{"store", report.store.kind},        {"level", to_text(report.store.level)},
            {"location", report.store.location}, {"outcome", to_text(report.outcome)},
            {"detail", report.detail},           {"command", report.command}};
}

nlohmann::ordered_json to_json(const pki::Certificate& root, const std::vector<Report>& asked) {
    auto stores = nlohmann::ordered_json::array();
    for (const auto& report : asked) {
        auto facts = to_json(report);
        facts["trusted"] = nullptr;
        if (report.is_trusted) facts["trusted"] = *report.is_trusted;
        stores.push_back(std::move(facts));
    }
    return {{"name", root.common_name()},
            {"not_after", to_iso(root.not_after())},
            {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())},
            {"stores", std::move(stores)}};
}

}  // namespace rhumb::trust
