"""The doctor on HTTP and pages: servers that are wrong in one way, of which it must name exactly that, and servers that are well."""

import json

import pytest

from web import NAME, Said, Web, ids, of_the_web

PAGE = Said("<title>Maps of the town</title><p>All maps.</p><img src=/a.png><script src=/a.js></script>")
LOGIN = "<title>Maps: sign in</title><form method=post action='{}'><input name=user><input name=password type=password></form>"
HSTS = "Strict-Transport-Security"


def leading(to, status=301):
    return Said("", status, fields=(("Location", to),))


def with_field(name, *values):
    return Said(PAGE.body, fields=tuple((name, value) for value in values))


def page(html):
    return Said(f"<title>Maps of the town</title>{html}")


# path: what https says, what http says (None: 404), what the doctor finds.
CASES = {
    # Well.
    "/well": (PAGE, leading("{https}/well"), []),
    "/well/403": (PAGE, Said("<title>Maps: HTTPS is required</title>", 403), []),
    "/well/login": (page(LOGIN.format("/j_security_check")), leading("{https}/well/login", 308), []),
    "/well/hsts": (with_field(HSTS, "max-age=86400"), leading("{https}/well/hsts"), []),
    "/well/cookie": (with_field("Set-Cookie", "JSESSIONID=1; Secure; HttpOnly", "lang=de"), None, []),
    "/well/moved": (leading("/well"), leading("{https}/well/moved"), []),
    "/well/404": (None, leading("{https}/well/404"), []),
    "/well/401": (Said("", 401, fields=(("WWW-Authenticate", "Basic realm=maps"),)), leading("{https}/well/401"), []),
    "/well/links": (page("<a href='http://www.example.com/'>elsewhere</a><a href=mailto:a@example.org>a</a><script>'http://www.w3.org/'</script>"), None, []),
    "/well/upgrade": (Said("<script src='http://b.example/a.js'></script>", fields=(("Content-Security-Policy", "upgrade-insecure-requests"),)), None, []),
    # The server.
    "/502": (Said("<title>Maps: bad gateway</title>", 502), None, ["http.status.failure"]),
    "/421": (Said("<title>Maps: misdirected</title>", 421), None, ["http.host.unknown"]),
    "/other": (Said("<title>Welcome to nginx!</title>"), PAGE, ["http.host.other-site"]),
    # Redirects.
    "/loop": (leading("{http}/loop"), leading("{https}/loop"), ["http.redirect.loop"]),
    "/loop/own": (leading("/loop/own?"), None, ["http.redirect.loop"]),
    "/downgrade": (leading("{http}/plain"), leading("{https}/downgrade"), ["http.redirect.downgrade"]),
    "/dead": (PAGE, leading("https://localhost:1/dead"), ["http.redirect.dead"]),
    "/dead/scheme": (PAGE, leading("https://localhost/"), ["http.redirect.dead"]),
    "/nowhere": (leading("mailto:ann@example.org", 302), None, ["http.redirect.nowhere"]),
    "/unresolved": (leading("https://no-such-name.invalid/"), None, ["http.redirect.unresolved"]),
    "/lost?layer=1": (PAGE, leading("{https}/"), ["http.redirect.loses-path"]),
    # Http beside https.
    "/open": (Said("", 403), PAGE, ["http.open"]),
    "/open/login": (leading("/well/login", 302), PAGE, ["http.open"]),
    "/basic": (Said("", 401), Said("", 401, fields=(("WWW-Authenticate", "Basic realm=maps"),)), ["http.auth.clear"]),
    # HSTS.
    "/hsts/malformed": (with_field(HSTS, "max-age=one year"), None, ["hsts.malformed"]),
    "/hsts/zero": (with_field(HSTS, "max-age=0"), None, ["hsts.zero"]),
    "/hsts/preload": (with_field(HSTS, "max-age=63072000; includeSubDomains; preload"), None, ["hsts.preload"]),
    "/hsts/early": (with_field(HSTS, "max-age=63072000"), PAGE, ["hsts.early"]),
    "/hsts/clear": (PAGE, Said("", 301, fields=(("Location", "{https}/hsts/clear"), (HSTS, "max-age=86400"))), ["hsts.in-clear"]),
    # Cookies.
    "/cookie": (with_field("Set-Cookie", "JSESSIONID=1; HttpOnly"), None, ["http.cookie.clear"]),
    "/cookie/refused": (with_field("Set-Cookie", "a=b; SameSite=None"), None, ["http.cookie.refused"]),
    # Pages.
    "/login/action": (page(LOGIN.format("http://www.example.com/login")), None, ["page.login.action-clear"]),
    "/form": (page("<form action='http://www.example.com/search'><input name=q></form>"), None, ["page.form.clear"]),
    "/refresh": (page("<meta http-equiv=refresh content='9; url=http://www.example.com/'>"), None, ["page.refresh.clear"]),
    "/mixed/script": (page("<script src='http://b.example/a.js'></script>"), None, ["page.mixed.active"]),
    "/mixed/style": (page("<style>@import 'http://b.example/a.css';</style>"), None, ["page.mixed.active"]),
    "/mixed/base": (page("<base href='http://b.example/'><link rel=stylesheet href=a.css>"), None, ["page.mixed.active"]),
    "/mixed/srcset": (page("<img src=a.png srcset='http://b.example/a.png 2x'>"), None, ["page.mixed.active"]),
    "/mixed/image": (page("<img src='http://b.example/a.png'>"), None, ["page.mixed.passive"]),
    # Clocks.
    "/clock": (Said(PAGE.body, date="Mon, 01 Jan 2024 00:00:00 GMT"), None, ["clock."]),
}

