"""rhumb token: issued, looked at and revoked on the command line, while a server runs and while none does."""

import base64
import json
import sqlite3
import time

import pytest

from harness import wait_until

GOOD = "correct horse battery"


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made, with two users; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    for name in ("ann", "bob"):
        one.command("user", "add", name, "--no-password")
    return one


def issue(rhumb, user, *options):
    return rhumb.json("token", "issue", user, *options)


def inspect(rhumb, token, code=0):
    looked = rhumb.command("token", "inspect", "-", "--json", data=token + "\n", check=False)
    assert looked.returncode == code, looked.stdout + looked.stderr
    return json.loads(looked.stdout)


def events(rhumb, what):
    rows = sqlite3.connect(rhumb.data / "rhumb.db").execute("SELECT who, from_where, subject, detail FROM event WHERE what = ?", (what,))
    return rows.fetchall()


def test_a_token_is_issued_alone_on_standard_output(rhumb):
    made = rhumb.command("token", "issue", "ANN", "--lifetime", "2h", "--referer", "https://maps.example.org/app")
    token = made.stdout.strip()
    assert token.startswith("rh1") and "\n" not in token
    assert token not in made.stderr and "maps.example.org" in made.stderr

    facts = inspect(rhumb, token)
    assert facts["good"] and facts["user"] == "ann" and facts["referer"] == "https://maps.example.org/app" and facts["ip"] is None
    assert facts["id"] in made.stderr
    begin, end = (time.strptime(facts[which], "%Y-%m-%dT%H:%M:%SZ") for which in ("issued", "expires"))
    assert time.mktime(end) - time.mktime(begin) == 7200
    shown = rhumb.command("token", "inspect", "--file", "/dev/stdin", data=token).stdout
    assert "state     good" in shown and "the referer https://maps.example.org/app" in shown


def test_what_was_issued_is_in_the_audit_trail_and_the_token_nowhere(rhumb):
    token = issue(rhumb, "ann", "--ip", "::ffff:192.0.2.7")
    assert token["ip"] == "192.0.2.7"
    assert [detail for _, _, subject, detail in events(rhumb, "token.issued") if subject == "ann"] == [
        f"token {token['id']}, good for 60 minutes, for the address 192.0.2.7"
    ]
    kept = b"".join(path.read_bytes() for path in rhumb.data.rglob("*") if path.is_file())
    assert token["token"].encode() not in kept
    raw = base64.urlsafe_b64decode(token["token"][3:] + "==")
    assert raw not in kept and b"ann" not in raw


def test_only_active_users_get_one(rhumb):
    nobody = rhumb.command("token", "issue", "carl", check=False)
    assert nobody.returncode == 1 and "no user «carl»" in nobody.stderr
    rhumb.command("user", "disable", "bob")
    disabled = rhumb.command("token", "issue", "bob", check=False)
    assert disabled.returncode == 3 and "disabled" in disabled.stderr
    for option, value, code, word in (
        ("--lifetime", "soon", 2, "60m"),
        ("--lifetime", "400d", 2, "366 days"),
        ("--ip", "home", 3, "192.0.2.1"),
        ("--referer", "x" * 513, 3, "512"),
    ):
        refused = rhumb.command("token", "issue", "ann", option, value, check=False)
        assert refused.returncode == code and word in refused.stderr, (option, value, refused.stderr)
        assert refused.stdout == ""
    assert events(rhumb, "token.issued") == []


def test_inspect_says_what_is_wrong(rhumb):
    token = issue(rhumb, "ann")["token"]
    assert inspect(rhumb, "nonsense", 3)["fault"] == "this is no token of a Rhumb, or it was cut short"
    assert "cut short" in inspect(rhumb, token[:30], 3)["fault"]
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    assert inspect(rhumb, changed, 3)["fault"] == "the token was changed on its way"
    assert "another server" in inspect(rhumb, "rh1" + "A" * 80, 3)["fault"]
    short = issue(rhumb, "ann", "--lifetime", "1s")["token"]
    wait_until(lambda: rhumb.command("token", "inspect", data=short, check=False).returncode == 3, what="the end of the token")
    assert inspect(rhumb, short, 3)["fault"] == "the token has expired"
    rhumb.command("user", "disable", "ann")
    assert inspect(rhumb, token, 3)["fault"] == "the user «ann» is disabled"
    rhumb.command("user", "remove", "ann", "--yes")
    assert inspect(rhumb, token, 3)["fault"] == "there is no user «ann» any more"


