"""The token service: what clients send to it and read from it, each wrong thing, and its form; with curl."""

import json
import os
import re
import subprocess
import time
import urllib.parse

import pytest

from harness import copy_sample, free_port, wait_until

PASSWORD = "correct horse battery & staple"

CONFIG = """
[security.tokens]
short_minutes = 30
long_minutes = 120

[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/arcgis"
handler = "gis"

[[gis.service]]
name = "Countries"
source = "gis/countries.gpkg"

[[gis.service]]
name = "Hydrography/Rivers"
source = "gis/rivers.gpkg"

[[gis.folder]]
name = "Hydrography"
allow = ["role:hydrologists"]
"""

RIVERS = "/arcgis/rest/services/Hydrography/Rivers/FeatureServer/0"
PLACES = ["/arcgis/tokens/", "/arcgis/tokens", "/arcgis/tokens/generateToken", "/ArcGIS/Tokens/GENERATETOKEN", "/arcgis/admin/generateToken"]


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(CONFIG, start=False)
    copy_sample(one.folder)
    one.start()
    one.command("role", "add", "hydrologists")
    for name, role in (("ann", "hydrologists"), ("bob", None)):
        one.command("user", "add", name, "--password-file", "-", *(("--role", role) if role else ()), data=PASSWORD + "\n")
    return one


def order(rhumb, path="/arcgis/tokens/generateToken", *arguments, url=None, **fields):
    """A form as clients send it; a field whose value is None is left out."""
    form = {"username": "ann", "password": PASSWORD, "f": "json", **fields}
    text = urllib.parse.urlencode({name: value for name, value in form.items() if value is not None})
    return rhumb.fetch(url or rhumb.https(path), "--data", text, *arguments)


