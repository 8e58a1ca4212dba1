#pragma once
/// The checks of HTTP, pages and map services, as checks.cc names them. The first looks and keeps
/// what it saw in facts.web; the others judge that.

#include "doctor/check.h"

namespace rhumb::doctor {

void check_http(Examination& examination);
void check_redirects(Examination& examination);
void check_hsts(Examination& examination);
void check_cookies(Examination& examination);
void check_pages(Examination& examination);
void check_map_services(Examination& examination);
void check_server_clock(Examination& examination);

}  // namespace rhumb::doctor
