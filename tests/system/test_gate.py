"""The gate: who gets in, by what is shown and over what; what is said to whom; what is told of it. With curl and GDAL."""

import concurrent.futures
import os
import re
import subprocess
import time
import urllib.parse

import pytest

from harness import copy_sample, wait_until

PASSWORD = "correct horse battery staple"

CONFIG = """
[security]
trusted_proxies = ["127.0.0.2"]

[[site]]
name = "Default Web Site"
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
access_log = "json"
access_log_file = "access.log"
listing = true
error_pages = { 403 = "/errors/403.html" }

[[site.location]]
path = "/private"
allow = ["role:planners"]

[[site.location]]
path = "/moved"
require_https = "redirect"
allow = ["authenticated"]

[[site.location]]
path = "/office"
allow = ["address:192.0.2.0/24"]

[[site.location]]
path = "/mixed"
allow = ["address:192.0.2.0/24", "user:bob"]

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
allow = ["role:planners"]

[[gis.service]]
name = "Layers"
source = "gis/rivers.gpkg"

[[gis.service.layer]]
id = 1
allow = ["role:planners"]
"""

FILES = {"index.html": "index", "open/page.html": "open", "private/plan.html": "the plan", "private/big.bin": "0123456789" * 100,
         "moved/page.html": "moved", "office/page.html": "office", "mixed/page.html": "mixed", "errors/403.html": "own page of 403"}
SERVICES = "/arcgis/rest/services"
RIVERS = f"{SERVICES}/Hydrography/Rivers/FeatureServer/0"
PAGE = ("-H", "Accept: text/html,*/*;q=0.8")
PROGRAM = ("-H", "Accept: application/json")


def prepare(one):
    for name, text in FILES.items():
        file = one.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    copy_sample(one.folder)
    one.start()
    one.command("role", "add", "planners")
    for name, roles in (("ann", ("--role", "planners")), ("bob", ())):
        one.command("user", "add", name, "--password-file", "-", *roles, data=PASSWORD + "\n")
    return one


@pytest.fixture(scope="module")
def rhumb(shared):
    one = prepare(shared(CONFIG, start=False))
    one.tokens = {name: token(one, name) for name in ("ann", "bob")}
    return one


def token(one, user, *options):
    return one.command("token", "issue", user, *options).stdout.strip()


def error(answer):
    assert answer.status == 200, answer
    return answer.json()["error"]["code"]


def sign_in(one, name, jar):
    """As a browser does: takes the page, sends its form, keeps the cookies."""
    page = one.fetch(one.https("/login"), "--cookie", jar, "--cookie-jar", jar)
    secret = re.search(r'name="form_secret" value="([^"]+)"', page.text)[1]
    fields = re.findall(r'<input[^>]* name="([^"]+)"[^>]*>', page.text)
    user = next(field for field in fields if field in ("user", "username", "name"))
    form = urllib.parse.urlencode({user: name, "password": PASSWORD, "form_secret": secret})
    answer = one.fetch(one.https("/login"), "--cookie", jar, "--cookie-jar", jar, "--data", form)
    assert answer.status == 303, answer
    return jar


# Where a token may stand, over https.

@pytest.mark.parametrize("place", ["query", "form", "multipart", "esri-header", "bearer", "lower-case", "encoded-name"])
def test_a_token_counts_wherever_clients_put_it(rhumb, place):
    ann, url = rhumb.tokens["ann"], rhumb.https(f"{RIVERS}?f=json")
    arguments = {
        "query": [f"{url}&token={ann}"], "form": [url, "--data", f"token={ann}"], "multipart": [url, "--form", f"token={ann}"],
        "esri-header": [url, "-H", f"X-Esri-Authorization: Bearer {ann} "], "bearer": [url, "-H", f"Authorization: Bearer {ann}"],
        "lower-case": [url, "-H", f"authorization: bearer {ann}"], "encoded-name": [f"{url}&to%6ben={ann}"]}[place]
    answer = rhumb.fetch(arguments[0], *arguments[1:])
    assert answer.json()["name"] == "rivers"
    assert answer.headers["cache-control"].startswith("private")
    assert "authorization" in answer.headers["vary"].lower()
    assert answer.headers["referrer-policy"] == "same-origin"


