#include "cli/trust_report.h"

#include <nlohmann/json.hpp>

namespace rhumb::cli {

trust::Places places(const Context& context, std::string export_command) {
    return {.root = "/",
            .home = context.environment.home,
            .data_home = context.environment.data_home,
            .config_home = context.environment.config_home,
            .export_command = std::move(export_command)};
}

namespace {

bool has_failed(const std::vector<trust::Report>& reports) {
    return std::ranges::any_of(
        reports, [](const auto& report) { return report.outcome == trust::Outcome::failed; });
}

void print_lines(const std::vector<trust::Report>& reports, std::FILE* out) {
    for (const auto& report : reports) {
        auto text = fmt::format("{:<8} {}: {}{}{}\n", trust::to_text(report.outcome), report.store,
                                report.location, report.detail.empty() ? "" : "; ", report.detail);
        if (!report.command.empty()) text += fmt::format("         type: {}\n", report.command);
        std::fputs(text.c_str(), out);
    }
}

}  // namespace

Exit print(const Context& context, const std::vector<trust::Report>& reports) {
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& report : reports)
            all.push_back({{"store", report.store},
                           {"location", report.location},
                           {"outcome", trust::to_text(report.outcome)},
                           {"detail", report.detail},
                           {"command", report.command}});
        say("{}", all.dump(2));
    } else {
        print_lines(reports, stdout);
    }
    return has_failed(reports) ? Exit::failed : Exit::done;
}

Result<Exit> trust_here(const Context& context, const pki::Certificate& root, std::string_view kind,
                        const std::string& export_command) {
    TRY(const auto found, trust::find_stores(places(context, export_command), kind, true));
    const auto reports = trust::install(root, found);
    print_lines(reports, context.wants_json ? stderr : stdout);
    return has_failed(reports) ? Exit::failed : Exit::done;
}

std::vector<std::string> who_trusts(const Context& context, const pki::Certificate& root) {
    std::vector<std::string> stores;
    const auto found = trust::find_stores(places(context, ""), "all", false);
    if (!found) return stores;
    for (const auto& report : trust::status(root, *found))
        if (report.outcome == trust::Outcome::already)
            stores.push_back(fmt::format("{}: {}", report.store, report.location));
    return stores;
}

}  // namespace rhumb::cli