PLAIN = {"/plain": PAGE, "/": leading("{https}/")}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    secure = {path: said for path, (said, _, _) in CASES.items() if said}
    clear = {path: said for path, (_, said, _) in CASES.items() if said}
    secure["/"] = PAGE
    one = Web(tmp_path_factory.mktemp("web"), secure, {**PLAIN, **clear})
    # The port of http, said to speak https.
    clear["/dead/scheme"].fields = (("Location", f"https://localhost:{one.http_port}/dead/scheme"),)
    yield one
    one.end()


@pytest.mark.parametrize("path", CASES)
def test_of_a_server_that_is_wrong_in_one_way_exactly_that_is_named(web, path):
    _, _, wanted = CASES[path]
    findings = web.examine(path)
    if path == "/clock":
        assert [one[:6] for one in ids(findings)] == wanted
    else:
        assert ids(findings) == wanted, findings
    for one in of_the_web(findings):
        assert one["about"] == web.origin("https")
        assert one["sentence"] and one["remedy"]


def test_errors_end_with_three_and_notes_with_nought(web):
    web.examine("/mixed/script", code=3)
    web.examine("/mixed/image", code=0)
    web.examine("/well", code=0)


def test_a_login_in_the_clear_is_found_from_outside(tmp_path):
    web = Web(tmp_path, {"/": page(LOGIN.format("/in"))}, {"/": page(LOGIN.format("/in"))})
    try:
        findings = web.examine("/", host=NAME, code=3)
        assert ids(findings) == ["page.login.clear"], findings
        assert f"http://{NAME}" in of_the_web(findings)[0]["sentence"]
        # And when the address in the clear itself is asked about.
        assert ids(web.examine("/", host=NAME, scheme="http")) == ["page.login.clear"]
    finally:
        web.end()


def test_from_outside_inner_addresses_are_found_and_http_that_gives_the_same_is_noted(tmp_path):
    web = Web(tmp_path, {
        "/": PAGE, "/moved": leading("http://geoserver:8080/geoserver/web/"), "/private": leading("https://10.0.0.5/"),
        "/part": page("<script src='https://localhost:8443/a.js'></script>"),
    }, {"/": PAGE})
    try:
        (also,) = of_the_web(web.examine("/", host=NAME, code=0))
        assert (also["id"], also["severity"]) == ("http.also", "note")
        assert ids(web.examine("/moved", host=NAME)) == ["http.redirect.internal"]
        assert ids(web.examine("/private", host=NAME)) == ["http.redirect.internal"]
        assert ids(web.examine("/part", host=NAME)) == ["page.internal"]
    finally:
        web.end()


