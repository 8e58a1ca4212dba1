#include "access/account.h"

#include "access/account_forms.h"
#include "access/account_page.h"
#include "access/cookies.h"
#include "access/form_guard.h"
#include "access/login.h"
#include "access/outside.h"
#include "access/visitor.h"
#include "http/parameters.h"

namespace rhumb::access {

namespace {

using identity::SecondFactors;

/// Blocks.
Result<http::Response> render_account(const Parts& parts, const Visitor& visitor,
                                      const std::string& host, const FormOutcome& outcome) {
    const SecondFactors factors{parts.store, parts.seal, parts.clock};
    TRY(const auto second_factor, factors.state_of(visitor.person->name));
    TRY(const auto* const editor,
        parts.locals.editor_of(visitor.person->name, parts.people.users()));
    TRY(const bool is_local, parts.locals.is_one(visitor.person->name));
    const bool has_password = is_local || parts.browser_sign_in() == nullptr;
    return page_response(outcome.status,
                         account_page({.host = host,
                                       .person = *visitor.person,
                                       .session = *visitor.session,
                                       .sessions = parts.sessions.list(visitor.person->name),
                                       .second_factor = second_factor,
                                       .has_password = has_password,
                                       .may_change_password = has_password && editor != nullptr,
                                       .now = parts.clock.now(),
                                       .fault = outcome.fault,
                                       .done = outcome.done}));
}

/// Blocks. The page with the code to be scanned; back to /account where nothing was begun.
Result<http::Response> render_offer(const Parts& parts, const Visitor& visitor,
                                    const std::string& host, const FormOutcome& outcome) {
    const SecondFactors factors{parts.store, parts.seal, parts.clock};
    TRY(const auto secret, factors.find_begun(visitor.person->name));
    if (!secret) return go_to("/account");
    TRY(const auto page, second_factor_page({.host = host,
                                             .user = visitor.person->name,
                                             .form_secret = visitor.session->form_secret,
                                             .secret = std::string{secret->view()},
                                             .fault = outcome.fault}));
    return page_response(outcome.status, page);
}

/// Blocks. What is shown after a form.
Result<http::Response> render(const Parts& parts, const Visitor& visitor, const std::string& host,
                              const FormOutcome& outcome) {
    switch (outcome.next) {
        case FormOutcome::Next::account: break;
        case FormOutcome::Next::offer: return render_offer(parts, visitor, host, outcome);
        case FormOutcome::Next::codes:
            return page_response(outcome.status, recovery_codes_page(host, visitor.person->name,
                                                                     outcome.recovery_codes));
        case FormOutcome::Next::elsewhere: {
            auto response = go_to(outcome.address);
            if (outcome.is_out) remove_cookie(response, session_cookie);
            if (outcome.begun) set_cookie(response, session_cookie, outcome.begun->secret);
            return response;
        }
    }
    auto response = render_account(parts, visitor, host, outcome);
    if (response && outcome.wait.count() > 0)
        response->headers.set("retry-after", fmt::to_string(outcome.wait.count()));
    return response;
}

/// Named, for what is given to the pool must outlive it.
using Work = std::function<Result<http::Response>()>;

net::Task<http::Response> show(const http::Request& request, const std::string& path,
                               const Visitor& visitor, const Parts& parts) {
    FormOutcome outcome;
    if (path == "/account/second-factor")
        outcome.next = FormOutcome::Next::offer;
    else if (path != "/account")
        co_return go_to("/account");  // a form's address, called again
    if (request.query == "password") outcome.done = "Your password is changed.";
    if (request.query == "ended") outcome.done = "That session has ended.";
    if (request.query == "removed") outcome.done = "Your second factor is removed.";
    Work work = [&parts, visitor, host = request.host, outcome] {
        return render(parts, visitor, host, outcome);
    };
    co_return co_await parts.pool.run<http::Response>(std::move(work));
}

net::Task<http::Response> take(http::Request& request, const std::string& path,
                               const Visitor& visitor, const Parts& parts) {
    const auto take_form = find_account_form(path);
    if (take_form == nullptr)
        co_return fail(ErrorKind::not_found, "there is no form at this address");
    CO_TRY(const auto parameters, co_await http::read_parameters(request, sign_in_form_bytes_max));
    const bool is_own =
        is_own_form(request, parameters->get(form_field), visitor.session->form_secret);
    Work work = [&parts, visitor, parameters, is_own, take_form, host = request.host,
                 browser = browser_of(request)]() -> Result<http::Response> {
        if (!is_own)
            return render(parts, visitor, host,
                          {.status = 403, .fault = "This form was too old. Please try once more."});
        TRY(const auto outcome, take_form({.parts = parts,
                                           .visitor = visitor,
                                           .parameters = *parameters,
                                           .browser = browser}));
        return render(parts, visitor, host, outcome);
    };
    co_return co_await run_with_password_of<http::Response>(parts, visitor.person->name,
                                                            std::move(work));
}

}  // namespace

net::Task<http::Response> answer_account(http::Request& request, std::string path,
                                         const Parts& parts) {
    CO_TRY(const auto visitor, co_await find_visitor(request, parts));
    if (!visitor) co_return go_to("/login?return=/account");
    if (request.method == http::Method::post)
        co_return co_await take(request, path, visitor, parts);
    co_return co_await show(request, path, visitor, parts);
}

}  // namespace rhumb::access
