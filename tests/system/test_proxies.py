"""Behind a proxy that ends TLS: people sign in, programs get tokens, every address that is written leads back through the proxy; and nobody but a
trusted proxy can say that he came over https."""

import json
import re
import urllib.parse

import pytest

from harness import copy_sample, wait_until
from people import Browser
from tls_proxy import TlsProxy

PASSWORD = "correct horse battery staple"
RIVERS = "/arcgis/rest/services/Hydrography/Rivers"
SECURED = {"X-Forwarded-Proto": "https"}

CONFIG = """
[security]
trusted_proxies = ["127.0.0.2"]
proxies_end_tls = true

[[site]]
bindings = ["http://127.0.0.1:0"]
access_log = "json"
access_log_file = "access.log"

[[site.location]]
path = "/private"
allow = ["authenticated"]

[[site.location]]
path = "/moved"
require_https = "redirect"

[[site.location]]
path = "/shown"
client_certificate = "accept"

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/api/v1"
handler = "api"

[[gis.service]]
name = "Hydrography/Rivers"
source = "gis/rivers.gpkg"

[[gis.folder]]
name = "Hydrography"
allow = ["authenticated"]
"""


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(CONFIG, start=False)
    copy_sample(one.folder)
    for name in ("private", "moved", "shown"):
        (one.root / name).mkdir(parents=True)
        (one.root / name / "page.html").write_text(name)
    one.start()
    one.command("user", "add", "ann", "--password-file", "-", "--role", "administrators", data=PASSWORD + "\n")
    return one


@pytest.fixture(scope="module")
def proxy(rhumb, tmp_path_factory):
    with TlsProxy(rhumb, tmp_path_factory.mktemp("proxy")) as one:
        yield one


def token(proxy, **options):
    form = urllib.parse.urlencode({"username": "ann", "password": PASSWORD, "client": "requestip", "f": "json"})
    return proxy.ask("POST", "/arcgis/tokens/generateToken", {"Content-Type": "application/x-www-form-urlencoded"}, form, **options)


def test_a_person_signs_in_and_out(proxy):
    browser = Browser(proxy)
    page = browser.sign_in("ann", PASSWORD, "/private/page.html")
    assert (page.status, page.text) == (200, "private")
    assert browser.user() == "ann"
    assert browser.send(browser.get("/logout"), "/logout").path == "/login?out"
    assert browser.get("/private/page.html", follow=False).status == 303


def test_pages_of_this_origin_administer_and_those_of_others_do_not(proxy):
    browser = Browser(proxy)
    browser.sign_in("ann", PASSWORD)
    add = {"Content-Type": "application/json", "Cookie": f"__Host-rhumb-session={browser.session}"}
    here = f"https://localhost:{proxy.https_port}"
    body = json.dumps({"name": "from a page"})
    assert proxy.ask("POST", "/api/v1/roles", {**add, "Origin": "https://elsewhere.example"}, body).status in (401, 403)
    assert proxy.ask("POST", "/api/v1/roles", {**add, "Origin": here}, body).status == 201


def test_a_program_gets_a_token_and_every_address_leads_through_the_proxy(proxy):
    here = f"https://localhost:{proxy.https_port}"
    info = proxy.ask("GET", "/arcgis/rest/info?f=json").json()
    assert info["authInfo"]["tokenServicesUrl"] == f"{here}/arcgis/tokens/"
    assert proxy.ask("GET", f"{RIVERS}/MapServer?f=json").json()["error"]["code"] == 499
    shown = {"X-Esri-Authorization": f"Bearer {token(proxy).json()['token']}"}
    drawn = proxy.ask("GET", f"{RIVERS}/MapServer/export?bbox=-10,40,10,60&size=9,9&f=json", shown).json()
    assert drawn["href"].startswith(here + "/")
    page = proxy.ask("GET", f"{RIVERS}/MapServer", {**shown, "Accept": "text/html"}).text
    assert f"http://localhost:{proxy.https_port}" not in page and "http://127.0.0.1" not in page