def test_hsts_with_a_certificate_that_nobody_trusts_is_an_error(tmp_path):
    web = Web(tmp_path, {"/": with_field(HSTS, "max-age=86400")}, {})
    try:
        other = Web(tmp_path / "other", {})
        other.end()
        findings = web.examine("/", roots=other.authority.root, code=3)
        assert ids(findings) == ["hsts.untrusted-certificate"]
        # Why nobody trusts it, and how they would, is told with it.
        told = of_the_web(findings)[0]
        assert "max-age=86400" in told["sentence"] and "knows the authority" in told["sentence"]
        assert told["command"].startswith("rhumb trust install --from https://localhost:")
        assert ids(web.examine("/")) == []
    finally:
        web.end()


def test_little_is_asked_and_nothing_of_other_hosts(web):
    web.examine("/well/moved")
    asked = [(scheme, path) for scheme, path, _ in web.asked]
    assert asked.count(("https", "/well/moved")) == 1
    assert len(asked) <= 8, asked
    web.examine("/mixed/script", host=NAME)
    assert {host.partition(":")[0] for _, _, host in web.asked if host} == {NAME}


def test_where_http_leads_to_https_a_path_with_a_query_is_tried(tmp_path):
    lost = "/rhumb-doctor/asks?kept=yes"
    web = Web(tmp_path, {"/": PAGE}, {"/": leading("{https}/"), lost: leading("{https}/")})
    try:
        assert ids(web.examine("/")) == ["http.redirect.loses-path"]
        web.clear[lost] = leading("{https}" + lost)
        assert ids(web.examine("/")) == []
        assert ("http", lost) in [(scheme, path) for scheme, path, _ in web.asked]
    finally:
        web.end()


def test_a_server_that_speaks_tls_and_then_nothing_is_silent(tmp_path):
    web = Web(tmp_path, {"/": PAGE})
    try:
        web.servers["https"].RequestHandlerClass = _Mute
        assert ids(web.examine("/", code=3)) == ["http.silent"]
    finally:
        web.end()


class _Mute:
    """Reads a request and hangs up, or greets as a mail server does."""

    def __init__(self, request, *_):
        request.recv(4096)
        request.sendall(b"220 mail.example.org ESMTP\r\n")


def test_of_an_installation_as_it_comes_nothing_is_to_be_said(server, tmp_path):
    """Map services, the viewer, the welcome page, http beside https."""
    one = server(None, "--https", 0, "--http", 0)
    done = one.command("doctor", "--json", check=False, seconds=180)
    diagnoses = json.loads(done.stdout)["examined"]
    served = [each for each in diagnoses if each["about"].startswith("http")]
    assert {each["about"].partition(":")[0] for each in served} == {"http", "https"}
    for each in served:
        assert ids(each["findings"]) == [], each
    # And as anybody sees it from outside.
    urls = [one.https(), one.https("/arcgis/rest/services"), one.https("/arcgis/rest/services/Countries/MapServer"), one.http()]
    if one.fetch(one.https("/viewer/")).status == 200:  # the pages are there: not in every build
        urls.append(one.https("/viewer/"))
    for url in urls:
        done = one.command("doctor", url, "--roots", one.root_file(), "--http", one.http_port, "--json", check=False, seconds=90)
        (diagnosis,) = json.loads(done.stdout)["examined"]
        assert ids(diagnosis["findings"]) == [], url
        assert not diagnosis["unfinished"], diagnosis["unfinished"]
        if "/rest/services" in url:
            assert [seen["value"].partition(" ")[0] for seen in diagnosis["seen"] if seen["what"] == "map service"] == ["ArcGIS", "ArcGIS"]
