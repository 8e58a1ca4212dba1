#include "access/session_start.h"

#include "access/cookies.h"
#include "access/form_guard.h"
#include "access/visitor.h"

namespace rhumb::access {

Browser browser_of(const http::Request& request) {
    return {.address = address_of(request),
            .agent = std::string{request.headers.find("user-agent").value_or("")},
            .old_cookie = find_cookie(request, session_cookie).value_or("")};
}

Result<identity::Sessions::Begun> begin_session(const Parts& parts, std::string_view user,
                                                const Browser& browser) {
    if (const auto before = parts.sessions.find(browser.old_cookie))
        // It may have ended at this moment, by itself or from another window.
        (void)parts.sessions.end(before->id, {before->user, browser.address});
    return parts.sessions.begin(user, browser.address, browser.agent);
}

http::Response go_to(std::string_view address) {
    auto response = http::redirect_response(303, address);
    response.headers.set("cache-control", "no-store");
    return response;
}

http::Response enter(const identity::Sessions::Begun& begun, std::string_view address) {
    auto response = go_to(address);
    set_cookie(response, session_cookie, begun.secret);
    remove_cookie(response, form_cookie);
    return response;
}

}  // namespace rhumb::access
