#include "access/login_page.h"

#include "access/form_guard.h"
#include "base/text.h"

namespace rhumb::access {

namespace {

using text::escape_html;

std::string open_form(std::string_view action, std::string_view secret) {
    return fmt::format("<form method=\"post\" action=\"{}\">\n{}", action,
                       hidden_field(form_field, secret));
}

std::string already(const LoginForm& form) {
    if (form.signed_in_as.empty()) return {};
    const auto& to = form.return_address;
    return fmt::format(
        "<p>You are signed in as <strong>{}</strong>. <a href=\"{}\">Go on</a>, or sign in as somebody else.</p>\n",
        escape_html(form.signed_in_as), to.empty() ? "/account" : escape_html(to));
}

Page code_page(const LoginForm& form) {
    std::string body = error_line(form.fault);
    body += "<p>Your password is right. Your account has a second factor.</p>\n";
    body += open_form("/login", form.form_secret) + hidden_field("ticket", form.ticket) +
            hidden_field("return", form.return_address);
    body += to_html(
        {.name = "code",
         .label = "Code",
         .attributes =
             "autocomplete=\"one-time-code\" autocapitalize=\"none\" spellcheck=\"false\" required autofocus",
         .hint = "The six digits that your app shows now, or one of your recovery codes."});
    body += "<button type=\"submit\">Sign in</button>\n</form>\n";
    body += fmt::format("<p><a href=\"/login?return={}\">Begin again</a></p>\n",
                        escape_html(text::percent_encode(form.return_address, "/")));
    return {.title = "Enter your code", .body = std::move(body), .host = form.host};
}

}  // namespace

std::string spell_wait(std::chrono::seconds wait) {
    const auto seconds = std::max<std::int64_t>(wait.count(), 1);
    if (seconds == 1) return "a second";
    if (seconds < 90) return fmt::format("{} seconds", seconds);
    return fmt::format("{} minutes", (seconds + 59) / 60);
}

namespace {

std::string password_form(const LoginForm& form) {
    // Where people sign in elsewhere, this form is not the first thing that is looked for.
    const bool takes_focus = form.outside.empty() || !form.user.empty();
    const std::string_view at_user = takes_focus && form.user.empty() ? " autofocus" : "";
    const std::string_view at_password = takes_focus && !form.user.empty() ? " autofocus" : "";
    auto body = open_form("/login", form.form_secret) + hidden_field("return", form.return_address);
    body += to_html(
        {.name = "user",
         .label = "User name",
         .value = form.user,
         .attributes = fmt::format(
             "autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required{}",
             at_user)});
    body += to_html(
        {.name = "password",
         .label = "Password",
         .type = "password",
         .attributes = fmt::format("autocomplete=\"current-password\" required{}", at_password)});
    return body + "<button type=\"submit\">Sign in</button>\n</form>\n";
}

/// The way to a page of the user store's own, and the password for who has one here.
std::string two_ways(const LoginForm& form) {
    auto body =
        open_form("/login/openid", form.form_secret) + hidden_field("return", form.return_address);
    body += fmt::format("<button type=\"submit\"{}>Sign in with {}</button>\n</form>\n",
                        form.user.empty() ? " autofocus" : "", escape_html(form.outside));
    body += fmt::format("<details{}>\n<summary>Sign in with a password of this server</summary>\n",
                        form.user.empty() ? "" : " open");
    body +=
        "<p class=\"hint\">Local administrators have one. All others sign in with the button above.</p>\n";
    return body + password_form(form) + "</details>\n";
}

}  // namespace

Page login_page(const LoginForm& form) {
    if (!form.ticket.empty()) return code_page(form);
    auto body = error_line(form.fault) + done_line(form.done) + already(form);
    body += form.outside.empty() ? password_form(form) : two_ways(form);
    return {.title = "Sign in",
            .body = std::move(body),
            .host = form.host,
            .signed_in_as = form.signed_in_as};
}

Page first_administrator_page(const FirstForm& form) {
    auto body = error_line(form.fault);
    body +=
        "<p>Nobody can administer this server yet. Whoever has the code that it said when it started becomes its first administrator.</p>\n";
    body += open_form("/login/first", form.form_secret);
    body += to_html(
        {.name = "code",
         .label = "Code",
         .attributes =
             "autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" required autofocus",
         .hint = "Letters and digits in groups of four. On the machine itself, «rhumb "
                 "user first-code» makes a new one."});
    body += to_html({.name = "user",
                     .label = "User name",
                     .value = form.name,
                     .attributes = "autocomplete=\"username\" autocapitalize=\"none\" "
                                   "spellcheck=\"false\" maxlength=\"128\" required"});
    body += to_html({.name = "password",
                     .label = "Password",
                     .type = "password",
                     .attributes = "autocomplete=\"new-password\" minlength=\"10\" required",
                     .hint = "At least 10 characters. Length counts, nothing else is demanded."});
    body += to_html({.name = "again",
                     .label = "The same password again",
                     .type = "password",
                     .attributes = "autocomplete=\"new-password\" minlength=\"10\" required"});
    body += "<button type=\"submit\">Become administrator</button>\n</form>\n";
    return {.title = "The first administrator", .body = std::move(body), .host = form.host};
}

Page no_first_code_page(const std::string& host) {
    return {
        .title = "There is no code to be used",
        .body =
            "<p>Somebody may administer this server already: <a href=\"/login\">sign in</a>. Or the code is over, for it counts for a day: <code>rhumb user first-code</code>, on the machine itself, makes a new one.</p>\n",
        .host = host};
}

Page logout_page(const LogoutForm& form) {
    auto body = open_form("/logout", form.form_secret);
    if (form.outside.empty()) {
        body += "<button type=\"submit\" autofocus>Sign out</button>\n";
    } else {
        const auto where = escape_html(form.outside);
        body += fmt::format(
            "<p>You signed in with {0}. Who signs out here alone is let in again by {0} without being asked.</p>\n",
            where);
        body += fmt::format(
            "<p><button type=\"submit\" name=\"where\" value=\"everywhere\" autofocus>Sign out here and of {}</button></p>\n"
            "<p><button type=\"submit\" name=\"where\" value=\"here\" class=\"quiet\">Sign out here</button></p>\n",
            where);
    }
    return {.title = "Sign out",
            .body = body + "</form>\n",
            .host = form.host,
            .signed_in_as = form.user};
}

}  // namespace rhumb::access
