"""Signing in with a browser: pages, cookies, sessions, second factors, the first administrator, and who guesses."""

import json
import re
import time

import pytest

from harness import wait_until
from people import Browser, one_time_code

PASSWORD = "correct horse battery"

CONFIG = """
[security.sign_in]
account_failures = 5
account_minutes = 1

[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/private"
allow = ["authenticated"]
"""


def add_user(rhumb, name, *arguments, password=PASSWORD):
    rhumb.command("user", "add", name, "--password-file", "-", *arguments, data=password + "\n")


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(CONFIG)
    (one.root / "private").mkdir()
    (one.root / "private" / "index.html").write_text("<h1>The plan</h1>")
    for name in ("ann", "bob"):
        add_user(one, name)
    return one


def test_a_person_signs_in_and_comes_to_where_she_was_going(rhumb):
    ann = Browser(rhumb)
    page = ann.get("/private/?a=b%20c")
    assert page.path.startswith("/login?return=") and page.title == "Sign in"
    page = ann.send(page, "/login", user="Ann", password=PASSWORD)
    assert (page.status, page.path, page.title) == (200, "/private/?a=b%20c", "The plan")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", ann.session)
    assert ann.user() == "ann"


def test_pages_keep_themselves_to_themselves(rhumb):
    ann = Browser(rhumb)
    pages = [ann.get("/login"), ann.sign_in("ann", PASSWORD), ann.get("/logout")]
    for page in pages:
        policy = page.field("content-security-policy")
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
        assert "unsafe" not in policy and "script" not in policy
        assert page.field("cache-control") == "no-store"
        assert page.field("x-frame-options") == "DENY"
        assert page.field("referrer-policy") == "same-origin"
        assert page.field("x-content-type-options") == "nosniff"
        assert "<script" not in page.text and "http://" not in page.text


def test_wrong_names_and_wrong_passwords_are_told_alike(rhumb):
    someone = Browser(rhumb)
    told = set()
    for user, password in (("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("", ""), ("x" * 5000, "y" * 5000)):
        page = someone.sign_in(user, password)
        assert page.status in (403, 429), page.status
        told.add(page.error if page.status == 403 else "")
        assert password == "" or password not in page.text
    assert told - {""} == {"That name and password do not let in here."}
    assert someone.session is None


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "/\\evil.example", "https://evil.example/", "/%09/evil.example", "/%0a/evil.example",
                                       "javascript:alert(1)", "\\\\evil.example", "/login", "/logout"])
def test_signing_in_leads_nowhere_else(rhumb, elsewhere):
    bob = Browser(rhumb)
    page = bob.get("/login?return=" + elsewhere.replace("\\", "%5C"))
    answer = bob.send(page, "/login", user="bob", password=PASSWORD, follow=False)
    assert (answer.status, answer.field("location")) == (303, "/account")
    page = bob.get("/login")
    answer = bob.send(page, "/login", user="bob", password=PASSWORD, follow=False, **{"return": elsewhere.replace("%09", "\t").replace("%0a", "\n")})
    assert (answer.status, answer.field("location")) == (303, "/account")


def test_forms_of_others_count_for_nothing(rhumb):
    victim = Browser(rhumb)
    page = victim.get("/login")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = victim.send(page, "/login", user="ann", password=PASSWORD, headers=headers)
        assert answer.status == 403 and victim.session is None, headers
    answer = victim.send(page, "/login", user="ann", password=PASSWORD, form_secret="made up")
    assert answer.status == 403 and "too old" in answer.error
    stranger = Browser(rhumb)  # without the cookie that goes with the form
    answer = stranger.send(page, "/login", user="ann", password=PASSWORD)
    assert answer.status == 403 and stranger.session is None

    victim.sign_in("ann", PASSWORD)
    account = victim.get("/account")
    for action in ("/logout", "/account/end-all", "/account/password"):
        answer = victim.send(account, action, form_secret="made up")
        assert answer.status == 403, action
        answer = victim.send(account, action, headers={"Origin": "https://evil.example"})
        assert answer.status == 403, action
    assert victim.user() == "ann"


