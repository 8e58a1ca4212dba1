#include "site/rules.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/part_names.h"
#include "site/inheritance.h"

namespace rhumb::site {
namespace {

using policy::Statement;

const config::AllowList anyone{{config::Allowed::Kind::anyone, {}}};

/// Pages for signing in, on every site (access/login).
constexpr const char* sign_in_paths[] = {"/login", "/logout", "/account"};
/// Below a catalogue: what clients need before they are somebody (access/token_service).
constexpr const char* token_paths[] = {"/tokens", "/admin/generateToken", "/rest/info"};

/// A part of the configuration that has the three.
template <class Part>
bool says_something(const Part& part) {
    return part.require_https || part.client_certificate || part.allow;
}

class Statements {
public:
    Statements(const config::Document& document, const config::Site& site,
               const std::function<bool(const config::Location&)>& is_file)
        : document_{document}, site_{site}, is_file_{is_file} {
        for (const auto& location : site_.locations) add(location);
    }

    policy::Rules build() {
        const auto make = [this] {
            return policy::Rules{of_site(), statements_, index_names(site_)};
        };
        auto rules = make();
        const auto count = statements_.size();
        for (const auto* path : sign_in_paths) keep_open(rules, path, false);
        for (const auto& location : site_.locations) {
            if (location.handler != config::HandlerKind::gis) continue;
            for (const auto* path : token_paths) keep_open(rules, location.path + path, true);
        }
        return statements_.size() == count ? std::move(rules) : make();
    }

private:
    Statement of_site() const {
        return {"/",        config::name_of(site_), false,
                false,      site_.require_https,    site_.client_certificate,
                site_.allow};
    }

    template <class Part>
    void add(const Part& part, std::string path, std::string where, bool is_gis, bool is_file) {
        if (!says_something(part)) return;
        statements_.push_back({std::move(path), std::move(where), is_gis, is_file,
                               part.require_https, part.client_certificate, part.allow});
    }

    void add(const config::Location& location) {
        const bool is_gis = location.handler == config::HandlerKind::gis;
        auto where = config::name_of(site_, location);
        if (location.handler == config::HandlerKind::trust) {
            // Who comes here trusts nothing yet, and is nobody: what holds for the whole site is
            // not meant for him.
            auto open = location;
            open.require_https = location.require_https.value_or(config::RequireHttps::no);
            open.client_certificate =
                location.client_certificate.value_or(config::ClientCertificate::ignore);
            open.allow = location.allow.value_or(anyone);
            if (!says_something(location)) where += " (built in: open to devices)";
            add(open, location.path, std::move(where), false, false);
            return;
        }
        add(location, location.path, std::move(where), is_gis, is_file_(location));
        if (!is_gis) return;
        for (const auto* tree : {"/rest/services/", "/services/"}) {
            const auto begin = location.path + tree;
            for (const auto& folder : document_.gis.folders)
                add(folder, begin + folder.name, config::name_of(folder), true, false);
            for (const auto& service : document_.gis.services) add(service, begin + service.name);
        }
    }

    void add(const config::GisService& service, const std::string& path) {
        add(service, path, config::name_of(service), true, false);
        for (const auto& layer : service.layers)
            for (const auto* type : {"MapServer", "FeatureServer"})
                statements_.push_back({fmt::format("{}/{}/{}", path, type, layer.id),
                                       config::name_of(service, layer),
                                       true,
                                       false,
                                       {},
                                       {},
                                       layer.allow});
    }

    void keep_open(const policy::Rules& rules, std::string path, bool is_gis) {
        const auto holding = rules.at(path);
        if (!holding.needs_person()) return;
        for (const auto* const by : holding.allow_by)
            if (by->path == path) return;  // somebody wants it so
        statements_.push_back({std::move(path),
                               "built in: who signs in is nobody yet",
                               is_gis,
                               false,
                               {},
                               {},
                               anyone});
    }

    const config::Document& document_;
    const config::Site& site_;
    const std::function<bool(const config::Location&)>& is_file_;
    std::vector<Statement> statements_;
};

}  // namespace

policy::Rules rules_of(const config::Document& document, const config::Site& site,
                       const std::function<bool(const config::Location&)>& is_file) {
    return Statements{document, site, is_file}.build();
}

}  // namespace rhumb::site