def test_the_nearest_token_counts(rhumb):
    ann, bob, url = rhumb.tokens["ann"], rhumb.tokens["bob"], rhumb.https(f"{RIVERS}?f=json")
    header = "X-Esri-Authorization: Bearer "
    assert error(rhumb.fetch(f"{url}&token={ann}", "-H", header + bob)) == 403
    assert "name" in rhumb.fetch(f"{url}&token={bob}", "-H", header + ann).json()
    assert "name" in rhumb.fetch(f"{url}&token={bob}", "--data", f"token={ann}").json()
    assert "name" in rhumb.fetch(url, "-H", f"Authorization: Bearer {bob}", "-H", header + ann).json()


# Every place by every kind of client: (path, who, what is asked) → status, and code within it.

CASES = [
    ("/open/page.html", None, PAGE, 200, None), ("/open/page.html", "ann", PAGE, 200, None), ("/open/page.html", "bad", PAGE, 200, None),
    ("/private/plan.html", None, PAGE, 303, None), ("/private/plan.html", None, PROGRAM, 401, None), ("/private/plan.html", None, (), 401, None),
    ("/private/plan.html", "bad", PROGRAM, 401, None), ("/private/plan.html", "bob", PROGRAM, 403, None), ("/private/plan.html", "bob", PAGE, 403, None),
    ("/private/plan.html", "ann", PAGE, 200, None), ("/private/missing", None, PROGRAM, 401, None), ("/private/missing", "ann", PROGRAM, 404, None),
    ("/private/", "ann", PAGE, 200, None), ("/private/../private/plan.html", None, PROGRAM, 401, None), ("/%70rivate/plan.html", None, PROGRAM, 401, None),
    ("/private//plan.html", None, PROGRAM, 401, None), ("/private", None, PROGRAM, 401, None), ("/privateer", None, PROGRAM, 404, None),
    ("/moved/page.html", None, PAGE, 303, None), ("/moved/page.html", "bob", PAGE, 200, None),
    ("/office/page.html", None, PAGE, 403, None), ("/office/page.html", "ann", PAGE, 403, None), ("/mixed/page.html", None, PROGRAM, 401, None),
    ("/mixed/page.html", "bob", PROGRAM, 200, None), ("/mixed/page.html", "ann", PROGRAM, 403, None),
    (f"{SERVICES}?f=json", None, (), 200, None), (f"{SERVICES}?f=json", "bad", (), 200, 498),
    (f"{SERVICES}/Countries/MapServer?f=json", None, (), 200, None), (f"{SERVICES}/Hydrography?f=json", None, (), 200, 499),
    (f"{SERVICES}/Hydrography?f=json", "bob", (), 200, 403), (f"{SERVICES}/Hydrography?f=json", "ann", (), 200, None),
    (f"{SERVICES}/hydrography/RIVERS/mapserver?f=json", None, (), 200, 499), (f"{RIVERS}/query?f=json&where=1=1", None, (), 200, 499),
    (f"{RIVERS}/query?f=geojson&where=1=1", None, (), 200, 499), (f"{RIVERS}?f=html", None, PAGE, 303, None), (f"{RIVERS}", None, PAGE, 303, None),
    (f"{SERVICES}/Hydrography/Rivers/MapServer/export?f=image&bbox=-180,-90,180,90", None, (), 401, None),
    (f"{SERVICES}/Hydrography/Rivers/MapServer/export?f=image&bbox=-180,-90,180,90", "bob", (), 403, None),
    (f"{SERVICES}/Hydrography/Rivers/MapServer/export?f=image&bbox=-180,-90,180,90", "ann", (), 200, None),
    (f"{SERVICES}/Layers/MapServer/0?f=json", None, (), 200, None), (f"{SERVICES}/Layers/MapServer/1?f=json", None, (), 200, 499),
    (f"{SERVICES}/Layers/FeatureServer/1/query?f=json&where=1=1", "bob", (), 200, 403), (f"{SERVICES}/Layers/MapServer/01?f=json", None, (), 200, 404),
    (f"{SERVICES}/Layers/FeatureServer/1?f=json", "ann", (), 200, None), ("/arcgis/rest/info?f=json", None, (), 200, None),
]


