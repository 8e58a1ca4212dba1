"""Which certificate is shown where: bound by command while a server runs, seen served, taken back when it is not."""

import signal
import subprocess

import pytest

from conftest import SITE
from harness import free_port, openssl, wait_until

HERE = """
[[site]]
bindings = ["http://127.0.0.1:{http}", "https://127.0.0.1:{https}"]
"""


@pytest.fixture
def rhumb(server):
    """A server whose configuration is in the store, with one certificate of each kind of key."""
    one = server(None, "--https", str(free_port()), "--http", str(free_port()))
    for name, key in (("ecdsa", "ec-p256"), ("rsa", "rsa-2048")):
        one.command("cert", "self-sign", "--name", "maps.test", "--key", key, "--as", name)
    return one


def shown(rhumb, name=None, port=None, signatures=None):
    """The serial and the common name of what a client gets."""
    command = [openssl(), "s_client", "-connect", f"127.0.0.1:{port or rhumb.https_port}", *(["-servername", name] if name else ["-noservername"])]
    command += ["-sigalgs", signatures] if signatures else []
    got = subprocess.run(command, input=b"", capture_output=True, timeout=20)
    if got.returncode != 0:
        return None
    read = subprocess.run([openssl(), "x509", "-noout", "-subject", "-fingerprint", "-sha256"], input=got.stdout, capture_output=True, timeout=20)
    assert read.returncode == 0, got.stdout + got.stderr
    return read.stdout.decode().splitlines()[-1].split("=", 1)[1]


def fingerprint(rhumb, name):
    return rhumb.json("cert", "show", name)["fingerprint_sha256"]


def status(rhumb):
    """By port and host: the certificates that `cert status` tells."""
    return {(int(line["binding"].rsplit(":", 1)[1]), line["host"]): sorted(line["certificates"]) for line in rhumb.json("cert", "status")}


def test_a_name_in_the_inventory_answers_at_once_and_is_told(rhumb):
    assert shown(rhumb, "maps.test") == fingerprint(rhumb, "ecdsa")
    assert shown(rhumb, "other.test") == shown(rhumb) == fingerprint(rhumb, "auto")
    port = rhumb.https_port
    assert status(rhumb) == {(port, "(any)"): ["auto"], (port, "maps.test"): ["ecdsa", "rsa"]}


def test_each_client_gets_the_certificate_whose_signatures_it_understands(rhumb):
    rhumb.command("cert", "bind", "ecdsa", "rsa")

    assert shown(rhumb, "maps.test", signatures="RSA-PSS+SHA256") == fingerprint(rhumb, "rsa")
    assert shown(rhumb, "maps.test", signatures="ECDSA+SHA256") == fingerprint(rhumb, "ecdsa")
    assert shown(rhumb, "elsewhere.test") == fingerprint(rhumb, "ecdsa")


def test_a_port_that_is_new_is_opened_with_its_certificate_and_closed_again(rhumb):
    port = free_port()
    bound = rhumb.json("cert", "bind", "rsa", "--port", port)

    assert [place["certificates"] for place in bound["seen"]] == [["rsa"]]
    assert shown(rhumb, "maps.test", port) == shown(rhumb, None, port) == fingerprint(rhumb, "rsa")
    assert shown(rhumb, "other.test") == fingerprint(rhumb, "auto"), "the first port goes on as it was"
    assert status(rhumb)[(port, "(any)")] == ["rsa"]

    rhumb.command("cert", "unbind", "rsa", "--port", port)
    assert shown(rhumb, "maps.test", port) == fingerprint(rhumb, "ecdsa")


def test_what_is_bound_is_not_removed_by_accident(rhumb):
    rhumb.command("cert", "bind", "rsa")

    done = rhumb.command("cert", "remove", "rsa", check=False)
    assert done.returncode == 3
    assert "in use" in done.stderr and f"https://*:{rhumb.https_port}" in done.stderr

    rhumb.command("cert", "unbind", "rsa")
    rhumb.command("cert", "bind", "ecdsa")
    assert shown(rhumb) == fingerprint(rhumb, "ecdsa")


def test_a_name_that_no_certificate_is_for_is_marked(rhumb):
    text = rhumb.command("config", "export").stdout.replace('name = "Default Web Site"', 'name = "Default Web Site"\nhost_names = ["localhost", "sea.test"]')
    file = rhumb.folder / "new.toml"
    file.write_text(text + "\n")
    rhumb.command("config", "apply", file)
    rhumb.command("cert", "bind", "rsa")

    lines = {line["host"]: line for line in rhumb.json("cert", "status")}
    assert lines["sea.test"]["certificates"] == ["rsa"]
    assert lines["sea.test"]["covers_host"] is False
    wait_until(lambda: shown(rhumb, "sea.test") == fingerprint(rhumb, "rsa"), 10, "the certificate of the site")


def test_what_is_not_seen_served_is_taken_back(rhumb):
    before = rhumb.json("cert", "status"), rhumb.command("config", "export").stdout, [one["name"] for one in rhumb.json("cert", "list")]
    rhumb.signal(signal.SIGSTOP)
    try:
        bound = rhumb.command("cert", "bind", "rsa", check=False)
        made = rhumb.command("cert", "self-sign", "--name", "maps.test", "--as", "third", check=False)
    finally:
        rhumb.signal(signal.SIGCONT)

    for done in (bound, made):
        assert done.returncode == 1
        assert "taken back" in done.stderr
    assert (rhumb.json("cert", "status"), rhumb.command("config", "export").stdout, [one["name"] for one in rhumb.json("cert", "list")]) == before
    assert shown(rhumb, "maps.test") == fingerprint(rhumb, "ecdsa")


def test_a_port_that_another_program_has_is_said_and_nothing_is_bound(rhumb, server):
    other = server(SITE)
    before = rhumb.command("config", "export").stdout

    done = rhumb.command("cert", "bind", "rsa", "--port", other.https_port, check=False)

    assert done.returncode != 0
    assert str(other.https_port) in done.stderr and "taken back" in done.stderr
    assert rhumb.command("config", "export").stdout == before
    assert shown(rhumb, "maps.test") == fingerprint(rhumb, "ecdsa")


def test_without_a_server_it_is_stored_and_served_from_the_next_start(rhumb):
    assert rhumb.stop() == 0
    bound = rhumb.json("cert", "bind", "rsa")
    assert bound["server_runs"] is False and bound["seen"] == []

    rhumb.start()
    assert shown(rhumb) == fingerprint(rhumb, "rsa")


def test_where_the_configuration_is_a_file_the_lines_to_write_are_said(server):
    http, https = free_port(), free_port()
    rhumb = server(HERE.format(http=http, https=https))
    rhumb.command("cert", "self-sign", "--name", "maps.test", "--as", "maps")
    text = rhumb.config_file.read_text()

    done = rhumb.command("cert", "bind", "maps", "--port", https, check=False)

    assert done.returncode != 0
    assert str(rhumb.config_file) in done.stderr and 'certificate = "maps"' in done.stderr
    assert rhumb.config_file.read_text() == text
    rhumb.configure(text + 'certificate = "maps"\n')
    wait_until(lambda: shown(rhumb) == fingerprint(rhumb, "maps"), 10, "the certificate that the file names")
    rhumb.configure(text + 'certificate = "none-such"\n')
    assert rhumb.log.find("names the certificate «none-such»", 10)
    assert shown(rhumb) == fingerprint(rhumb, "auto")
