/// rhumb service: GIS services out of files.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/policy/catalogue.h"
#include "cli/installation.h"
#include "cli/table.h"
#include "gis/catalogue.h"
#include "site/services.h"

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

tl::unexpected<Error> no_such_service(std::string_view name) {
    return fail(ErrorKind::not_found, "there is no service «{}»; `rhumb service list` shows them",
                name);
}

Result<Exit> publish(const Context& context, const ServiceOptions& options) {
    TRY_DONE(gis::check_service_name(options.name));
    TRY(const auto rule, to_rule(options.require_https));
    std::error_code failed;
    config::GisService service;
    service.name = options.name;
    service.source = std::filesystem::absolute(options.source, failed).string();
    service.title = options.title;
    service.description = options.description;
    service.attribution = options.attribution;
    service.require_https = rule;
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    TRY(const auto published,
        site::publish(home, service, options.replaces,
                      change(context, fmt::format("publish {}", options.name))));
    const auto& inspection = published.inspection;
    TRY(const auto configuration, home.current());
    for (const auto& warning : inspection.warnings) say("warning: {}", warning);
    for (const auto& layer : inspection.layers)
        say("layer {}: {} features of type {}", layer.name, layer.feature_count,
            gis::to_word(layer.geometry_type));
    const auto path = text::percent_encode(options.name, "/");
    say("revision {}: /{}/rest/services/{}/MapServer and …/FeatureServer", published.revision,
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
    const auto* const service = site::find_service(configuration.document, options.name);
    if (service == nullptr) return no_such_service(options.name);
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

Result<Exit> tell(const Result<storage::Id>& revision) {
    if (!revision) return tl::unexpected(revision.error());
    say("revision {}", *revision);
    return Exit::done;
}

Result<Exit> remove(const Context& context, const ServiceOptions& options) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    return tell(site::remove_service(home, options.name,
                                     change(context, fmt::format("remove {}", options.name))));
}

Result<Exit> set_started(const Context& context, const ServiceOptions& options, bool is_started) {
    TRY(auto installation, Installation::open(context));
    TRY(auto home, installation.home(context));
    return tell(site::change_service(
        home, options.name,
        [is_started](config::GisService& service) { service.started = is_started; },
        change(context, fmt::format("{} {}", is_started ? "start" : "stop", options.name))));
}

Result<Exit> start(const Context& context, const ServiceOptions& options) {
    return set_started(context, options, true);
}

Result<Exit> stop(const Context& context, const ServiceOptions& options) {
    return set_started(context, options, false);
}

}  // namespace

void add_service(CLI::App& app, Context& context) {
    auto* const noun =
        app.add_subcommand("service", "GIS services: publish files, list, start, stop, secure")
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
    add_service_secure(*noun, context);
    add("stop", "Keep it in the configuration without serving it", stop)
        ->add_option("name", options->name)
        ->required();
}

}  // namespace rhumb::cli
