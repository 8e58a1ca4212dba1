/// The tables of all rules. To add one: its function here.

#include <array>

#include "doctor/check.h"
#include "doctor/client_judge.h"
#include "doctor/gis_judge.h"
#include "doctor/http_judge.h"
#include "doctor/installation_certificates.h"
#include "doctor/installation_files.h"
#include "doctor/installation_trail.h"
#include "doctor/machine_ports.h"
#include "doctor/machine_resources.h"
#include "doctor/name_judge.h"
#include "doctor/page_judge.h"
#include "doctor/people_judge.h"
#include "doctor/revocation_judge.h"
#include "doctor/tls_judge.h"

namespace rhumb::doctor {

namespace {

using Table = std::span<const Rule> (*)();
constexpr std::array tables{Table{name_rules},         Table{port_rules},
                            Table{tls_rules},          Table{client_rules},
                            Table{revocation_rules},   Table{answer_rules},
                            Table{clear_rules},        Table{redirect_rules},
                            Table{hsts_rules},         Table{cookie_rules},
                            Table{page_rules},         Table{gis_rules},
                            Table{clock_rules},        Table{installation_file_rules},
                            Table{trail_rules},        Table{installation_certificate_rules},
                            Table{machine_port_rules}, Table{machine_resource_rules},
                            Table{people_rules}};

}  // namespace

std::vector<Rule> all_rules() {
    std::vector<Rule> all;
    for (const auto table : tables) {
        const auto rules = table();
        all.insert(all.end(), rules.begin(), rules.end());
    }
    return all;
}

}  // namespace rhumb::doctor
