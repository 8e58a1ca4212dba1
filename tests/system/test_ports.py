"""Ports change while the server runs, and every URL that it writes follows, naming the port only where it is needed."""

import json
import re

from harness import copy_sample, free_port, wait_until

CONFIG = """
[[site]]
bindings = [{bindings}]
{public}

[[site.location]]
path = "/refused"
require_https = "refuse"

[[site.location]]
path = "/moved"
require_https = "redirect"

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/viewer"
handler = "viewer"

[[gis.folder]]
name = "Hydrography"
require_https = "refuse"

[[gis.service]]
name = "Countries"
source = "gis/countries.gpkg"

[[gis.service]]
name = "Hydrography/Rivers"
source = "gis/rivers.gpkg"
"""
EXPORT = "/arcgis/rest/services/Countries/MapServer/export?bbox=-10,40,10,60&size=64,64&format=png&transparent=true&f=json"


def config(http, https, public_port=None, public_url=None):
    place = f'"https://127.0.0.1:{https}"'
    if public_port:
        place = f"{{ url = {place}, public_port = {public_port} }}"
    server = f'[server]\npublic_url = "{public_url}"\n' if public_url else ""
    return server + CONFIG.format(bindings=f'"http://127.0.0.1:{http}", {place}', public="")


def urls_of(text):
    return set(re.findall(r"https?://[^/\"'<>\s]+", text))


def urls_in_the_clear(rhumb, host):
    """What every writer of https URLs says to a client that comes in the clear, as origins."""
    ask = ("--header", f"Host: {host}")
    found = set()
    for path, accept in (("/refused/x?a=b", "text/html"), ("/refused/x", "application/json")):
        found |= urls_of(rhumb.fetch(rhumb.http(path), *ask, "--header", f"Accept: {accept}").text)
    found |= urls_of(rhumb.fetch(rhumb.http("/moved/x?a=b"), *ask).headers["location"])
    for path in ("/arcgis/rest/services/Hydrography?f=json", "/arcgis/rest/services/Hydrography/Rivers/MapServer?f=json"):
        found |= urls_of(rhumb.fetch(rhumb.http(path), *ask).text)
    return found


def urls_over_https(rhumb, host, port):
    """The same of writers that a client reaches by https, at the port that it sees."""
    origin = f"https://{host}" if port == 443 else f"https://{host}:{port}"
    ask = ("--connect-to", f"{host}:{port}:127.0.0.1:{rhumb.https_port}")
    answer = rhumb.fetch(origin + EXPORT, *ask).json()
    found = urls_of(answer["href"])
    found |= urls_of(rhumb.fetch(origin + "/arcgis/rest/info?f=json", *ask).text)
    found |= urls_of(rhumb.fetch(origin + "/arcgis/rest/services/Countries/MapServer?f=html", *ask).text)
    return {url for url in found if host in url}


def test_every_url_follows_the_port_without_a_restart(server):
    http, first, second = free_port(), free_port(), free_port()
    rhumb = server(config(http, first), "--host", "maps.test", start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    process = rhumb.process.pid
    assert urls_in_the_clear(rhumb, f"localhost:{http}") == {f"https://localhost:{first}"}
    assert urls_over_https(rhumb, "localhost", first) == {f"https://localhost:{first}"}

    rhumb.configure(config(http, second))
    wait_until(lambda: urls_in_the_clear(rhumb, f"localhost:{http}") == {f"https://localhost:{second}"}, 10, "the new port")
    rhumb.https_port = second
    assert urls_over_https(rhumb, "localhost", second) == {f"https://localhost:{second}"}
    assert rhumb.process.pid == process and rhumb.is_running()
    assert json.loads((rhumb.data / "running.json").read_text())["sites"][0]["bindings"][1]["port"] == second


def test_a_forwarded_port_is_the_one_that_is_written_and_443_is_not_written(server):
    http, https = free_port(), free_port()
    rhumb = server(config(http, https, public_port=443), "--host", "maps.test", start=False)
    copy_sample(rhumb.folder)
    rhumb.begin()
    ready = rhumb.said.find(r"^ready (\S+)$")
    assert ready and ready[1] == "https://maps.test/"
    rhumb.https_port, rhumb.http_port = https, http

    assert urls_in_the_clear(rhumb, "maps.test") == {"https://maps.test"}
    assert urls_over_https(rhumb, "maps.test", 443) == {"https://maps.test"}

    rhumb.configure(config(http, https, public_port=8443))
    wait_until(lambda: urls_in_the_clear(rhumb, "maps.test") == {"https://maps.test:8443"}, 10, "the new public port")
    with rhumb.connect_https_port() as client:
        assert "https://maps.test:8443/x" in client.get("/x", host="maps.test").text
    assert urls_over_https(rhumb, "maps.test", 8443) == {"https://maps.test:8443"}


def test_a_public_url_stands_before_all(server):
    http, https = free_port(), free_port()
    rhumb = server(config(http, https), start=False)
    copy_sample(rhumb.folder)
    rhumb.start()

    rhumb.configure(config(http, https, public_url="https://gis.example.org"))
    wait_until(lambda: urls_in_the_clear(rhumb, f"localhost:{http}") == {"https://gis.example.org"}, 10, "the public URL")
    said = rhumb.fetch(rhumb.https(EXPORT)).json()["href"]
    assert said.startswith("https://gis.example.org/arcgis/")
    with rhumb.connect_https_port() as client:
        assert "https://gis.example.org/x" in client.get("/x", host=f"localhost:{https}").text


def test_the_pages_name_no_address_but_their_own(server):
    rhumb = server(None, "--https", str(free_port()), "--http", str(free_port()))
    for path in ("/", "/viewer/", "/viewer/config.json"):
        page = rhumb.fetch(rhumb.https(path))
        assert page.status == 200, path
        assert not {url for url in urls_of(page.text) if "localhost" in url or "127.0.0.1" in url}, path