def refusal(answer):
    """The error of an answer in the shape that clients read."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "details"} and isinstance(error["details"], list), error
    assert "token" not in answer.json()
    return error


def get_token(rhumb, **fields):
    answer = order(rhumb, **fields)
    assert answer.status == 200, answer
    return answer.json()["token"]


def ask(rhumb, token, *arguments, path=f"{RIVERS}?f=json"):
    return rhumb.fetch(rhumb.https(path), "--header", f"X-Esri-Authorization: Bearer {token}", *arguments).json()


@pytest.mark.parametrize("path", PLACES)
def test_a_password_is_given_for_a_token_at_every_address(rhumb, path):
    before = time.time()
    answer = order(rhumb, path)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers and "set-cookie" not in answer.headers
    said = answer.json()
    assert set(said) == {"token", "expires", "ssl"} and said["ssl"] is True
    assert re.fullmatch(r"[A-Za-z0-9_.~-]+", said["token"]) and len(said["token"]) < 600
    assert abs(said["expires"] / 1000 - before - 30 * 60) < 15
    assert ask(rhumb, said["token"])["name"]


def test_a_token_lives_as_long_as_asked_and_no_longer_than_the_longest(rhumb):
    for asked, minutes in (("5", 5), ("120", 120), ("20160", 120), ("60.5", 60.5), (None, 30)):
        left = order(rhumb, expiration=asked).json()["expires"] / 1000 - time.time()
        assert abs(left - 60 * minutes) < 15, (asked, left)


def test_the_answer_is_written_as_asked(rhumb):
    assert "\n  " in order(rhumb, f="pjson").text
    assert json.loads(order(rhumb, f="pjson").text)["token"]

    bare = order(rhumb, f=None, request="getToken")
    assert bare.headers["content-type"].startswith("text/plain")
    assert ask(rhumb, bare.text)["name"]

    page = order(rhumb, f=None)
    assert page.headers["content-type"].startswith("text/html")
    (token,) = re.findall(r"<textarea[^>]* readonly[^>]*>([^<]+)</textarea>", page.text)
    assert ask(rhumb, token)["name"]

    as_in_the_javascript_of_esri = order(rhumb, request="getToken", expiration="30")
    assert as_in_the_javascript_of_esri.json()["token"]


def test_a_form_may_be_multipart(rhumb):
    fields = [argument for pair in (("username", "ann"), ("password", PASSWORD), ("f", "json")) for argument in ("--form-string", f"{pair[0]}={pair[1]}")]
    assert rhumb.fetch(rhumb.https("/arcgis/tokens/"), *fields).json()["token"]


def test_names_are_read_without_case_and_passwords_with_it(rhumb):
    assert order(rhumb, username="ANN").json()["token"]
    assert order(rhumb, username=None, password=None, USERNAME="ann", PassWord=PASSWORD).json()["token"]
    assert refusal(order(rhumb, password=PASSWORD.upper()))["code"] == 400


@pytest.mark.parametrize("fields", [
    {"password": "wrong"}, {"username": "nobody"}, {"username": "ann "}, {"username": "ann\0"}, {"username": "a" * 5000}, {"username": "\u200eann"},
    {"username": "ann' OR '1'='1"}, {"username": "é\U0001f5fa"}, {"password": PASSWORD + "\0"}, {"password": "\ud7ff" * 1000},
], ids=lambda fields: ",".join(f"{name}={value[:12]!a}" for name, value in fields.items()))
def test_whoever_it_is_not_hears_the_same(rhumb, fields):
    get_token(rhumb)  # who signs in well does not have to wait for the failures before
    answer = order(rhumb, **fields)
    assert answer.status == 200
    assert refusal(answer) == {"code": 400, "message": "Unable to generate token.", "details": ["Invalid username or password."]}


def test_bytes_that_are_no_text_are_a_wrong_name_and_nothing_worse(rhumb):
    for name in ("%ff%fe", "ann%00%0d%0aSet-Cookie:%20a=b", "%c0%80", "%ed%a0%80"):
        answer = rhumb.fetch(rhumb.https("/arcgis/tokens/"), "--data", f"username={name}&password=x&f=json")
        assert refusal(answer)["details"] == ["Invalid username or password."], name
        assert "set-cookie" not in answer.headers
    broken = rhumb.fetch(rhumb.https("/arcgis/tokens/"), "--data", "username=%zz&password=x&f=json")
    assert refusal(broken)["code"] == 400
    page = rhumb.fetch(rhumb.https("/arcgis/tokens/"), "--data", "username=%3Cscript%3E%ff&password=x")
    assert page.status == 400 and "<script" not in page.text and 'role="alert"' in page.text


@pytest.mark.parametrize("fields, word", [
    ({"username": None}, "'username'"), ({"password": None}, "'password'"), ({"username": ""}, "'username'"),
    ({"client": "referer"}, "'referer'"), ({"client": "ip"}, "'ip'"), ({"client": "ip", "ip": "somewhere"}, "'ip'"),
    ({"client": "browser"}, "'client'"), ({"expiration": "soon"}, "'expiration'"), ({"expiration": "0"}, "'expiration'"),
    ({"encrypted": "true"}, "'encrypted'"), ({"callback": "alert"}, "'callback'"), ({"f": "image"}, "'f'"),
    ({"client": "referer", "referer": "x" * 513}, "referer"),
    ({"username": None, "password": None, "serverUrl": "https://x/", "expiration": "60"}, "'username'"),
    ({"username": None, "password": None, "serverUrl": "https://x/", "token": "abc"}, "'token'"),
], ids=str)
def test_a_form_that_makes_no_sense_is_told_which_field_it_is(rhumb, fields, word):
    answer = order(rhumb, **fields)
    assert answer.status == 200, answer
    error = refusal(answer)
    assert error["code"] == 400 and error["message"] == "Unable to generate token." and word in error["details"][0], error


def test_a_password_in_an_address_is_refused_and_not_used(rhumb):
    query = urllib.parse.urlencode({"username": "ann", "password": PASSWORD, "f": "json"})
    for path in PLACES:
        posted = rhumb.fetch(rhumb.https(f"{path}?{query}"), "--data", "")
        assert posted.status == 200 and "address" in refusal(posted)["details"][0]
        doubled = order(rhumb, url=rhumb.https(f"{path}?{query}"))
        assert refusal(doubled)["code"] == 400
        got = rhumb.fetch(rhumb.https(f"{path}?{query}"))
        assert got.status == 405 and got.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert "GET method is not supported" in refusal(got)["details"][0]
    old = rhumb.fetch(rhumb.https("/arcgis/tokens?request=getToken&username=ann&password=x"))
    assert old.status == 405 and old.headers["content-type"].startswith("text/plain")
    asked = rhumb.fetch(rhumb.https("/arcgis/tokens/?f=json"))
    assert asked.status == 405 and refusal(asked)["code"] == 405
    logs = rhumb.transcript() + "".join(file.read_text() for file in (rhumb.data / "logs").glob("*"))
    for spelt in (PASSWORD, urllib.parse.quote(PASSWORD), urllib.parse.quote_plus(PASSWORD)):
        assert spelt not in logs


def test_nothing_is_given_in_the_clear(rhumb):
    for path in PLACES:
        answer = order(rhumb, url=rhumb.http(path))
        assert answer.status == 200
        error = refusal(answer)
        # These words make Esri's JavaScript repeat the request over https.
        assert error["code"] == 403 and error["message"] == "SSL Required" and "permission" not in answer.text
        page = rhumb.fetch(rhumb.http(path), "--header", "Accept: text/html")
        assert page.status == 403 and f"https://localhost:{rhumb.https_port}" in page.text and "password" not in page.text


def test_large_bodies_are_refused_in_the_shape_that_clients_read(rhumb):
    file = rhumb.folder / "large.txt"
    for size in (70_000, 10 << 20):
        file.write_text("username=ann&f=json&password=" + "x" * size)
        answer = rhumb.fetch(rhumb.https("/arcgis/tokens/?f=json"), "--data-binary", f"@{file}")
        assert answer.status == 413 and refusal(answer)["code"] == 413
    assert order(rhumb).json()["token"], "and the server goes on"


def test_other_bodies_and_methods_are_refused(rhumb):
    said = rhumb.fetch(rhumb.https("/arcgis/tokens/?f=json"), "--header", "Content-Type: application/json", "--data",
                       json.dumps({"username": "ann", "password": PASSWORD}))
    assert "application/x-www-form-urlencoded" in refusal(said)["details"][0]
    for method in ("PUT", "DELETE", "PATCH"):
        answer = rhumb.fetch(rhumb.https("/arcgis/tokens/?f=json"), "--request", method)
        assert answer.status == 405 and refusal(answer)["code"] == 405
    assert rhumb.fetch(rhumb.https("/arcgis/tokens/other")).status == 404


def test_every_origin_may_ask_without_cookies(rhumb):
    answer = rhumb.fetch(rhumb.https("/arcgis/tokens/"), "--request", "OPTIONS", "--header", "Origin: https://maps.example.org", "--header",
                         "Access-Control-Request-Method: POST", "--header", "Access-Control-Request-Headers: content-type")
    assert answer.status == 204 and answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_a_token_is_good_only_where_it_was_asked_for(rhumb):
    web = get_token(rhumb, client="referer", referer="https://maps.example.org/app")
    assert ask(rhumb, web, "--referer", "https://maps.example.org/app/index.html")["name"]
    assert ask(rhumb, web, "--header", "Origin: https://maps.example.org")["name"]
    assert ask(rhumb, web, "--referer", "https://maps.example.org.evil.example/app")["error"]["code"] == 498
    assert ask(rhumb, web)["error"]["code"] == 498

    program = get_token(rhumb, client="referer", referer="@esri/arcgis-rest-js")
    assert ask(rhumb, program, "--referer", "@esri/arcgis-rest-js")["name"]
    assert ask(rhumb, program, "--referer", "https://maps.example.org")["error"]["code"] == 498

    here = get_token(rhumb, client="requestip")
    assert ask(rhumb, here)["name"]
    there = get_token(rhumb, client="ip", ip="192.0.2.7")
    error = ask(rhumb, there)["error"]
    assert error["code"] == 498 and error["message"] == "Invalid token." and error["details"]


def test_a_bad_token_keeps_nobody_from_a_new_one(rhumb):
    """Clients send the old token along when they ask for the next."""
    spent = ("--header", "X-Esri-Authorization: Bearer rh1spent", "--header", "Authorization: Bearer rh1spent")
    assert order(rhumb, "/arcgis/tokens/", *spent).json()["token"]
    assert order(rhumb, url=rhumb.https("/arcgis/tokens/?token=rh1spent")).json()["token"]


def test_rest_info_names_the_service_whatever_it_was_asked_by(rhumb):
    service = f"https://localhost:{rhumb.https_port}/arcgis/tokens/"
    for url in (rhumb.https, rhumb.http):
        for method in ((), ("--data", "f=json")):
            answer = rhumb.fetch(url("/arcgis/rest/info?f=json"), *method).json()
            assert answer["authInfo"] == {"isTokenBasedSecurity": True, "tokenServicesUrl": service, "shortLivedTokenValidity": 30}
            assert "owningSystemUrl" not in answer
    assert service in rhumb.fetch(rhumb.http("/arcgis/rest/info")).text


def test_the_form_works_without_scripts(rhumb):
    for path in PLACES:
        page = rhumb.fetch(rhumb.https(path))
        assert page.status == 200 and page.headers["content-type"].startswith("text/html")
        assert "<script" not in page.text and "script-src" not in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert 'method="post" action="/arcgis/tokens/generateToken"' in page.text
    head = rhumb.curl("--head", rhumb.https("/arcgis/tokens/"))
    assert b"200" in head.stdout.split(b"\r\n")[0]


def test_open_though_all_else_is_closed(server):
    one = server(CONFIG.replace('bindings =', 'allow = ["authenticated"]\nbindings ='), start=False)
    copy_sample(one.folder)
    one.start()
    one.command("user", "add", "ann", "--password-file", "-", data=PASSWORD + "\n")
    assert one.fetch(one.https("/arcgis/rest/services?f=json")).json()["error"]["code"] == 499
    assert one.fetch(one.https("/arcgis/rest/info?f=json")).json()["authInfo"]["isTokenBasedSecurity"] is True
    assert one.fetch(one.https("/arcgis/tokens/")).status == 200
    token = get_token(one)
    assert ask(one, token, path="/arcgis/rest/services?f=json")["services"]


# --- R9: after a change of port or name nothing is left to repeat

CHANGING = """
{server}
[[site]]
host_names = [{names}]
bindings = ["http://127.0.0.1:{http}", {https}]