def test_signing_in_begins_a_new_session_and_ends_the_one_before(rhumb):
    ann = Browser(rhumb)
    ann.cookies["__Host-rhumb-session"] = "A" * 43  # somebody else put it there
    ann.sign_in("ann", PASSWORD)
    first = ann.session
    assert first != "A" * 43
    ann.sign_in("ann", PASSWORD)
    assert ann.session != first
    thief = Browser(rhumb)
    thief.cookies["__Host-rhumb-session"] = first
    assert thief.user() is None


def test_nothing_is_asked_or_taken_in_the_clear(rhumb):
    for path in ("/login", "/login/first", "/logout", "/account"):
        answer = rhumb.fetch(rhumb.http(path))
        assert answer.status == 403, path
        assert b"https://" in answer.body and "set-cookie" not in answer.headers
    answer = rhumb.fetch(rhumb.http("/login"), "--data", f"user=ann&password={PASSWORD}")
    assert answer.status == 403 and "set-cookie" not in answer.headers
    ann = Browser(rhumb)
    ann.sign_in("ann", PASSWORD)
    answer = rhumb.fetch(rhumb.http("/"), "--header", f"Cookie: __Host-rhumb-session={ann.session}")
    assert answer.status == 403


def test_other_methods_and_paths_are_refused(rhumb):
    someone = Browser(rhumb)
    assert someone.ask("PUT", "/login").status == 405
    assert someone.get("/login/other").status == 404
    assert someone.ask("HEAD", "/login").status == 200
    assert someone.ask("POST", "/account/password", {}, follow=False).status == 303
    answer = someone.ask("POST", "/login", {"user": "x" * 20_000})
    assert answer.status == 413


def test_signing_out_ends_the_session(rhumb):
    ann = Browser(rhumb)
    page = ann.sign_in("ann", PASSWORD)
    secret = ann.session
    page = ann.send(page, "/logout")
    assert page.path == "/login?out" and "signed out" in page.text and ann.session is None
    ann.cookies["__Host-rhumb-session"] = secret
    assert ann.user() is None


def test_sessions_are_seen_and_ended_from_another_browser(rhumb):
    add_user(rhumb, "carla")
    here, there, third = (Browser(rhumb, agent=agent) for agent in ("Here", "There", "Third <script>"))
    for browser in (here, there, third):
        browser.sign_in("carla", PASSWORD)
    page = here.get("/account")
    assert "There" in page.text and "Third &lt;script&gt;" in page.text
    ids = re.findall(r'name="id" value="([0-9a-f]{16})"', page.text)
    assert len(ids) == 2
    listed = rhumb.json("session", "list", "--user", "carla")
    by_agent = {one["agent"]: one["id"] for one in listed}
    here.send(page, "/account/end", id=by_agent["There"])
    assert there.user() is None and third.user() == "carla" and here.user() == "carla"

    bob = Browser(rhumb)
    page = bob.sign_in("bob", PASSWORD)
    secret = page.form("/account/end-all")["fields"]["form_secret"]
    answer = bob.ask("POST", "/account/end", {"form_secret": secret, "id": by_agent["Here"]})
    assert answer.status == 404 and here.user() == "carla", "sessions of others are not his to end"

    here.send(here.get("/account"), "/account/end-all")
    assert here.user() is None and third.user() is None and bob.user() == "bob"


def test_sessions_are_ended_on_the_command_line(rhumb):
    add_user(rhumb, "dora")
    one, other = Browser(rhumb), Browser(rhumb)
    for browser in (one, other):
        browser.sign_in("dora", PASSWORD)
    ids = [session["id"] for session in rhumb.json("session", "list", "--user", "dora")]
    rhumb.command("session", "end", ids[0])
    wait_until(lambda: [one.user(), other.user()].count(None) == 1, 5, "the end of one session")
    assert rhumb.command("session", "end", ids[0], check=False).returncode == 1
    assert rhumb.command("session", "end", check=False).returncode == 2
    rhumb.command("session", "end", "--user", "DORA")
    wait_until(lambda: one.user() is None and other.user() is None, 5, "the end of all")
    assert rhumb.json("session", "list", "--user", "dora") == []


