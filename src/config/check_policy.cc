/// Rules about people, certificates and HSTS that cannot be kept to, or that do less than they seem
/// to.

#include <algorithm>

#include "base/text.h"
#include "config/part_names.h"
#include "config/readers.h"

namespace rhumb::config {
namespace {

/// True when nobody gets in by a list without being a certain person.
bool needs_person(const AllowList& list) {
    return std::ranges::none_of(list, [](const Allowed& entry) {
        const bool is_anybodys =
            text::iequals(entry.name, "everyone") || text::iequals(entry.name, "anonymous");
        return entry.kind == Allowed::Kind::anyone || entry.kind == Allowed::Kind::address ||
               (entry.kind == Allowed::Kind::role && is_anybodys);
    });
}

bool needs_person(const std::optional<AllowList>& list) { return list && needs_person(*list); }

bool needs_certificate(const std::optional<ClientCertificate>& value) {
    return value == ClientCertificate::require;
}

/// A public URL with https is not enough: what a proxy before us sends is in the clear, unless it
/// says by what its clients came (proxies_end_tls).
bool has_https(const Site& site) { return std::ranges::any_of(site.bindings, &Binding::https); }

class PolicyChecks {
public:
    PolicyChecks(const Document& document, Report& report) : document_{document}, report_{report} {}

    void check(const Site& site, const SitePlaces& places) {
        if (!has_https(site)) {
            check_without_https(site, places);
        } else if (site.hsts != Hsts::off && site.require_https == RequireHttps::no) {
            report_.warning(places.hsts,
                            "browsers that were here once come by https alone; others are not led "
                            "there: consider require_https = \"redirect\"");
        }
    }

    void check(const Gis& gis, const GisPlaces& places) {
        bool is_shown = false;
        for (const auto& site : document_.sites) {
            const bool shows = std::ranges::find(site.locations, HandlerKind::gis,
                                                 &Location::handler) != site.locations.end();
            if (shows && has_https(site)) return;
            is_shown = is_shown || shows;
        }
        if (!is_shown) return;
        for (std::size_t i = 0; i < gis.folders.size(); ++i)
            check_without_https(gis.folders[i], name_of(gis.folders[i]), places.folders[i]);
        for (std::size_t i = 0; i < gis.services.size(); ++i) {
            const auto& service = gis.services[i];
            check_without_https(service, name_of(service), places.services[i]);
            for (std::size_t j = 0; j < service.layers.size(); ++j)
                if (needs_person(service.layers[j].allow))
                    cannot_sign_in(name_of(service, service.layers[j]), places.layers[i][j]);
        }
    }

private:
    void cannot_sign_in(const std::string& what, Place place) {
        if (document_.security.proxies_end_tls) return;
        report_.error(
            place,
            "{} lets in only who signs in, which is never done in the clear, and there is "
            "no https binding: add one, such as “https://*:443”, or allow addresses; behind a "
            "proxy that ends TLS see proxies_end_tls",
            what);
    }

    template <class Part>
    void check_without_https(const Part& part, const std::string& what, Place place) {
        if (needs_person(part.allow)) cannot_sign_in(what, place);
        if (needs_certificate(part.client_certificate))
            report_.error(place,
                          "{} requires a certificate of the client, who can show one over https "
                          "only: add an https binding, such as “https://*:443”",
                          what);
    }

    void check_without_https(const Site& site, const SitePlaces& places) {
        if (needs_person(site.allow)) cannot_sign_in(name_of(site), places.policy.allow);
        if (needs_certificate(site.client_certificate))
            report_.error(places.policy.client_certificate,
                          "{} requires a certificate of the client, who can show one over https "
                          "only: add an https binding, such as “https://*:443”",
                          name_of(site));
        if (site.hsts != Hsts::off)
            report_.error(places.hsts,
                          "{} has no https binding: browsers that are told to come by https alone "
                          "could not come any more",
                          name_of(site));
        for (std::size_t i = 0; i < site.locations.size(); ++i)
            check_without_https(site.locations[i], name_of(site, site.locations[i]),
                                places.locations[i]);
    }

    const Document& document_;
    Report& report_;
};

}  // namespace

void check_policy(const Document& document, const std::vector<SitePlaces>& sites,
                  const GisPlaces& gis, Report& report) {
    PolicyChecks checks{document, report};
    for (std::size_t i = 0; i < sites.size(); ++i) checks.check(document.sites[i], sites[i]);
    checks.check(document.gis, gis);
}

}  // namespace rhumb::config
