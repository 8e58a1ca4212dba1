"""HSTS in steps: what answers say about coming by https alone, and how it is taken back."""

import sqlite3

import pytest

from harness import wait_until

NAME = "maps.test"
CONFIG = """
[[site]]
name = "Maps"
host_names = ["maps.test", "localhost", "127.0.0.1"]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
require_https = "redirect"
"""


class Maps:
    def __init__(self, server):
        self.server = server

    def fetch(self, host=NAME, scheme="https", *options):
        port = self.server.https_port if scheme == "https" else self.server.http_port
        return self.server.fetch(f"{scheme}://{host}:{port}/", "--resolve", f"{host}:{port}:127.0.0.1", *options)

    def said(self, *arguments, **named):
        return self.fetch(*arguments, **named).headers.get("strict-transport-security")

    def configure(self, *lines):
        """What the site says beside its names."""
        seen = len(self.server.log.lines)
        text = CONFIG + "\n".join(lines) + "\n"
        if text == self.server.config_file.read_text():
            return
        self.server.configure(text)
        assert self.server.log.find(r"is served$", 10, since=seen), self.server.transcript()


@pytest.fixture
def maps(server):
    one = Maps(server(CONFIG))
    (one.server.root / "index.html").write_text("maps")
    return one


def test_nothing_is_said_until_somebody_wants_it(maps):
    assert maps.said() is None


@pytest.mark.parametrize("protocol", ["--http1.1", "--http2"])
def test_each_step_has_its_time(maps, protocol):
    for step, seconds in (("5 minutes", 300), ("1 week", 604800), ("1 year", 31536000)):
        maps.configure(f'hsts = "{step}"')
        assert maps.said(NAME, "https", protocol) == f"max-age={seconds}"


def test_it_stands_on_errors_and_redirects_too(maps):
    maps.configure('hsts = "5 minutes"')
    port = maps.server.https_port
    missing = maps.server.fetch(f"https://{NAME}:{port}/missing", "--resolve", f"{NAME}:{port}:127.0.0.1")
    assert (missing.status, missing.headers["strict-transport-security"]) == (404, "max-age=300")


def test_not_in_the_clear_nor_for_addresses_and_this_machine(maps):
    maps.configure('hsts = "1 week"')
    clear = maps.fetch(NAME, "http")
    assert clear.status == 308 and "strict-transport-security" not in clear.headers
    assert maps.said("127.0.0.1") is None
    assert maps.said("localhost") is None
    assert maps.said() == "max-age=604800"


def test_a_self_signed_certificate_ends_it_at_once_and_another_brings_it_back(maps):
    maps.configure('hsts = "1 week"')
    assert maps.said() == "max-age=604800"
    maps.server.command("cert", "self-sign", "--name", NAME, "--as", "own")
    maps.configure('hsts = "1 week"', 'certificate = "own"')
    assert maps.said(NAME, "https", "--insecure") is None
    maps.configure('hsts = "1 week"')
    maps.server.command("cert", "remove", "own", "--yes", "--even-if-used")
    assert wait_until(lambda: maps.said(NAME, "https", "--insecure")) == "max-age=604800"


def test_back_to_off_is_said_for_as_long_as_a_browser_may_remember(maps):
    maps.configure('hsts = "1 week"')
    assert maps.said() == "max-age=604800"
    maps.configure()
    assert maps.said() == "max-age=0"
    assert maps.said("localhost") is None
    assert "strict-transport-security" not in maps.fetch(NAME, "http").headers

    maps.server.stop()
    maps.server.start()
    assert maps.said() == "max-age=0", "it is not forgotten by a restart"

    maps.server.stop()
    with sqlite3.connect(maps.server.data / "rhumb.db") as store:
        (text,) = store.execute("SELECT value FROM setting WHERE key = 'hsts'").fetchone()
        step, since, until, name = text.decode().rstrip("\n").split(" ", 3)
        store.execute("UPDATE setting SET value = ? WHERE key = 'hsts'", (f"{step} {since} 1000 {name}\n".encode(),))
    store.close()
    maps.server.start()
    assert maps.said() is None, "after that time nobody remembers"
    assert wait_until(lambda: not sqlite3.connect(f"file:{maps.server.data}/rhumb.db?mode=ro", uri=True).execute("SELECT * FROM setting WHERE key = 'hsts'").fetchall())


def test_a_step_that_is_skipped_is_told_and_taken(maps):
    maps.configure('hsts = "1 year"')
    assert maps.server.log.find(r"«Maps».*1 week.*Begin with", 5), maps.server.transcript()
    assert maps.said() == "max-age=31536000"


def test_the_first_step_is_not_worth_a_word(maps):
    maps.configure('hsts = "5 minutes"')
    assert maps.said() == "max-age=300"
    assert "Begin with" not in maps.server.log.text()