[[site.location]]
path = "/{instance}"
handler = "gis"

[gis]
instance = "{instance}"

[[gis.service]]
name = "Countries"
source = "gis/countries.gpkg"

[[gis.folder]]
name = "Hydrography"
allow = ["role:hydrologists"]

[[gis.service]]
name = "Hydrography/Rivers"
source = "gis/rivers.gpkg"
"""


class Changing:
    """A server whose address changes while it runs, and what its clients are told."""

    def __init__(self, server):
        self.http, self.ports = free_port(), [free_port(), free_port()]
        self.one = server(self.text(self.ports[0]), "--host", "localhost", "--host", "old.example", "--host", "new.example", start=False)
        copy_sample(self.one.folder)
        self.one.start()
        self.one.command("role", "add", "hydrologists")
        self.one.command("user", "add", "ann", "--password-file", "-", "--role", "hydrologists", data=PASSWORD + "\n")

    def text(self, https, names=(), public_url=None, public_port=None, instance="arcgis"):
        place = f'"https://127.0.0.1:{https}"'
        if public_port:
            place = f"{{ url = {place}, public_port = {public_port} }}"
        return CHANGING.format(server=f'[server]\npublic_url = "{public_url}"\n' if public_url else "", names=", ".join(f'"{name}"' for name in names),
                               http=self.http, https=place, instance=instance)

    def change(self, https, **more):
        """Writes the configuration and waits until it is served: no restart, no second step."""
        seen = len(self.one.log.lines)
        self.one.configure(self.text(https, **more))
        assert self.one.log.find(r"is served$", 10, since=seen), self.one.transcript()

    def told(self, host, port, instance="arcgis", listening=None):
        """The token service and all addresses that a client at https://host:port is told of, and that one in the clear is."""
        one, origin = self.one, f"https://{host}" if port == 443 else f"https://{host}:{port}"
        over = ("--connect-to", f"{host}:{port}:127.0.0.1:{listening or port}")
        clear = ("--header", f"Host: {host}")
        infos = [one.fetch(f"{origin}/{instance}/rest/info?f=json", *over).json(),
                 one.fetch(f"http://127.0.0.1:{self.http}/{instance}/rest/info?f=json", *clear).json()]
        (service,) = {info["authInfo"]["tokenServicesUrl"] for info in infos}

        # As a client does it: ask where tokens are, get one there, use it; nothing else is known beforehand.
        token = one.fetch(service, *over, "--data-urlencode", "username=ann", "--data-urlencode", f"password={PASSWORD}", "--data", "f=json").json()["token"]
        with_token = ("--header", f"X-Esri-Authorization: Bearer {token}")
        names = [service["name"] for service in one.fetch(f"{origin}/{instance}/rest/services/Hydrography?f=json", *over, *with_token).json()["services"]]
        assert set(names) == {"Hydrography/Rivers"}
        drawn = one.fetch(f"{origin}/{instance}/rest/services/Hydrography/Rivers/MapServer/export?bbox=-10,40,10,60&size=9,9&f=json", *over, *with_token).json()
        refused = one.fetch(f"http://127.0.0.1:{self.http}/{instance}/rest/services/Hydrography/Rivers/MapServer?f=json", *clear).text
        form = one.fetch(f"http://127.0.0.1:{self.http}/{instance}/tokens/", *clear, "--header", "Accept: text/html").text
        pages = one.fetch(f"{origin}/{instance}/rest/info?f=html", *over).text
        found = set(re.findall(r"https://[^/\"'<>\s\\]+", " ".join([service, drawn["href"], refused, form, pages])))
        return service, found


