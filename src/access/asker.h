#pragma once
/// Who asks: what a request shows to prove it, and what comes of that.

#include <memory>
#include <optional>
#include <string>

#include "access/client_certificates.h"
#include "access/parts.h"
#include "http/message.h"

namespace rhumb::access {

/// What a request brings that lets in who has it. The first kind that is there counts: header,
/// form, query, cookie.
struct Proof {
    std::string token{};        ///< "": none
    bool is_in_header = false;  ///< the token is: no form has a nearer one
    std::string session{};      ///< the cookie's value; "": none
    bool has_password = false;  ///< of Basic authentication, or a parameter of that name

    bool is_there() const { return !token.empty() || !session.empty() || has_password; }
};

/// Reads headers and query, and the form where it was read already. X-Esri-Authorization stands
/// before Authorization: a proxy may want the other for itself.
Proof find_proof(const http::Request& request);

/// Whether the cookie of a session speaks for this request, or may be sent by another site's page
/// (CSRF). `is_gis`: also what only reads is kept from other origins, for callbacks can be read by
/// them. `checks_forms`: pages that look for their form's secret themselves.
bool may_use_session(const http::Request& request, const identity::Session& session, bool is_gis,
                     bool checks_forms);

/// The same for a certificate: browsers show it to every page's requests, as they do cookies.
bool may_use_certificate(const http::Request& request, bool is_gis, bool checks_forms);

/// What came of the proof.
struct Asker {
    std::shared_ptr<const http::Caller> caller{};  ///< null: nobody
    std::string bad_token{};      ///< why the token that was shown does not count; "": it does
    bool is_unavailable = false;  ///< the user store cannot say who it is
};

/// Looks at the token, then the session, then the certificate. A user has to be there and active,
/// and to have been so, with the same password, when token or session were made. Never blocks the
/// loop.
net::Sure<Asker> find_asker(const http::Request& request, const Proof& proof,
                            const CertificateVerdict& certificate, const Parts& parts, bool is_gis,
                            bool checks_forms);

}  // namespace rhumb::access
