#include "server/metrics.h"

#include <array>

#include "base/text.h"

namespace rhumb::server {

namespace {

using providers::Health;

/// The text as it grows.
class Writer {
public:
    void begin(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    }
    struct Label {
        std::string_view name;
        std::string_view value;
    };
    template <class Number>
    void add(std::initializer_list<Label> labels, Number value) {
        text_ += name_;
        std::string_view before = "{";
        for (const auto& label : labels) {
            text_ += fmt::format("{}{}=\"{}\"", before, label.name, escape(label.value));
            before = ",";
        }
        if (labels.size() > 0) text_ += '}';
        text_ += fmt::format(" {}\n", value);
    }
    template <class Number>
    void put(std::string_view name, std::string_view type, std::string_view help, Number value) {
        begin(name, type, help);
        add({}, value);
    }
    std::string take() { return std::move(text_); }

private:
    static std::string escape(std::string_view value) {
        std::string escaped;
        for (const char c : value) {
            if (c == '\\' || c == '"') escaped += '\\';
            escaped += c == '\n' ? ' ' : c;
        }
        return escaped;
    }

    std::string name_;
    std::string text_;
};

constexpr std::string_view counter = "counter";
constexpr std::string_view gauge = "gauge";

double in_seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

void write_server(const MetricsParts& parts, Writer& writer) {
    writer.begin("rhumb_info", gauge, "The program; its value is always 1.");
    writer.add({{"version", parts.version}}, 1);
    writer.put("rhumb_start_time_seconds", gauge, "When the server was started, in the Unix epoch.",
               parts.started.time_since_epoch().count());
    writer.put("rhumb_connections", gauge, "Connections of clients that are open.",
               parts.connections());
    writer.begin("rhumb_requests_total", counter, "Requests that are over, by status.");
    constexpr std::array<std::string_view, 6> classes{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    for (std::size_t i = 0; i < classes.size(); ++i)
        writer.add({{"status", classes[i]}}, parts.traffic->answers(i));
    writer.put("rhumb_sent_bytes_total", counter, "Bytes of bodies that were sent.",
               parts.traffic->bytes());
    writer.begin("rhumb_pool_work", gauge, "Pieces of slow work that run or wait, by pool.");
    for (const auto& [name, pool] : parts.pools) writer.add({{"pool", name}}, pool->busy());
}

void write_people(const MetricsParts& parts, Writer& writer) {
    const auto sign_ins = parts.sign_ins->counts();
    writer.begin("rhumb_sign_ins_total", counter, "Attempts to sign in, by what came of them.");
    writer.add({{"outcome", "accepted"}}, sign_ins.accepted);
    writer.add({{"outcome", "refused"}}, sign_ins.refused);
    writer.add({{"outcome", "slowed"}}, sign_ins.slowed);
    writer.add({{"outcome", "unavailable"}}, sign_ins.unavailable);
    const auto people = parts.people->counts();
    writer.begin("rhumb_people_lookups_total", counter,
                 "Questions who somebody is, by what answered.");
    writer.add({{"from", "memory"}}, people.from_memory);
    writer.add({{"from", "stores"}}, people.from_stores);
    writer.put("rhumb_people_lookup_failures_total", counter,
               "Those of them that the stores could not answer.", people.failed);
}

/// One family of samples has to stand together: a pass over all providers for each.
template <class Value>
void write_of_each(const providers::Report& report, Writer& writer, std::string_view name,
                   std::string_view type, std::string_view help, const Value& value) {
    writer.begin(name, type, help);
    for (const auto& provider : report.status.providers)
        writer.add({{"provider", provider.name}, {"kind", provider.kind}}, value(provider.health));
}

void write_providers(const providers::Report& report, Writer& writer) {
    writer.put("rhumb_providers_as_configured", gauge,
               "1: users and roles are where the configuration says.",
               report.status.fault.empty() ? 1 : 0);
    if (report.status.providers.empty()) return;
    const auto each = [&](auto name, auto type, auto help, auto value) {
        write_of_each(report, writer, name, type, help, value);
    };
    each("rhumb_provider_up", gauge, "0: it does not answer, and is asked seldom.",
         [](const Health& health) { return health.state == Health::State::resting ? 0 : 1; });
    each("rhumb_provider_calls_total", counter, "Questions that it was asked.",
         [](const Health& health) { return health.calls; });
    each("rhumb_provider_failures_total", counter, "Those of them that it did not answer.",
         [](const Health& health) { return health.failures; });
    each("rhumb_provider_refused_total", counter,
         "Questions that it was spared: it rests, or is full.",
         [](const Health& health) { return health.refused; });
    each("rhumb_provider_under_way", gauge, "Questions that it is asked now.",
         [](const Health& health) { return health.under_way; });
    each("rhumb_provider_waiting", gauge, "Questions that wait for their turn.",
         [](const Health& health) { return health.waiting; });
    each("rhumb_provider_seconds_total", counter, "Time of all its answers and failures together.",
         [](const Health& health) { return in_seconds(health.time_in_calls); });
}

bool is_this_machine(std::string_view ip) { return ip == "::1" || ip.starts_with("127."); }

/// A proxy on this machine that nobody trusts passes on what comes from anywhere.
bool is_from_here(const http::Request& request) {
    for (const auto* field : {"forwarded", "x-forwarded-for", "x-forwarded-host", "via"})
        if (request.headers.has(field)) return false;
    return is_this_machine(request.channel->remote.ip) &&
           (request.client_ip.empty() || is_this_machine(request.client_ip));
}

class Metrics final : public http::Handler {
public:
    Metrics(std::shared_ptr<const MetricsParts> parts, bool is_ruled)
        : parts_{std::move(parts)}, is_ruled_{is_ruled} {}

    net::Task<http::Response> handle(http::Request& request) const override {
        const bool is_read =
            request.method == http::Method::get || request.method == http::Method::head;
        if (request.path != "/metrics" || !is_read || (!is_ruled_ && !is_from_here(request)))
            co_return fail(ErrorKind::not_found, "there is nothing at this address");
        auto response = http::text_response(200, "text/plain; version=0.0.4; charset=utf-8",
                                            metrics_text(*parts_));
        response.headers.set("cache-control", "no-store");
        co_return response;
    }

private:
    std::shared_ptr<const MetricsParts> parts_;
    bool is_ruled_;
};

}  // namespace

std::string metrics_text(const MetricsParts& parts) {
    Writer writer;
    write_server(parts, writer);
    write_people(parts, writer);
    write_providers(parts.report_providers(), writer);
    return writer.take();
}

std::shared_ptr<const http::Handler> make_metrics(std::shared_ptr<const MetricsParts> parts,
                                                  bool is_ruled) {
    return std::make_shared<Metrics>(std::move(parts), is_ruled);
}

}  // namespace rhumb::server
