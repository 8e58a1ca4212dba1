#pragma once
/// Bindings: all endpoints that are served, kept in step with the configuration.

#include <map>
#include <memory>

#include "access/certificate_judge.h"
#include "certs/credentials.h"
#include "config/document.h"
#include "server/loops.h"
#include "server/traffic.h"
#include "site/application.h"
#include "tls/ticket_keys.h"

namespace rhumb::server {

/// For one thread. A change is made in two steps, so that one that cannot be made changes nothing.
class Bindings {
public:
    struct Shared {
        std::shared_ptr<site::CurrentSites> sites;
        std::shared_ptr<const certs::Credentials> credentials;
        std::shared_ptr<const tls::TicketKeys> tickets;
        /// Of whom clients are asked for certificates, where a site wants them.
        const access::CertificateJudge& certificates;
        std::shared_ptr<const site::Hsts> hsts;
        std::shared_ptr<Traffic> traffic;
    };
    Bindings(Loops& loops, Shared shared) : loops_{loops}, shared_{std::move(shared)} {}

    /// First step: opens what is new. An error leaves all as it was.
    Result<void> open(const config::Document& document);
    /// Between the steps: the document with the ports that its bindings have, or will have.
    config::Document with_actual_ports(config::Document document) const;
    /// Second step, once the sites are current: accepts on what is new, stops what is gone, and
    /// brings new limits.
    Result<void> commit(const config::Document& document);
    /// Instead of the second step: closes what the first has opened.
    void abandon() { opened_.clear(); }

private:
    struct Wanted {
        std::string address;
        std::uint16_t port;  // as configured
        bool https;
        auto operator<=>(const Wanted&) const = default;
    };
    struct Opened {
        net::Endpoint endpoint;
        std::vector<net::ListeningSocket> sockets;
    };
    std::uint16_t actual_port(const config::Binding& binding) const;
    static std::vector<Wanted> wanted_by(const config::Document& document);
    Result<std::shared_ptr<const BindingSettings>> make_settings(
        const config::Document& document, const Wanted& wanted,
        const net::Endpoint& endpoint) const;

    Loops& loops_;
    Shared shared_;
    std::map<Wanted, std::shared_ptr<Binding>> live_;
    std::map<Wanted, Opened> opened_;
};

}  // namespace rhumb::server
