"""The whole life of a certificate by command line: asked for, answered, served, answered again, renewed, exported, removed, restored, purged."""

import pytest

from authority import Authority, fingerprint, run, served
from harness import free_port, openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def rhumb(server):
    """A server whose configuration lives in the store."""
    return server(None, "--https", free_port(), "--http", free_port())


def ask(rhumb, *names, options=()):
    """A pending request for those names, as a file."""
    file = rhumb.folder / f"{names[0].replace('*', 'any')}.csr"
    rhumb.command("cert", "request", *[word for name in names for word in ("--name", name)], "--out", file, "--yes", *options)
    return file


def test_the_whole_life_under_a_running_server(rhumb, authority):
    request = ask(rhumb, "maps.test", "www.maps.test", options=("--org", "Harbour Office", "--country", "no"))
    assert [one["name"] for one in rhumb.json("cert", "pending")] == ["maps.test"]
    text = run(openssl(), "req", "-in", request, "-noout", "-text", "-verify").decode()
    assert "O=Harbour Office" in text.replace(" = ", "=") and "DNS:maps.test, DNS:www.maps.test" in text
    assert "maps.test" not in served(rhumb.https_port, "maps.test")["subject"]

    # Installed is: seen served, with the intermediate and without the root.
    leaf = authority.sign(request)
    told = rhumb.json("cert", "install", leaf, "--intermediates", authority.intermediate, authority.root)
    assert told["name"] == "maps.test" and told["server_runs"]
    assert {place["host"] for place in told["seen"]} == {"maps.test", "www.maps.test"}
    seen = served(rhumb.https_port, "www.maps.test", "-CAfile", authority.root)
    assert seen["fingerprint"] == fingerprint(leaf) and seen["count"] == 2 and seen["verified"]
    assert rhumb.json("cert", "pending") == []

    # The authority answers the same request once more.
    again = authority.sign(request, days=120)
    rhumb.command("cert", "install", again, "--intermediates", authority.intermediate)
    assert served(rhumb.https_port, "maps.test")["fingerprint"] == fingerprint(again)

    # Renewed by a request of its own, with a new key, beside the one in use.
    renewal = rhumb.folder / "renewal.csr"
    rhumb.command("cert", "request", "--for", "maps.test", "--out", renewal)
    assert served(rhumb.https_port, "maps.test")["fingerprint"] == fingerprint(again)
    new = authority.sign(renewal)
    rhumb.command("cert", "install", new, "--intermediates", authority.intermediate)
    assert served(rhumb.https_port, "maps.test")["fingerprint"] == fingerprint(new)
    assert run(openssl(), "x509", "-in", new, "-noout", "-pubkey") != run(openssl(), "x509", "-in", again, "-noout", "-pubkey")

    # Given away, without its key.
    exported = rhumb.folder / "maps.cer"
    rhumb.command("cert", "export", "maps.test", "--out", exported)
    assert run(openssl(), "x509", "-inform", "DER", "-in", exported, "-noout", "-fingerprint", "-sha256").decode().strip().endswith(fingerprint(new))

    # Removed only when told so, restored, purged.
    refused = rhumb.command("cert", "remove", "maps.test", check=False)
    assert refused.returncode == 3 and "in use" in refused.stderr and "--even-if-used" in refused.stderr
    rhumb.command("cert", "remove", "maps.test", "--even-if-used")
    assert served(rhumb.https_port, "maps.test")["fingerprint"] != fingerprint(new)
    rhumb.command("cert", "restore", "maps.test")
    assert served(rhumb.https_port, "maps.test")["fingerprint"] == fingerprint(new)
    assert rhumb.command("cert", "purge", "maps.test", "--yes", check=False).returncode == 0  # the earlier ones
    assert served(rhumb.https_port, "maps.test")["fingerprint"] == fingerprint(new)
    rhumb.command("cert", "remove", "maps.test", "--even-if-used")
    rhumb.command("cert", "purge", "maps.test", "--yes")
    assert [one["name"] for one in rhumb.json("cert", "list", "--archived")] == ["auto"]
    assert rhumb.command("cert", "restore", "maps.test", check=False).returncode == 1


def test_the_same_without_a_running_server(rhumb, authority):
    rhumb.stop()
    request = ask(rhumb, "offline.test")
    leaf = authority.sign(request)
    told = rhumb.command("cert", "install", leaf, "--intermediates", authority.intermediate)
    assert "No server runs" in told.stdout

    rhumb.start()

    assert served(rhumb.https_port, "offline.test")["fingerprint"] == fingerprint(leaf)


