#include "trust/install.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "trust/firefox_policy.h"
#include "trust/java_store.h"
#include "trust/nss_store.h"
#include "trust/system_store.h"

namespace rhumb::trust {

std::string unique_name(const pki::Certificate& root) {
    return "rhumb-" + text::to_hex(root.fingerprint_sha256()).substr(0, 16);
}

std::string_view to_text(Level level) { return level == Level::user ? "user" : "machine"; }

std::optional<Level> parse_level(std::string_view word) {
    for (const auto level : {Level::user, Level::machine})
        if (word == to_text(level)) return level;
    return std::nullopt;
}

std::string_view to_text(Outcome outcome) {
    switch (outcome) {
        case Outcome::done: return "done";
        case Outcome::already: return "already";
        case Outcome::skipped: return "skipped";
        case Outcome::failed: return "failed";
    }
    return "failed";
}

std::span<const std::string_view> store_kinds() {
    static constexpr std::array<std::string_view, 5> kinds{"system", "nss", "java",
                                                           "firefox-policy", "all"};
    return kinds;
}

Result<Found> find_stores(const Places& places, const Wanted& wanted) {
    if (std::ranges::find(store_kinds(), wanted.kind) == store_kinds().end())
        return fail(ErrorKind::invalid,
                    "«{}» is no kind of trust store; there are system, nss, java, firefox-policy "
                    "and all",
                    wanted.kind);
    const auto is_wanted = [&](std::string_view kind, Level level) {
        return (wanted.kind == kind || wanted.kind == "all") &&
               wanted.level.value_or(level) == level;
    };
    Found found;
    if (is_wanted("system", Level::machine)) find_system_store(places, found);
    if (is_wanted("nss", Level::user)) find_nss_stores(places, wanted.may_create, found);
    if (wanted.kind == "java" || wanted.kind == "all") find_java_stores(places, found);
    if (is_wanted("firefox-policy", Level::machine))
        find_firefox_policy(places, wanted.may_create && wanted.kind != "all", found);
    if (wanted.level) {
        std::erase_if(found.stores,
                      [&](const auto& store) { return store->about().level != *wanted.level; });
        std::erase_if(found.skipped,
                      [&](const Report& report) { return report.store.level != *wanted.level; });
    }
    return found;
}

Result<std::vector<std::string>> check_root(const pki::Certificate& certificate, Seconds now) {
    if (!certificate.is_self_signed())
        return fail(
            ErrorKind::invalid,
            "«{}» is no root: «{}» vouches for it, and only the root at the end of the chain is to "
            "be trusted by clients; take it from `rhumb ca export` on the server that made it",
            certificate.subject(), certificate.issuer());
    if (certificate.not_after() < now)
        return fail(ErrorKind::invalid,
                    "«{}» has expired; no client believes it any more. A new root: `rhumb ca "
                    "rotate`; a new self-signed certificate: `rhumb cert self-sign`",
                    certificate.subject());
    std::vector<std::string> warnings;
    if (!certificate.is_ca())
        warnings.push_back(fmt::format(
            "«{}» is no authority but one server's own certificate: it is trusted for that server "
            "alone, and its successor must be trusted anew",
            certificate.subject()));
    if (certificate.not_before() > now)
        warnings.push_back(fmt::format(
            "«{}» is not yet valid: clients refuse it until then, or the clock of this machine is "
            "behind",
            certificate.subject()));
    if (certificate.common_name().empty())
        warnings.push_back(
            fmt::format("«{}» has no common name: iPhones and iPads do not list it among the "
                        "certificates that can be switched on",
                        certificate.subject()));
    return warnings;
}

namespace {

Report report_on(const ClientStore& store, Outcome outcome, std::string detail = {},
                 std::string command = {}) {
    return {.store = store.about(),
            .outcome = outcome,
            .detail = std::move(detail),
            .command = std::move(command)};
}

/// A refusal is the ordinary case of a user who may not, and a store may be in use; all other
/// errors are failures.
Report report_error(const ClientStore& store, const pki::Certificate& root, bool is_install,
                    const Error& error) {
    const bool has_command = error.kind == ErrorKind::denied || error.kind == ErrorKind::not_found;
    const bool is_expected = has_command || error.kind == ErrorKind::unavailable;
    return report_on(store, is_expected ? Outcome::skipped : Outcome::failed, error.message,
                     has_command ? store.command(root, is_install) : std::string{});
}

/// Changes one store so that it has the root, or has it not, and looks again.
Report change(ClientStore& store, const pki::Certificate& root, bool is_install) {
    const auto before = store.has(root);
    if (!before) return report_error(store, root, is_install, before.error());
    if (*before == is_install) {
        // Firefox marks what it imported itself in a way that older tools do not read: such a root
        // does not seem to be trusted, and is. So out with it, whatever it seems.
        if (!is_install && store.about().level == Level::user)
            if (const auto removed = store.remove(root); !removed)
                return report_error(store, root, is_install, removed.error());
        return report_on(store, Outcome::already);
    }
    const auto changed = is_install ? store.install(root) : store.remove(root);
    if (!changed) return report_error(store, root, is_install, changed.error());
    const auto after = store.has(root);
    if (!after) return report_error(store, root, is_install, after.error());
    if (*after == is_install) return report_on(store, Outcome::done);
    return report_on(store, Outcome::failed,
                     is_install
                         ? "the root was put in, but the store does not show it as trusted"
                         : "the root was taken out, but the store still has it from elsewhere",
                     store.command(root, is_install));
}

std::vector<Report> change_all(const pki::Certificate& root, const Found& found, bool is_install) {
    std::vector<Report> reports;
    reports.reserve(found.stores.size() + found.skipped.size());
    for (const auto& store : found.stores) reports.push_back(change(*store, root, is_install));
    reports.insert(reports.end(), found.skipped.begin(), found.skipped.end());
    return reports;
}

}  // namespace

std::vector<Report> install(const pki::Certificate& root, const Found& found) {
    return change_all(root, found, true);
}

std::vector<Report> uninstall(const pki::Certificate& root, const Found& found) {
    return change_all(root, found, false);
}

std::vector<Report> status(const pki::Certificate& root, const Found& found) {
    std::vector<Report> reports;
    for (const auto& store : found.stores) {
        const auto has = store->has(root);
        if (!has)
            reports.push_back(report_error(*store, root, true, has.error()));
        else if (*has)
            reports.push_back(report_on(*store, Outcome::already, "trusted"));
        else
            reports.push_back(
                report_on(*store, Outcome::skipped, "not trusted", store->command(root, true)));
        if (has) reports.back().is_trusted = *has;
    }
    reports.insert(reports.end(), found.skipped.begin(), found.skipped.end());
    return reports;
}

}  // namespace rhumb::trust
