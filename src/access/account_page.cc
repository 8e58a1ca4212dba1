#include "access/account_page.h"

#include <algorithm>

#include <fmt/chrono.h>

#include "access/form_guard.h"
#include "base/text.h"
#include "identity/one_time_code.h"
#include "share/qr.h"

namespace rhumb::access {

namespace {

using text::escape_html;

constexpr std::string_view back = "<p><a href=\"/account\">Back to your account</a></p>\n";

std::string open_form(std::string_view action, std::string_view secret) {
    return fmt::format("<form method=\"post\" action=\"{}\">\n{}", action,
                       hidden_field(form_field, secret));
}

std::string password_field(std::string_view name, std::string_view label) {
    return to_html({.name = name,
                    .label = label,
                    .type = "password",
                    .attributes = "autocomplete=\"current-password\" required"});
}

std::string who(const Account& account) {
    const auto roles =
        account.person.roles.empty() ? std::string{"none"} : text::join(account.person.roles, ", ");
    return fmt::format(
        "<dl>\n<dt>User</dt><dd><strong>{}</strong></dd>\n<dt>Roles</dt><dd>{}</dd>\n<dt>May</dt><dd>{}</dd>\n</dl>\n",
        escape_html(account.person.name), escape_html(roles),
        identity::to_text(account.person.privilege));
}

std::string one_session(const Account& account, const identity::Session& session) {
    const bool is_this = session.id == account.session.id;
    auto item = fmt::format(
        "<li>{}{}<br><span class=\"hint\">from {}, since {}, last used {}</span>\n",
        is_this ? "<strong>This browser.</strong> " : "",
        session.agent.empty() ? "A program that does not say its name" : escape_html(session.agent),
        escape_html(session.address), spell_time(session.created), spell_time(session.last_used));
    if (!is_this)
        item +=
            open_form("/account/end", account.session.form_secret) +
            hidden_field("id", session.id) +
            fmt::format(
                "<button class=\"quiet\" type=\"submit\" aria-label=\"End the session from {} since {}\">End</button>\n</form>\n",
                escape_html(session.address), spell_time(session.created));
    return item + "</li>\n";
}

std::string sessions(const Account& account) {
    std::string all = "<h2>Where you are signed in</h2>\n<ul class=\"sessions\">\n";
    for (const auto& session : account.sessions) all += one_session(account, session);
    all += "</ul>\n" + open_form("/account/end-all", account.session.form_secret);
    return all + "<button type=\"submit\">Sign out everywhere</button>\n</form>\n";
}

std::string password(const Account& account) {
    std::string part = "<h2>Password</h2>\n";
    if (!account.has_password)
        return part + "<p>You sign in elsewhere: no password is asked for here.</p>\n";
    if (!account.may_change_password)
        return part + "<p>Your password is kept elsewhere, and changed there.</p>\n";
    part += "<p>Who changes it stays signed in here, and nowhere else; tokens end, too.</p>\n" +
            open_form("/account/password", account.session.form_secret);
    part += fmt::format(
        "<input type=\"hidden\" name=\"user\" value=\"{}\" autocomplete=\"username\">\n",
        escape_html(account.person.name));
    part += password_field("old", "Password now");
    part += to_html({.name = "new",
                     .label = "New password",
                     .type = "password",
                     .attributes = "autocomplete=\"new-password\" minlength=\"10\" required",
                     .hint = "At least 10 characters. Length counts, nothing else is demanded."});
    part += to_html({.name = "again",
                     .label = "The new password again",
                     .type = "password",
                     .attributes = "autocomplete=\"new-password\" minlength=\"10\" required"});
    return part + "<button type=\"submit\">Change the password</button>\n</form>\n";
}

/// A form that asks for nothing but the password.
std::string with_password(const Account& account, std::string_view action, std::string_view id,
                          std::string_view button) {
    return open_form(action, account.session.form_secret) +
           fmt::format(
               "<label for=\"{0}\">Password</label>\n<input id=\"{0}\" name=\"password\" "
               "type=\"password\" autocomplete=\"current-password\" required>\n",
               id) +
           fmt::format("<button type=\"submit\">{}</button>\n</form>\n", button);
}

std::string second_factor(const Account& account) {
    // It goes with a password that is asked for here.
    if (!account.has_password) return {};
    std::string part = "<h2>Second factor</h2>\n";
    const auto& factor = account.second_factor;
    if (!factor.confirmed)
        return part +
               "<p>With a second factor, a password alone lets nobody in: an app on your phone shows a code, another every half minute.</p>\n" +
               with_password(account, "/account/second-factor/begin", "begin-password",
                             "Set up a second factor");
    part += fmt::format(
        "<p>You are asked for a code when you sign in, since {}. You have {} recovery {} left.</p>\n",
        spell_time(*factor.confirmed), factor.recovery_codes,
        factor.recovery_codes == 1 ? "code" : "codes");
    part += with_password(account, "/account/second-factor/codes", "codes-password",
                          "Make new recovery codes");
    return part + with_password(account, "/account/second-factor/remove", "remove-password",
                                "Remove the second factor");
}

/// In groups of four, as people type it.
std::string spaced(std::string_view base32) {
    std::string text;
    for (std::size_t i = 0; i < base32.size(); i += 4)
        text += fmt::format("{}{}", i > 0 ? " " : "", base32.substr(i, 4));
    return text;
}

}  // namespace

std::string spell_time(Seconds time) { return fmt::format("{:%Y-%m-%d %H:%M} UTC", time); }

Page account_page(const Account& account) {
    auto body = error_line(account.fault) + done_line(account.done) + who(account);
    body += open_form("/logout", account.session.form_secret) +
            "<button type=\"submit\">Sign out</button>\n</form>\n";
    body += sessions(account) + password(account) + second_factor(account);
    return {.title = "Your account",
            .body = std::move(body),
            .host = account.host,
            .signed_in_as = account.person.name};
}

Result<Page> second_factor_page(const SecondFactorOffer& offer) {
    const auto uri =
        identity::one_time_uri(offer.secret, fmt::format("Rhumb {}", offer.host), offer.user);
    TRY(const auto code, share::to_qr_svg(uri, "QR code of the second factor"));
    auto body = error_line(offer.fault);
    body +=
        "<p>Scan this with an authenticator app, then enter the code that it shows. Until you have done so, nothing changes.</p>\n";
    body += code;
    body += fmt::format(
        "<p>On this device: <a href=\"{}\">open it in the app</a>. To type it: <code>{}</code> (by time, six digits, 30 seconds).</p>\n",
        escape_html(uri), spaced(identity::to_base32(offer.secret)));
    body += open_form("/account/second-factor/confirm", offer.form_secret);
    body += to_html({.name = "code",
                     .label = "Code",
                     .attributes =
                         "inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"7\" "
                         "required autofocus"});
    body += "<button type=\"submit\">Confirm</button>\n</form>\n";
    body += back;
    return Page{.title = "Set up a second factor",
                .body = std::move(body),
                .host = offer.host,
                .signed_in_as = offer.user};
}

Page recovery_codes_page(const std::string& host, const std::string& user,
                         const std::vector<std::string>& codes) {
    std::string body =
        "<p>Each of these lets you in once in the place of a code, should the app be lost. They are shown this once: print them, or write them down, and keep them apart from your password.</p>\n<ul class=\"codes\">\n";
    for (const auto& code : codes) body += fmt::format("<li>{}</li>\n", code);
    body += "</ul>\n";
    body += back;
    return {.title = "Your recovery codes",
            .body = std::move(body),
            .host = host,
            .signed_in_as = user};
}

}  // namespace rhumb::access
