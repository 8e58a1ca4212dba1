/// rhumb service: GIS services out of files.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/table.h"
#include "gis/catalogue.h"

namespace rhumb::cli {

namespace {

struct ServiceOptions {
    std::string source;
    std::string name;
    std::string title;
    std::string description;
    std::string attribution;
    std::string require_https;
    bool replaces = false;
};

Result<std::optional<config::RequireHttps>> to_rule(const std::string& text) {
    if (text.empty()) return std::optional<config::RequireHttps>{};
    if (text == "no") return std::optional{config::RequireHttps::no};
    if (text == "refuse") return std::optional{config::RequireHttps::refuse};
    if (text == "redirect") return std::optional{config::RequireHttps::redirect};
    return fail(ErrorKind::invalid, "--require-https «{}»: no, refuse or redirect", text);
}

auto find_service(config::Document& document, std::string_view name) {
    return std::ranges::find_if(document.gis.services, [name](const config::GisService& one) {
        return text::iequals(one.name, name);
    });
}

tl::unexpected<Error> no_such_service(std::string_view name) {
    return fail(ErrorKind::not_found, "there is no service «{}»; `rhumb service list` shows them",
                name);
}

Result<Exit> publish(const Context& context, const ServiceOptions& options) {
    TRY_DONE(gis::check_service_name(options.name));
    TRY(const auto rule, to_rule(options.require_https));
    std::error_code failed;
    const auto source = std::filesystem::absolute(options.source, failed);
    TRY(const auto inspection, gis::inspect(source));
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    const auto edit = [&](config::Document& document) -> Result<void> {
        const auto known = find_service(document, options.name);
        if (known != document.gis.services.end() && !options.replaces)
            return fail(ErrorKind::conflict,
                        "there is a service «{}» already; --replace puts this one in its place",
                        known->name);
        config::GisService service;
        service.name = options.name;
        service.source = source.string();
        service.title = options.title;
        service.description = options.description;
        service.attribution = options.attribution;
        service.require_https = rule;
        if (known == document.gis.services.end())
            document.gis.services.push_back(std::move(service));
        else
            *known = std::move(service);
        return {};
    };
    TRY(const auto number,
        home.edit(edit, change(context, fmt::format("publish {}", options.name))));
    TRY(const auto configuration, home.current());
    for (const auto& warning : inspection.warnings) say("warning: {}", warning);
    for (const auto& layer : inspection.layers)
        say("layer {}: {} features of type {}", layer.name, layer.feature_count,
            gis::to_word(layer.geometry_type));
    const auto path = text::percent_encode(options.name, "/");
    say("revision {}: /{}/rest/services/{}/MapServer and …/FeatureServer", number,
        configuration.document.gis.instance, path);
    return Exit::done;
}

Result<Exit> list(const Context& context, const ServiceOptions&) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(const auto configuration, home.current());
    auto all = nlohmann::ordered_json::array();
    Table table{{"NAME", "STATE", "SOURCE"}};
    for (const auto& service : configuration.document.gis.services) {
        const auto* const state = service.started ? "started" : "stopped";
        all.push_back({{"name", service.name},
                       {"started", service.started},
                       {"source", service.source},
                       {"title", service.title}});
        table.add({service.name, state, service.source});
    }
    if (context.wants_json)
        say("{}", all.dump(2));
    else
        table.print();
    return Exit::done;
}

Result<Exit> show(const Context& context, const ServiceOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(const auto home, installation.home(context));
    TRY(auto configuration, home.current());
    const auto service = find_service(configuration.document, options.name);
    if (service == configuration.document.gis.services.end()) return no_such_service(options.name);
    const std::filesystem::path written = service->source;
    TRY(const auto inspection,
        gis::inspect(written.is_absolute() ? written : home.directory() / written));
    auto layers = nlohmann::ordered_json::array();
    for (const auto& layer : inspection.layers)
        layers.push_back({{"name", layer.name},
                          {"type", gis::to_word(layer.geometry_type)},
                          {"features", layer.feature_count},
                          {"fields", layer.fields}});
    const nlohmann::ordered_json facts{
        {"name", service->name},          {"started", service->started},
        {"source", service->source},      {"format", inspection.format},
        {"title", service->title},        {"layers", layers},
        {"warnings", inspection.warnings}};
    if (context.wants_json) {
        say("{}", facts.dump(2));
        return Exit::done;
    }
    say("name    {}\nstate   {}\nsource  {} ({})", service->name,
        service->started ? "started" : "stopped", service->source, inspection.format);
    for (const auto& layer : inspection.layers)
        say("layer   {}: {} features of type {}; fields {}", layer.name, layer.feature_count,
            gis::to_word(layer.geometry_type), fmt::join(layer.fields, ", "));
    for (const auto& warning : inspection.warnings) say("warning {}", warning);
    return Exit::done;
}

/// Changes one service that is there.
Result<Exit> change_service(
    const Context& context, const std::string& name, const std::string& what,
    const std::function<void(config::Document&, std::vector<config::GisService>::iterator)>& edit) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    const auto number = home.edit(
        [&](config::Document& document) -> Result<void> {
            const auto service = find_service(document, name);
            if (service == document.gis.services.end()) return no_such_service(name);
            edit(document, service);
            return {};
        },
        change(context, fmt::format("{} {}", what, name)));
    if (!number) return tl::unexpected(number.error());
    say("revision {}", *number);
    return Exit::done;
}

Result<Exit> remove(const Context& context, const ServiceOptions& options) {
    return change_service(
        context, options.name, "remove",
        [](config::Document& document, auto service) { document.gis.services.erase(service); });
}

Result<Exit> start(const Context& context, const ServiceOptions& options) {
    return change_service(context, options.name, "start",
                          [](config::Document&, auto service) { service->started = true; });
}

Result<Exit> stop(const Context& context, const ServiceOptions& options) {
    return change_service(context, options.name, "stop",
                          [](config::Document&, auto service) { service->started = false; });
}

}  // namespace

void add_service(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("service", "GIS services: publish files, list, start, stop")
            ->require_subcommand(1);
    const auto options = std::make_shared<ServiceOptions>();
    const auto add = [&](const char* name, const char* help,
                         Result<Exit> (*run)(const Context&, const ServiceOptions&)) {
        auto* const verb = noun->add_subcommand(name, help);
        verb->callback([&context, options, run] {
            context.run = [&context, options, run] { return run(context, *options); };
        });
        return verb;
    };
    auto* const publish_verb =
        add("publish", "Serve a GeoPackage, Shapefile, GeoJSON or FlatGeobuf", publish);
    publish_verb->add_option("file", options->source, "The file")->required();
    publish_verb->add_option("--as", options->name, "Its name, perhaps in a folder: Folder/Name")
        ->required();
    publish_verb->add_option("--title", options->title, "For people");
    publish_verb->add_option("--description", options->description);
    publish_verb->add_option("--attribution", options->attribution, "Who is to be named");
    publish_verb->add_option("--require-https", options->require_https,
                             "no, refuse or redirect; without it as the folder or site says");
    publish_verb->add_flag("--replace", options->replaces,
                           "In the place of a service of that name");
    add("list", "All services", list);
    add("show", "One service and its layers", show)->add_option("name", options->name)->required();
    add("remove", "Serve it no longer; the file stays", remove)
        ->add_option("name", options->name)
        ->required();
    add("start", "Serve a stopped one again", start)->add_option("name", options->name)->required();
    add("stop", "Keep it in the configuration without serving it", stop)
        ->add_option("name", options->name)
        ->required();
}

}  // namespace rhumb::cli
