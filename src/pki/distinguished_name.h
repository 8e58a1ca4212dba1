#pragma once
/// The way from a Subject to OpenSSL's X509_NAME and back. For the .cc files of `pki` alone.

#include <string>
#include <string_view>
#include <vector>

#include "crypto/handles.h"
#include "pki/certificate.h"
#include "pki/subject.h"

namespace rhumb::pki {

/// In the usual order: C, ST, L, O, OU, CN; fields that are "" are left out. Null when OpenSSL
/// refuses a field (check_subject() would have told).
crypto::NameHandle to_x509_name(const Subject& subject);

/// The last field of each kind that Subject has, as UTF-8; fields that cannot be read are "".
Subject to_subject(const X509_NAME* name);

/// Each part, in the name's own order; what cannot be read as text is left out.
std::vector<NamePart> parts_of(const X509_NAME* name);

/// As RFC 4514 writes it, but with letters beyond ASCII as they are.
std::string to_text(const X509_NAME* name);

/// All that was written to a memory BIO.
std::string text_of(BIO* memory);

/// The bytes inside; not copied.
std::string_view to_view(const ASN1_STRING* text);

}  // namespace rhumb::pki