@pytest.mark.parametrize("host, origin", [("maps.example.org", "https://maps.example.org"), ("maps.example.org:8443", "https://maps.example.org:8443"),
                                          ("maps.example.org:443", "https://maps.example.org"), ("maps.example.org:80", "https://maps.example.org")])
def test_addresses_have_the_host_and_the_port_that_the_client_wrote(proxy, host, origin):
    info = proxy.ask("GET", "/arcgis/rest/info?f=json", host=host).json()
    assert info["authInfo"]["tokenServicesUrl"] == f"{origin}/arcgis/tokens/"


def test_what_came_to_the_proxy_in_the_clear_is_in_the_clear(proxy):
    for fields in ({}, SECURED, {"Forwarded": "for=127.0.0.1;proto=https"}):  # what a client says by itself
        assert "SSL Required" in proxy.ask("GET", f"{RIVERS}/MapServer?f=json", fields, scheme="http").text
        assert proxy.ask("GET", "/login", {**fields, "Accept": "text/html"}, scheme="http").status == 403
        assert token(proxy, scheme="http").json()["error"]["code"] == 403
        assert proxy.ask("GET", "/moved/page.html", fields, scheme="http").status in (308, 403)
    assert proxy.ask("GET", "/moved/page.html").text == "moved"


def test_nobody_else_can_say_that_he_came_over_https(rhumb):
    for fields in (SECURED, {"Forwarded": "for=127.0.0.2;proto=https"}, {**SECURED, "X-Forwarded-For": "127.0.0.2"}):
        sent = [f"{name}: {value}" for name, value in fields.items()]
        with rhumb.connect() as connection:
            assert connection.get("/login", "Accept: text/html", *sent).status == 403
        with rhumb.connect() as connection:
            assert connection.get("/private/page.html", *sent).status == 403


def test_a_client_behind_the_proxy_cannot_show_a_certificate(proxy):
    answer = proxy.ask("GET", "/shown/page.html")
    assert (answer.status, answer.text) == (200, "shown")


@pytest.mark.parametrize("said", [lambda scheme, client: {"Forwarded": f"for={client};proto={scheme}"},
                                  lambda scheme, client: {"Forwarded": f'for="{client}:4711";proto={scheme};host=h', "X-Forwarded-Proto": scheme}])
def test_the_standard_field_says_the_same(rhumb, tmp_path, said):
    with TlsProxy(rhumb, tmp_path, said) as proxy:
        assert Browser(proxy).sign_in("ann", PASSWORD, "/private/page.html").text == "private"
        assert proxy.ask("GET", "/login", scheme="http").status == 403


@pytest.mark.parametrize("said", [lambda scheme, client: {}, lambda scheme, client: {"X-Forwarded-Proto": "https, http"},
                                  lambda scheme, client: {"X-Forwarded-Proto": "https", "Forwarded": f"for={client};proto=http"}])
def test_a_proxy_that_does_not_clearly_say_https_is_not_taken_for_one(rhumb, tmp_path, said):
    with TlsProxy(rhumb, tmp_path, said) as proxy:
        assert proxy.ask("GET", "/login", {"Accept": "text/html"}).status == 403


def test_the_log_has_the_client_and_the_user(rhumb, proxy):
    browser = Browser(proxy)
    browser.sign_in("ann", PASSWORD)
    browser.get("/private/page.html?mark=here")
    log = rhumb.folder / "access.log"
    line = wait_until(lambda: next((one for one in log.read_text().splitlines() if "mark=here" in one), None), what="the line")
    assert '"user":"ann"' in line and re.search(r'"client":"127\.0\.0\.1"', line)


def test_without_the_setting_the_proxy_says_nothing_of_https(server, tmp_path):
    one = server(CONFIG.replace("proxies_end_tls = true", "").replace('"http://127.0.0.1:0"', '"http://127.0.0.1:0", "https://127.0.0.1:0"'), start=False)
    copy_sample(one.folder)
    one.start()
    with TlsProxy(one, tmp_path) as proxy:
        assert proxy.ask("GET", "/login", {"Accept": "text/html"}).status == 403