def test_a_request_and_its_key_survive_a_kill_and_a_change_of_the_master_key(rhumb, authority):
    request = ask(rhumb, "waiting.test")
    rhumb.kill()
    rhumb.start()
    rhumb.command("keys", "rotate")
    assert rhumb.command("cert", "pending", "waiting.test").stdout.strip() == request.read_text().strip()

    leaf = authority.sign(request)
    rhumb.command("cert", "install", leaf, "--intermediates", authority.intermediate)

    assert served(rhumb.https_port, "waiting.test")["fingerprint"] == fingerprint(leaf)


def test_several_requests_wait_at_once_and_each_answer_finds_its_own(rhumb, authority):
    requests = {name: ask(rhumb, name) for name in ("one.test", "two.test", "three.test")}
    assert len(rhumb.json("cert", "pending")) == 3
    rhumb.command("cert", "cancel", "two.test", "--yes")
    answers = {name: authority.sign(file) for name, file in requests.items()}

    for name in ("three.test", "one.test"):
        assert rhumb.json("cert", "install", answers[name], "--intermediates", authority.intermediate)["name"] == name
    refused = rhumb.command("cert", "install", answers["two.test"], check=False)

    assert refused.returncode == 3 and "no request" in refused.stderr
    assert served(rhumb.https_port, "one.test")["fingerprint"] == fingerprint(answers["one.test"])
    assert served(rhumb.https_port, "three.test")["fingerprint"] == fingerprint(answers["three.test"])


def test_an_answer_is_bound_to_a_new_port_and_unbound_again(rhumb, authority):
    port = free_port()
    leaf = authority.sign(ask(rhumb, "port.test"))

    told = rhumb.json("cert", "install", leaf, "--intermediates", authority.intermediate, "--port", port)

    assert told["bound"]["bindings"] == [f"https://*:{port}"]
    assert served(port)["fingerprint"] == fingerprint(leaf)
    status = {(one["binding"], one["host"]): one["certificate"] for one in rhumb.json("cert", "status")}
    assert status[(f"https://*:{port}", "(any)")] == "port.test"

    rhumb.command("cert", "unbind", "port.test", "--port", port, "--with-binding")
    assert not any(one["binding"].endswith(f":{port}") for one in rhumb.json("cert", "status"))


def test_ecdsa_and_rsa_stand_side_by_side(rhumb, authority):
    rhumb.command("cert", "self-sign", "--name", "both.test", "--as", "both-ec")
    rhumb.command("cert", "self-sign", "--name", "both.test", "--as", "both-rsa", "--key", "rsa-2048")

    rhumb.command("cert", "bind", "both-ec", "both-rsa")

    ec = served(rhumb.https_port, "both.test", "-tls1_2", "-sigalgs", "ECDSA+SHA256")
    rsa = served(rhumb.https_port, "both.test", "-tls1_2", "-sigalgs", "RSA+SHA256")
    by_name = {one["name"]: one["fingerprint_sha256"] for one in rhumb.json("cert", "list")}
    assert ec["fingerprint"] == by_name["both-ec"] and rsa["fingerprint"] == by_name["both-rsa"]


def test_a_wildcard_and_an_address_and_letters_of_all_kinds_can_be_asked_for(rhumb, authority):
    request = ask(rhumb, "*.wild.test", "bücher.test", "192.0.2.7")
    text = run(openssl(), "req", "-in", request, "-noout", "-text").decode()
    assert "DNS:*.wild.test" in text and "DNS:xn--bcher-kva.test" in text and "IP Address:192.0.2.7" in text

    leaf = authority.sign(request)
    rhumb.command("cert", "install", leaf, "--intermediates", authority.intermediate)

    assert served(rhumb.https_port, "any.wild.test")["fingerprint"] == fingerprint(leaf)
    assert served(rhumb.https_port, "one.more.wild.test")["fingerprint"] != fingerprint(leaf)
    assert "bücher.test" in rhumb.command("cert", "list").stdout


@pytest.mark.parametrize("key", ["ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"])
def test_every_kind_of_key_is_made_and_shown(rhumb, authority, key):
    leaf = authority.sign(ask(rhumb, f"{key}.test", options=("--key", key)))

    rhumb.command("cert", "install", leaf, "--intermediates", authority.intermediate)

    assert rhumb.json("cert", "show", f"{key}.test")["key_type"] == key
    assert served(rhumb.https_port, f"{key}.test")["fingerprint"] == fingerprint(leaf)
