"""The configuration while the server runs: taken within a second, never half, never at the price of a connection; and after kill -9."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import SITE
from harness import binary, free_port, wait_until

WITHIN = 2.0  # seconds; the server promises one, the machine of the test may be busy


def site(**keys):
    """The default site on any ports, with more keys, as TOML."""
    lines = [f"{name} = {value}" for name, value in keys.items()]
    return SITE + "\n".join(lines) + "\n"


def in_store(server, config, *arguments, **options):
    """A server whose configuration is in its store: `config`, in revision 2."""
    one = server(None, "--http", "0", "--https", "0", **options)
    one.stop()
    apply(one, config)
    one.arguments = list(arguments)
    return one.start()


def apply(rhumb, config, *options, check=True):
    file = rhumb.folder / "next.toml"
    file.write_text(config)
    return rhumb.command("config", "apply", file, *options, check=check)


def header_of(rhumb, name="x-mark"):
    return rhumb.fetch(rhumb.http("/")).headers.get(name)


def test_what_is_applied_is_served_within_a_second_and_kept_connections_survive(server):
    rhumb = in_store(server, site(headers='{ X-Mark = "one" }'))
    with rhumb.connect() as plain, rhumb.connect_tls() as secure:
        assert plain.get("/").headers["x-mark"] == secure.get("/").headers["x-mark"] == "one"

        apply(rhumb, site(headers='{ X-Mark = "two" }'), "--comment", "a better mark")
        wait_until(lambda: header_of(rhumb) == "two", WITHIN, "the change")

        assert plain.get("/").headers["x-mark"] == secure.get("/").headers["x-mark"] == "two"


def test_what_is_applied_before_the_first_start_is_what_that_begins_with(server):
    rhumb = server(None, start=False)
    text = "# Ours.\n" + site(headers='{ X-Mark = "first" }')
    assert "revision 1" in apply(rhumb, text).stdout
    assert rhumb.command("config", "export").stdout == text
    assert rhumb.data.stat().st_mode & 0o777 == 0o700

    rhumb.root.mkdir()
    (rhumb.root / "index.html").write_text("ours")
    rhumb.start()

    answer = rhumb.fetch(rhumb.https("/"))
    assert (answer.headers["x-mark"], answer.text) == ("first", "ours")
    assert not (rhumb.data / "gis").exists()
    assert rhumb.json("config", "history")[-1]["number"] == 1


def test_history_diff_export_and_rollback_tell_and_undo(server):
    rhumb = in_store(server, site(headers='{ X-Mark = "one" }'))
    apply(rhumb, site(headers='{ X-Mark = "two" }'), "--comment", "a better mark")

    history = rhumb.json("config", "history")
    assert [one["number"] for one in history] == [3, 2, 1]
    assert history[0]["comment"] == "a better mark" and history[0]["author"]
    difference = rhumb.command("config", "diff", "2", "3").stdout
    assert re.search(r'^-.*"one"', difference, re.M) and re.search(r'^\+.*"two"', difference, re.M)
    assert '"one"' in rhumb.command("config", "export", "--revision", "2").stdout
    assert '"two"' in rhumb.command("config", "export").stdout

    rhumb.command("config", "rollback", "2")

    wait_until(lambda: header_of(rhumb) == "one", WITHIN, "the way back")
    assert [one["number"] for one in rhumb.json("config", "history")] == [4, 3, 2, 1]


def test_what_is_exported_can_be_applied(server):
    rhumb = server(None, "--http", "0", "--https", "0")
    file = rhumb.folder / "exported.toml"
    rhumb.command("config", "export", "--out", file)

    rhumb.command("config", "check", file)
    rhumb.command("config", "apply", file)

    assert len(rhumb.json("config", "history")) == 1  # nothing has changed


@pytest.mark.parametrize("text, place, word", [
    ("[[site]]\nbindings = [", r"2:\d+", ""), ("[[site]]\n\nrequire_https = \"never\"\n", r"3:1[0-9]?", "require_https"),
    ("[[site]]\nlisten = 1\n", r"2:1", "listen"), ("[server.limits]\nheader_seconds = 0\n", r"2:\d+", "header_seconds"),
    ("[[site]]\nbindings = [\"https://example.org:443\"]\n", r"2:\d+", "example.org"), ("a = \xff\n", r"1:\d+", ""),
])
def test_a_bad_configuration_changes_nothing_and_says_where_it_is_bad(server, text, place, word):
    rhumb = in_store(server, site(headers='{ X-Mark = "one" }'))
    bad = rhumb.folder / "bad.toml"
    bad.write_bytes(text.encode("latin-1"))

    checked = rhumb.command("config", "check", bad, check=False)
    applied = rhumb.command("config", "apply", bad, check=False)

    assert checked.returncode == 3
    assert applied.returncode == 1
    for said in (checked.stdout + checked.stderr, applied.stdout + applied.stderr):
        assert re.search(rf"{re.escape(str(bad))}:{place}: .*{word}", said), said
    assert len(rhumb.json("config", "history")) == 2
    assert header_of(rhumb) == "one"


def test_ports_can_be_changed_while_it_runs(server):
    first, second = free_port(), free_port()
    rhumb = in_store(server, f'[[site]]\nbindings = ["http://127.0.0.1:{first}", "https://127.0.0.1:0"]\n')
    with rhumb.connect_tls() as secure:
        secure.get("/")

        apply(rhumb, f'[[site]]\nbindings = ["http://127.0.0.1:{second}", "https://127.0.0.1:0"]\n')

        def moved():
            return rhumb.curl(f"http://localhost:{second}/", check=False).returncode == 0

        wait_until(moved, WITHIN, "the new port")
        wait_until(lambda: rhumb.curl(f"http://localhost:{first}/", check=False).returncode == 7, WITHIN, "the end of the old port")
        assert secure.get("/").status in (200, 403, 404)  # the other binding has not noticed


def test_a_port_that_is_taken_changes_nothing(server):
    rhumb = in_store(server, site(headers='{ X-Mark = "one" }'))
    other = server(SITE)

    apply(rhumb, f'[[site]]\nbindings = ["http://127.0.0.1:{other.http_port}", "https://127.0.0.1:0"]\nheaders = {{ X-Mark = "two" }}\n')

    assert rhumb.log.find(rf"cannot listen on 127\.0\.0\.1:{other.http_port}.*another program", 5)
    assert header_of(rhumb) == "one"
    apply(rhumb, site(headers='{ X-Mark = "three" }'))
    wait_until(lambda: header_of(rhumb) == "three", WITHIN, "the next change")


def test_a_file_that_a_person_saves_is_taken(server):
    rhumb = server(site(headers='{ X-Mark = "one" }'))

    rhumb.configure(site(headers='{ X-Mark = "two" }'))
    wait_until(lambda: header_of(rhumb) == "two", WITHIN, "the change")

    rhumb.configure(site(headers='{ X-Mark = "three" }') + "\nnonsense = 1\n")
    assert rhumb.log.find(r"rhumb\.toml:\d+:\d+: .*nonsense", 5)
    assert header_of(rhumb) == "two"

    rhumb.configure(site(headers='{ X-Mark = "four" }'))
    wait_until(lambda: header_of(rhumb) == "four", WITHIN, "the mended file")


def test_a_file_that_vanishes_changes_nothing(server):
    rhumb = server(site(headers='{ X-Mark = "one" }'))

    rhumb.config_file.unlink()

    assert rhumb.log.find(r"rhumb\.toml", 5)
    assert header_of(rhumb) == "one"
    time.sleep(1)
    assert len([line for line in rhumb.log.lines if " error " in line]) <= 2  # said, not repeated four times a second
    rhumb.configure(site(headers='{ X-Mark = "two" }'))
    wait_until(lambda: header_of(rhumb) == "two", WITHIN, "the file that is back")


def test_a_file_is_still_the_configurations_home_when_the_server_has_stopped(server):
    rhumb = server(site(headers='{ X-Mark = "one" }'))
    rhumb.stop()

    assert 'X-Mark = "one"' in rhumb.command("config", "export").stdout
    assert rhumb.json("cert", "self-sign", "--name", "maps.test")["name"] == "maps.test"
    refused = rhumb.command("service", "remove", "Nothing", check=False)
    assert refused.returncode != 0 and str(rhumb.config_file) in refused.stderr

    rhumb.config_file.unlink()
    assert "no configuration" in rhumb.command("config", "export", check=False).stderr


def test_a_file_written_in_place_byte_by_byte_never_takes_the_server_down(server):
    rhumb = server(site(headers='{ X-Mark = "one" }'))
    text = site(headers='{ X-Mark = "two" }')

    with rhumb.config_file.open("w") as file:
        for part in (text[:20], text[20:60], text[60:]):
            file.write(part)
            file.flush()
            time.sleep(0.4)
            assert header_of(rhumb) in ("one", "two", None)

    wait_until(lambda: header_of(rhumb) == "two", WITHIN, "the whole file")


def integrity(data):
    with sqlite3.connect(data / "rhumb.db") as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]


def test_kill_9_in_the_midst_of_applying_leaves_the_store_whole(server):
    rhumb = in_store(server, site(headers='{ X-Mark = "0" }'))
    dice = random.Random(7)

    for number in range(1, 25):
        file = rhumb.folder / f"{number}.toml"
        file.write_text(site(headers=f'{{ X-Mark = "{number}" }}'))
        one = subprocess.Popen([binary(), "config", "apply", str(file), "--data", str(rhumb.data)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=rhumb.environment)
        time.sleep(dice.uniform(0, 0.06))
        one.kill()
        one.wait()
        if number % 6 == 0:  # and the server itself, while it takes a change
            rhumb.kill()
            assert integrity(rhumb.data) == "ok"
            rhumb.start()

    latest = rhumb.json("config", "history")[0]["number"]
    mark = re.search(r'"?X-Mark"? = "(\d+)"', rhumb.command("config", "export").stdout, re.I)[1]
    wait_until(lambda: header_of(rhumb) == mark, WITHIN, f"revision {latest}")
    apply(rhumb, site(headers='{ X-Mark = "last" }'))
    wait_until(lambda: header_of(rhumb) == "last", WITHIN, "the last change")
    assert integrity(rhumb.data) == "ok"


def test_kill_9_at_any_moment_of_the_first_start_and_the_next_start_works(server):
    dice = random.Random(11)
    began = time.monotonic()
    whole = server(None, "--http", "0", "--https", "0")
    usual = time.monotonic() - began
    whole.kill()

    for number in range(20):
        rhumb = server(None, "--http", "0", "--https", "0", start=False)
        for _ in range(2):
            rhumb.begin()
            time.sleep(dice.uniform(0, usual * 1.2))
            rhumb.kill()

        rhumb.start()

        assert rhumb.curl(rhumb.https("/"), check=False).returncode == 0, f"start {number}\n{rhumb.transcript()}"
        services = rhumb.fetch(rhumb.https("/arcgis/rest/services/Countries/MapServer?f=json")).json()
        assert "error" not in services, services
        assert integrity(rhumb.data) == "ok"
        rhumb.kill()


def test_a_second_server_on_the_same_data_is_refused(server):
    rhumb = server(SITE)
    other = server(SITE, start=False, data=rhumb.data)
    other.begin()

    assert other.process.wait(10) == 1
    assert other.log.find(rf"{re.escape(str(rhumb.data))}.*{rhumb.process.pid}", 10), other.log.text()
    assert rhumb.fetch(rhumb.http("/")).status in (200, 403, 404)


def test_many_changes_at_once_by_several_people_are_all_kept(server):
    rhumb = in_store(server, site())

    def change(person):
        for number in range(6):
            file = rhumb.folder / f"{person}-{number}.toml"
            file.write_text(site(headers=f'{{ X-Mark = "{person}-{number}" }}'))
            rhumb.command("config", "apply", file, "--comment", f"{person}-{number}")

    people = [threading.Thread(target=change, args=(name,)) for name in ("ada", "bob", "eve")]
    for one in people:
        one.start()
    for one in people:
        one.join()

    comments = [one["comment"] for one in rhumb.json("config", "history")]
    assert sorted(comments[:-2]) == sorted(f"{name}-{number}" for name in ("ada", "bob", "eve") for number in range(6))
    wait_until(lambda: header_of(rhumb) == comments[0], WITHIN, "the last of the changes")


def test_no_key_leaves_the_store_in_the_clear(server):
    rhumb = server(None, "--http", "0", "--https", "0")
    rhumb.stop()

    for folder, _, files in os.walk(rhumb.data):
        for name in files:
            content = open(os.path.join(folder, name), "rb").read()
            assert b"PRIVATE KEY" not in content, name
            mode = os.stat(os.path.join(folder, name)).st_mode & 0o777
            if name.startswith("rhumb.db") or "key" in name:
                assert mode == 0o600, (name, oct(mode))
    assert os.stat(rhumb.data).st_mode & 0o077 == 0
    assert "PRIVATE KEY" not in rhumb.transcript()


def test_sigint_ends_it_as_sigterm_does(server):
    for number in (signal.SIGINT, signal.SIGTERM):
        rhumb = server(SITE)
        rhumb.signal(number)
        assert rhumb.process.wait(10) == 0
