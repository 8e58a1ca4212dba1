"""What the commands of certificates say: the wizard, exit codes, JSON, help; and what they do where there is nothing yet."""

import json
import subprocess

import pytest

from authority import run
from harness import binary, free_port, openssl
from person import Person


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(None, "--https", free_port(), "--http", free_port())
    one.stop()
    return one


def test_the_wizard_asks_for_all_and_makes_the_request(rhumb):
    out = rhumb.folder / "wizard.csr"
    with Person(rhumb, "cert", "request", "--out", out) as person:
        person.answer("Names", "")
        person.wait_for("cannot be left out")
        person.answer("Names", "https://maps.test/")
        person.answer("Names", "maps.test, www.maps.test")
        person.answer("Called", "harbour")
        person.answer("Friendly name", "Map server of the harbour")
        person.answer("Key", "rsa-1024")
        person.answer("Key", "rsa-2048")
        person.answer("Organization", "Harbour Office")
        person.answer("Unit", "")
        person.answer("City", "Bergen")
        person.answer("State", "")
        person.answer("Country", "Norway")
        person.answer("Country", "no")
        person.wait_for("maps.test, www.maps.test")
        person.answer("request", "")
        assert person.end() == 0, person.seen
    text = run(openssl(), "req", "-in", out, "-noout", "-text").decode().replace(" = ", "=")
    assert "C=NO" in text and "L=Bergen" in text and "O=Harbour Office" in text and "OU=" not in text
    assert "DNS:maps.test, DNS:www.maps.test" in text and "(2048 bit)" in text
    pending = rhumb.json("cert", "pending")
    assert [(one["name"], one["friendly_name"]) for one in pending] == [("harbour", "Map server of the harbour")]


def test_the_wizard_makes_nothing_when_told_so(rhumb):
    before = rhumb.json("cert", "pending")
    with Person(rhumb, "cert", "request") as person:
        person.answer("Names", "other.test")
        for title in ("Called", "Friendly name", "Key", "Organization", "Unit", "City", "State", "Country"):
            person.answer(title, "")
        person.answer("request", "n")
        assert person.end() == 1
    assert rhumb.json("cert", "pending") == before


def test_a_request_goes_to_standard_output_alone(rhumb):
    done = rhumb.command("cert", "request", "--name", "screen.test")
    assert done.stdout.startswith("-----BEGIN CERTIFICATE REQUEST-----") and done.stdout.rstrip().endswith("-----END CERTIFICATE REQUEST-----")
    assert "screen.test" in done.stderr and "cert install" in done.stderr
    run(openssl(), "req", "-noout", "-verify", data=done.stdout.encode())


WRONG = [
    ("cert", "nonsense"), ("cert", "request", "--name", "a b"), ("cert", "request", "--name", "https://x.test/"), ("cert", "request"),
    ("cert", "request", "--name", "x.test", "--key", "rsa-1024"), ("cert", "request", "--name", "x.test", "--country", "Norway"),
    ("cert", "request", "--name", "x.test", "--same-key"), ("cert", "install"), ("cert", "import"), ("cert", "self-sign"),
    ("cert", "self-sign", "--name", "x.test", "--days", "0"), ("cert", "self-sign", "--name", "x.test", "--port", "70000"), ("cert", "issue"),
    ("cert", "issue", "--client", "ann", "--name", "x.internal"), ("cert", "export", "auto", "--format", "pdf"), ("cert", "export"),
    ("cert", "export", "auto", "--password-env", "X"), ("cert", "bind"), ("cert", "restore"), ("cert", "mirror", "--to", "/tmp/x"), ("ca", "rotate", "--now", "--by-hand"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_gives_2_and_says_what_is_wrong(rhumb, words):
    done = rhumb.command(*words, check=False)
    assert done.returncode == 2 and done.stderr.strip() and not done.stdout.strip()


@pytest.mark.parametrize("words", [
    ("cert", "show", "nobody"), ("cert", "cancel", "nobody", "--yes"), ("cert", "pending", "nobody"), ("cert", "remove", "nobody"),
    ("cert", "restore", "nobody"), ("cert", "purge", "nobody", "--yes"), ("cert", "renew", "nobody"), ("cert", "export", "nobody"),
    ("cert", "bind", "nobody"), ("cert", "bind", "auto", "--site", "nowhere"), ("cert", "unbind", "nobody"), ("cert", "status", "--site", "nowhere"),
], ids=" ".join)
def test_what_is_not_there_gives_1_and_is_named(rhumb, words):
    done = rhumb.command(*words, check=False)
    assert done.returncode == 1, done
    assert ("nobody" in done.stderr or "nowhere" in done.stderr) and not done.stdout.strip()


@pytest.mark.parametrize("words", [("cert", "list"), ("cert", "list", "--archived"), ("cert", "show", "auto"), ("cert", "status"), ("cert", "pending"),
                                   ("cert", "mirror"), ("ca", "show"), ("ca", "crl"), ("keys", "show"), ("status",)], ids=" ".join)
def test_facts_are_told_as_json(rhumb, words):
    assert isinstance(json.loads(rhumb.command(*words, "--json").stdout), (list, dict))


def test_the_list_tells_state_rest_of_life_plan_and_place(rhumb):
    auto = next(one for one in rhumb.json("cert", "list") if one["name"] == "auto")
    assert auto["state"] == "ok" and 0.9 < auto["fraction_left"] <= 1
    assert auto["renewal"]["automatic"] and auto["renewal"]["issuer"] == "local authority" and auto["renewal"]["due"] > auto["not_before"]
    assert len(auto["shown_at"]) == 1 and auto["shown_at"][0].startswith("https://*:")
    shown = rhumb.json("cert", "show", "auto")
    assert shown["trust"]["root_known_here"] and shown["in_use"]


def test_before_the_first_start_everything_says_how_to_begin(tmp_path):
    for words in (("cert", "list"), ("cert", "request", "--name", "x.test"), ("cert", "self-sign", "--name", "x.test"), ("selfssl", "/Q"), ("ca", "show"),
                  ("keys", "rotate")):
        done = subprocess.run([binary(), *words, "--data", str(tmp_path / "none")], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20)
        assert done.returncode == 1 and "rhumb serve" in done.stderr


def test_where_the_configuration_is_a_file_binding_says_what_to_write_there(server):
    rhumb = server('[[site]]\nbindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]\n')
    rhumb.command("cert", "self-sign", "--name", "file.test")
    done = rhumb.command("cert", "bind", "file.test", check=False)
    assert done.returncode == 3 and "rhumb.toml" in done.stderr and "certificate" in done.stderr


def test_selfssl_shows_its_switches(rhumb):
    said = rhumb.command("selfssl", "/?").stdout
    assert all(switch in said for switch in ("/T", "/N:CN=", "/K:", "/V:", "/S:", "/P:", "/Q"))
