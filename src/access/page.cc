#include "access/page.h"

#include "base/text.h"
#include "crypto/hash.h"

namespace rhumb::access {

namespace {

using text::escape_html;

constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--ink:#17232e;--paper:#fbfcfd;--quiet:#53626f;--line:#8796a3;--panel:#eef3f6;--link:#0b5a8a;--good:#17653a;--bad:#9c2a1c}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf2;--paper:#10181f;--quiet:#a3b3bf;--line:#6b7d8b;--panel:#1a2630;--link:#7cc4f0;--good:#7fd6a2;--bad:#ff9d8c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:40rem;padding:1.5rem 1rem 3rem;font:1.0625rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1,h2{line-height:1.25;margin:1.6em 0 .5em}
h1{font-size:1.8rem;margin-top:.3em}
h2{font-size:1.3rem}
a{color:var(--link)}
:is(a,input,button,summary):focus-visible{outline:3px solid var(--link);outline-offset:2px}
header,footer,.hint{color:var(--quiet);font-size:.94rem}
header{display:flex;flex-wrap:wrap;gap:.2rem 1rem;justify-content:space-between}
header p,footer p{margin:0}
footer{margin-top:3rem}
form{margin:1rem 0}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{width:100%;max-width:26rem;padding:.55rem .7rem;font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:.4rem}
.hint{margin:.25rem 0 0}
button{margin:1.2rem 0 0;max-width:100%;padding:.55rem 1.1rem;border:1px solid var(--link);border-radius:.4rem;font:inherit;color:var(--paper);background:var(--link);cursor:pointer}
button.quiet{color:var(--link);background:transparent;padding:.3rem .8rem;margin:.4rem 0 0}
button:hover{text-decoration:underline}
.error,.done{background:var(--panel);border-left:.4rem solid var(--bad);border-radius:.4rem;padding:.6rem 1rem;margin:1rem 0}
.error{color:var(--bad);font-weight:600}
.done{border-color:var(--good)}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.3rem 1rem}
dt{color:var(--quiet)}
dd{margin:0}
.sessions,.codes{list-style:none;padding:0}
.sessions li{border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;margin:.6rem 0}
.sessions form{margin:0}
code,.codes{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace}
.codes{columns:14rem 2;font-size:1.1rem}
.qr{display:block;width:13rem;max-width:100%;height:auto;border-radius:.4rem;margin:1rem 0}
details{margin:2rem 0 0}
summary{color:var(--link);cursor:pointer}
@media (max-width:26rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
@media print{button,form{display:none}}
)css";

/// Scripts have no place here, and styles but this one neither.
Result<std::string> content_policy() {
    TRY(const auto digest, crypto::sha256(style));
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'",
        text::to_base64(digest));
}

std::string document(const Page& page) {
    const auto who = page.signed_in_as.empty()
                         ? std::string{}
                         : fmt::format("<p>Signed in as <a href=\"/account\">{}</a></p>",
                                       escape_html(page.signed_in_as));
    return fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{0} – {1}</title>
<style>{2}</style>
</head>
<body>
<header><p>{1}</p>{3}</header>
<main>
<h1>{0}</h1>
{4}</main>
<footer><p>Served by Rhumb.</p></footer>
</body>
</html>
)",
                       escape_html(page.title), escape_html(page.host), style, who, page.body);
}

std::string line(std::string_view kind, std::string_view role, std::string_view message) {
    if (message.empty()) return {};
    return fmt::format("<p class=\"{}\" role=\"{}\">{}</p>\n", kind, role, escape_html(message));
}

}  // namespace

Result<http::Response> page_response(int status, const Page& page) {
    TRY(const auto policy, content_policy());
    auto response = http::text_response(status, "text/html; charset=utf-8", document(page));
    response.headers.set("content-security-policy", policy);
    response.headers.set("x-frame-options", "DENY");
    response.headers.set("x-content-type-options", "nosniff");
    response.headers.set("cross-origin-opener-policy", "same-origin");
    // Not "no-referrer": with that, browsers say of our own forms that they come from nowhere.
    response.headers.set("referrer-policy", "same-origin");
    response.headers.set("cache-control", "no-store");
    return response;
}

std::string error_line(std::string_view message) { return line("error", "alert", message); }
std::string done_line(std::string_view message) { return line("done", "status", message); }

std::string to_html(const Field& field) {
    const auto value = field.value.empty() ? std::string{}
                                           : fmt::format(" value=\"{}\"", escape_html(field.value));
    const auto described = field.hint.empty()
                               ? std::string{}
                               : fmt::format(" aria-describedby=\"{}-hint\"", field.name);
    const auto hint = field.hint.empty() ? std::string{}
                                         : fmt::format("<p class=\"hint\" id=\"{}-hint\">{}</p>\n",
                                                       field.name, escape_html(field.hint));
    return fmt::format(
        "<label for=\"{0}\">{1}</label>\n<input id=\"{0}\" name=\"{0}\" type=\"{2}\"{3}{4}{5}{6}>\n{7}",
        field.name, escape_html(field.label), field.type, value,
        field.attributes.empty() ? "" : " ", field.attributes, described, hint);
}

std::string hidden_field(std::string_view name, std::string_view value) {
    return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name,
                       escape_html(value));
}

}  // namespace rhumb::access
