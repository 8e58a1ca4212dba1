"""Users and roles of custom providers: both samples as they are, what may go wrong with them, and who would like to be taken for them."""

import base64
import hmac
import json
import os
import pathlib
import re
import signal
import threading
import time
import urllib.error
import urllib.request

import jsonschema
import pytest

from custom import PASSWORD, SCHEMA, Between, Dribbling, HttpSample, ProgramSample, children_of, new_secret, table
from harness import wait_until
from people import Browser
from postgresql import Authority

LOCAL = "a password of this server"

SITE = """
[security.sign_in]
account_failures = 1000
address_failures = 10000

[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/plans"
allow = ["role:planners"]

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/api/v1"
handler = "api"
"""


class Both:
    """A Rhumb whose users and roles are at a custom provider, and a local administrator."""

    def __init__(self, make, provider, **settings):
        self.provider = provider
        self.rhumb = make(provider.configuration(**settings) + SITE, start=False)
        (self.rhumb.root / "plans").mkdir(parents=True)
        (self.rhumb.root / "plans" / "index.html").write_text("<h1>The plan</h1>")
        (self.rhumb.root / "index.html").write_text("open")
        self.rhumb.start()
        self.rhumb.command("user", "add", "root", "--store", "embedded", "--role", "administrators", "--password-file", "-", data=LOCAL + "\n")

    def configure(self, **settings):
        self.rhumb.configure(self.provider.configuration(**settings) + SITE)
        self.rhumb.reload()

    def sign_in(self, user="ann", password=PASSWORD):
        someone = Browser(self.rhumb)
        return someone, someone.sign_in(user, password, "/plans/")

    def lets_in(self, user="ann", password=PASSWORD):
        return self.sign_in(user, password)[1].status == 200

    def token(self, user="ann", password=PASSWORD):
        fields = ["-d", f"username={user}", "--data-urlencode", f"password={password}", "-d", "client=requestip", "-d", "f=json"]
        return self.rhumb.curl(*fields, self.rhumb.https("/arcgis/tokens/generateToken")).stdout.decode()

    def logged(self, pattern, seconds=10):
        found = self.rhumb.log.find(pattern, seconds)
        assert found, f"«{pattern}» is not in the log\n{self.rhumb.log.text()}"
        return found


def make_sample(kind, folder):
    provider = HttpSample(folder) if kind == "http" else ProgramSample(folder)
    provider.add("Ann", "planners", "gis-admins", full_name="Ann O'Hara", email="ann@example.org")
    provider.add("bob", "drivers")
    provider.add("eve", "planners")
    return provider.start()


@pytest.fixture
def closing():
    """closing(thing) closes it at the end of the test."""
    all_of_them = []

    def keep(thing):
        all_of_them.append(thing)
        return thing

    yield keep
    for thing in reversed(all_of_them):
        thing.close()


@pytest.fixture(params=["http", "program"])
def both(request, server, tmp_path, closing):
    return Both(server, closing(make_sample(request.param, tmp_path / "provider")))


@pytest.fixture
def http_both(server, tmp_path, closing):
    return Both(server, closing(make_sample("http", tmp_path / "provider")))


@pytest.fixture
def between(server, tmp_path, closing):
    """between(tamper) starts a Rhumb that reaches the sample over somebody in the middle."""

    def make(tamper=None, kind=Between, **settings):
        sample = closing(make_sample("http", tmp_path / "provider"))
        middle = closing(kind(sample.url, tamper))
        both = Both(server, sample, url=middle.url, **settings)
        both.middle = middle
        return both

    return make


# ------------------------------------------------------------------------------- as it should be

def test_people_of_the_sample_sign_in_with_their_roles(both):
    ann, page = both.sign_in("ann")
    assert (page.status, page.title, ann.user()) == (200, "The plan", "Ann")
    bob, page = both.sign_in("bob")
    assert page.status == 403 and bob.user() == "bob"
    for user, password in (("ann", "wrong"), ("nobody", PASSWORD), ('ann" OR "1"="1', PASSWORD), ("ann'--", PASSWORD), ("ann%", PASSWORD), ("*", PASSWORD)):
        someone, page = both.sign_in(user, password)
        assert page.status in (403, 429) and someone.session is None, user


def test_people_of_the_sample_are_given_tokens(both):
    token = json.loads(both.token())["token"]
    wanted = both.rhumb.https("/plans/")
    assert both.rhumb.fetch(wanted, "-H", f"X-Esri-Authorization: Bearer {token}").status == 200
    assert "token" not in json.loads(both.token(password="wrong"))


