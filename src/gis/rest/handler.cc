#include "gis/rest/handler.h"

#include <utility>

#include "base/text.h"
#include "gis/map/export.h"
#include "gis/map/legend.h"
#include "gis/rest/directory.h"
#include "gis/rest/layer.h"
#include "gis/rest/page.h"
#include "gis/rest/service.h"
#include "http/cors.h"

namespace rhumb::gis::rest {

namespace {

/// The service without the layers that the caller may not see: for him there are no such layers,
/// whatever he asks for.
std::shared_ptr<const Service> as_seen(std::shared_ptr<const Service> service, const Call& call) {
    if (call.sight == nullptr) return service;
    const auto path = fmt::format("{}/{}/", service->name(), to_text(call.target.type));
    return with_layers(std::move(service), [&](const map::MapLayer& layer) {
        return call.sees(path + std::to_string(layer.id));
    });
}

tl::unexpected<Error> unknown_operation(const Call& call) {
    std::string below;
    for (const auto& part : call.target.below) below += "/" + part;
    return fail(ErrorKind::invalid, "'{}{}' is no operation of this service",
                to_text(call.target.type), below);
}

}  // namespace

ServicesHandler::ServicesHandler(std::string instance,
                                 std::shared_ptr<const Snapshot<Catalogue>> catalogue,
                                 net::Pool& pool, const observe::Log& log, QueryLimits limits,
                                 TokenAdviser tokens)
    : instance_{std::move(instance)},
      catalogue_{std::move(catalogue)},
      pool_{pool},
      log_{log},
      limits_{limits},
      tokens_{std::move(tokens)} {}

net::Task<http::Response> ServicesHandler::handle(http::Request& request) const {
    Call call;
    call.target = parse_target(request.path, instance_);
    call.rest_url = request.origin() + "/" + instance_ + "/rest";
    call.services_path = "/" + instance_ + "/rest/services";
    call.sight = request.sight;
    // Until the parameters are read, `f` of the query decides how an error looks.
    Parameters query;
    (void)query.add_form(request.query);
    call.format = parse_format(query.get("f"));

    http::Response response;
    const bool is_known = request.method == http::Method::get ||
                          request.method == http::Method::head ||
                          request.method == http::Method::post;
    if (request.method == http::Method::options) {
        response = http::preflight_response();
    } else if (!is_known) {
        response = error_response(call, {405, "The method is not supported; use GET or POST.", {}});
        response.status = 405;
        response.headers.set("allow", "GET, HEAD, POST, OPTIONS");
    } else {
        auto parameters = co_await http::read_parameters(request);
        Result<http::Response> answered = fail(ErrorKind::internal, "");
        if (parameters) {
            call.parameters = **parameters;
            call.format = parse_format(call.parameters.get("f"));
            answered = co_await answer(request, call);
        } else {
            answered = tl::unexpected(std::move(parameters).error());
        }
        if (!answered && answered.error().kind == ErrorKind::internal)
            log_.error("gis", "{}: {}", request.path, answered.error().message);
        response =
            answered ? std::move(*answered) : error_response(call, to_refusal(answered.error()));
    }
    if (!response.headers.has("cache-control"))
        response.headers.set("cache-control", "private, no-cache");
    // What another origin asks for is not answered by a cookie (access/asker.h).
    http::allow_other_origins(response);
    co_return response;
}

net::Task<http::Response> ServicesHandler::answer(const http::Request& request, Call call) const {
    CO_TRY(call.callback, parse_callback(call.parameters.get("callback")));
    switch (call.target.place) {
        case Place::home: co_return home(call);
        case Place::info: co_return server_info(call, tokens_ ? tokens_(request) : std::nullopt);
        case Place::directory: co_return directory(*catalogue_->get(), call);
        case Place::style_sheet: {
            auto response =
                http::text_response(200, "text/css; charset=utf-8", std::string{style_sheet()});
            response.headers.set("cache-control", "public, max-age=3600");
            co_return response;
        }
        case Place::output:
            co_return map::output_response(pictures_, call.target.below[0],
                                           std::chrono::steady_clock::now());
        case Place::service: co_return co_await service(std::move(call));
        case Place::outside:
        case Place::nothing: break;
    }
    co_return fail(ErrorKind::not_found, "Invalid URL: nothing is at {}", request.path);
}

net::Task<http::Response> ServicesHandler::service(Call call) const {
    const auto name = call.target.name();
    auto service = catalogue_->get()->find(name);
    if (service == nullptr || service->state == ServiceState::stopped) {
        // A stopped service is told like one that is not there: it is nobody's business outside.
        co_return fail(ErrorKind::not_found, "Service {}/{} not found", name,
                       to_text(call.target.type));
    }
    if (service->state == ServiceState::broken) {
        co_return fail(ErrorKind::unavailable,
                       "Service {} cannot read its data; the server's log says why",
                       service->name());
    }
    service = as_seen(std::move(service), call);
    const auto& below = call.target.below;
    const bool is_map = call.target.type == ServiceType::map;
    if (below.empty())
        co_return is_map ? map_service(*service, call) : feature_service(*service, call);
    if (below.size() == 1 && text::iequals(below[0], "layers"))
        co_return all_layers(*service, call);
    if (text::to_integer(below[0])) co_return co_await layer(service, std::move(call));
    if (is_map && below.size() == 1) co_return co_await map_operation(service, std::move(call));
    co_return unknown_operation(call);
}

net::Task<http::Response> ServicesHandler::layer(std::shared_ptr<const Service> service,
                                                 Call call) const {
    const auto& below = call.target.below;
    const auto* layer = service->find_layer(text::to_integer(below[0]).value_or(-1));
    if (layer == nullptr) {
        co_return fail(ErrorKind::not_found, "Layer {} of {}/{} not found", below[0],
                       service->name(), to_text(call.target.type));
    }
    if (below.size() == 1) co_return layer_resource(*service, *layer, call);
    if (below.size() == 2 && text::iequals(below[1], "query"))
        co_return co_await query(service, *layer, std::move(call));
    co_return unknown_operation(call);
}

net::Task<http::Response> ServicesHandler::query(std::shared_ptr<const Service> service,
                                                 const map::MapLayer& layer, Call call) const {
    const bool is_page = call.format == Format::html;
    if (is_page && call.parameters.is_empty())
        co_return html_response(query_page(*service, layer, call, ""));
    if (call.format == Format::image || call.format == Format::other) {
        co_return fail(ErrorKind::invalid, "'f' is none of html, json, pjson, geojson");
    }
    CO_TRY(auto wanted, parse_query(service, layer, call));
    wanted.query.deadline = std::chrono::steady_clock::now() + limits_.time_max;
    const auto bytes_max = limits_.bytes_max;
    // A variable of its own: g++ 12 destroys a closure that is made within the awaiting expression
    // twice.
    std::function<Result<std::string>()> work = [wanted = std::move(wanted), is_page, bytes_max] {
        return is_page ? run_query_table(wanted) : run_query(wanted, bytes_max);
    };
    auto text = co_await pool_.run<std::string>(std::move(work));
    if (!text) co_return tl::unexpected(std::move(text).error());
    if (is_page) co_return html_response(query_page(*service, layer, call, *text));
    co_return json_response(call, std::move(*text));
}

net::Task<http::Response> ServicesHandler::map_operation(std::shared_ptr<const Service> service,
                                                         Call call) const {
    const auto& name = call.target.below[0];
    if (text::iequals(name, "legend")) {
        CO_TRY(auto json, map::legend_json(*service->map));
        if (call.format == Format::html) call.format = Format::pjson;
        co_return json_response(call, std::move(json));
    }
    if (text::iequals(name, "export")) {
        map::FindParameter find = [parameters = call.parameters](std::string_view wanted) {
            return parameters.get(wanted);
        };
        map::ExportSurroundings around{pool_, pictures_,
                                       call.rest_url + "/directories/arcgisoutput",
                                       std::chrono::steady_clock::now()};
        CO_TRY(auto response, co_await map::export_map(service->map, std::move(find), around));
        // The operation writes plain JSON: what this call wants of it is done here.
        const auto* text = std::get_if<std::string>(&response.body);
        const bool is_json = call.format == Format::json || call.format == Format::pjson;
        if (!is_json || text == nullptr) co_return response;
        co_return json_response(call, *text);
    }
    co_return unknown_operation(call);
}

}  // namespace rhumb::gis::rest
