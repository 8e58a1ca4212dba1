"""Require HTTPS: what is refused or sent on in the clear, who wins, and what the client and the log are told."""

import pytest

from harness import copy_sample, wait_until

CONFIG = """
[[site]]
name = "Default Web Site"
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
access_log = "w3c"

[[site.location]]
path = "/private"
require_https = "refuse"

[[site.location]]
path = "/private/open"
require_https = "no"

[[site.location]]
path = "/private/open/secret.html"
require_https = "refuse"

[[site.location]]
path = "/moved"
require_https = "redirect"

[[site.location]]
path = "/guarded/index.html"
require_https = "refuse"

[[site.location]]
path = "/arcgis"
handler = "gis"

[[gis.folder]]
name = "Hydrography"
require_https = "refuse"

[[gis.service]]
name = "Countries"
source = "gis/countries.gpkg"

[[gis.service]]
name = "Hydrography/Rivers"
source = "gis/rivers.gpkg"

[[gis.service]]
name = "Hydrography/Open"
source = "gis/rivers.gpkg"
require_https = "no"
"""

PAGES = ["index.html", "page.html", "private/page.html", "private/open/page.html", "private/open/secret.html", "private/open/secret.htmlx",
         "moved/page.html", "guarded/index.html", "guarded/page.html", "privateer.html", "a b/page.html"]
SERVICES = "/arcgis/rest/services"


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(CONFIG, start=False)
    for page in PAGES:
        file = one.root / page
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<p>{page}</p>")
    copy_sample(one.folder)
    return one.start()


@pytest.mark.parametrize("path, status", [
    ("/", 200), ("/page.html", 200), ("/private/page.html", 403), ("/private/", 403), ("/private", 403), ("/private/missing", 403),
    ("/privateer.html", 200), ("/private/open/page.html", 200), ("/private/open/secret.html", 403), ("/private/open/secret.htmlx", 200),
    ("/moved/page.html", 308), ("/guarded/", 403), ("/guarded/index.html", 403), ("/guarded/page.html", 200),
])
def test_the_nearest_statement_wins(rhumb, path, status):
    assert rhumb.fetch(rhumb.http(path)).status == status


@pytest.mark.parametrize("path", ["/private//page.html", "/./private/page.html", "/open/../private/page.html", "/%70rivate/page.html",
                                  "/private%2fpage.html", "//private/page.html", "/private/./page.html", "/private/open/../page.html",
                                  "/private/page.html/", "/private/page.html;a", "/PRIVATE/page.html", "/private\\page.html"])
def test_another_spelling_is_no_way_around(rhumb, path):
    got = rhumb.fetch(rhumb.http(path), "--path-as-is", "--globoff")
    assert got.status in (400, 403, 404, 308, 301)
    assert b"<p>private/page.html</p>" not in got.body
    if "location" in got.headers:
        again = rhumb.fetch(rhumb.http(path), "--path-as-is", "--location")
        assert b"<p>private/page.html</p>" not in again.body