def test_privileges_come_from_the_lists_of_the_provider(both):
    for user, status in (("ann", 200), ("eve", 403)):
        token = json.loads(both.token(user))["token"]
        assert both.rhumb.fetch(both.rhumb.https("/api/v1/configuration"), "-H", f"Authorization: Bearer {token}").status == status, user


def test_who_is_removed_there_is_out_within_the_stated_time(both):
    ann, _ = both.sign_in("ann")
    token = json.loads(both.token())["token"]
    both.provider.remove("Ann")
    begin = time.monotonic()
    wait_until(lambda: ann.get("/plans/", follow=False).status != 200, 10, "being out")
    assert time.monotonic() - begin < 5  # remember_seconds is 1
    assert both.rhumb.fetch(both.rhumb.https("/plans/"), "-H", f"X-Esri-Authorization: Bearer {token}").status != 200
    assert not both.lets_in("ann")


def test_who_loses_a_role_there_loses_what_it_opened(both):
    eve, page = both.sign_in("eve")
    assert page.status == 200
    both.provider.add("eve", "drivers")
    # With another password what was signed in before ends, too: sign in anew.
    wait_until(lambda: eve.get("/plans/", follow=False).status != 200, 10, "losing the role")
    eve, page = both.sign_in("eve")
    assert page.status == 403 and eve.user() == "eve"


def test_who_is_disabled_there_is_out(http_both):
    eve, page = http_both.sign_in("eve")
    assert page.status == 200
    http_both.provider.change(lambda people: people["eve"].update(disabled=int(time.time())))
    wait_until(lambda: eve.get("/plans/", follow=False).status != 200, 10, "being out")
    assert not http_both.lets_in("eve")


def test_both_secrets_count_while_they_are_changed(http_both):
    provider, old, new = http_both.provider, http_both.provider.secret, new_secret()
    assert http_both.lets_in()
    provider.share(f"{old} {new}")
    provider.kill()
    provider.start()  # knows both; Rhumb signs with the old one yet
    assert http_both.lets_in()
    http_both.rhumb.reload()
    provider.share(new)
    provider.kill()
    provider.start()
    assert http_both.lets_in()


def test_over_https_with_a_root_of_our_own(server, tmp_path, closing):
    authority = Authority(tmp_path)
    authority.issue("county")
    sample = closing(HttpSample(tmp_path / "provider", tmp_path / "county"))
    sample.add("ann", "planners")
    sample.start()
    both = Both(server, sample, roots_file=str(authority.root))
    assert both.lets_in()
    # Without it nobody says whose service that is.
    both.configure()
    wait_until(lambda: not both.lets_in(), 10, "distrust")
    both.logged("signed by nobody who is trusted here")


# ------------------------------------------------------------------------------- the contract

def test_what_is_said_is_what_the_schema_says(between):
    both = between()
    both.lets_in("ann"), both.lets_in("ann", "wrong"), both.lets_in("nobody"), both.lets_in("bob")
    json.loads(both.token("eve"))
    schema = json.loads(SCHEMA.read_text())
    questions = jsonschema.Draft202012Validator(schema)
    asked = set()
    for question, answer in both.middle.seen:
        questions.validate(question)
        told = {**schema, "oneOf": [{"$ref": f"#/$defs/answer_to_{question['ask']}"}]}
        jsonschema.Draft202012Validator(told).validate(json.loads(answer))
        asked.add(question["ask"])
    assert {"find", "sign_in", "roles_of"} <= asked
    assert len({question["id"] for question, _ in both.middle.seen}) == len(both.middle.seen)


def ask_sample(sample, question, name="msg_1", stamp=None, key=None):
    """Asks as Rhumb does, by another hand."""
    stamp = str(int(time.time()) if stamp is None else stamp)
    body = json.dumps({"contract": 1, "id": name, **question}).encode()
    key = base64.b64decode((key or sample.secret).removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")).decode()
    headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}", "content-type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(sample.url, body, headers), timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, None


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    one = make_sample("http", tmp_path_factory.mktemp("sample"))
    yield one
    one.kill()


