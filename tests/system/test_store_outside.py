"""Users and roles outside while the place is well, slow, hung, gone, back: who gets in, who waits, and what is said of it."""

import concurrent.futures
import json
import threading
import time
import urllib.parse

import pytest

from fake_store import FakeStore
from harness import copy_sample, wait_until
from people import Browser

LOCAL_PASSWORD = "correct horse battery staple"
PASSWORD = "the county's own password"
COUNTRIES = "/arcgis/rest/services/Countries/MapServer?f=json"
RIVERS = "/arcgis/rest/services/Hydrography/Rivers/MapServer?f=json"
DRAWN = "/arcgis/rest/services/Countries/MapServer/export?bbox=-10,40,30,60&size=64,64&f=image"

CONFIG = """
[security]
users = "county"
roles = "county"

{provider}

[[site]]
name = "Default Web Site"
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/api/v1"
handler = "api"

[[site.location]]
path = "/private"
allow = ["authenticated"]

[[site.location]]
path = "/plans"
allow = ["role:planners"]

[[gis.service]]
name = "Countries"
source = "gis/countries.gpkg"

[[gis.service]]
name = "Hydrography/Rivers"
source = "gis/rivers.gpkg"

[[gis.folder]]
name = "Hydrography"
allow = ["authenticated"]
"""
EMBEDDED = CONFIG.replace('"county"', '"embedded"', 2)


@pytest.fixture
def county():
    users = {"ann": {"password": PASSWORD, "roles": ["planners"]}, "bob": {"password": PASSWORD}}
    users.update({f"user{number}": {"password": PASSWORD} for number in range(100)})
    with FakeStore(users) as store:
        yield store


def furnish(rhumb, county):
    """What a server needs before its users are elsewhere: a local administrator, and the secret of the provider."""
    rhumb.command("user", "add", "root", "--role", "administrators", "--password-file", "-", data=LOCAL_PASSWORD + "\n")
    rhumb.command("secret", "set", "county", "--value-file", "-", data=county.secret + "\n")
    for place in ("private", "plans"):
        (rhumb.root / place).mkdir(parents=True)
        (rhumb.root / place / "index.html").write_text(f"{place}: only for some")