def test_everything_is_served_over_https(rhumb):
    for page in PAGES:
        assert rhumb.fetch(rhumb.https("/" + page.replace(" ", "%20"))).text == f"<p>{page}</p>"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_no_method_is_a_way_around(rhumb, method):
    with rhumb.connect() as client:
        client.send(f"{method} /private/page.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        data = b""
        while client._more():
            pass
        data = client.bytes
    assert data.startswith(b"HTTP/1.1 403 ")


def test_a_page_names_the_https_url_with_port_and_query(rhumb):
    got = rhumb.fetch(rhumb.http("/private/page.html?a=1&b=%3Cscript%3E"), "--header", "Accept: text/html")

    assert got.status == 403
    assert got.headers["content-type"].startswith("text/html")
    assert f'href="https://localhost:{rhumb.https_port}/private/page.html?a=1&amp;b=%3Cscript%3E"' in got.text
    assert "403.4" in got.text
    assert "strict-transport-security" not in got.headers


def test_a_program_is_told_in_json(rhumb):
    got = rhumb.fetch(rhumb.http("/private/page.html?a=1"), "--header", "Accept: application/json")

    assert got.status == 403
    assert got.json() == {"status": 403, "substatus": 4, "title": "HTTPS is required",
                          "url": f"https://localhost:{rhumb.https_port}/private/page.html?a=1"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_keeps_method_path_port_and_query(rhumb, method):
    got = rhumb.fetch(rhumb.http("/moved/page.html?a=1&b=%20"), "--request", method)

    assert got.status == 308
    assert got.headers["location"] == f"https://localhost:{rhumb.https_port}/moved/page.html?a=1&b=%20"
    followed = rhumb.fetch(rhumb.http("/moved/page.html?a=1"), "--location")
    assert (followed.status, followed.text) == (200, "<p>moved/page.html</p>")


def test_the_url_is_of_the_name_that_the_client_used(rhumb):
    got = rhumb.fetch(rhumb.http("/moved/page.html", "127.0.0.1"))
    assert got.headers["location"] == f"https://127.0.0.1:{rhumb.https_port}/moved/page.html"


def test_a_site_can_require_https_as_a_whole(server):
    for rule, status in (("refuse", 403), ("redirect", 308)):
        rhumb = server(f'[[site]]\nbindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]\nrequire_https = "{rule}"\n')
        (rhumb.root / "index.html").write_text("hello")
        assert rhumb.fetch(rhumb.http("/")).status == status
        assert rhumb.fetch(rhumb.http("/missing")).status == status
        # Who proves that a name is his does so in the clear.
        assert rhumb.fetch(rhumb.http("/.well-known/acme-challenge/x")).status == 404
        assert rhumb.fetch(rhumb.https("/")).text == "hello"


@pytest.mark.parametrize("path", ["/Hydrography", "/hydrography/rivers/mapserver", "/Hydrography/Rivers/FeatureServer/0/query?where=1=1"])
def test_a_gis_client_gets_the_error_it_understands(rhumb, path):
    url = rhumb.http(SERVICES + path) + ("&" if "?" in path else "?") + "f=json"

    got = rhumb.fetch(url)

    assert got.status == 200  # where such clients look for errors
    error = got.json()["error"]
    assert (error["code"], error["message"]) == (403, "SSL Required")
    assert any(f"https://localhost:{rhumb.https_port}{SERVICES}{path.split('?')[0]}" in detail for detail in error["details"])
    assert "error" not in rhumb.fetch(url.replace(rhumb.http(""), rhumb.https(""))).json()


def test_a_person_who_looks_at_the_catalogue_gets_a_page(rhumb):
    got = rhumb.fetch(rhumb.http(SERVICES + "/Hydrography/Rivers/MapServer"), "--header", "Accept: text/html")

    assert got.status == 403
    assert f'href="https://localhost:{rhumb.https_port}{SERVICES}/Hydrography/Rivers/MapServer"' in got.text


def test_a_picture_is_refused_with_its_status(rhumb):
    got = rhumb.fetch(rhumb.http(SERVICES + "/Hydrography/Rivers/MapServer/export?bbox=0,0,10,10&f=image"))
    assert got.status == 403


def test_other_services_are_open_and_one_may_be_freed(rhumb):
    assert rhumb.fetch(rhumb.http(SERVICES + "/Countries/MapServer?f=json")).json()["layers"]
    assert rhumb.fetch(rhumb.http(SERVICES + "/Hydrography/Open/MapServer?f=json")).json()["layers"]


def test_the_log_says_403_4(rhumb):
    rhumb.fetch(rhumb.http("/private/page.html?logged"))
    log = rhumb.data / "logs" / "Default-Web-Site.log"

    line = wait_until(lambda: next((line for line in log.read_text().splitlines() if " logged " in line), None), 5, "the line in the log")

    names = next(line for line in log.read_text().splitlines() if line.startswith("#Fields:")).split()[1:]
    facts = dict(zip(names, line.split()))
    assert (facts["cs-uri-stem"], facts["sc-status"], facts["sc-substatus"]) == ("/private/page.html", "403", "4")
    assert facts["s-port"] == str(rhumb.http_port)
