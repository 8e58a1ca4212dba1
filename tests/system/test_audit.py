"""rhumb audit: the trail read, verified and taken away."""

import hashlib
import json
import sqlite3
import struct

import pytest


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    for name in ("ann", "bob"):
        one.command("user", "add", name, "--no-password")
    return one


def tamper(rhumb, sql):
    with sqlite3.connect(rhumb.data / "rhumb.db") as database:
        database.executescript("DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed;"
                               "DROP TRIGGER event_chain_is_never_changed; DROP TRIGGER event_chain_is_never_removed;" + sql)


def verify(rhumb, code=0, *options):
    done = rhumb.command("audit", "verify", "--json", *options, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_events_are_listed_and_chosen(rhumb):
    events = rhumb.json("audit")
    assert [(e["what"], e["subject"]) for e in events[:2]] == [("user.added", "bob"), ("user.added", "ann")]
    assert all(e["from"] == "command line" for e in events[:2])
    assert [e["subject"] for e in rhumb.json("audit", "--what", "user", "--subject", "ANN")] == ["ann"]
    assert len(rhumb.json("audit", "--limit", "1")) == 1
    assert rhumb.json("audit", "--until", "2020-01-01") == []
    assert rhumb.json("audit", "--since", "2020-01-01") == events
    assert rhumb.json("audit", "--who", "nobody-of-this-name") == []
    table = rhumb.command("audit").stdout
    assert "user.added" in table and table.splitlines()[0].split()[:3] == ["ID", "TIME", "WHO"]
    assert rhumb.command("audit", "--since", "yesterday", check=False).returncode == 1


def test_the_trail_is_verified_and_its_end_noted(rhumb):
    report = verify(rhumb)
    assert report["good"] and report["events"] == report["head"]["id"] == len(rhumb.json("audit", "--limit", "100000"))
    head = f"{report['head']['id']}:{report['head']['chain']}"
    rhumb.command("role", "give", "publishers", "--to", "user:ann")
    assert verify(rhumb, 0, "--head", head)["good"]
    assert verify(rhumb, 3, "--head", head[:-1] + ("0" if head[-1] != "0" else "1"))["faults"][0]["kind"] == "chained-anew"
    assert rhumb.command("audit", "verify", "--head", "nonsense", check=False).returncode == 1


@pytest.mark.parametrize("sql, kind", [
    ("UPDATE event SET detail = 'x' WHERE id = 2", "changed"),
    ("DELETE FROM event_chain WHERE event = 2; DELETE FROM event WHERE id = 2", "removed"),
    ("DELETE FROM setting WHERE key = 'audit-head'", "seal-missing"),
    ("UPDATE setting SET value = x'00' WHERE key = 'audit-head'", "seal-unreadable"),
    ("INSERT INTO event (time, who, from_where, what, subject, detail) VALUES (1, 'eve', '', 'x.y', '', '')", "unchained"),
])
def test_what_was_done_behind_its_back_shows(rhumb, sql, kind):
    rhumb.command("cert", "issue", "--name", "localhost", "--as", "sealing")  # a command with the master key seals the end
    tamper(rhumb, sql)
    assert kind in [fault["kind"] for fault in verify(rhumb, 3)["faults"]]
    said = rhumb.command("audit", "verify", check=False)
    assert said.returncode == 3 and kind in said.stdout


def test_a_cut_end_shows_even_where_the_counter_is_set_back(rhumb):
    rhumb.command("cert", "issue", "--name", "localhost", "--as", "sealing")
    last = verify(rhumb)["head"]["id"]
    tamper(rhumb, f"DELETE FROM event_chain WHERE event > {last - 2}; DELETE FROM event WHERE id > {last - 2};"
                  f"UPDATE sqlite_sequence SET seq = {last - 2} WHERE name = 'event'")
    assert [fault["kind"] for fault in verify(rhumb, 3)["faults"]] == ["cut"]


def test_the_chain_can_be_computed_by_others_from_the_export(rhumb, tmp_path):
    out = tmp_path / "trail.jsonl"
    rhumb.command("audit", "export", "--out", out)
    with sqlite3.connect(rhumb.data / "rhumb.db") as database:
        times = dict(database.execute("SELECT id, time FROM event"))
    chain = bytes(32)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["id"] for line in lines] == list(range(1, len(lines) + 1))
    for event in lines:
        text = b"rhumb audit 1\n" + chain + struct.pack(">Qq", event["id"], times[event["id"]])
        for field in ("who", "from", "what", "subject", "detail"):
            data = event[field].encode()
            text += struct.pack(">Q", len(data)) + data
        chain = hashlib.sha256(text).digest()
        assert event["chain"] == chain.hex(), event


def test_the_trail_goes_through_a_backup_and_a_change_of_the_master_key(rhumb, server, tmp_path):
    rhumb.command("keys", "rotate", "--yes")
    assert verify(rhumb)["good"]
    backup = tmp_path / "rhumb.backup"
    rhumb.command("backup", "create", "--out", backup)
    rhumb.command("user", "add", "later", "--no-password")
    rhumb.command("backup", "restore", backup, "--yes")
    report = verify(rhumb)
    assert report["good"], report
    assert "backup.restored" in [event["what"] for event in rhumb.json("audit", "--limit", "5")]


def test_the_doctor_tells_of_it(rhumb):
    def told():
        examined = json.loads(rhumb.command("doctor", "--json", check=False, seconds=120).stdout)["examined"]
        return [finding for one in examined for finding in one["findings"] if finding["id"] == "store.audit.changed"]

    assert told() == []
    tamper(rhumb, "UPDATE event SET who = 'eve' WHERE id = 2")
    (finding,) = told()
    assert finding["severity"] == "error" and "event 2 " in finding["sentence"] and "audit verify" in finding["command"]


def test_without_the_master_key_the_chain_alone_is_verified(rhumb):
    (rhumb.data / "master.key").rename(rhumb.data / "elsewhere")
    said = rhumb.command("audit", "verify", check=False)
    assert said.returncode == 0 and "the master key is not at hand" in said.stdout
    tamper(rhumb, "UPDATE event SET who = 'eve' WHERE id = 2")
    assert verify(rhumb, 3)["sealed"] is None
