#pragma once
/// How a certificate becomes a record of the store. Included by this module alone.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/actor.h"
#include "certs/inventory.h"
#include "crypto/seal.h"
#include "pki/names.h"
#include "pki/subject.h"
#include "storage/records.h"
#include "storage/store.h"

namespace rhumb::certs {

/// Names of certificates stand in commands, URLs and configuration: letters, digits and a few signs
/// that need no quoting there. `invalid` tells which.
Result<void> check_certificate_name(std::string_view name);

/// Any text of one line, of a sensible length.
Result<void> check_friendly_name(std::string_view text);

/// What a new certificate is called: as it was asked for, else its common name when that is one of
/// its names, else the first of them; "" when there are none.
std::string name_for(const std::string& asked, const pki::Subject& subject,
                     const std::vector<pki::Name>& names);

/// The certificate in use by that name; nothing when it is free. `conflict`: there is one, and it
/// may not be replaced.
Result<std::optional<storage::Id>> find_replaceable(const storage::Store& store,
                                                    const std::string& name, bool may_replace);

/// Checked: a good name, key and chain belong together, it is for some host, it has not expired.
Result<storage::CertificateRecord> make_record(const crypto::Seal& seal,
                                               const NewCertificate& certificate, Seconds now);

storage::Event make_event(const Actor& actor, Seconds now, std::string what, std::string subject,
                          std::string detail = {});

/// With origin, end and names of the certificate as its detail.
storage::Event make_event(const Actor& actor, Seconds now, std::string what,
                          const storage::CertificateRecord& record);

}  // namespace rhumb::certs