@pytest.mark.parametrize("path, who, asked, status, code", CASES)
def test_who_gets_in_over_https(rhumb, path, who, asked, status, code):
    shown = () if who is None else ("-H", f"Authorization: Bearer {rhumb.tokens.get(who, 'nonsense')}")
    answer = rhumb.fetch(rhumb.https(path), "--path-as-is", *asked, *shown)
    assert answer.status == status, answer
    if "f=json" in path:
        assert answer.json().get("error", {}).get("code") == code
        assert answer.headers["access-control-allow-origin"] == "*"
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    if status == 303:
        assert answer.headers["location"].startswith("/login?return=/")


@pytest.mark.parametrize("path, status", [("/open/page.html", 200), ("/private/plan.html", 403), ("/moved/page.html", 308), ("/mixed/page.html", 403),
                                          ("/office/page.html", 403), ("/login", 403), ("/account", 403), ("/arcgis/tokens/", 403)])
def test_who_gets_in_in_the_clear(rhumb, path, status):
    answer = rhumb.fetch(rhumb.http(path), *PAGE)
    assert answer.status == status
    if path in ("/private/plan.html", "/mixed/page.html", "/login", "/account"):
        assert rhumb.https(path) in answer.text


@pytest.mark.parametrize("shown", ["query", "header", "form", "basic", "cookie", "password", "password-form"])
def test_what_proves_who_asks_is_refused_in_the_clear(rhumb, shown):
    ann, url = rhumb.tokens["ann"], rhumb.http(f"{SERVICES}?f=json")
    arguments = {
        "query": [f"{url}&token={ann}"], "header": [url, "-H", f"X-Esri-Authorization: Bearer {ann}"], "form": [url, "--data", f"token={ann}"],
        "basic": [url, "--user", "ann:secret"], "cookie": [url, "-H", "Cookie: __Host-rhumb-session=abc"],
        "password": [f"{url}&password=secret"], "password-form": [url, "--data", "username=ann&password=secret"]}[shown]
    answer = rhumb.fetch(arguments[0], *arguments[1:])
    assert answer.status == 200
    assert answer.json()["error"]["message"] == "SSL Required"
    assert "permission" not in answer.text and ann not in answer.text and "secret" not in answer.text


# Sessions of browsers.

@pytest.fixture(scope="module")
def jar(rhumb):
    return sign_in(rhumb, "ann", rhumb.folder / "ann.jar")


def test_who_is_sent_to_sign_in_comes_back(rhumb):
    answer = rhumb.fetch(rhumb.https("/private/plan.html?x=1&token="), *PAGE)
    assert answer.headers["location"] == "/login?return=/private/plan.html%3Fx%3D1"


def test_a_session_opens_pages_and_the_catalogue(rhumb, jar):
    assert rhumb.fetch(rhumb.https("/private/plan.html"), "--cookie", jar).text == "the plan"
    page = rhumb.fetch(rhumb.https(f"{SERVICES}/Hydrography/Rivers/FeatureServer"), "--cookie", jar, *PAGE)
    assert page.status == 200 and "rivers" in page.text and "token=" not in page.text


@pytest.mark.parametrize("fields, is_taken", [
    ((), False), (("Origin: https://evil.example",), False), (("Origin: null",), False), (("Sec-Fetch-Site: cross-site",), False),
    (("Sec-Fetch-Site: same-site", "Origin: https://other.localhost"), False), (("Sec-Fetch-Site: same-origin",), True)])
