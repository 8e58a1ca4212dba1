#include "site/services.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb::site {

namespace {

tl::unexpected<Error> no_such_service(std::string_view name) {
    return fail(ErrorKind::not_found, "there is no service «{}»; `rhumb service list` shows them",
                name);
}

}  // namespace

config::GisService* find_service(config::Document& document, std::string_view name) {
    const auto found = std::ranges::find_if(
        document.gis.services,
        [name](const config::GisService& one) { return text::iequals(one.name, name); });
    return found == document.gis.services.end() ? nullptr : &*found;
}

Result<Published> publish(Home& home, const config::GisService& service, bool replaces,
                          const Change& change) {
    TRY_DONE(gis::check_service_name(service.name));
    const std::filesystem::path source = service.source;
    auto inspection = gis::inspect(source.is_absolute() ? source : home.directory() / source);
    if (!inspection) {
        // It is what was asked for that is wrong, and will be so later, too.
        auto error = std::move(inspection).error();
        if (error.kind == ErrorKind::unavailable) error.kind = ErrorKind::invalid;
        return tl::unexpected(std::move(error));
    }
    Published published{.inspection = *std::move(inspection)};
    const auto edit = [&](config::Document& document) -> Result<void> {
        auto* const known = find_service(document, service.name);
        if (known != nullptr && !replaces)
            return fail(ErrorKind::conflict,
                        "there is a service «{}» already; --replace puts this one in its place",
                        known->name);
        if (known == nullptr)
            document.gis.services.push_back(service);
        else
            *known = service;
        return {};
    };
    TRY(published.revision, home.edit(edit, change));
    return published;
}

Result<storage::Id> change_service(Home& home, std::string_view name,
                                   const std::function<void(config::GisService&)>& edit,
                                   const Change& change) {
    return home.edit(
        [&](config::Document& document) -> Result<void> {
            auto* const service = find_service(document, name);
            if (service == nullptr) return no_such_service(name);
            edit(*service);
            return {};
        },
        change);
}

Result<storage::Id> remove_service(Home& home, std::string_view name, const Change& change) {
    return home.edit(
        [&](config::Document& document) -> Result<void> {
            auto* const service = find_service(document, name);
            if (service == nullptr) return no_such_service(name);
            document.gis.services.erase(document.gis.services.begin() +
                                        (service - document.gis.services.data()));
            return {};
        },
        change);
}

}  // namespace rhumb::site
