/// Any bytes as one certificate in DER: reading may refuse them, but never crash, hang or leak; and
/// what is read can be asked anything.

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "pki/certificate.h"
#include "pki/request.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto read =
        rhumb::pki::Certificate::from_der({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    (void)read->subject();
    (void)read->subject_fields();
    (void)read->issuer();
    (void)read->serial();
    (void)read->names();
    (void)read->emails();
    (void)read->principal_names();
    (void)read->subject_der();
    (void)read->subject_parts();
    (void)read->issuer_parts();
    (void)read->issuer_urls();
    (void)read->crl_urls();
    (void)read->subject_key_id();
    (void)read->authority_key_id();
    (void)read->name_constraints();
    (void)read->signature_algorithm();
    (void)read->is_self_signed();
    (void)read->is_issued_by(*read);
    (void)read->public_key().type();
    (void)read->public_key().digest();
    // What was read is what is written, and reads again.
    const auto again = rhumb::pki::Certificate::from_pem(read->to_pem());
    if (!again || !(*again == *read)) std::abort();
    return 0;
}