def test_a_user_who_is_disabled_or_removed_is_out_within_a_second(rhumb):
    for verb in ("disable", "remove"):
        add_user(rhumb, f"eva-{verb}")
        eva = Browser(rhumb)
        eva.sign_in(f"eva-{verb}", PASSWORD)
        assert eva.get("/private/").title == "The plan"
        rhumb.command("user", verb, f"eva-{verb}", "--yes")
        began = time.monotonic()
        wait_until(lambda: eva.get("/private/").title == "Sign in", 5, "being shown out")
        assert time.monotonic() - began < 1.5
        assert eva.user() is None


def test_a_changed_password_ends_all_other_sessions(rhumb):
    add_user(rhumb, "fred")
    here, there = Browser(rhumb), Browser(rhumb)
    for browser in (here, there):
        browser.sign_in("fred", PASSWORD)
    page = here.get("/account")
    new = "an entirely new one"
    for filled_in, told in (({"old": "wrong", "new": new, "again": new}, "not your password"), ({"old": PASSWORD, "new": new, "again": new + "!"}, "not the same"),
                            ({"old": PASSWORD, "new": "short", "again": "short"}, "10"), ({"old": PASSWORD, "new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "")):
        answer = here.send(page, "/account/password", **filled_in)
        assert answer.status in (400, 403) and answer.error and told in answer.error
    assert there.user() == "fred"
    before = here.session
    answer = here.send(page, "/account/password", old=PASSWORD, new=new, again=new)
    assert "Your password is changed" in answer.text
    assert here.user() == "fred" and here.session != before and there.user() is None
    assert there.sign_in("fred", PASSWORD).status == 403
    assert there.sign_in("fred", new).status == 200
    assert rhumb.json("session", "list", "--user", "fred") != []


def test_a_password_that_the_administrator_changes_ends_sessions(rhumb):
    add_user(rhumb, "gina")
    gina = Browser(rhumb)
    gina.sign_in("gina", PASSWORD)
    time.sleep(1.1)  # times are kept in seconds: a session of the same second counts as after the change
    rhumb.command("user", "password", "gina", "--password-file", "-", data="another password\n")
    wait_until(lambda: gina.user() is None, 5, "the end of the session")


def set_up_second_factor(browser, password=PASSWORD):
    """Gives the secret and the recovery codes."""
    page = browser.send(browser.get("/account"), "/account/second-factor/begin", password=password)
    assert page.path == "/account/second-factor", page.error
    secret = re.search(r"secret=([A-Z2-7]+)&amp;issuer", page.text)[1]
    assert re.sub(" ", "", re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1]) == secret
    assert "<svg" in page.text
    wrong = browser.send(page, "/account/second-factor/confirm", code="000000")
    assert wrong.status == 400 and wrong.error
    page = browser.send(page, "/account/second-factor/confirm", code=one_time_code(secret))
    codes = re.findall(r"<li>([0-9a-z-]{19})</li>", page.text)
    assert page.status == 200 and len(codes) == 10
    return secret, codes


def test_a_second_factor_is_asked_for_and_recovery_codes_count_once(rhumb):
    add_user(rhumb, "hugo")
    hugo = Browser(rhumb)
    hugo.sign_in("hugo", PASSWORD)
    answer = hugo.send(hugo.get("/account"), "/account/second-factor/begin", password="wrong")
    assert answer.status == 403
    secret, codes = set_up_second_factor(hugo)
    assert rhumb.json("user", "second-factor", "show", "HUGO") == {
        "user": "hugo", "is_asked_for": True, "since": rhumb.json("user", "second-factor", "show", "hugo")["since"], "recovery_codes": 10}

    other = Browser(rhumb)
    page = other.sign_in("hugo", PASSWORD, to="/private/")
    assert (page.status, page.title) == (200, "Enter your code") and other.session is None
    assert PASSWORD not in page.text
    wrong = other.send(page, "/login", code="000000")
    assert wrong.status == 403 and "not right" in wrong.error and other.session is None
    page = other.send(wrong, "/login", code=one_time_code(secret, step_by=1))  # the step of the confirmation counts no more
    assert page.title == "The plan"

    replay = Browser(rhumb)
    page = replay.sign_in("hugo", PASSWORD)
    assert replay.send(page, "/login", code=one_time_code(secret, step_by=1)).status == 403, "a code counts once"
    page = replay.sign_in("hugo", PASSWORD, to="/private/")
    page = replay.send(page, "/login", code=codes[0].upper().replace("-", " "))
    assert page.path == "/account" and "9 recovery codes" in page.text
    again = Browser(rhumb)
    page = again.sign_in("hugo", PASSWORD)
    assert again.send(page, "/login", code=codes[0]).status == 403
    assert again.session is None

    rhumb.command("user", "second-factor", "remove", "hugo", "--yes")
    assert rhumb.command("user", "second-factor", "remove", "hugo", "--yes", check=False).returncode == 1
    assert Browser(rhumb).sign_in("hugo", PASSWORD).path == "/account"


def test_a_second_factor_is_removed_and_its_codes_renewed_with_the_password(rhumb):
    add_user(rhumb, "ida")
    ida = Browser(rhumb)
    ida.sign_in("ida", PASSWORD)
    _, codes = set_up_second_factor(ida)
    page = ida.get("/account")
    renewed = ida.send(page, "/account/second-factor/codes", password=PASSWORD)
    fresh = re.findall(r"<li>([0-9a-z-]{19})</li>", renewed.text)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    other = Browser(rhumb)
    page = other.sign_in("ida", PASSWORD)
    assert other.send(page, "/login", code=codes[5]).status == 403
    assert other.send(page, "/login", code=fresh[5]).path == "/account"
    answer = ida.send(ida.get("/account"), "/account/second-factor/remove", password=PASSWORD)
    assert "is removed" in answer.text
    assert Browser(rhumb).sign_in("ida", PASSWORD).path == "/account"


def test_the_secret_of_a_second_factor_and_passwords_are_in_no_log_and_no_trail(rhumb):
    add_user(rhumb, "jan")
    jan = Browser(rhumb)
    jan.sign_in("jan", PASSWORD)
    secret, codes = set_up_second_factor(jan)
    said = rhumb.transcript() + rhumb.command("audit", "list", "--json", check=False).stdout
    for one in (secret, codes[0], jan.session, PASSWORD):
        assert one not in said


def test_who_guesses_is_slowed_and_others_are_not(server):
    one = server(CONFIG)
    for name in ("ann", "bob"):
        add_user(one, name)
    attacker, neighbour, owner = Browser(one, "127.0.0.2"), Browser(one, "127.0.0.2"), Browser(one, "127.0.0.3")
    page = attacker.get("/login")
    answers = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = attacker.send(page, "/login", user="ann", password="a guess")
        answers.append(answer)
        if answer.status == 429:
            wait = int(answer.field("retry-after"))
            assert "Try again in" in answer.error
            if wait > 30:
                break
            time.sleep(wait)
    assert answers[-1].status == 429 and int(answers[-1].field("retry-after")) <= 60
    assert sum(answer.status == 403 for answer in answers) == 5
    locked = attacker.send(page, "/login", user="ann", password=PASSWORD)
    assert locked.status == 429, "not even the right password is looked at"
    assert owner.sign_in("ann", PASSWORD).path == "/account", "the owner comes from elsewhere"
    assert neighbour.sign_in("bob", PASSWORD).path == "/account", "others come from the same address"
    assert Browser(one).sign_in("ann", PASSWORD).path == "/account", "and the machine itself is never locked out"
    trail = one.command("audit", "list", "--json", check=False).stdout
    if trail:
        assert "sign-in.locked" in trail


def test_names_that_nobody_has_are_slowed_alike(server):
    one = server(CONFIG)
    add_user(one, "ann")
    told = {}
    for user, address in (("ann", "127.0.0.4"), ("nobody", "127.0.0.5")):
        browser = Browser(one, address)
        page = browser.get("/login")
        answers = []
        while len(answers) < 20 and (not answers or answers[-1].status == 403):
            answers.append(browser.send(page, "/login", user=user, password="a guess"))
        told[user] = {(answer.status, re.sub(r"again in .*\.", "again in a while.", answer.error)) for answer in answers}
    assert told["ann"] == told["nobody"] == {(403, "That name and password do not let in here."), (429, "Too many failed attempts. Try again in a while.")}


def test_sessions_outlive_the_server(server):
    one = server(CONFIG)
    add_user(one, "ann")
    ann = Browser(one)
    ann.sign_in("ann", PASSWORD)
    assert one.stop() == 0
    one.start()
    assert ann.user() == "ann"


def first_code(rhumb):
    return rhumb.said.find(r"^  code  ([0-9a-z-]{34})$", 5)[1]


def test_the_first_administrator_is_made_by_the_code_of_the_start(server):
    one = server(CONFIG)
    code = first_code(one)
    assert one.said.find(rf"^  page  https://[^/]+:{one.https_port}/login/first$", 5)
    assert code not in one.log.text()
    root = Browser(one)
    page = root.get("/login/first")
    wrong = root.send(page, "/login/first", code="0000-0000", user="root", password=PASSWORD, again=PASSWORD)
    assert wrong.status == 403 and "not the code" in wrong.error and root.session is None
    short = root.send(page, "/login/first", code=code, user="root", password="short", again="short")
    assert short.status == 400 and short.error
    unlike = root.send(page, "/login/first", code=code, user="root", password=PASSWORD, again=PASSWORD + "!")
    assert "not the same" in unlike.error
    page = root.send(page, "/login/first", code=code.upper().replace("-", " "), user="root", password=PASSWORD, again=PASSWORD)
    assert page.path == "/account" and root.user() == "root"
    assert one.json("user", "show", "root")["privilege"] == "administer"
    assert Browser(one).get("/login/first").status == 404
    assert one.command("user", "first-code", check=False).returncode == 3
    assert one.stop() == 0
    one.start()
    assert not one.said.find(r"^  code  ", 0)


def test_another_code_is_made_on_the_machine_and_wrong_ones_are_slowed(server):
    one = server(CONFIG)
    old = first_code(one)
    new = one.json("user", "first-code")["code"]
    guesser = Browser(one, "127.0.0.6")
    page = guesser.get("/login/first")
    statuses = [guesser.send(page, "/login/first", code=old, user="root", password=PASSWORD, again=PASSWORD).status for _ in range(6)]
    assert set(statuses) == {403, 429} and statuses[0] == 403 and statuses[-1] == 429
    root = Browser(one)
    page = root.send(root.get("/login/first"), "/login/first", code=new, user="root", password=PASSWORD, again=PASSWORD)
    assert page.path == "/account"


def test_many_sign_in_at_once(server):
    import concurrent.futures

    one = server(CONFIG)
    names = [f"user{number}" for number in range(12)]
    table = "\n".join(["name,password", *(f"{name},{PASSWORD}" for name in names)])
    file = one.folder / "users.csv"
    file.write_text(table)
    one.command("user", "import", str(file))
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        paths = list(pool.map(lambda name: Browser(one).sign_in(name, PASSWORD).path, names))
    assert set(paths) == {"/account"}
    assert {session["user"] for session in json.loads(one.command("session", "list", "--json").stdout)} == set(names)
