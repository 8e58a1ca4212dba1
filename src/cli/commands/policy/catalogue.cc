/// rhumb service secure, rhumb folder secure: rules on the catalogue.

#include "cli/commands/policy/catalogue.h"

#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/cert/shared.h"
#include "cli/commands/policy/groups.h"
#include "config/checks.h"

namespace rhumb::cli {
namespace {

struct SecureOptions {
    std::string name;
    std::optional<std::uint32_t> layer;
    PolicySwitches switches;
};

Result<config::GisService*> find_service(config::Document& document, const std::string& name) {
    const auto is = [&](const auto& service) { return text::iequals(service.name, name); };
    const auto found = std::ranges::find_if(document.gis.services, is);
    if (found == document.gis.services.end())
        return fail(ErrorKind::not_found,
                    "there is no service «{}»; `rhumb service list` shows them", name);
    return &*found;
}

/// None: the layer's list goes away, and the service's holds.
void set_layer(config::GisService& service, std::uint32_t id,
               const std::optional<config::AllowList>& allow) {
    std::erase_if(service.layers, [id](const auto& layer) { return layer.id == id; });
    if (!allow) return;
    service.layers.push_back({id, *allow});
    std::ranges::sort(service.layers, {}, &config::GisLayer::id);
}

Result<Exit> secure_service(const Context& context, const SecureOptions& options) {
    const auto change = PolicyChange::read(options.switches);
    if (!change) return wrong_usage(change.error());
    if (options.layer && !change->names_allow_alone())
        return wrong_usage({ErrorKind::invalid,
                            "a layer has --allow alone: HTTPS and certificates are its service's"});
    const auto layer = options.layer ? fmt::format("layer {} of ", *options.layer) : std::string{};
    const auto lines = fmt::format(
        "  [[gis.service]]\n  name = \"{}\"\n{}{}", options.name,
        options.layer ? fmt::format("  [[gis.service.layer]]\n  id = {}\n", *options.layer) : "",
        change->to_lines());
    return change_policy(context, *change,
                         fmt::format("policy of {}service {}", layer, options.name), lines,
                         [&](config::Document& document) -> Result<void> {
                             TRY(auto* const service, find_service(document, options.name));
                             if (options.layer)
                                 set_layer(*service, *options.layer, change->allow());
                             else
                                 change->apply_to(*service);
                             return {};
                         });
}

bool says_nothing(const config::GisFolder& folder) {
    return !folder.require_https && !folder.client_certificate && !folder.allow;
}

/// Folders without rules exist by their services alone.
Result<void> set_folder(config::Document& document, const std::string& name,
                        const PolicyChange& change) {
    auto& folders = document.gis.folders;
    const auto is = [&](const config::GisFolder& folder) {
        return text::iequals(folder.name, name);
    };
    auto found = std::ranges::find_if(folders, is);
    if (found == folders.end()) {
        const bool has_services =
            std::ranges::any_of(document.gis.services, [&](const config::GisService& service) {
                return text::iequals(service.folder(), name);
            });
        if (!has_services)
            return fail(ErrorKind::not_found,
                        "no service is in a folder «{}»; `rhumb service list` shows them", name);
        folders.emplace_back().name = name;
        found = std::prev(folders.end());
    }
    change.apply_to(*found);
    if (says_nothing(*found)) folders.erase(found);
    return {};
}

Result<Exit> secure_folder(const Context& context, const SecureOptions& options) {
    const auto change = PolicyChange::read(options.switches);
    if (!change) return wrong_usage(change.error());
    auto name = options.name;
    if (const auto fault = config::check_folder_name(name); !fault.empty())
        return wrong_usage({ErrorKind::invalid, fmt::format("the name «{}» {}", name, fault)});
    const auto lines =
        fmt::format("  [[gis.folder]]\n  name = \"{}\"\n{}", name, change->to_lines());
    return change_policy(
        context, *change, fmt::format("policy of folder {}", name), lines,
        [&](config::Document& document) { return set_folder(document, name, *change); });
}

void add_secure(CLI::App& noun, Context& context, const char* help, bool is_service) {
    const auto options = std::make_shared<SecureOptions>();
    auto* const verb = noun.add_subcommand("secure", help);
    verb->add_option("name", options->name)->required();
    if (is_service)
        verb->add_option("--layer", options->layer,
                         "Its number: a layer that others may see than the rest");
    add_policy_switches(*verb, options->switches);
    verb->callback([&context, options, is_service] {
        context.run = [&context, options, is_service] {
            return is_service ? secure_service(context, *options)
                              : secure_folder(context, *options);
        };
    });
}

}  // namespace

void add_service_secure(CLI::App& noun, Context& context) {
    add_secure(noun, context, "Say who may use it, and over which channel", true);
}

void add_folder(CLI::App& app, Context& context) {
    auto* const noun = app.add_subcommand("folder", "Folders of the catalogue of GIS services")
                           ->require_subcommand(1);
    add_secure(*noun, context, "Say who may use the services in it, and over which channel", false);
}

}  // namespace rhumb::cli
