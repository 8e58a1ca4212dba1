/// Trust: the roots that this installation offers, files that hand them to other machines, and
/// which stores of this one have them.

#include <atomic>

#include "certs/authority_rotation.h"
#include "manager/certificate_changes.h"
#include "manager/facts.h"
#include "manager/resources.h"
#include "manager/turn.h"
#include "share/bundle.h"
#include "share/zip.h"
#include "trust/install.h"
#include "trust/report_json.h"

namespace rhumb::manager {

namespace {

Result<std::vector<pki::Certificate>> roots_of(const Call& call) {
    return certs::roots_to_trust(call.parts.access.store);
}

Json to_json(const pki::Certificate& root) {
    return {{"name", root.common_name()},
            {"not_before", to_iso(root.not_before())},
            {"not_after", to_iso(root.not_after())},
            {"fingerprint_sha256", pki::to_colon_hex(root.fingerprint_sha256())},
            {"root_pem", root.to_pem()}};
}

Result<Answer> show(const Call& call) {
    TRY(const auto offered, roots_of(call));
    auto roots = Json::array();
    for (const auto& root : offered) roots.push_back(to_json(root));
    auto bundles = Json::array();
    if (!offered.empty())
        for (const auto platform : share::all_platforms)
            bundles.push_back({{"platform", share::to_text(platform)},
                               {"title", share::title_of(platform)},
                               {"href", fmt::format("{}{}/trust/bundle/{}", call.origin, call.api,
                                                    share::to_text(platform))}});
    return Answer{.body = {{"roots", std::move(roots)}, {"bundles", std::move(bundles)}}};
}

/// A page to try, for the readme of a bundle.
std::string url_of(const Call& call) {
    const auto now = running(call);
    const bool is_told = now && !now->document.server.public_url.empty();
    return (is_told ? now->document.server.public_url : call.origin) + "/";
}

Result<Answer> download(const Call& call) {
    const auto platform = share::find_platform(call.at("platform"));
    if (!platform)
        return fail(ErrorKind::not_found, "there is no bundle for «{}»", call.at("platform"));
    TRY(const auto roots, roots_of(call));
    if (roots.empty()) return fail(ErrorKind::not_found, "there is no local authority");
    TRY(const auto bundle, share::make_bundle(*platform, {roots, url_of(call)}));
    const auto name = fmt::format("rhumb-{}", share::to_text(*platform));
    return Answer{.file = Answer::File{.type = "application/zip",
                                       .name = name + ".zip",
                                       .bytes = share::to_zip(bundle.files, name)}};
}

/// Programs of the system are run for it: one at a time.
Result<Answer> ask_stores(const Call& call) {
    static std::atomic_flag is_busy;
    const Turn turn{is_busy};
    if (!turn.is_ours())
        return fail(ErrorKind::unavailable, "somebody else asks the trust stores now");
    TRY(const auto roots, roots_of(call));
    TRY(const auto found, trust::find_stores({.export_command = "rhumb ca export"},
                                             {.level = trust::Level::machine}));
    auto asked = Json::array();
    for (const auto& root : roots)
        asked.push_back(trust::to_json(root, trust::status(root, found)));
    return Answer{.body = {{"roots", std::move(asked)}}};
}

void define_schemas(Table& table) {
    table.define(
        "Trust",
        facts(
            "What other machines are to trust.",
            {{"roots", list("The one that signs; while another takes its place, that one after it.",
                            facts("", {{"name", text("")},
                                       {"not_before", moment("")},
                                       {"not_after", moment("")},
                                       {"fingerprint_sha256", text("")},
                                       {"root_pem", text("", 100'000)}}))},
             {"bundles", list("Files with scripts and words for a kind of machine.",
                              facts("", {{"platform", text("")},
                                         {"title", text("For people.")},
                                         {"href", text("", 2'000)}}))}}));
    table.define(
        "TrustStores",
        facts("Stores of the whole machine; those of users are seen by `rhumb trust status`.",
              {{"roots",
                list("", facts("", {{"name", text("")},
                                    {"not_after", moment("")},
                                    {"fingerprint_sha256", text("")},
                                    {"stores",
                                     list("", facts("", {{"store", text("\"system\", \"java\" …")},
                                                         {"level", word("", {"machine", "user"})},
                                                         {"location", text("", 10'000)},
                                                         {"outcome", text("")},
                                                         {"detail", text("", 100'000)},
                                                         {"command", text("What would have it "
                                                                          "trusted.",
                                                                          100'000)},
                                                         {"trusted",
                                                          or_null(boolean("null: it could not be "
                                                                          "asked."))}}))}}))}}));
}

}  // namespace

void add_trust(Table& table) {
    using http::Method;
    define_schemas(table);
    table.add({.method = Method::get,
               .path = "/trust",
               .id = "getTrust",
               .needs = Privilege::view,
               .summary = "The roots that other machines are to trust",
               .step = "looking at the roots",
               .answer = "Trust",
               .act = show});
    table.add({.method = Method::get,
               .path = "/trust/bundle/{platform}",
               .id = "downloadTrustBundle",
               .needs = Privilege::view,
               .summary = "Files that have a machine trust the roots",
               .step = "making a bundle",
               .file = "application/zip",
               .cost = Route::Cost::long_,
               .act = download});
    table.add({.method = Method::get,
               .path = "/trust/stores",
               .id = "getTrustStores",
               .summary = "Which trust stores of the server's machine have the roots",
               .step = "asking trust stores",
               .answer = "TrustStores",
               .cost = Route::Cost::long_,
               .act = ask_stores});
}

}  // namespace rhumb::manager