def test_the_sample_answers_every_question_by_the_schema(sample, tmp_path):
    schema = json.loads(SCHEMA.read_text())
    questions = [{"ask": "hello"}, {"ask": "find", "user": "ANN"}, {"ask": "find", "user": "nobody"}, {"ask": "sign_in", "user": "ann", "password": PASSWORD},
                 {"ask": "list_users", "contains": "", "after": "", "count": 2}, {"ask": "list_users", "contains": "o'h", "after": "", "count": 9},
                 {"ask": "list_users", "contains": "", "after": "bob", "count": 9}, {"ask": "roles_of", "user": "ann"}, {"ask": "list_roles"}]
    program = make_sample("program", tmp_path / "program")
    for number, question in enumerate(questions):
        whole = {"contract": 1, "id": f"msg_q{number}", **question}
        jsonschema.Draft202012Validator(schema).validate(whole)
        told = {**schema, "oneOf": [{"$ref": f"#/$defs/answer_to_{question['ask']}"}]}
        by_http = ask_sample(sample, question, whole["id"])[1]
        by_program = json.loads(program.run("answer", program.file, input=json.dumps(whole) + "\n", capture_output=True).stdout)
        for answer in (by_http, by_program):
            jsonschema.Draft202012Validator(told).validate(answer)
            assert answer["id"] == whole["id"] and "error" not in answer
        names = [[one["name"] for one in answer.get("users", [])] for answer in (by_http, by_program)]
        assert names[0] == names[1]


