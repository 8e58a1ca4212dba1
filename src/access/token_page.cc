#include "access/token_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "access/form_guard.h"
#include "access/page.h"
#include "base/text.h"

namespace rhumb::access {

using text::escape_html;

namespace {

constexpr std::string_view style =
    R"(:root{color-scheme:light dark;--ink:#1b2733;--quiet:#566573;--line:#d4dce3;--ground:#fff;--band:#f2f6f9;--link:#0b5a8a;--bad:#a3231c}
@media (prefers-color-scheme:dark){:root{--ink:#e4ebf1;--quiet:#9fb0bf;--line:#34424f;--ground:#141c24;--band:#1d2832;--link:#7cc0ec;--bad:#ff9b91}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
header,main,footer{max-width:64rem;margin:0 auto;padding:.75rem 1.25rem}
header{border-bottom:1px solid var(--line)}
h1{margin:1rem 0 .5rem;font-size:1.6rem;line-height:1.2;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
form,dl{display:grid;grid-template-columns:minmax(9rem,14rem) minmax(0,1fr);gap:.5rem 1rem;align-items:center;margin:0;max-width:44rem}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
fieldset{grid-column:1/-1;display:grid;grid-template-columns:minmax(9rem,14rem) minmax(0,1fr);gap:.5rem 1rem;align-items:center;margin:.5rem 0;padding:.5rem 0;border:solid var(--line);border-width:1px 0}
legend{padding:0 .5rem 0 0;color:var(--quiet)}
.choice{display:flex;gap:.5rem;align-items:baseline}
.hint,.error{grid-column:1/-1;margin:0}
.hint,footer{color:var(--quiet);font-size:.875rem}
.error{color:var(--bad);font-weight:600}
input,select,textarea{width:100%;padding:.35rem .5rem;font:inherit;color:inherit;background:var(--band);border:1px solid var(--line);border-radius:4px}
input[type=radio]{width:auto}
textarea{font-family:ui-monospace,monospace;resize:vertical}
button{grid-column:2;justify-self:start;padding:.4rem 1.25rem;font:inherit;color:var(--ground);background:var(--link);border:1px solid var(--link);border-radius:4px;cursor:pointer}
@media (max-width:32rem){form,dl,fieldset{grid-template-columns:minmax(0,1fr)}button{grid-column:1}}
)";

std::string document(const TokenForm& form, std::string_view title, std::string_view body) {
    return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title>
<style>{1}</style>
</head>
<body>
<header><nav aria-label="Where this is"><a href="{2}/rest/services">Services</a></nav></header>
<main>
<h1>{0}</h1>
{3}</main>
<footer><p>Rhumb token service</p></footer>
</body>
</html>
)",
                       escape_html(title), style,
                       escape_html(text::percent_encode(form.gis_path, "/")), body);
}

std::string who(const TokenForm& form) {
    if (!form.signed_in_as.empty()) {
        return fmt::format(
            "<p class=\"hint\">You are signed in as <strong>{}</strong>: the token will be yours.</p>\n"
            "{}",
            escape_html(form.signed_in_as), hidden_field(form_field, form.form_secret));
    }
    return fmt::format(
        R"(<label for="username">User name</label>
<input id="username" name="username" value="{}" autocomplete="username" autocapitalize="none" spellcheck="false" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<label for="code">Code, if you use one</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="code-hint">
<p class="hint" id="code-hint">Of your second factor, when your account has one.</p>
)",
        escape_html(form.user));
}

/// One way to bind the token; `more` is the field that goes with it.
std::string choice(const TokenForm& form, std::string_view client, std::string_view label,
                   std::string_view more) {
    const bool is_chosen = form.client == client || (form.client.empty() && client == "referer");
    return fmt::format(
        "<label class=\"choice\"><input type=\"radio\" name=\"client\" value=\"{}\"{}> {}</label>\n<div>{}</div>\n",
        client, is_chosen ? " checked" : "", label, more);
}

std::string where(const TokenForm& form) {
    const auto field = [](std::string_view name, std::string_view label, std::string_view value,
                          std::string_view example) {
        return fmt::format(
            R"(<input id="{0}" name="{0}" value="{1}" aria-label="{2}" placeholder="{3}" spellcheck="false" autocapitalize="none">)",
            name, escape_html(value), label, example);
    };
    return "<fieldset>\n<legend>Where it may be used</legend>\n" +
           choice(form, "referer", "In a Web application",
                  field("referer", "Address of the Web application", form.referer,
                        "https://maps.example.org")) +
           choice(form, "requestip", "From this address", escape_html(form.client_ip)) +
           choice(form, "ip", "From another address",
                  field("ip", "IP address", form.ip, "192.0.2.7")) +
           choice(form, "none", "Anywhere", "") + "</fieldset>\n";
}

std::string until(const TokenForm& form) {
    const auto minutes =
        form.expiration.empty() ? fmt::to_string(form.short_minutes.count()) : form.expiration;
    return fmt::format(
        R"(<label for="expiration">Minutes until it expires</label>
<input id="expiration" name="expiration" type="number" min="1" max="{0}" value="{1}" aria-describedby="expiration-hint">
<p class="hint" id="expiration-hint">At most {0}.</p>
<label for="f">Answer</label>
<select id="f" name="f"><option value="html">a page</option><option value="pjson">JSON</option></select>
<button type="submit">Get a token</button>
)",
        form.long_minutes.count(), escape_html(minutes));
}

