#include "server/metrics.h"

#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "identity/example.h"
#include "net/testing.h"

namespace rhumb::server {
namespace {

class MetricsOfAServer : public identity::UsersAndRoles {
protected:
    MetricsOfAServer() {
        traffic_->count({.status = 200, .bytes_sent = 1000});
        traffic_->count({.status = 204});
        traffic_->count({.status = 503, .bytes_sent = 10});
        parts_->version = "0.1";
        parts_->connections = [] { return std::size_t{7}; };
        parts_->traffic = traffic_;
        parts_->people = &people_;
        parts_->sign_ins = &sign_ins_;
        parts_->report_providers = [this] { return report_; };
        parts_->pools = {{"people", &pool_}};
        parts_->started = Seconds{std::chrono::seconds{1'000'000}};
    }
    std::string line(const std::string& start) const {
        std::istringstream text{metrics_text(*parts_)};
        for (std::string line; std::getline(text, line);)
            if (line.starts_with(start)) return line.substr(start.size());
        return "(none)";
    }
    int ask(bool is_ruled, const std::string& ip, const std::string& client_ip,
            const std::string& header = "") {
        http::Channel channel;
        channel.remote.ip = ip;
        http::Request request;
        request.channel = &channel;
        request.method = http::Method::get;
        request.path = path_;
        request.client_ip = client_ip;
        if (!header.empty()) request.headers.add(header, "something");
        const auto handler = make_metrics(parts_, is_ruled);
        const auto answer = net::run_to_end(handler->handle(request));
        return answer ? answer->status : http::to_status(answer.error().kind);
    }

    crypto::Seal seal_{*crypto::Seal::make(*crypto::random_secret(crypto::Seal::key_size))};
    observe::Log log_ = observe::Log::to_nowhere();
    identity::People people_{*users_, *roles_, clock_};
    identity::SignIns sign_ins_{people_, *store_, seal_, clock_, log_};
    net::Pool pool_{1, 4};
    providers::Report report_{};
    std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
    std::shared_ptr<MetricsParts> parts_ = std::make_shared<MetricsParts>();
    std::string path_ = "/metrics";
};

TEST_F(MetricsOfAServer, CountWhatHappened) {
    add("ann");
    (void)sign_ins_.attempt({.user = "ann", .password = good, .from = "192.0.2.1"});
    (void)sign_ins_.attempt({.user = "ann", .password = "wrong", .from = "192.0.2.1"});
    (void)people_.find("ann");
    EXPECT_EQ(line("rhumb_connections "), "7");
    EXPECT_EQ(line("rhumb_requests_total{status=\"2xx\"} "), "2");
    EXPECT_EQ(line("rhumb_requests_total{status=\"5xx\"} "), "1");
    EXPECT_EQ(line("rhumb_sent_bytes_total "), "1010");
    EXPECT_EQ(line("rhumb_sign_ins_total{outcome=\"accepted\"} "), "1");
    EXPECT_EQ(line("rhumb_sign_ins_total{outcome=\"refused\"} "), "1");
    EXPECT_EQ(line("rhumb_people_lookups_total{from=\"memory\"} "), "1");
    EXPECT_EQ(line("rhumb_people_lookups_total{from=\"stores\"} "), "1");
    EXPECT_EQ(line("rhumb_pool_work{pool=\"people\"} "), "0");
    EXPECT_EQ(line("rhumb_providers_as_configured "), "1");
    EXPECT_EQ(line("rhumb_provider_up"), "(none)");
}

TEST_F(MetricsOfAServer, TellHowPlacesOutsideDo) {
    report_.status.fault = "a secret is missing";
    report_.status.providers = {{.name = "the \"county\"",
                                 .kind = "ldap",
                                 .health = {.state = providers::Health::State::resting,
                                            .calls = 9,
                                            .failures = 3,
                                            .refused = 5,
                                            .time_in_calls = std::chrono::milliseconds{1'500}}},
                                {.name = "town", .kind = "openid"}};
    const std::string county = "{provider=\"the \\\"county\\\"\",kind=\"ldap\"} ";
    EXPECT_EQ(line("rhumb_providers_as_configured "), "0");
    EXPECT_EQ(line("rhumb_provider_up" + county), "0");
    EXPECT_EQ(line("rhumb_provider_up{provider=\"town\",kind=\"openid\"} "), "1");
    EXPECT_EQ(line("rhumb_provider_failures_total" + county), "3");
    EXPECT_EQ(line("rhumb_provider_refused_total" + county), "5");
    EXPECT_EQ(line("rhumb_provider_seconds_total" + county), "1.5");
}

TEST_F(MetricsOfAServer, AreWrittenAsTheFormatAsks) {
    report_.status.providers = {{.name = "a", .kind = "ldap"}, {.name = "b", .kind = "ldap"}};
    const std::regex comment{"# (HELP|TYPE) [a-z_]+ .+"};
    const std::regex sample{"[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? [0-9.]+"};
    std::set<std::string> families;
    std::string current;
    std::istringstream text{metrics_text(*parts_)};
    for (std::string line; std::getline(text, line);) {
        const bool is_comment = line.starts_with('#');
        EXPECT_TRUE(std::regex_match(line, is_comment ? comment : sample)) << line;
        if (line.starts_with("# HELP ")) {
            current = line.substr(7, line.find(' ', 7) - 7);
            EXPECT_TRUE(families.insert(current).second) << current << " stands in two places";
        } else if (!is_comment) {
            EXPECT_EQ(line.substr(0, line.find_first_of("{ ")), current);
        }
    }
    EXPECT_GT(families.size(), 15U);
}

TEST_F(MetricsOfAServer, AreForThisMachineAloneUnlessARuleSaysWho) {
    EXPECT_EQ(ask(false, "127.0.0.1", "127.0.0.1"), 200);
    EXPECT_EQ(ask(false, "::1", ""), 200);
    EXPECT_EQ(ask(false, "192.0.2.1", "192.0.2.1"), 404);
    EXPECT_EQ(ask(false, "127.0.0.1", "192.0.2.1"), 404) << "through a trusted proxy";
    EXPECT_EQ(ask(false, "127.0.0.1", "127.0.0.1", "x-forwarded-for"), 404)
        << "through one that nobody trusts";
    EXPECT_EQ(ask(true, "192.0.2.1", "192.0.2.1"), 200) << "the gate has judged";
    path_ = "/metrics/else";
    EXPECT_EQ(ask(true, "127.0.0.1", "127.0.0.1"), 404);
}

}  // namespace
}  // namespace rhumb::server
