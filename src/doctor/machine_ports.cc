#include "doctor/machine_ports.h"

#include <algorithm>
#include <array>

#include "base/child.h"

namespace rhumb::doctor {

namespace {

constexpr std::array rules{
    Rule{"port.taken", Severity::error, "another program has a port of the configuration",
         "Stop the other program, or give the site another port."},
    Rule{"port.privileged", Severity::error,
         "a port of the configuration is below 1024, and this user may not have it",
         "Give the program the capability, or the service of systemd "
         "AmbientCapabilities=CAP_NET_BIND_SERVICE, or lower net.ipv4.ip_unprivileged_port_start; "
         "or take a port from 1024 on."},
    Rule{"port.no-address", Severity::error,
         "a binding names an address that this machine does not have",
         "Give the machine the address, or take * or another one for the binding."},
    Rule{"port.unopened", Severity::warning, "the server does not listen where it says it does",
         "Start the server anew, and look at its log."},
    Rule{"machine.server.stopped", Severity::error, "no server runs on this installation",
         "Start it."},
    Rule{"machine.configuration.faulty", Severity::error, "the configuration cannot be read",
         "Mend what the sentence names; what is served goes on being served."},
    Rule{"machine.configuration.refused", Severity::warning,
         "the server goes on with an older configuration, for the present one cannot be served",
         "Mend what the sentence names; the server takes it within a second."},
    Rule{"machine.configuration.waiting", Severity::warning,
         "the server serves an older configuration", "Have the server take it: send it SIGHUP."},
};

Finding tell(std::string_view id, std::string about, std::string sentence,
             std::string command = "") {
    auto finding = found(rule(rules, id), std::move(about), std::move(sentence));
    finding.command = std::move(command);
    return finding;
}

/// "No server runs here, and": what the fault of a port leads to.
std::string_view beginning(const ServerSeen& seen) {
    if (!seen.process) return "No server runs, and it could not begin: ";
    return seen.is_other_served ? "The server goes on with an older configuration: " : "";
}

std::string owner_text(const PortSeen& port) {
    const auto of_user =
        port.owner_user.empty() ? std::string{} : fmt::format(" of the user {}", port.owner_user);
    if (!port.owner) return fmt::format("another program{}", of_user);
    return fmt::format("{} (process {}{})",
                       port.owner->program.empty() ? "another program" : port.owner->program,
                       port.owner->process, of_user);
}

std::string stop_command(const PortSeen& port) {
    if (!port.owner) return fmt::format("sudo ss -ltnp 'sport = :{}'", port.binding.port);
    if (!port.owner->unit.empty())
        return child::to_shell({"sudo", "systemctl", "disable", "--now", port.owner->unit});
    return fmt::format("kill {}", port.owner->process);
}

std::optional<Finding> judge_port(const ServerSeen& seen, const PortSeen& port) {
    const auto about = port.binding.to_text();
    switch (port.state) {
        case PortSeen::State::open: return std::nullopt;
        case PortSeen::State::free:
            if (!port.is_served) return std::nullopt;
            return tell("port.unopened", about,
                        fmt::format("The server (process {}) says that it serves «{}» at {}, but "
                                    "does not listen there.",
                                    seen.process.value_or(0), port.site, about));
        case PortSeen::State::taken:
            return tell("port.taken", about,
                        fmt::format("{}port {} of «{}» is taken by {}.", beginning(seen),
                                    port.binding.port, port.site, owner_text(port)),
                        stop_command(port));
        case PortSeen::State::forbidden:
            return tell(
                "port.privileged", about,
                fmt::format("{}the user {} may not listen on port {} of «{}», for ports "
                            "below {} need a privilege.",
                            beginning(seen), seen.user, port.binding.port, port.site,
                            seen.unprivileged_from),
                child::to_shell({"sudo", "setcap", "cap_net_bind_service=+ep", seen.program}));
        case PortSeen::State::no_address:
            return tell("port.no-address", about,
                        fmt::format("{}this machine has no address {}, which «{}» is bound to.",
                                    beginning(seen), port.binding.address, port.site),
                        "ip address");
    }
    return std::nullopt;
}

}  // namespace

std::span<const Rule> machine_port_rules() { return rules; }

std::vector<Finding> judge_server(const ServerSeen& seen) {
    std::vector<Finding> findings;
    for (const auto& port : seen.ports)
        if (auto finding = judge_port(seen, port)) findings.push_back(*std::move(finding));
    if (!seen.configuration_fault.empty()) {
        findings.push_back(tell("machine.configuration.faulty", seen.home,
                                fmt::format("The configuration in {} cannot be read: {}", seen.home,
                                            seen.configuration_fault),
                                seen.home.starts_with('/')
                                    ? child::to_shell({"rhumb", "config", "check", seen.home})
                                    : std::string{}));
        return findings;
    }
    const bool has_cause = std::ranges::any_of(
        findings, [](const auto& finding) { return finding.severity == Severity::error; });
    if (has_cause) return findings;
    if (!seen.process)
        findings.push_back(tell("machine.server.stopped", "this installation",
                                "No server runs on this installation: nobody is answered.",
                                "rhumb serve"));
    else if (seen.is_other_served && !seen.refusal.empty())
        findings.push_back(tell("machine.configuration.refused", seen.home,
                                fmt::format("The server goes on with an older configuration; the "
                                            "present one in {} cannot be served: {}",
                                            seen.home, seen.refusal)));
    else if (seen.is_other_served)
        findings.push_back(
            tell("machine.configuration.waiting", seen.home,
                 fmt::format("The server has not taken the configuration in {} yet.", seen.home),
                 fmt::format("kill -HUP {}", *seen.process)));
    return findings;
}

}  // namespace rhumb::doctor
