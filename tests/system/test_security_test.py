"""rhumb security test: what the running server does with each kind of caller, beside what the configuration says."""

import http.server
import json
import sqlite3
import threading

import pytest

from harness import copy_sample

CONFIG = """
[[site]]
name = "Maps"
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
host_names = ["localhost"]

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/plans"
allow = ["role:planners"]

[[site.location]]
path = "/plans/public"
allow = ["anyone"]

[[site.location]]
path = "/sent"
require_https = "redirect"

[[site.location]]
path = "/refused"
require_https = "refuse"

[[site.location]]
path = "/members"
allow = ["authenticated"]

[[site.location]]
path = "/elsewhere"
allow = ["address:192.0.2.0/24"]

[[gis.folder]]
name = "Water"
allow = ["role:hydrologists", "user:ann"]

[[gis.service]]
name = "Open"
source = "gis/countries.gpkg"

[[gis.service]]
name = "Water/Rivers"
source = "gis/countries.gpkg"
"""


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(CONFIG, start=False)
    copy_sample(one.folder)
    one.start()
    for name in ("ann", "bob", "carl"):
        one.command("user", "add", name, "--no-password")
    for role in ("planners", "hydrologists", "emperors"):
        one.command("role", "add", role)
    one.command("role", "give", "planners", "--to", "user:bob")
    return one


def run(rhumb, code=0):
    done = rhumb.command("security", "test", "--json", check=False, seconds=120)
    assert done.returncode == code, done.stdout[-3000:] + done.stderr
    return json.loads(done.stdout)


def found(report, path, secure, caller):
    hits = [one["found"] for one in report["results"] if path in one["url"] and one["secure"] == secure and one["caller"] == caller]
    assert len(hits) == 1, (path, hits)
    return hits[0]


def test_every_path_is_as_the_configuration_says(rhumb):
    report = run(rhumb)

    assert report["good"] and all(one["good"] for one in report["results"])
    assert {one["name"] for one in report["callers"]} == {"nobody", "ann", "bob", "carl"}
    assert any("hydrologists" in note for note in report["notes"]), "nobody has the role"
    assert not any("emperors" in note for note in report["notes"]), "no rule names it"

    for caller in ("ann", "bob", "carl"):
        for path in ("/refused/", "/members/", "/sent/", "/services/Water?", "/services/Open/"):
            assert found(report, path, False, caller) == "https only", (caller, path)
    assert found(report, "/members/", True, "nobody") == "sign in"
    plans = [one for one in report["results"] if one["url"].endswith("/plans/") and one["secure"]]
    assert {one["caller"]: one["found"] for one in plans} == {"nobody": "sign in", "ann": "no", "bob": "let in", "carl": "no"}
    assert {one["by"] for one in plans} == {"location /plans of site «Maps»"}
    assert found(report, "/members/", True, "carl") == "let in"
    assert found(report, "/plans/public/", True, "nobody") == "let in"
    assert found(report, "/plans/public/", False, "nobody") == "let in"
    assert found(report, "/sent/", False, "nobody") == "sent to https"
    assert found(report, "/refused/", False, "nobody") == "https only"
    assert found(report, "/refused/", True, "nobody") == "let in"
    assert found(report, "/elsewhere/", True, "nobody") == "not from here"
    assert found(report, "/elsewhere/", True, "bob") == "no"
    water = "/arcgis/rest/services/Water?"
    assert found(report, water, True, "nobody") == "sign in"
    assert found(report, water, True, "ann") == "let in"
    assert found(report, water, True, "bob") == "no"
    assert found(report, water, False, "nobody") == "https only"
    assert found(report, "/arcgis/rest/services/Open/MapServer", False, "nobody") == "let in"


def test_a_table_says_it_to_people(rhumb):
    done = rhumb.command("security", "test", seconds=120)
    assert "nobody" in done.stdout and "bob: has the role planners" in done.stdout
    assert "location /plans of site «Maps»" in done.stdout
    assert "what comes of each is what the configuration says" in done.stdout
    assert "rh1" not in done.stdout + done.stderr


def test_the_tokens_of_a_trial_are_revoked(rhumb):
    events = lambda: sqlite3.connect(rhumb.data / "rhumb.db").execute("SELECT what FROM event WHERE what LIKE 'token.%'").fetchall()
    before = len(events())
    run(rhumb)
    added = [what for (what,) in events()[before:]]
    assert added.count("token.issued") == 3 and added.count("token.revoked") == 3


class Open(http.server.BaseHTTPRequestHandler):
    """Lets everybody in."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_what_differs_ends_with_3(server):
    """Somebody else answers at the port in the clear, and lets everybody in."""
    rhumb = server(CONFIG, start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    with http.server.HTTPServer(("127.0.0.1", 0), Open) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        file = rhumb.data / "running.json"
        file.write_text(file.read_text().replace(str(rhumb.http_port), str(other.server_port)))

        report = run(rhumb, code=3)
        table = rhumb.command("security", "test", check=False, seconds=120)
        other.shutdown()

    assert not report["good"]
    wrong = {one["url"].split("/", 3)[3] for one in report["results"] if not one["good"]}
    assert {"plans/", "refused/", "sent/", "members/"} <= wrong and "plans/public/" not in wrong
    assert all(one["good"] for one in report["results"] if one["secure"])
    assert "let in! (by the rules: https only)" in table.stdout and "did not come out" in table.stdout


def test_a_site_that_does_not_answer_is_told(server):
    rhumb = server(CONFIG, start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    file = rhumb.data / "running.json"
    file.write_text(file.read_text().replace(str(rhumb.http_port), "1"))
    report = run(rhumb, code=3)
    assert {one["found"] for one in report["results"] if not one["secure"]} == {"no answer"}
    assert all(one["trouble"] for one in report["results"] if not one["secure"])


def test_without_a_server_there_is_nothing_to_ask(server):
    rhumb = server(None, "--http", "0", "--https", "0")
    rhumb.stop()
    refused = rhumb.command("security", "test", check=False)
    assert refused.returncode == 1 and "no server runs" in refused.stderr and "rhumb serve" in refused.stderr
