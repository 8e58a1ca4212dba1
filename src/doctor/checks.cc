/// The table of all checks. To add one: a file with its function, and a line here.

#include <array>

#include "doctor/certificate_look.h"
#include "doctor/check.h"
#include "doctor/http_checks.h"
#include "doctor/installation_checks.h"
#include "doctor/name_look.h"
#include "doctor/served.h"
#include "doctor/tls_look.h"

namespace rhumb::doctor {

namespace {

constexpr std::array of_servers{
    ServerCheck{"name", Needs::nothing, check_name, ""},
    ServerCheck{"port", Needs::nothing, check_port, "The name leads to a server that answers."},
    ServerCheck{"protocol", Needs::connection, check_protocol,
                "What answers speaks what the URL says."},
    ServerCheck{"TLS versions and cipher suites", Needs::connection, check_tls,
                "Versions, cipher suites and key exchanges are as Mozilla's guideline has them."},
    ServerCheck{"certificates", Needs::connection, check_certificates, ""},
    ServerCheck{"other addresses", Needs::tls, check_addresses, ""},
    ServerCheck{"the way to this machine", Needs::tls, check_elsewhere, ""},
    ServerCheck{"clients", Needs::tls, check_clients,
                "Certificate and chain are good, and for the name."},
    ServerCheck{"revocation", Needs::tls, check_revocation, ""},
    ServerCheck{"HTTP", Needs::web, check_http, "The server answers over HTTP."},
    ServerCheck{"redirects", Needs::web, check_redirects, ""},
    ServerCheck{"HSTS", Needs::web, check_hsts, ""},
    ServerCheck{"cookies", Needs::web, check_cookies, ""},
    ServerCheck{"pages", Needs::web, check_pages, ""},
    ServerCheck{"map services", Needs::web, check_map_services, ""},
    ServerCheck{"clock", Needs::web, check_server_clock, ""},
};

constexpr std::array of_installations{
    // Opening the store mends the permissions of its files, so they come first.
    InstallationCheck{"permissions", check_files, "Nobody else can read the store and its key."},
    InstallationCheck{"store", check_store, "The store is whole, and of this program."},
    InstallationCheck{"private keys", check_keys, "All private keys are sealed, and open."},
    InstallationCheck{"audit trail", check_trail, "Nothing in the audit trail was changed."},
    InstallationCheck{"backups", check_backups, ""},
    InstallationCheck{"server", check_server_process, ""},
    InstallationCheck{"users and roles", check_people, ""},
    InstallationCheck{"certificates", check_inventory, ""},
    InstallationCheck{"machine", check_machine, ""},
};

}  // namespace

std::span<const ServerCheck> server_checks() { return of_servers; }
std::span<const InstallationCheck> installation_checks() { return of_installations; }

}  // namespace rhumb::doctor