@pytest.fixture
def changing(server):
    return Changing(server)


def test_a_new_port_is_in_every_address_at_once(changing):
    first, second = changing.ports
    assert changing.told("localhost", first) == (f"https://localhost:{first}/arcgis/tokens/", {f"https://localhost:{first}"})
    changing.change(second)
    assert changing.told("localhost", second) == (f"https://localhost:{second}/arcgis/tokens/", {f"https://localhost:{second}"})


def test_a_port_that_a_router_forwards_is_the_one_that_is_told(changing):
    first, _ = changing.ports
    changing.change(first, public_port=443)
    assert changing.told("localhost", 443, listening=first) == ("https://localhost/arcgis/tokens/", {"https://localhost"})


def test_a_new_name_is_in_every_address_at_once(changing):
    first, _ = changing.ports
    changing.change(first, names=["old.example"])
    assert changing.told("old.example", first)[1] == {f"https://old.example:{first}"}
    changing.change(first, names=["new.example"])
    assert changing.told("new.example", first)[1] == {f"https://new.example:{first}"}


def test_a_public_address_is_told_to_everybody(changing):
    first, _ = changing.ports
    changing.change(first, public_url="https://new.example")
    service, found = changing.told("new.example", 443, listening=first)
    assert service == "https://new.example/arcgis/tokens/" and found == {"https://new.example"}