def begin(server, county, **settings):
    """A server whose users are in that store."""
    rhumb = server(EMBEDDED.format(provider=""), start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    furnish(rhumb, county)
    rhumb.configure(CONFIG.format(provider=county.provider(**settings)))
    rhumb.reload()
    return rhumb


@pytest.fixture
def rhumb(server, county):
    return begin(server, county)


def order_token(rhumb, user, password=PASSWORD):
    answer = rhumb.fetch(rhumb.https("/arcgis/tokens/generateToken"), "--data-urlencode", f"username={user}",
                         "--data-urlencode", f"password={password}", "--data", "client=referer&f=json&referer=https://maps.test/")
    return answer


def get_token(rhumb, user, password=PASSWORD):
    return order_token(rhumb, user, password).json()["token"]


def ask(rhumb, path, token=None, *arguments):
    shown = ["--header", f"X-Esri-Authorization: Bearer {token}", "--referer", "https://maps.test/"] if token else []
    return rhumb.fetch(rhumb.https(path), *shown, *arguments)


def health(rhumb):
    """How the place does, as the running server has told the command line."""
    return rhumb.json("status")["security"]["running"]["providers"][0]["health"]


def wait_for_state(rhumb, state, seconds=20):
    return wait_until(lambda: (found := health(rhumb))["state"] == state and found, seconds, state)


def lines(rhumb, words):
    return [line for line in rhumb.log.lines if words in line]


def test_users_and_roles_outside_get_in_as_they_may(rhumb, county):
    ann, bob = get_token(rhumb, "ann"), get_token(rhumb, "bob")
    assert ask(rhumb, "/plans/", ann).text == "plans: only for some"
    assert ask(rhumb, "/plans/", bob).status == 403
    assert ask(rhumb, "/private/", bob).status == 200
    assert "error" not in ask(rhumb, RIVERS, bob).json()
    assert order_token(rhumb, "ann", "wrong").json()["error"]["code"] == 400
    assert order_token(rhumb, "nobody").json()["error"]["code"] == 400
    browser = Browser(rhumb)
    assert browser.sign_in("ann", PASSWORD).status == 200
    assert browser.user() == "ann"


def test_a_local_administrator_hides_who_has_the_name_outside(rhumb, county):
    county.users["root"] = {"password": PASSWORD}
    assert order_token(rhumb, "root").json()["error"]["code"] == 400
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    rhumb.stop()
    rhumb.start()
    wait_until(lambda: rhumb.json("status")["security"]["running"]["hidden"] == ["root"], 10, "telling whom it hides")
    assert "they hide who has the same name there: root" in rhumb.command("status").stdout


@pytest.mark.parametrize("change", ["remove", "disable"])
def test_who_is_removed_or_disabled_outside_is_out_within_the_stated_time(rhumb, county, change):
    token = get_token(rhumb, "ann")
    browser = Browser(rhumb)
    browser.sign_in("ann", PASSWORD)
    assert browser.get("/plans/").status == ask(rhumb, "/plans/", token).status == 200
    if change == "remove":
        del county.users["ann"]
    else:
        county.users["ann"]["disabled"] = 1_700_000_000
    end = time.monotonic() + 1.5  # remember_seconds is 1; the clock that counts has whole seconds
    while time.monotonic() < end:
        time.sleep(0.05)
    assert ask(rhumb, "/plans/", token).status == 401
    assert ask(rhumb, RIVERS, token).json()["error"]["code"] == 498
    assert browser.get("/plans/", follow=False).status == 303


def test_roles_that_are_taken_away_outside_count_no_more(rhumb, county):
    token = get_token(rhumb, "ann")
    assert ask(rhumb, "/plans/", token).status == 200
    county.users["ann"]["roles"] = []
    wait_until(lambda: ask(rhumb, "/plans/", token).status == 403, 5, "a role taken away")


def test_a_store_that_is_gone_denies_with_a_clear_message_to_each_kind_of_client(rhumb, county):
    token = get_token(rhumb, "ann")
    browser = Browser(rhumb)
    browser.sign_in("ann", PASSWORD)
    county.go()
    wait_until(lambda: ask(rhumb, "/private/", token).status == 503, 10, "forgetting ann")
    page = browser.get("/private/", headers={"Accept": "text/html"})
    assert page.status == 503 and "does not answer" in page.text and page.field("retry-after")
    problem = ask(rhumb, "/private/", token, "--header", "Accept: application/json")
    assert problem.status == 503 and problem.json()["status"] == 503 and "retry-after" in problem.headers
    gis = ask(rhumb, RIVERS, token)
    assert gis.status == 200 and gis.json()["error"]["code"] == 503 and gis.json()["error"]["details"]
    assert gis.headers["retry-after"]
    refused = order_token(rhumb, "ann").json()["error"]
    assert refused["code"] == 503
    login = Browser(rhumb).sign_in("ann", PASSWORD)
    assert login.status == 503 and "Try again later" in login.error
    # Who needs nobody is served, also by a browser that still shows its session.
    assert ask(rhumb, COUNTRIES).json()["mapName"]
    assert browser.get(COUNTRIES).status == 200
    assert browser.get("/login").status == 200
    # Who has a session can end it.
    leaving = Browser(rhumb)
    leaving.cookies.update(browser.cookies)
    assert leaving.send(leaving.get("/logout"), "/logout").status == 200 and leaving.session is None
    # Whoever can mend it gets in.
    assert Browser(rhumb).sign_in("root", LOCAL_PASSWORD).status == 200
    assert get_token(rhumb, "root", LOCAL_PASSWORD)


def test_a_store_that_is_back_is_used_again_and_told_of_once(rhumb, county):
    token = get_token(rhumb, "ann")
    county.go()
    for _ in range(60):
        order_token(rhumb, "ann")
    said = wait_for_state(rhumb, "rests")
    assert said["failures"] >= 3 and "127.0.0.1" in said["last_error"]
    told = ask(rhumb, "/api/v1/status", get_token(rhumb, "root", LOCAL_PASSWORD)).json()["security"]["providers"][0]["health"]
    assert told["refused"] > 30, told
    assert len(lines(rhumb, "«county» does not answer")) == 1
    assert len(lines(rhumb, "somebody cannot sign in")) <= 2
    county.come()
    # Nobody has to ask for that: the server itself tries.
    wait_for_state(rhumb, "answers", 70)
    assert ask(rhumb, "/private/", token).status == 200
    assert get_token(rhumb, "ann")
    assert len(lines(rhumb, "«county» answers again")) == 1


def test_a_store_that_comes_and_goes_fills_no_log(rhumb, county):
    end = time.monotonic() + 12
    while time.monotonic() < end:
        county.mode = "unavailable"
        for _ in range(5):
            order_token(rhumb, "bob")
        county.mode = "well"
        order_token(rhumb, "bob")
    wait_for_state(rhumb, "answers", 70)
    assert 1 <= len(lines(rhumb, "«county» does not answer")) <= 5, rhumb.log.text()
    assert get_token(rhumb, "ann")


def test_maps_are_served_while_half_of_all_requests_need_a_store_that_hangs(rhumb, county):
    tokens = [get_token(rhumb, f"user{number}") for number in range(25)]
    wait = time.monotonic() + 1.2
    while time.monotonic() < wait:
        time.sleep(0.05)
    county.hang()

    def ask_one(number):
        if number % 2 == 0:
            return "map", rhumb.fetch(rhumb.https(DRAWN if number % 4 == 0 else COUNTRIES))
        if number % 10 == 1:
            return "sign-in", order_token(rhumb, f"user{number % 100}")
        return "person", ask(rhumb, "/private/", tokens[number % len(tokens)])

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(ask_one, range(200)))
    maps = [answer for kind, answer in answers if kind == "map"]
    people = [answer for kind, answer in answers if kind == "person"]
    sign_ins = [answer for kind, answer in answers if kind == "sign-in"]
    assert len(maps) == 100 and all(answer.status == 200 for answer in maps)
    assert sum(answer.body.startswith(b"\x89PNG") for answer in maps) == 50
    assert [answer.status for answer in people] == [503] * len(people) and all("retry-after" in answer.headers for answer in people)
    assert {answer.json()["error"]["code"] for answer in sign_ins} == {503}
    # Local administrators are not in the way of that either.
    assert Browser(rhumb).sign_in("root", LOCAL_PASSWORD).status == 200
    # What hung is a handful of questions, not one for each request.
    assert county.count() < 120, county.count()
    county.heal()
    wait_until(lambda: ask(rhumb, "/private/", tokens[0]).status == 200, 70, "using it again")


