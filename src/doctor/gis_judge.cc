#include "doctor/gis_judge.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "doctor/gis_products.h"
#include "doctor/http_host.h"
#include "doctor/page_judge.h"

namespace rhumb::doctor {

namespace {

using Kind = GisDocument::Kind;
using Role = GisLink::Role;

constexpr std::string_view general =
    "Tell the map server the https address by which clients reach it.";
constexpr std::array rules{
    Rule{"gis.capabilities.clear", Severity::error,
         "capabilities over https send clients to http addresses", general},
    Rule{"gis.capabilities.internal", Severity::error,
         "capabilities send clients to addresses inside, or to a port that is not theirs", general},
    Rule{"gis.directory.clear", Severity::error,
         "what an ArcGIS server says of itself over https names http addresses", general},
    Rule{
        "gis.directory.internal", Severity::error,
        "what an ArcGIS server says of itself names addresses inside, or a port that is not theirs",
        general},
    Rule{"gis.api.clear", Severity::error, "an OGC API over https links to http addresses",
         general},
    Rule{"gis.api.internal", Severity::error,
         "an OGC API links to addresses inside, or to a port that is not the clients'", general},
    Rule{"gis.tiles.clear", Severity::error, "TileJSON over https names http addresses of tiles",
         general},
    Rule{"gis.tiles.internal", Severity::error,
         "TileJSON names addresses of tiles inside, or at a port that is not the clients'",
         general},
    Rule{"gis.token.clear", Severity::error,
         "passwords for tokens are taken in the clear, or clients are sent to an http address for "
         "them",
         "Require HTTPS for the token service, and let it be named by its https address."},
    Rule{"gis.token.internal", Severity::error,
         "clients are sent for tokens to an address inside, or to a port that is not theirs",
         general},
};

std::string_view area_of(Kind kind) {
    switch (kind) {
        case Kind::arcgis: return "directory";
        case Kind::api: return "api";
        case Kind::tiles: return "tiles";
        default: return "capabilities";
    }
}

/// One fault, in one or several documents of one service.
struct Told {
    std::string id{};
    std::string product{};
    std::vector<std::string> documents{};
    std::string place{};  // of the first
    std::vector<std::string> urls{};
    std::string why{};  // for internal ones
};

bool is_internal(const Told& told) { return told.id.ends_with(".internal"); }

void keep(std::vector<std::string>& list, std::string text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

/// Puts one address to those of the same fault.
void tell(std::vector<Told>& all, const GisDocument& document, std::string id,
          const std::string& url, const std::string& why) {
    const auto product = product_of(document);
    auto place = std::ranges::find_if(
        all, [&](const Told& told) { return told.id == id && told.product == product; });
    if (place == all.end()) {
        all.push_back(
            {.id = std::move(id), .product = product, .place = document.url.text(), .why = why});
        place = std::prev(all.end());
    }
    keep(place->documents, document.name);
    keep(place->urls, url);
}

/// Whether a client that came over https is sent into the clear by it. Links to other hosts are
/// other people's.
bool is_clear(const GisDocument& document, const GisLink& link, const fetch::Url& url,
              const GisContext& context) {
    if (url.is_https) return false;
    if (link.role == Role::token) return true;
    if (!document.url.is_https) return false;
    return link.role == Role::operation || url.host == context.target.host;
}

/// Why clients cannot use it; "" when they can, or nobody can say. Which port is the one of https
/// is not to be seen in the clear.
std::string why_of(const GisDocument& document, const fetch::Url& url, const GisContext& context) {
    if (url.is_https && !document.url.is_https) return why_inner(url, context.target);
    return why_inner(url, context.target, context.ports);
}

void sort_links(std::vector<Told>& all, const GisDocument& document, const GisContext& context) {
    for (const auto& link : document.links) {
        const auto url = fetch::parse_url(link.url);
        if (!url) continue;
        const auto area = link.role == Role::token ? "token" : area_of(document.kind);
        const auto why = why_of(document, *url, context);
        // Shown without what changes from operation to operation.
        const auto shown = link.role == Role::token ? url->text() : url->origin() + url->path;
        if (!why.empty())
            tell(all, document, fmt::format("gis.{}.internal", area), shown, why);
        else if (is_clear(document, link, *url, context))
            tell(all, document, fmt::format("gis.{}.clear", area), shown, "");
    }
}

std::string sentence_of(const Told& told) {
    auto who = fmt::format("{} at {} ", text::join(told.documents, ", "), told.place);
    who += told.id.starts_with("gis.token.") ? "sends clients for tokens to " : "names ";
    who += some_of(told.urls);
    return who + (is_internal(told) ? ", but " + told.why : ", in the clear");
}

Finding finding_of(const Told& told, const GisContext& context) {
    auto finding = found(rule(rules, told.id), context.about, sentence_of(told));
    finding.remedy =
        context.is_ours
            ? "Set public_url in [server] of the configuration to the address that clients use."
            : setting_of(told.product);
    return finding;
}

std::vector<Finding> findings_of(const std::vector<Told>& all, const GisContext& context) {
    std::vector<Finding> findings;
    for (const auto& told : all) findings.push_back(finding_of(told, context));
    return findings;
}

/// The place of tokens answers a request in the clear as if it were a place for passwords.
std::string tokens_in_clear(const Web& web) {
    if (!web.clear_tokens) return {};
    const auto* const answer = web.clear_tokens->answer();
    if (answer == nullptr || answer->status < 200 || answer->status > 299) return {};
    return fmt::format("{} answers in the clear where users send their passwords for tokens",
                       web.clear_tokens->url.text());
}

}  // namespace

std::span<const Rule> gis_rules() { return rules; }

std::vector<Finding> judge_document(const GisDocument& document, const GisContext& context) {
    std::vector<Told> all;
    sort_links(all, document, context);
    return findings_of(all, context);
}

std::vector<Finding> judge_map_services(const Web& web, const GisContext& context) {
    std::vector<Told> all;
    for (const auto& document : web.documents) sort_links(all, document, context);
    auto findings = findings_of(all, context);
    const auto is_told =
        std::ranges::find(findings, "gis.token.clear", &Finding::id) != findings.end();
    if (const auto sentence = tokens_in_clear(web); !sentence.empty() && !is_told)
        findings.push_back(found(rule(rules, "gis.token.clear"), context.about, sentence));
    return findings;
}

}  // namespace rhumb::doctor
