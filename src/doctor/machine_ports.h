#pragma once
/// Judges what was seen of the server of this installation: whether it runs, with which
/// configuration, and whether it has its ports. Pure functions.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "config/document.h"
#include "doctor/finding.h"
#include "doctor/machine_listeners.h"

namespace rhumb::doctor {

/// A port that the server has, or is to have.
struct PortSeen {
    enum class State {
        open,        ///< the server listens there
        free,        ///< nobody does
        taken,       ///< another program does
        forbidden,   ///< it needs a privilege
        no_address,  ///< this machine has no such address
    };
    std::string site{};
    config::Binding binding{};
    State state = State::open;
    bool is_served = false;        ///< the server says that it serves there
    std::optional<Owner> owner{};  ///< of a taken one, where that may be seen
    std::string owner_user{};      ///< the user who has it; "" when nobody knows
};

struct ServerSeen {
    std::optional<pid_t> process{};
    std::string home{};                 ///< where the configuration is: a file's path, "the store"
    std::string configuration_fault{};  ///< why it cannot be read; "": it can
    bool is_other_served = false;       ///< the server serves another text than is configured now
    std::string refusal{};              ///< why it does so, in its words
    std::vector<PortSeen> ports{};
    std::uint16_t unprivileged_from = 1024;
    std::string user{};     ///< who examines
    std::string program{};  ///< the path of `rhumb`
};

std::span<const Rule> machine_port_rules();

/// The cause alone is told: a port that the server cannot have explains that it does not run, or
/// that it refused its configuration.
std::vector<Finding> judge_server(const ServerSeen& seen);

}  // namespace rhumb::doctor
