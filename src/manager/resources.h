#pragma once
/// The resources of the API, a file each: every function adds its routes and schemas to the table.
/// Inside this module only.

#include "manager/route.h"

namespace rhumb::manager {

void add_status(Table& table);
void add_users(Table& table);
void add_roles(Table& table);
void add_tokens(Table& table);
void add_sessions(Table& table);
void add_audit(Table& table);
void add_configuration(Table& table);
void add_services(Table& table);
void add_certificates(Table& table);
void add_certificate_arrivals(Table& table);
void add_requests(Table& table);
void add_policy(Table& table);
void add_backups(Table& table);
void add_trust(Table& table);
void add_doctor(Table& table);
void add_secrets(Table& table);
void add_security_wizard(Table& table);
void add_providers(Table& table);

}  // namespace rhumb::manager
