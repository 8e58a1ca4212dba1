#include "policy/verdict.h"

namespace rhumb::policy {

Verdict judge(const Holding& holding, const Visit& visit) {
    if (holding.https_by == nullptr) return Verdict::admitted;  // below /.well-known/
    if (!visit.is_secure) {
        // What proves who asks is refused in the clear before anything else.
        const bool may_be_sent_on = visit.has_https_url && !visit.is_entrance;
        if (!visit.caller.is_known() && may_be_sent_on &&
            holding.require_https == config::RequireHttps::redirect)
            return Verdict::redirected;
        if (visit.caller.is_known() || visit.is_entrance || holding.needs_person() ||
            holding.require_https != config::RequireHttps::no)
            return Verdict::https_required;
    }
    if (holding.client_certificate == config::ClientCertificate::require && !visit.has_certificate)
        return Verdict::certificate_required;
    switch (admit(holding, visit.caller, visit.ip)) {
        case Admission::admitted: return Verdict::admitted;
        case Admission::unknown: return Verdict::sign_in;
        case Admission::denied: break;
    }
    return visit.caller.is_known() ? Verdict::denied : Verdict::not_from_here;
}

int status_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::admitted: return 200;
        case Verdict::redirected: return 308;
        case Verdict::sign_in: return 401;
        case Verdict::https_required:
        case Verdict::certificate_required:
        case Verdict::denied:
        case Verdict::not_from_here: break;
    }
    return 403;
}

int substatus_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::https_required: return 4;
        case Verdict::not_from_here: return 6;
        case Verdict::certificate_required: return 7;
        case Verdict::admitted:
        case Verdict::redirected:
        case Verdict::sign_in:
        case Verdict::denied: break;
    }
    return 0;
}

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::admitted: return "let in";
        case Verdict::redirected: return "308: sent to https";
        case Verdict::https_required: return "403.4: HTTPS is required";
        case Verdict::certificate_required: return "403.7: a client certificate is required";
        case Verdict::sign_in: return "asked to sign in (programs: 401, GIS clients: 499)";
        case Verdict::not_from_here: return "403.6: not from this address";
        case Verdict::denied: break;
    }
    return "403: not permitted";
}

}  // namespace rhumb::policy