def test_another_name_of_the_catalogue_moves_the_token_service(changing):
    first, _ = changing.ports
    changing.change(first, instance="gis")
    assert changing.told("localhost", first, instance="gis")[0] == f"https://localhost:{first}/gis/tokens/"
    assert changing.one.fetch(f"https://localhost:{first}/arcgis/tokens/").status == 404


def test_tokens_outlive_a_change_of_address(changing):
    first, second = changing.ports
    one = changing.one
    token = one.command("token", "issue", "ann").stdout.strip()
    header = ("--header", f"X-Esri-Authorization: Bearer {token}")
    path = "/arcgis/rest/services/Hydrography/Rivers/MapServer?f=json"
    assert "layers" in one.fetch(f"https://localhost:{first}{path}", *header).json()
    changing.change(second)
    assert "layers" in one.fetch(f"https://localhost:{second}{path}", *header).json()


# --- GDAL, and QGIS as its source makes its requests

def gdal(rhumb, what, **environment):
    kept = {name: value for name, value in os.environ.items() if name not in ("GDAL_HTTP_UNSAFESSL", "http_proxy", "https_proxy")}
    return subprocess.run(["ogrinfo", "-ro", "-so", "-al", what], capture_output=True, text=True, timeout=60,
                          env={**kept, "CURL_CA_BUNDLE": rhumb.root_file(), "no_proxy": "*", **environment})