def test_a_cookie_does_not_speak_for_other_sites(rhumb, jar, fields, is_taken):
    arguments = [part for field in fields for part in ("-H", field)]
    answer = rhumb.fetch(rhumb.https(f"{RIVERS}/query"), "--cookie", jar, *arguments, "--data", "f=json&where=1=1&returnCountOnly=true")
    assert ("count" in answer.json()) == is_taken, answer


@pytest.mark.parametrize("fields, is_taken", [
    ((), True), (("Origin: https://evil.example",), False), (("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"), False),
    (("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"), True)])
def test_other_sites_do_not_read_the_catalogue_by_a_cookie(rhumb, jar, fields, is_taken):
    arguments = [part for field in fields for part in ("-H", field)]
    assert ("name" in rhumb.fetch(rhumb.https(f"{RIVERS}?f=json"), "--cookie", jar, *arguments).json()) == is_taken


def test_a_function_of_another_page_gets_nothing_by_a_cookie(rhumb, jar):
    assert '"code":499' in rhumb.fetch(rhumb.https(f"{RIVERS}?f=json&callback=f"), "--cookie", jar).text


def test_who_is_signed_in_and_not_let_in_is_told_as_whom(rhumb, server, tmp_path):
    one = prepare(server(CONFIG.replace('error_pages = { 403 = "/errors/403.html" }', ""), start=False))
    bob = sign_in(one, "bob", tmp_path / "bob.jar")
    answer = one.fetch(one.https("/private/plan.html"), "--cookie", bob, *PAGE)
    assert answer.status == 403 and "You are known here as bob" in answer.text and "/login?return=/private/plan.html" in answer.text


def test_a_site_says_403_in_its_own_words(rhumb):
    answer = rhumb.fetch(rhumb.https("/private/plan.html"), "-H", f"Authorization: Bearer {rhumb.tokens['bob']}", *PAGE)
    assert answer.status == 403 and answer.text == "own page of 403"


# What is shown of what there is.

def names(answer):
    return {one["name"] for one in answer.json()["services"]}


def test_the_catalogue_hides_what_the_caller_may_not_see(rhumb):
    def ask(path, who=None):
        return rhumb.fetch(rhumb.https(path), *(() if who is None else ("-H", f"Authorization: Bearer {rhumb.tokens[who]}")))
    for who in (None, "bob"):
        assert ask(f"{SERVICES}?f=json", who).json()["folders"] == []
        assert "Hydrography" not in ask(SERVICES, who).text
        assert [one["id"] for one in ask(f"{SERVICES}/Layers/MapServer?f=json", who).json()["layers"]] == [0]
        assert [one["layerId"] for one in ask(f"{SERVICES}/Layers/MapServer/legend?f=json", who).json()["layers"]] == [0]
    assert ask(f"{SERVICES}?f=json", "ann").json()["folders"] == ["Hydrography"]
    assert [one["id"] for one in ask(f"{SERVICES}/Layers/MapServer?f=json", "ann").json()["layers"]] == [0, 1]
    assert names(ask(f"{SERVICES}?f=json")) == {"Countries", "Layers"}
    # In the clear nobody is anybody.
    assert rhumb.fetch(rhumb.http(f"{SERVICES}?f=json")).json()["folders"] == []


def test_a_picture_has_only_layers_that_the_caller_may_see(rhumb):
    url = rhumb.https(f"{SERVICES}/Layers/MapServer/export?f=image&format=png32&bbox=-180,-90,180,90&size=300,150")
    bearer = ("-H", f"Authorization: Bearer {rhumb.tokens['ann']}")
    only_rivers = rhumb.fetch(url + "&layers=show:0", *bearer).body
    assert rhumb.fetch(url, *bearer).body != only_rivers
    for layers in ("", "&layers=show:0,1", "&layers=include:1", "&layers=hide:7"):
        assert rhumb.fetch(url + layers).body == only_rivers, layers
    nothing = rhumb.fetch(url + "&layers=show:-1", *bearer).body
    assert rhumb.fetch(url + "&layers=show:1").body == nothing


