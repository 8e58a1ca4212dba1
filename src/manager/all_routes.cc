#include "manager/api.h"
#include "manager/resources.h"

namespace rhumb::manager {

std::shared_ptr<const Table> all_routes() {
    auto table = std::make_shared<Table>();
    for (auto* const add :
         {add_status, add_users, add_roles, add_tokens, add_sessions, add_audit, add_configuration,
          add_services, add_certificates, add_certificate_arrivals, add_requests, add_policy,
          add_backups, add_trust, add_doctor, add_secrets, add_providers, add_security_wizard})
        add(*table);
    return table;
}

}  // namespace rhumb::manager
