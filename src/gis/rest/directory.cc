#include "gis/rest/directory.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "gis/rest/json.h"

namespace rhumb::gis::rest {

namespace {

/// Services of a folder that run and that the caller may see.
std::vector<std::shared_ptr<const Service>> seen_services(const Catalogue& catalogue,
                                                          const Call& call,
                                                          std::string_view folder) {
    auto services = catalogue.services_in(folder);
    std::erase_if(services, [&](const auto& service) {
        return service->state == ServiceState::stopped || !call.sees(service->name());
    });
    return services;
}

/// Folders that the caller may see something in. One in which every service is stopped is shown to
/// who may see it.
std::vector<std::string> seen_folders(const Catalogue& catalogue, const Call& call) {
    auto folders = catalogue.folders();
    std::erase_if(folders, [&](const std::string& folder) {
        if (!call.sees(folder)) return true;
        const auto services = catalogue.services_in(folder);
        return std::ranges::none_of(
            services, [&](const auto& service) { return call.sees(service->name()); });
    });
    return folders;
}

std::string directory_html(const Catalogue& catalogue, const Call& call,
                           const std::string& folder) {
    const std::string up = call.target.up;
    std::string body;
    if (folder.empty()) {
        std::vector<Link> folders;
        for (const auto& name : seen_folders(catalogue, call))
            folders.push_back({name, up + "services/" + text::percent_encode(name)});
        if (!folders.empty()) body += "<h2>Folders</h2>\n" + html_list(folders);
    }
    std::string services;
    for (const auto& service : seen_services(catalogue, call, folder)) {
        services += "<li>" + text::escape_html(service->title());
        for (const auto type : {ServiceType::map, ServiceType::feature}) {
            services +=
                " · " + html_link({std::string{to_text(type)}, up + service_path(*service, type)});
        }
        if (service->state == ServiceState::broken)
            services += " · <span class=\"error\">not available now</span>";
        services += "</li>\n";
    }
    body += "<h2>Services</h2>\n";
    body += services.empty() ? "<p>There is none here.</p>\n" : "<ul>\n" + services + "</ul>\n";
    return html_page(call, {folder.empty() ? "Services" : "Folder " + folder, body, true});
}

}  // namespace

Result<http::Response> directory(const Catalogue& catalogue, const Call& call) {
    std::string folder;
    if (!call.target.folder.empty()) {
        const auto found = catalogue.find_folder(call.target.folder);
        if (!found) return fail(ErrorKind::not_found, "Folder {} not found", call.target.folder);
        folder = *found;
    }
    if (call.format == Format::html) return html_response(directory_html(catalogue, call, folder));
    Json json{{"currentVersion", current_version},
              {"folders", Json::array()},
              {"services", Json::array()}};
    if (folder.empty()) json["folders"] = seen_folders(catalogue, call);
    for (const auto& service : seen_services(catalogue, call, folder)) {
        for (const auto type : {ServiceType::feature, ServiceType::map})
            json["services"].push_back({{"name", service->name()}, {"type", to_text(type)}});
    }
    return json_response(call, to_text(json));
}

http::Response server_info(const Call& call, const std::optional<TokenAdvice>& tokens) {
    Json authentication{{"isTokenBasedSecurity", tokens.has_value()}};
    if (tokens) {
        authentication["tokenServicesUrl"] = tokens->url;
        authentication["shortLivedTokenValidity"] = tokens->lifetime.count();
    }
    const Json json{{"currentVersion", current_version},
                    {"fullVersion", "10.9.1"},
                    {"soapUrl", nullptr},
                    {"secureSoapUrl", nullptr},
                    {"authInfo", authentication}};
    if (call.format != Format::html) return json_response(call, to_text(json));
    const auto advice = tokens ? html_link({"Get a token", tokens->url}) : "not needed";
    return html_response(html_page(
        call,
        {"Server", html_terms({{"Version of GeoServices", "10.9.1"}, {"Tokens", advice}}), true}));
}

http::Response home(const Call& call) {
    const std::string up = call.target.up;
    return html_response(html_page(
        call,
        {"GeoServices",
         html_list({{"Services", up + "services"}, {"About this server", up + "info"}}), false}));
}

}  // namespace rhumb::gis::rest