def test_a_slow_store_is_waited_for_within_its_limit(rhumb, county):
    county.mode = 0.4
    assert get_token(rhumb, "ann")
    county.mode = 5
    begun = time.monotonic()
    assert order_token(rhumb, "bob").json()["error"]["code"] == 503
    assert time.monotonic() - begun < 5, "the limit is two seconds"
    county.mode = "well"
    assert wait_until(lambda: order_token(rhumb, "bob").json().get("token"), 20, "answers in time")


def test_one_look_is_enough_for_many_requests_of_one_person(rhumb, county):
    token = get_token(rhumb, "ann")
    wait = time.monotonic() + 1.2
    while time.monotonic() < wait:
        time.sleep(0.05)
    county.mode = 0.3
    before = county.count("find")
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: ask(rhumb, "/private/", token).status, range(20)))
    assert statuses == [200] * 20
    assert county.count("find") - before <= 3, "each second at most one"


def test_the_configuration_can_be_changed_while_the_store_hangs(rhumb, county):
    county.hang()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        hanging = [pool.submit(order_token, rhumb, f"user{number}") for number in range(8)]
        wait_until(lambda: county.count("sign_in") >= 3, 10, "being asked")
        rhumb.configure(EMBEDDED.format(provider=county.provider()))
        rhumb.reload()
        assert rhumb.json("status")["security"]["running"]["users"] == "embedded"
        assert get_token(rhumb, "root", LOCAL_PASSWORD)
        assert {one.result()["error"]["code"] if isinstance(one.result(), dict) else one.result().json()["error"]["code"]
                for one in hanging} <= {400, 503}
    county.heal()
    rhumb.configure(CONFIG.format(provider=county.provider()))
    rhumb.reload()
    assert get_token(rhumb, "ann")


def test_it_stops_and_starts_while_the_store_hangs(rhumb, county):
    county.hang()
    asking = threading.Thread(target=order_token, args=(rhumb, "ann"), kwargs={}, daemon=True)
    asking.start()
    wait_until(lambda: county.count("sign_in") >= 1, 10, "being asked")
    assert rhumb.stop(seconds=25) == 0
    rhumb.start()
    assert ask(rhumb, COUNTRIES).json()["mapName"]
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    rhumb.kill()
    county.heal()
    rhumb.start()
    assert get_token(rhumb, "ann")