def test_a_listing_leaves_away_what_the_caller_may_not_see(rhumb):
    (rhumb.root / "index.html").unlink(missing_ok=True)
    listed = rhumb.fetch(rhumb.https("/?f=json"))
    assert {"open", "errors"} <= {one["name"] for one in listed.json()["items"]}
    assert not {"private", "moved", "mixed", "office"} & {one["name"] for one in listed.json()["items"]}
    assert listed.headers["cache-control"] == "private, no-cache"
    known = rhumb.fetch(rhumb.https("/?f=json"), "-H", f"Authorization: Bearer {rhumb.tokens['ann']}")
    assert {"private", "moved"} <= {one["name"] for one in known.json()["items"]}


def test_secured_files_have_ranges_conditions_and_heads(rhumb):
    url, bearer = rhumb.https("/private/big.bin"), ("-H", f"Authorization: Bearer {rhumb.tokens['ann']}")
    whole = rhumb.fetch(url, *bearer)
    assert whole.headers["cache-control"] == "private, no-cache"
    part = rhumb.fetch(url, *bearer, "--range", "10-19")
    assert (part.status, part.body) == (206, b"0123456789")
    same = rhumb.fetch(url, *bearer, "-H", f"If-None-Match: {whole.headers['etag']}")
    assert same.status == 304 and "authorization" in same.headers["vary"].lower()
    head = rhumb.fetch(url, *bearer, "--head")
    assert head.status == 200 and head.headers["content-length"] == "1000"
    # Nobody learns by these whether it has changed, or how long it is.
    for asked in (("--range", "0-1"), ("-H", f"If-None-Match: {whole.headers['etag']}"), ("--head",)):
        answer = rhumb.fetch(url, *PROGRAM, *asked)
        assert answer.status == 401 and "etag" not in answer.headers


def test_preflights_are_answered_without_asking_who(rhumb):
    answer = rhumb.fetch(rhumb.https(RIVERS), "--request", "OPTIONS", "-H", "Origin: https://app.example",
                         "-H", "Access-Control-Request-Method: GET", "-H", "Access-Control-Request-Headers: x-esri-authorization")
    assert answer.status == 204 and "X-Esri-Authorization" in answer.headers["access-control-allow-headers"]


def test_a_broken_form_is_said_to_be_broken(rhumb):
    assert error(rhumb.fetch(rhumb.https(RIVERS), "--data", "f=json&a=%zz")) == 400


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_qgis_sends_a_blank_behind_its_token(rhumb, version):
    answer = rhumb.fetch(rhumb.https(f"{RIVERS}?f=json"), version, "-H", f"X-Esri-Authorization: Bearer {rhumb.tokens['ann']} ")
    assert answer.json()["name"] == "rivers"


@pytest.mark.parametrize("way", ["url", "header-file"])
def test_gdal_reads_a_secured_layer(rhumb, way, tmp_path):
    url, environment = rhumb.https(f"{RIVERS}/query?where=1=1&outFields=*&resultRecordCount=5&f=json"), dict(os.environ)
    environment["CURL_CA_BUNDLE"] = environment["SSL_CERT_FILE"] = rhumb.root_file()
    if way == "url":
        url += f"&token={rhumb.tokens['ann']}"
    else:
        file = tmp_path / "headers"
        file.write_text(f"X-Esri-Authorization: Bearer {rhumb.tokens['ann']}\n")
        environment["GDAL_HTTP_HEADER_FILE"] = str(file)
    said = subprocess.run(["ogrinfo", "-ro", "-al", "-so", url], capture_output=True, text=True, timeout=60, env=environment)
    assert re.search(r"Feature Count: [1-9]", said.stdout), said.stdout + said.stderr  # it reads on, page by page


# Addresses.

