#pragma once
/// Looks at what speaks on the port, and how it speaks TLS.

#include <string>

#include "doctor/check.h"

namespace rhumb::doctor {

/// The name as clients send it in a handshake; "" for an address.
std::string server_name_of(const Target& target);

/// The first bytes of the answer to a request in the clear; "": there were none.
std::string ask_in_the_clear(const net::Address& address, const Target& target,
                             const Limits& limits);

/// The checks, in this order.
void check_protocol(Examination& examination);      ///< fills facts.is_spoken
void check_tls(Examination& examination);           ///< fills facts.survey
void check_certificates(Examination& examination);  ///< fills facts.certificates and staple
void check_addresses(Examination& examination);     ///< other addresses of the same name

}  // namespace rhumb::doctor