def test_gdal_reads_with_a_token_in_the_address_or_in_a_file_of_headers(rhumb):
    url = rhumb.https(f"{RIVERS}/query?where=1=1&outFields=*&f=json")
    token = get_token(rhumb)
    by_address = gdal(rhumb, f"ESRIJSON:{url}&token={token}")
    assert "Feature Count: " in by_address.stdout and "Feature Count: 0" not in by_address.stdout, by_address.stdout + by_address.stderr

    file = rhumb.folder / "headers.txt"
    for name in ("X-Esri-Authorization", "Authorization"):
        file.write_text(f"{name}: Bearer {token}\n")
        by_header = gdal(rhumb, f"ESRIJSON:{url}", GDAL_HTTP_HEADER_FILE=str(file))
        assert "Feature Count: " in by_header.stdout, by_header.stdout + by_header.stderr

    without = gdal(rhumb, f"ESRIJSON:{url}")
    assert "Feature Count" not in without.stdout
    in_the_clear = gdal(rhumb, f"ESRIJSON:{rhumb.http(f'{RIVERS}/query?where=1=1&outFields=*&f=json')}&token={token}")
    assert "Feature Count" not in in_the_clear.stdout


def test_the_header_of_qgis_counts_with_its_blank_at_the_end(rhumb):
    """By hand, as QGIS sends it: its method EsriToken writes "Bearer TOKEN " and no referer."""
    token = get_token(rhumb)
    with rhumb.connect_tls() as connection:
        answer = connection.get(f"{RIVERS}?f=json", f"X-Esri-Authorization: Bearer {token} ", "User-Agent: Mozilla/5.0 QGIS/32811/Debian GNU/Linux 12 (bookworm)")
    assert json.loads(answer.body)["name"]


# --- each wrong thing about a token

def flipped(token):
    return token[:20] + ("A" if token[20] != "A" else "B") + token[21:]


def test_what_is_wrong_with_a_token_is_told_in_the_shape_that_clients_read(rhumb, server):
    token = get_token(rhumb)
    foreign = server(CONFIG, start=False)
    copy_sample(foreign.folder)
    foreign.start()
    foreign.command("user", "add", "ann", "--password-file", "-", data=PASSWORD + "\n")
    wrong = {"cut": token[:-4], "changed": flipped(token), "of another server": get_token(foreign), "nothing like one": "x" * 100, "a word": "null",
             "odd": "%00%ff%0d%0aX:%20y", "long": "rh1" + "A" * 5000, "for elsewhere": get_token(rhumb, client="ip", ip="192.0.2.1"),
             "for a page": get_token(rhumb, client="referer", referer="https://app.example")}
    for what, text in wrong.items():
        answer = rhumb.fetch(rhumb.https(f"{RIVERS}?f=json&token={text}"))
        error = answer.json()["error"]
        assert (answer.status, error["code"], error["message"]) == (200, 498, "Invalid token."), what
        assert isinstance(error["details"], list) and text not in answer.text, what
        page = rhumb.fetch(rhumb.https(f"{RIVERS}?f=html&token={text}"), "--header", "Accept: text/html")
        assert page.status in (401, 303) and text not in page.text, what
    assert ask(rhumb, token)["name"], "and the good one still counts"


def test_a_token_ends_with_its_time_its_password_and_its_user(rhumb):
    short = rhumb.command("token", "issue", "ann", "--lifetime", "2s", check=False)
    if short.returncode == 0:
        text = short.stdout.strip()
        assert ask(rhumb, text)["name"]
        wait_until(lambda: "error" in ask(rhumb, text), 10, "the end of a token")
        assert "expired" in ask(rhumb, text)["error"]["details"][0]

    rhumb.command("user", "add", "cleo", "--password-file", "-", "--role", "hydrologists", data=PASSWORD + "\n")
    first = get_token(rhumb, username="cleo")
    assert ask(rhumb, first)["name"]
    rhumb.command("user", "password", "cleo", "--password-file", "-", data="another good password\n")
    wait_until(lambda: ask(rhumb, first).get("error", {}).get("code") == 498, 5, "the end of a token with its password")
    second = get_token(rhumb, username="cleo", password="another good password")
    assert ask(rhumb, second)["name"]
    rhumb.command("user", "disable", "cleo")
    wait_until(lambda: ask(rhumb, second).get("error", {}).get("code") == 498, 5, "the end of a token with its user")
    assert refusal(order(rhumb, username="cleo", password="another good password"))["details"] == ["Invalid username or password."]