def test_a_trusted_proxy_is_believed_and_nobody_else(rhumb):
    said = ("-H", "X-Forwarded-For: 203.0.113.5, 192.0.2.9")
    url = rhumb.https("/office/page.html")
    assert rhumb.fetch(url, *said).status == 403
    assert rhumb.fetch(url, "--interface", "127.0.0.2", *said).text == "office"
    assert rhumb.fetch(url, "--interface", "127.0.0.2", "-H", "Forwarded: for=192.0.2.9").text == "office"
    assert rhumb.fetch(url, "--interface", "127.0.0.2", "-H", "X-Forwarded-For: 192.0.2.9, 203.0.113.5").status == 403
    assert rhumb.fetch(url, "--interface", "127.0.0.2", *said, "-H", "Forwarded: for=203.0.113.5").status == 403


# What is told of it.

def test_no_log_has_a_token_and_each_has_the_user(rhumb):
    ann = rhumb.tokens["ann"]
    url = rhumb.https(f"{RIVERS}?f=json&mark=here&to%6ben={ann}")
    rhumb.fetch(url, "-H", f"Referer: https://app.example/?token={ann}", "-A", f"agent {ann}")
    rhumb.fetch(rhumb.https(RIVERS), "--data", f"f=json&mark=form&token={ann}")
    rhumb.fetch(rhumb.https(f"/{ann}/x"))
    rhumb.fetch(rhumb.http(f"{RIVERS}?f=json&token={ann}"))
    log = rhumb.folder / "access.log"
    wait_until(lambda: '"status":404' in log.read_text() and "mark=here" in log.read_text(), what="the line")
    time.sleep(1.2)  # lines are written once a second: what comes late is to be seen, too
    text = log.read_text()
    assert ann not in text and ann[:16] not in text
    line = next(one for one in text.splitlines() if "mark=here" in one)
    assert '"user":"ann"' in line
    assert ann[:16] not in rhumb.transcript()


# Who is out, is out.

def test_who_may_no_more_is_out_within_a_second(server):
    one = prepare(server(CONFIG, start=False))
    ann = token(one, "ann")
    jar = sign_in(one, "ann", one.folder / "jar")

    def code():
        by_cookie = one.fetch(one.https("/private/plan.html"), "--cookie", jar, *PROGRAM).status
        by_token = one.fetch(one.https("/private/plan.html"), "-H", f"Authorization: Bearer {ann}", *PROGRAM).status
        return (by_token, by_cookie)

    def becomes(wanted):
        wait_until(lambda: code() == wanted, 2, f"{wanted}")

    assert code() == (200, 200)
    one.command("role", "take", "planners", "--from", "user:ann")
    becomes((403, 403))
    one.command("role", "give", "planners", "--to", "user:ann")
    becomes((200, 200))
    one.command("user", "disable", "ann")
    becomes((401, 401))
    one.command("user", "enable", "ann")
    becomes((200, 200))
    one.command("token", "revoke", "--user", "ann")
    becomes((401, 200))
    one.command("user", "remove", "ann", "--yes")
    becomes((401, 401))


def test_no_good_token_is_refused_while_keys_rotate(server):
    one = prepare(server(CONFIG, start=False))
    good = [token(one, "ann")]
    url = one.https(f"{RIVERS}?f=json")

    def ask(number):
        shown = good[number % len(good)]
        return "name" in one.fetch(url, "-H", f"Authorization: Bearer {shown}").json()

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        for _ in range(4):
            answers = [threads.submit(ask, number) for number in range(12)]
            one.command("token", "keys", "--rotate")
            good.append(token(one, "ann"))  # under the new key, at once
            answers += [threads.submit(ask, len(good) - 1)]
            assert all(answer.result() for answer in answers)
    one.command("token", "revoke", "--all", "--yes")
    wait_until(lambda: not any(ask(number) for number in range(len(good))), 2, "the revocation")


def test_an_open_site_takes_no_notice_of_cookies_of_others(server):
    one = server()
    (one.root / "index.html").write_text("open")
    answer = one.fetch(one.https("/"), "-H", "Cookie: a=b; __Host-rhumb-session=unknown")
    assert answer.text == "open" and "private" not in answer.headers.get("cache-control", "")