def test_a_token_among_the_arguments_is_taken_with_a_warning(rhumb):
    token = issue(rhumb, "ann")["token"]
    looked = rhumb.command("token", "inspect", token)
    assert "state     good" in looked.stdout and "can read the arguments" in looked.stderr
    assert "can read" not in rhumb.command("token", "inspect", "-", data=token).stderr
    nothing = rhumb.command("token", "inspect", "-", data="\n", check=False)
    assert nothing.returncode == 1 and "no token in standard input" in nothing.stderr


def test_tokens_are_revoked_one_by_one_by_user_and_all(rhumb):
    one, other, third, bobs = (issue(rhumb, user) for user in ("ann", "ann", "ann", "bob"))
    assert one["id"] in rhumb.command("token", "revoke", "-", data=one["token"]).stdout
    rhumb.command("token", "revoke", other["id"])
    assert inspect(rhumb, one["token"], 3)["fault"] == "the token was revoked"
    assert inspect(rhumb, other["token"], 3)["fault"] == "the token was revoked"
    assert inspect(rhumb, third["token"])["good"]

    rhumb.command("token", "revoke", "--user", "ANN")
    assert not inspect(rhumb, third["token"], 3)["good"] and inspect(rhumb, bobs["token"])["good"]
    assert inspect(rhumb, issue(rhumb, "ann")["token"])["good"], "issued after the revocation"

    asked = rhumb.command("token", "revoke", "--all", check=False)
    assert asked.returncode == 1 and "--yes" in asked.stderr
    rhumb.command("token", "revoke", "--all", "--yes")
    assert not inspect(rhumb, bobs["token"], 3)["good"]

    for wrong in ((), ("--user", "ann", "--all"), ("0123456789abcdef", "--all")):
        assert rhumb.command("token", "revoke", *wrong, "--yes", check=False).returncode == 2, wrong
    assert rhumb.command("token", "revoke", "ann", check=False).returncode == 3
    assert len(events(rhumb, "token.revoked")) == 2 and len(events(rhumb, "tokens.revoked")) == 2


def test_keys_are_shown_and_changed(rhumb):
    token = issue(rhumb, "ann")["token"]
    before = rhumb.json("token", "keys")
    assert len(before) == 1 and before[0]["retired"] is None
    after = rhumb.json("token", "keys", "--rotate")
    assert len(after) == 2 and after[0]["retired"] is None and after[1]["retired"] and after[1]["name"] == before[0]["name"]
    assert inspect(rhumb, token)["good"]
    assert inspect(rhumb, issue(rhumb, "bob")["token"])["good"]
    assert "seals" in rhumb.command("token", "keys").stdout


def test_tokens_outlive_a_change_of_the_master_key(rhumb):
    token = issue(rhumb, "ann")["token"]
    rhumb.command("keys", "rotate")
    assert inspect(rhumb, token)["good"]
    assert inspect(rhumb, issue(rhumb, "ann")["token"])["good"]


def test_tokens_end_with_a_lost_master_key_and_new_ones_are_issued(rhumb):
    token = issue(rhumb, "ann")["token"]
    (rhumb.data / "master.key").unlink()
    rhumb.command("keys", "rotate", "--accept-loss", "--yes")
    assert "another server" in inspect(rhumb, token, 3)["fault"]
    assert inspect(rhumb, issue(rhumb, "ann")["token"])["good"]


CLOSED = """
[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
[[site.location]]
path = "/closed"
allow = ["user:ann"]
"""


def test_a_running_server_takes_what_the_command_line_does(server):
    rhumb = server(CLOSED)
    rhumb.command("user", "add", "ann", "--no-password")
    url = rhumb.https("/closed/")

    def status(token):
        return rhumb.fetch(url, "-H", f"Authorization: Bearer {token}").status

    token = issue(rhumb, "ann")
    wait_until(lambda: status(token["token"]) == 404, what="a good token")
    rhumb.json("token", "keys", "--rotate")
    second = issue(rhumb, "ann")
    assert status(second["token"]) == 404, "at once, whatever key seals it"
    assert rhumb.fetch(url).status in (401, 403)
    rhumb.command("token", "revoke", token["id"])
    wait_until(lambda: status(token["token"]) in (401, 403), what="the revocation")
    assert status(second["token"]) == 404
    rhumb.command("keys", "rotate")
    third = issue(rhumb, "ann")
    wait_until(lambda: status(third["token"]) == 404, what="a good token under the new master key")
    assert status(second["token"]) == 404
    log = (rhumb.data / "logs").glob("*.log")
    assert all(second["token"] not in path.read_text() for path in log)