std::string_view describe(const identity::TokenBinding& binding) {
    switch (binding.kind) {
        case identity::TokenBinding::Kind::referer: return "In pages whose address begins with ";
        case identity::TokenBinding::Kind::ip: return "From the address ";
        case identity::TokenBinding::Kind::none: break;
    }
    return "Anywhere";
}

}  // namespace

std::string render_token_form(const TokenForm& form) {
    std::string body =
        "<p>A token stands for a user's name and password in programs and pages that ask this server for maps.</p>\n";
    if (!form.fault.empty())
        body += fmt::format("<p class=\"error\" role=\"alert\">{}</p>\n", escape_html(form.fault));
    if (!form.outside.empty() && form.signed_in_as.empty())
        body += fmt::format(
            "<p><a href=\"/login?return={}/tokens/\">Sign in with {}</a>: then no password is asked for here.</p>\n",
            escape_html(text::percent_encode(form.gis_path, "/")), escape_html(form.outside));
    body += fmt::format("<form method=\"post\" action=\"{}/tokens/generateToken\">\n",
                        escape_html(text::percent_encode(form.gis_path, "/")));
    body += who(form) + where(form) + until(form) + "</form>\n";
    return document(form, form.fault.empty() ? "Get a token" : "No token was made", body);
}

std::string render_token(const TokenForm& form, const identity::IssuedToken& token) {
    const auto& facts = token.facts;
    const auto path = escape_html(text::percent_encode(form.gis_path, "/"));
    const auto body = fmt::format(
        R"(<p><label for="token">The token. It is shown this once; who has it is taken for {0}.</label></p>
<p><textarea id="token" rows="4" cols="80" readonly spellcheck="false">{1}</textarea></p>
<dl>
<dt>Of</dt><dd>{0}</dd>
<dt>Good until</dt><dd><time datetime="{2:%Y-%m-%dT%H:%M:%SZ}">{2:%Y-%m-%d %H:%M:%S} UTC</time></dd>
<dt>Where it may be used</dt><dd>{3}{4}</dd>
<dt>Its name, to revoke it</dt><dd>{5}</dd>
</dl>
<p>Programs send it as the parameter <code>token</code>, or in the header <code>X-Esri-Authorization: Bearer …</code>, over https.</p>
<p><a href="{6}/tokens/">Get another</a></p>
)",
        escape_html(facts.user), escape_html(token.text), facts.expires, describe(facts.binding),
        escape_html(facts.binding.value), escape_html(facts.id), path);
    return document(form, "A token of " + facts.user, body);
}

http::Response token_page_response(int status, std::string html) {
    auto response = http::text_response(status, "text/html; charset=utf-8", std::move(html));
    response.headers.set(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    response.headers.set("x-content-type-options", "nosniff");
    return response;
}

}  // namespace rhumb::access