def test_the_sample_takes_a_message_once_and_fresh_and_signed(sample):
    question = {"ask": "find", "user": "ann"}
    assert ask_sample(sample, question, "msg_once")[0] == 200
    assert ask_sample(sample, question, "msg_once")[0] == 401
    assert ask_sample(sample, question, "msg_old", stamp=time.time() // 1 - 400)[0] == 401
    assert ask_sample(sample, question, "msg_early", stamp=int(time.time()) + 400)[0] == 401
    assert ask_sample(sample, question, "msg_other", key=new_secret())[0] == 401
    assert ask_sample(sample, question, "msg_good")[0] == 200


# ------------------------------------------------------------------------------- somebody in the middle

def altered(question, headers, status, fields, body):
    """A yes for every no, with the signature as it was."""
    told = json.loads(body)
    if "outcome" in told:
        told = {**told, "outcome": "accepted", "user": {"name": json.loads(question)["user"]}}
    return status, fields, json.dumps(told).encode()


def with_status_alone(question, headers, status, fields, body):
    return 200, {}, body


def echoed(question, headers, status, fields, body):
    """The question as its own answer: it is signed with the very secret."""
    return 200, {"webhook-timestamp": headers["webhook-timestamp"], "webhook-signature": headers["webhook-signature"]}, question


@pytest.mark.parametrize("tamper", [altered, with_status_alone, echoed])
def test_nobody_on_the_way_lets_anybody_in(between, tamper):
    both = between(tamper)
    for password in ("wrong", PASSWORD):
        someone, page = both.sign_in("ann", password)
        assert someone.session is None and page.status != 200
    both.logged("not signed with our secret")
    assert PASSWORD not in both.rhumb.log.text()


def test_an_answer_of_yesterday_lets_nobody_in(between):
    kept = {}

    def replay(question, headers, status, fields, body):
        asked = json.loads(question)
        if asked["ask"] == "sign_in" and asked["password"] == PASSWORD:
            kept["all"] = status, fields, body
        return kept["all"] if asked["ask"] == "sign_in" and "all" in kept else (status, fields, body)

    both = between(replay)
    assert both.lets_in("ann", PASSWORD)
    someone, page = both.sign_in("ann", "wrong")
    assert someone.session is None and page.status != 200


def test_a_wrong_secret_is_told_of_and_lets_nobody_in(http_both):
    http_both.provider.secret_file.write_text(new_secret())
    http_both.rhumb.reload()
    someone, page = http_both.sign_in()
    assert page.status == 503 and someone.session is None
    http_both.logged("does not take our signature")
    assert not re.search(r"whsec_", http_both.rhumb.log.text())


# ------------------------------------------------------------------------------- what is gone, hung, slow, expired

def assert_only_its_people_wait(both):
    """Nobody of the provider gets in, with a clear message; what is open and who is local go on."""
    someone, page = both.sign_in()
    assert page.status == 503 and someone.session is None, page.text
    assert both.rhumb.fetch(both.rhumb.https("/")).status == 200
    root = Browser(both.rhumb)
    root.sign_in("root", LOCAL)
    assert root.user() == "root"


def test_a_killed_service_denies_and_is_used_again(http_both):
    ann, _ = http_both.sign_in()
    http_both.provider.kill()
    wait_until(lambda: ann.get("/plans/", follow=False).status == 503, 10, "noticing")
    assert_only_its_people_wait(http_both)
    http_both.logged("nobody answers at")
    http_both.provider.start()
    wait_until(lambda: ann.get("/plans/", follow=False).status == 200, 40, "being used again")
    assert http_both.lets_in()


def test_a_hung_service_hurts_nobody_else(http_both):
    assert http_both.lets_in()
    http_both.provider.signal(signal.SIGSTOP)
    try:
        time.sleep(1.1)  # what is remembered
        waiting = [threading.Thread(target=http_both.sign_in) for _ in range(12)]
        for one in waiting:
            one.start()
        begin = time.monotonic()
        for _ in range(20):
            assert http_both.rhumb.fetch(http_both.rhumb.https("/")).status == 200
        root = Browser(http_both.rhumb)
        root.sign_in("root", LOCAL)
        assert root.user() == "root"
        assert time.monotonic() - begin < 10
        for one in waiting:
            one.join(30)
        assert_only_its_people_wait(http_both)
    finally:
        http_both.provider.signal(signal.SIGCONT)
    wait_until(http_both.lets_in, 40, "being used again")


def test_a_dribbling_service_is_cut_off(between):
    both = between(kind=Dribbling)
    begin = time.monotonic()
    someone, page = both.sign_in()
    assert page.status == 503 and someone.session is None
    assert time.monotonic() - begin < 10
    both.logged("did not answer within 2000 ms")


def test_an_expired_certificate_is_not_taken(server, tmp_path, closing):
    authority = Authority(tmp_path)
    authority.issue("county")
    sample = closing(HttpSample(tmp_path / "provider", tmp_path / "county"))
    sample.add("ann", "planners")
    sample.start()
    both = Both(server, sample, roots_file=str(authority.root))
    assert both.lets_in()
    authority.issue("old", days=(-10, -1))
    sample.kill()
    sample.certificate = tmp_path / "old"
    sample.start()
    assert_only_its_people_wait(both)
    both.logged("certificate of localhost:[0-9]+ has expired")


def test_a_certificate_of_another_name_is_not_taken(server, tmp_path, closing):
    authority = Authority(tmp_path)
    authority.issue("county", host="elsewhere.example.org", address=None)
    sample = closing(HttpSample(tmp_path / "provider", tmp_path / "county"))
    sample.start()
    both = Both(server, sample, roots_file=str(authority.root))
    assert_only_its_people_wait(both)
    both.logged("is for other names")


# ------------------------------------------------------------------------------- who has the secret and is hostile

@pytest.mark.parametrize("answer, words", [
    (lambda id: b"", "it is no JSON"),
    (lambda id: b"\xff\xfe", "it is no JSON"),
    (lambda id: b'{"id": "other", "user": {"name": "ann"}, "outcome": "accepted"}', "is not that of the question"),
    (lambda id: json.dumps({"id": id, "outcome": "accepted", "user": {"name": "root"}}).encode(), "is not the one that was asked for"),
    (lambda id: json.dumps({"id": id, "outcome": "accepted"}).encode(), "is missing, who was accepted"),
    (lambda id: json.dumps({"id": id, "outcome": "accepted", "user": {"name": "ann"}, "more": 1}).encode(), "is not known to this contract"),
    (lambda id: b'{"id": "%s", "user": %s1%s}' % (id.encode(), b"[" * 300_000, b"]" * 300_000), "nested deeper"),
    (lambda id: b" " * (3 << 20), "too large"),
    (lambda id: json.dumps({"id": id, "error": {"kind": "unavailable", "message": "the county\nsleeps"}}).encode(), "it says: the county sleeps"),
], ids=["nothing", "noise", "another id", "another user", "nobody", "more", "deep", "huge", "error"])
def test_a_hostile_service_lets_nobody_in(between, answer, words):
    def tamper(question, headers, status, fields, body):
        name = headers["webhook-id"]
        said = answer(name)
        key = base64.b64decode(both.provider.secret.removeprefix("whsec_"))
        signed = f"answer-{name}.1.".encode() + said
        return 200, {"webhook-timestamp": "1", "webhook-signature": "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()}, said

    both = between()
    before = both.rhumb.descriptors()
    both.middle.tamper = tamper
    someone, page = both.sign_in()
    assert page.status == 503 and someone.session is None
    both.logged(re.escape(words))
    both.middle.tamper = None
    wait_until(both.lets_in, 40, "being used again")
    assert both.rhumb.descriptors() < before + 20


# ------------------------------------------------------------------------------- programs

def program_configuration(folder, body, **settings):
    file = folder / "provider.py"
    file.write_text("#!/usr/bin/python3\nimport json, os, signal, sys, time\n" + body)
    file.chmod(0o700)
    return table("county", "program", f'command = ["{file}"]', **settings)


class Fixed:
    """A provider whose configuration is a text."""

    def __init__(self, text):
        self.text = text

    def configuration(self, **_):
        return self.text


ANSWERING = """
def say(question):
    user = {"name": question.get("user", "")}
    said = {"find": {"user": user}, "sign_in": {"outcome": "accepted", "user": user}, "roles_of": {"roles": ["planners"]}}
    return json.dumps({"id": question["id"], **said[question["ask"]]})
"""


@pytest.mark.parametrize("body, words", [
    ("sys.exit(3)", "exit code 3"),
    ("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nfor line in sys.stdin: time.sleep(1000)", "did not answer in time"),
    ("for line in sys.stdin: sys.stdout.write('{\"id\"'); sys.stdout.flush(); time.sleep(1000)", "did not answer in time"),
    ("while True: os.write(2, b'x' * 99 + b'\\n')", "did not answer in time"),
    ("while True: os.write(1, b'x' * 4096)", "larger than|before it had read"),
    ("if os.fork(): os._exit(0)\ntime.sleep(1000)", "ended before it answered|did not answer in time"),
    ("for line in sys.stdin: print('{}', flush=True)", "has not the id"),
], ids=["ends at once", "ignores SIGTERM", "half a line", "floods stderr", "floods stdout", "forks", "nonsense"])
def test_a_bad_program_denies_and_leaves_nothing_behind(server, tmp_path, body, words):
    both = Both(server, Fixed(program_configuration(tmp_path, body, time_limit_seconds=1)))
    before = both.rhumb.descriptors()
    for _ in range(4):
        assert_only_its_people_wait(both)
    both.logged(words)
    log = both.rhumb.log.text()
    assert log.count("says: xxx") <= 20 and len(log) < 60_000
    zombies = [state for state in children_of(both.rhumb.process.pid).values() if state == "Z"]
    assert len(zombies) <= 4 and both.rhumb.descriptors() < before + 30
    both.rhumb.stop()
    assert children_of(both.rhumb.process.pid) == {}


def test_a_killed_program_is_started_again_unnoticed(server, tmp_path, closing):
    both = Both(server, closing(make_sample("program", tmp_path / "provider")))
    for _ in range(5):
        assert both.lets_in()
        for one in children_of(both.rhumb.process.pid):
            os.kill(one, signal.SIGKILL)
        wait_until(lambda: all(state == "Z" for state in children_of(both.rhumb.process.pid).values()), 10, "their end")
    assert both.lets_in()
    assert len(children_of(both.rhumb.process.pid)) <= 4


def test_programs_end_with_the_server(server, tmp_path, closing):
    both = Both(server, closing(make_sample("program", tmp_path / "provider")))
    assert both.lets_in()
    programs = list(children_of(both.rhumb.process.pid))
    assert programs
    assert both.rhumb.stop() == 0
    assert not any(pathlib.Path(f"/proc/{one}").exists() for one in programs)


def test_programs_end_when_the_server_is_killed(server, tmp_path, closing):
    both = Both(server, closing(make_sample("program", tmp_path / "provider")))
    assert both.lets_in()
    programs = list(children_of(both.rhumb.process.pid))
    both.rhumb.kill()

    def is_over(one):
        try:
            return pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(") ")[2].startswith("Z")
        except OSError:
            return True

    wait_until(lambda: all(map(is_over, programs)), 10, "their end")


def test_programs_of_an_older_configuration_end(server, tmp_path):
    keep = ANSWERING + "for line in sys.stdin: print(say(json.loads(line)), flush=True)"
    both = Both(server, Fixed(program_configuration(tmp_path, keep)))
    assert both.lets_in()
    old = set(children_of(both.rhumb.process.pid))
    both.provider.text = program_configuration(tmp_path, keep, connections=2)
    both.configure()
    assert both.lets_in()
    wait_until(lambda: not old & set(children_of(both.rhumb.process.pid)), 15, "the end of the old ones")


def test_a_program_sees_nothing_of_the_server(server, tmp_path):
    seen = tmp_path / "seen.json"
    body = ANSWERING + f"""
fds = sorted(os.readlink(f"/proc/self/fd/{{fd}}").split(":")[0] for fd in os.listdir("/proc/self/fd") if fd != "3" and os.path.exists(f"/proc/self/fd/{{fd}}"))
with open({str(seen)!r}, "w") as out: json.dump({{"environment": dict(os.environ), "fds": fds, "cwd": os.getcwd()}}, out)
for line in sys.stdin: print(say(json.loads(line)), flush=True)
"""
    both = Both(server, Fixed(program_configuration(tmp_path, body)))
    assert both.lets_in()
    told = json.loads(seen.read_text())
    assert set(told["environment"]) <= {"PATH", "LC_ALL", "LC_CTYPE", "PWD"}
    assert (told["fds"], told["cwd"]) == (["pipe", "pipe", "pipe"], "/")
