#pragma once
/// Metrics: what a server counts, as text that Prometheus and its kin read (docs/metrics.md).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/handler.h"
#include "identity/people.h"
#include "identity/sign_in.h"
#include "net/pool.h"
#include "providers/report.h"
#include "server/traffic.h"

namespace rhumb::server {

/// What is counted elsewhere; what it refers to outlives the handler. Any thread.
struct MetricsParts {
    std::string version{};
    std::function<std::size_t()> connections{};
    std::shared_ptr<const Traffic> traffic{};
    const identity::People* people = nullptr;     ///< never null
    const identity::SignIns* sign_ins = nullptr;  ///< never null
    std::function<providers::Report()> report_providers{};
    struct NamedPool {
        std::string name{};
        const net::Pool* pool = nullptr;
    };
    std::vector<NamedPool> pools{};
    Seconds started{};
};

/// In the text format of Prometheus, version 0.0.4.
std::string metrics_text(const MetricsParts& parts);

/// Answers GET with the text. `is_ruled`: the configuration says who may (`allow`); else only this
/// machine itself may, and not through a proxy: nobody else learns that there is something.
std::shared_ptr<const http::Handler> make_metrics(std::shared_ptr<const MetricsParts> parts,
                                                  bool is_ruled);

}  // namespace rhumb::server