def test_a_configuration_whose_secret_is_missing_is_refused_and_what_was_goes_on(server, county):
    rhumb = server(EMBEDDED.format(provider=""), start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    rhumb.command("user", "add", "root", "--role", "administrators", "--password-file", "-", data=LOCAL_PASSWORD + "\n")
    rhumb.command("user", "add", "eve", "--password-file", "-", data=LOCAL_PASSWORD + "\n")
    seen = len(rhumb.log.lines)
    rhumb.configure(CONFIG.format(provider=county.provider()))
    assert rhumb.log.find(r"cannot be served; what was served goes on.*county", 10, since=seen), rhumb.log.text()
    assert get_token(rhumb, "eve", LOCAL_PASSWORD), "users are still in the own store"
    # A start has nothing that could go on: maps are served, and local administrators get in.
    rhumb.stop()
    rhumb.start()
    assert ask(rhumb, COUNTRIES).json()["mapName"]
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    assert order_token(rhumb, "eve", LOCAL_PASSWORD).json()["error"]["code"] == 503
    fault = rhumb.json("status")["security"]["running"]["fault"]
    assert "county" in fault and "rhumb secret set" in fault
    # The secret is enough; nobody has to start anything.
    rhumb.command("secret", "set", "county", "--value-file", "-", data=county.secret + "\n")
    wait_until(lambda: order_token(rhumb, "ann").json().get("token"), 10, "taking the secret")


def test_the_api_tells_administrators_how_the_place_does(rhumb, county):
    token = get_token(rhumb, "root", LOCAL_PASSWORD)
    get_token(rhumb, "ann")
    told = ask(rhumb, "/api/v1/status", token).json()["security"]
    assert told["users"] == told["roles"] == "county" and told["local_administrators"] == ["root"] and told["fault"] == ""
    assert [(one["name"], one["kind"], one["health"]["state"]) for one in told["providers"]] == [("county", "http", "answers")]
    assert county.secret not in json.dumps(told) and urllib.parse.quote(county.secret) not in rhumb.transcript()


def test_the_status_names_where_users_are_and_how_they_do(rhumb, county):
    get_token(rhumb, "ann")
    said = rhumb.command("status").stdout
    assert "users          in «county»" in said and "«county» answers" in wait_until(
        lambda: "answers" in (text := rhumb.command("status").stdout) and text, 10, "being told")
    county.go()
    for _ in range(5):
        order_token(rhumb, "bob")
    wait_for_state(rhumb, "rests")
    assert "«county» does not answer since" in rhumb.command("status").stdout
    rhumb.stop()
    assert "does not answer" not in rhumb.command("status").stdout, "nobody knows that now"


def test_the_metrics_count_it_for_this_machine_alone(rhumb, county):
    get_token(rhumb, "ann")
    county.go()
    for _ in range(5):
        order_token(rhumb, "bob")
    text = rhumb.fetch(rhumb.http("/metrics")).text
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    place = '{provider="county",kind="http"}'
    assert numbers[f"rhumb_provider_up{place}"] == "0" and int(numbers[f"rhumb_provider_failures_total{place}"]) >= 3
    assert int(numbers['rhumb_sign_ins_total{outcome="accepted"}']) >= 1
    assert int(numbers['rhumb_sign_ins_total{outcome="unavailable"}']) == 5
    assert sum(int(value) for name, value in numbers.items() if name.startswith("rhumb_requests_total")) >= 6
    assert rhumb.fetch(rhumb.https("/metrics"), "--header", "X-Forwarded-For: 192.0.2.7").status == 404
    rhumb.configure(CONFIG.format(provider=county.provider()).replace(
        'path = "/plans"', 'path = "/metrics"\nallow = ["role:planners"]\n\n[[site.location]]\npath = "/plans"'))
    rhumb.reload()
    assert rhumb.fetch(rhumb.http("/metrics")).status == 403
    assert rhumb.fetch(rhumb.https("/metrics"), "--header", "Accept: application/json").status in (401, 503)


def test_the_doctor_says_which_step_fails_and_what_to_do(rhumb, county):
    def findings():
        done = rhumb.command("doctor", "--json", check=False, seconds=120)
        examined = json.loads(done.stdout)["examined"][0]
        return {one["id"]: one for one in examined["findings"] if one["id"].startswith("people.")}

    assert findings() == {}
    county.go()
    found = findings()["people.provider.fails"]
    assert found["severity"] == "error" and found["about"] == "county (http)" and "127.0.0.1" in found["sentence"] and found["remedy"]
    county.come()
    county.key = b"another key of the other side...."
    assert "secret" in findings()["people.provider.fails"]["sentence"]
    rhumb.command("secret", "remove", "county", "--yes")
    found = findings()["people.secret.missing"]
    assert "rhumb secret set county" in found["command"]
    rhumb.command("secret", "set", "county", "--value-file", "-", data=county.secret + "\n")
    assert findings() == {}


def test_what_is_known_of_people_is_not_forgotten_for_the_sign_ins_of_others(server, county):
    rhumb = begin(server, county, remember_seconds=60)
    token = get_token(rhumb, "ann")
    assert ask(rhumb, "/private/", token).status == 200
    before = county.asked.count(("find", "ann"))
    for number in range(5):
        Browser(rhumb).sign_in(f"user{number}", PASSWORD)
        assert ask(rhumb, "/private/", token).status == 200
    time.sleep(0.6)  # the server looks at its store four times a second
    assert ask(rhumb, "/private/", token).status == 200
    assert county.asked.count(("find", "ann")) == before
    # A change here counts at once: from now on that name is a local administrator's.
    rhumb.command("user", "add", "ann", "--role", "administrators", "--store", "embedded", "--password-file", "-", data=LOCAL_PASSWORD + "\n")
    wait_until(lambda: ask(rhumb, "/private/", token).status == 401, 10, "hiding ann")
