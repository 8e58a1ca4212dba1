#include <algorithm>
#include <array>
#include <thread>

#include <pwd.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "doctor/machine_look.h"
#include "net/listener.h"
#include "site/home.h"

namespace rhumb::doctor {

namespace {

constexpr std::chrono::milliseconds patience{1500};

std::string user_name(std::uint32_t user) {
    std::array<char, 4096> room{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return std::to_string(user);
    return found->pw_name;
}

Result<site::Home> home_of(storage::Store* store, const InstallationOrder& order) {
    if (order.config_file) return site::Home::in_file(*order.config_file);
    if (store == nullptr) return fail(ErrorKind::unavailable, "the store cannot be read");
    TRY(const auto latest,
        store->read([](const storage::View& view) { return view.find_latest_revision(); }));
    if (!latest) return fail(ErrorKind::not_found, "there is none yet: rhumb serve makes it");
    return site::Home::in_store(*store, {}, {"doctor", "command line", "", order.clock->now()});
}

/// One line: findings are sentences.
std::string in_one_line(std::string_view text) {
    std::string line;
    for (const auto part : text::split(text::trim(text), '\n'))
        line += (line.empty() ? "" : "; ") + std::string{text::trim(part)};
    return line;
}

bool is_every(std::string_view ip) { return ip == "*" || ip == "::" || ip == "0.0.0.0"; }

/// A socket that stands in the way of a binding, or is its own.
bool fits(const Listener& listener, const config::Binding& binding) {
    return listener.port == binding.port &&
           (is_every(listener.ip) || is_every(binding.address) || listener.ip == binding.address);
}

/// One that is served, by what the server says: is a socket of its there?
PortSeen look_at_served(const std::string& site, const config::Binding& binding,
                        const std::vector<Listener>& listeners,
                        const std::vector<std::uint64_t>& own) {
    PortSeen port{.site = site, .binding = binding, .is_served = true};
    // Without permission to look at the process, any socket there is taken for its own.
    const bool is_open = std::ranges::any_of(listeners, [&](const auto& listener) {
        return fits(listener, binding) &&
               (own.empty() || std::ranges::find(own, listener.inode) != own.end());
    });
    port.state = is_open ? PortSeen::State::open : PortSeen::State::free;
    return port;
}

/// One that is not served: tries what the server would do.
PortSeen look_at_wanted(const std::string& site, const config::Binding& binding,
                        const std::vector<Listener>& listeners) {
    PortSeen port{.site = site, .binding = binding, .state = PortSeen::State::free};
    const auto answer = net::refuse_taken_port({binding.address, binding.port});
    if (answer) return port;
    switch (answer.error().kind) {
        case ErrorKind::conflict: port.state = PortSeen::State::taken; break;
        case ErrorKind::denied: port.state = PortSeen::State::forbidden; break;
        case ErrorKind::invalid: port.state = PortSeen::State::no_address; break;
        default: return port;
    }
    if (port.state != PortSeen::State::taken) return port;
    for (const auto& listener : listeners) {
        if (!fits(listener, binding)) continue;
        port.owner = find_owner(listener.inode);
        port.owner_user = user_name(listener.user);
        break;
    }
    return port;
}

bool has_place(const std::vector<PortSeen>& ports, const config::Binding& binding) {
    return std::ranges::any_of(ports,
                               [&](const auto& port) { return port.binding.is_at(binding); });
}

void look_at_ports(const InstallationOrder& order, const ConfigurationSeen& configuration,
                   ServerSeen& seen) {
    const auto listeners = read_listeners();
    if (order.running) {
        const auto own = sockets_of(order.process.value_or(0));
        for (const auto& site : order.running->document.sites)
            for (const auto& binding : site.bindings)
                if (!has_place(seen.ports, binding))
                    seen.ports.push_back(look_at_served(site.name, binding, listeners, own));
        // The ports of the command line take the place of those that are configured.
        if (!seen.is_other_served) return;
    }
    for (const auto& site : configuration.document.sites)
        for (const auto& binding : site.bindings)
            if (binding.port != 0 && !has_place(seen.ports, binding))
                seen.ports.push_back(look_at_wanted(site.name, binding, listeners));
}

}  // namespace

std::uint16_t first_unprivileged_port() {
    const auto text = read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start", 64);
    const auto number = text ? text::to_integer(text::trim(*text)) : std::nullopt;
    return number && *number >= 0 && *number <= 0xFFFF ? static_cast<std::uint16_t>(*number) : 1024;
}

ConfigurationSeen look_at_configuration(storage::Store* store, const InstallationOrder& order) {
    ConfigurationSeen seen{.home = order.config_file ? order.config_file->string() : "the store"};
    const auto home = home_of(store, order);
    if (!home) {
        seen.fault = in_one_line(home.error().message);
        return seen;
    }
    auto current = home->current();
    if (!current) {
        seen.fault = in_one_line(current.error().message);
        return seen;
    }
    if (const auto digest = crypto::sha256(current->text)) seen.digest = text::to_hex(*digest);
    seen.document = std::move(current->document);
    return seen;
}

ServerSeen look_at_server(const InstallationOrder& order, const ConfigurationSeen& configuration) {
    ServerSeen seen{.process = order.process,
                    .home = configuration.home,
                    .configuration_fault = configuration.fault,
                    .unprivileged_from = first_unprivileged_port(),
                    .user = user_name(::geteuid()),
                    .program = order.program.string()};
    const auto until = std::chrono::steady_clock::now() + patience;
    auto running = order.running;
    while (running && configuration.fault.empty() && running->digest != configuration.digest) {
        seen.is_other_served = true;
        if (running->refused_digest == configuration.digest) {
            seen.refusal = in_one_line(running->refusal);
            break;
        }
        if (std::chrono::steady_clock::now() >= until) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        running = site::read_running(order.data);
        if (running && running->digest == configuration.digest) seen.is_other_served = false;
    }
    look_at_ports(order, configuration, seen);
    return seen;
}

}  // namespace rhumb::doctor
