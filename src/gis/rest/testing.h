#pragma once
/// For tests: a handler over the sample data, and requests without a network.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gis/rest/handler.h"
#include "http/target.h"
#include "net/testing.h"

namespace rhumb::gis::rest::testing {

/// A body that has arrived already.
class WholeBody final : public http::RequestBody {
public:
    explicit WholeBody(std::string text) : text_{std::move(text)} {}
    net::Task<std::string_view> read() override {
        if (std::exchange(is_read_, true)) co_return std::string_view{};
        co_return std::string_view{text_};
    }

private:
    std::string text_;
    bool is_read_ = false;
};

/// What came back, its body as text.
struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;

    std::string type() const { return std::string{headers.find("content-type").value_or("")}; }
};

/// A services directory of its own, with the instance "arcgis" on https://gis.test.
class Directory {
public:
    explicit Directory(const std::vector<ServiceDefinition>& definitions,
                       std::size_t queue_max = 16)
        : pool_{2, queue_max},
          catalogue_{std::make_shared<Snapshot<Catalogue>>(Catalogue::build(definitions, log_))},
          handler_{"arcgis", catalogue_, pool_, log_} {}

    /// `target` as in a request line; `form` is sent as a form with POST.
    Answer get(const std::string& target) { return ask("GET", target, {}, {}); }
    Answer post(const std::string& target, std::string form,
                const std::string& type = "application/x-www-form-urlencoded") {
        http::Headers headers;
        headers.add("content-type", type);
        return ask("POST", target, headers, std::move(form));
    }

    Answer ask(const std::string& method, const std::string& target, const http::Headers& headers,
               std::string body_text) {
        http::Channel channel;
        channel.is_secure = true;
        WholeBody body{std::move(body_text)};
        http::Request request;
        request.channel = &channel;
        request.body = &body;
        request.method = http::to_method(method);
        request.method_name = method;
        request.headers = headers;
        request.sight = sight;
        const auto applied = http::apply_target(request, target, "gis.test");
        if (!applied) return {400, {}, applied.error().message};
        auto response = net::run_to_end(handler_.handle(request));
        if (!response) return {500, {}, response.error().message};
        Answer answer{response->status, response->headers, ""};
        if (const auto* text = std::get_if<std::string>(&response->body)) answer.body = *text;
        if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response->body))
            answer.body = **shared;
        return answer;
    }

    Snapshot<Catalogue>& catalogue() { return *catalogue_; }

    std::shared_ptr<const http::Sight> sight{};  ///< of every request from then on

private:
    observe::Log log_ = observe::Log::to_nowhere();
    net::Pool pool_;
    std::shared_ptr<Snapshot<Catalogue>> catalogue_;
    ServicesHandler handler_;
};

/// Sees everything but these paths and what is below them.
class SightWithout final : public http::Sight {
public:
    explicit SightWithout(std::vector<std::string> hidden) : hidden_{std::move(hidden)} {}
    bool sees(std::string_view path) const override {
        return std::ranges::none_of(hidden_, [path](const std::string& one) {
            return path == one || path.starts_with(one + "/");
        });
    }

private:
    std::vector<std::string> hidden_;
};

/// The two services of a first start; `data` is the repository's folder of that name.
inline std::vector<ServiceDefinition> sample_services(const std::filesystem::path& data) {
    return {{.name = "Countries",
             .source = data / "countries.gpkg",
             .title = "Countries of the world",
             .description = "Borders",
             .attribution = "Made with Natural Earth"},
            {.name = "Hydrography/Rivers",
             .source = data / "rivers.gpkg",
             .title = "",
             .description = "",
             .attribution = "",
             .is_started = true,
             .records_max = 100}};
}

}  // namespace rhumb::gis::rest::testing
