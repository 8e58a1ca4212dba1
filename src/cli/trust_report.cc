#include "cli/trust_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "trust/report_json.h"
#include "trust/tools.h"

namespace rhumb::cli {

trust::Places places(const Context& context, std::string export_command) {
    const auto& environment = context.environment;
    trust::Places places{.home = environment.home,
                         .data_home = environment.data_home,
                         .config_home = environment.config_home,
                         .java_home = environment.java_home,
                         .path = environment.path,
                         .program = environment.program.string(),
                         .export_command = std::move(export_command)};
    if (const auto& invoker = environment.invoker) {
        places.home = invoker->home;
        places.data_home.reset();
        places.config_home.reset();
        places.user = trust::User{invoker->name, invoker->uid, invoker->gid};
    }
    return places;
}

Result<void> move_to(const std::filesystem::path& root, bool is_administrator,
                     trust::Places& places) {
    std::error_code error;
    const auto real = std::filesystem::canonical(root, error);
    if (error || !std::filesystem::is_directory(real, error))
        return fail(ErrorKind::invalid, "{} is no directory", root.string());
    // Another user enters it with a name space of one's own, where the system allows that.
    if (!is_administrator)
        places.enter = {trust::find_tool({}, "unshare").string(), "--map-root-user"};
    places.enter.push_back(trust::find_tool({}, "chroot").string());
    places.enter.push_back(real.string());
    places.root = real;
    places.home.clear();
    places.user.reset();
    places.path.clear();
    places.java_home.clear();
    return {};
}

namespace {

bool has_failed(const std::vector<trust::Report>& reports) {
    return std::ranges::any_of(
        reports, [](const auto& report) { return report.outcome == trust::Outcome::failed; });
}

void print_lines(const std::vector<trust::Report>& reports, std::FILE* out) {
    for (const auto& report : reports) {
        auto text =
            fmt::format("{:<8} {}: {}{}{}\n", trust::to_text(report.outcome), report.store.kind,
                        report.store.location, report.detail.empty() ? "" : "; ", report.detail);
        if (!report.command.empty()) text += fmt::format("         type: {}\n", report.command);
        std::fputs(text.c_str(), out);
    }
    const bool has_browser = std::ranges::any_of(reports, [](const trust::Report& report) {
        return report.outcome == trust::Outcome::done &&
               (report.store.kind == "nss" || report.store.kind == "firefox-policy");
    });
    if (has_browser) std::fputs("Close all windows of browsers, and start them anew.\n", out);
}

}  // namespace

Exit print(const Context& context, const std::vector<trust::Report>& reports) {
    if (context.wants_json) {
        auto all = nlohmann::ordered_json::array();
        for (const auto& report : reports) all.push_back(trust::to_json(report));
        say("{}", all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    } else {
        print_lines(reports, stdout);
    }
    return has_failed(reports) ? Exit::failed : Exit::done;
}

Result<Exit> trust_here(const Context& context, const pki::Certificate& root, std::string_view kind,
                        const std::string& export_command) {
    TRY(const auto found, trust::find_stores(places(context, export_command),
                                             {.kind = std::string{kind}, .may_create = true}));
    const auto reports = trust::install(root, found);
    print_lines(reports, context.wants_json ? stderr : stdout);
    return has_failed(reports) ? Exit::failed : Exit::done;
}

std::vector<std::string> who_trusts(const Context& context, const pki::Certificate& root) {
    std::vector<std::string> stores;
    const auto found = trust::find_stores(places(context, ""), {});
    if (!found) return stores;
    for (const auto& report : trust::status(root, *found))
        if (report.outcome == trust::Outcome::already)
            stores.push_back(fmt::format("{}: {}", report.store.kind, report.store.location));
    return stores;
}

}  // namespace rhumb::cli
