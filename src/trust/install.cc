#include "trust/install.h"

#include "base/text.h"
#include "trust/nss_store.h"
#include "trust/system_store.h"

namespace rhumb::trust {

std::string unique_name(const pki::Certificate& root) {
    return "rhumb-" + text::to_hex(root.fingerprint_sha256()).substr(0, 16);
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

Result<Found> find_stores(const Places& places, std::string_view kind, bool may_create) {
    if (kind != "system" && kind != "nss" && kind != "all")
        return fail(ErrorKind::invalid,
                    "«{}» is no kind of trust store; there are system, nss and all", kind);
    Found found;
    if (kind != "nss") find_system_store(places, found);
    if (kind != "system") find_nss_stores(places, may_create, found);
    return found;
}

Result<void> check_root(const pki::Certificate& certificate, Seconds now) {
    if (!certificate.is_ca() || !certificate.is_self_signed())
        return fail(
            ErrorKind::invalid,
            "«{}» is no root: only the authority's root is to be trusted by clients; take it from "
            "rhumb ca export",
            certificate.subject());
    if (certificate.not_after() < now)
        return fail(ErrorKind::invalid,
                    "the root «{}» has expired; make a new one: rhumb ca rotate",
                    certificate.subject());
    return {};
}

namespace {

Report report_on(const ClientStore& store, Outcome outcome, std::string detail = {},
                 std::string command = {}) {
    return {store.name(), store.location(), outcome, std::move(detail), std::move(command)};
}

/// A refusal is the ordinary case of a user who may not; all other errors are failures.
Report report_error(const ClientStore& store, const pki::Certificate& root, bool is_install,
                    const Error& error) {
    const bool is_expected = error.kind == ErrorKind::denied || error.kind == ErrorKind::not_found;
    return report_on(store, is_expected ? Outcome::skipped : Outcome::failed, error.message,
                     is_expected ? store.command(root, is_install) : std::string{});
}

/// Changes one store so that it has the root, or has it not, and looks again.
Report change(ClientStore& store, const pki::Certificate& root, bool is_install) {
    const auto before = store.has(root);
    if (!before) return report_error(store, root, is_install, before.error());
    if (*before == is_install) return report_on(store, Outcome::already);
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
    }
    reports.insert(reports.end(), found.skipped.begin(), found.skipped.end());
    return reports;
}

}  // namespace rhumb::trust
