"""Programs with a list of roots of their own: what `rhumb trust status` says of each is so, and the settings of `rhumb trust env` have each believe
the server."""

import dataclasses
import json
import os

import pytest

import clients
import harness
import machine as machines

WGET = dataclasses.replace(clients.WGET, command=lambda url: [word for word in clients.WGET.command(url) if word != "--no-config"])

# By the names that status gives them.
CLIENTS = {"curl": clients.CURL, "wget": WGET, "git": clients.GIT, "Python": clients.PYTHON_URLLIB, "Node.js": clients.NODE_JS,
           "Java": clients.JAVA, "GDAL": clients.GDAL, "OpenSSL": clients.OPENSSL}
BY_VARIABLE = [name for name in CLIENTS if name != "wget"]


class Equipped(machines.Person):
    """Somebody in whose shell the settings were taken, as the documentation says."""

    def __init__(self, folder, server):
        super().__init__(folder)
        self.words = ["sh", "-euc", 'eval "$("$0" trust env --data "$1")"; shift; exec "$@"', harness.binary(), server.data]

    def run(self, *command, **more):
        return super().run(*self.words, *command, **more)


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    return machines.Person(tmp_path_factory.mktemp("person"))


@pytest.fixture(scope="module")
def server(shared, person):
    return clients.serve_for(shared(), person)


@pytest.fixture(scope="module")
def equipped(tmp_path_factory, server):
    return Equipped(tmp_path_factory.mktemp("equipped"), server)


def status_of(somebody, server):
    """What status says, exit code aside: that one is about stores."""
    done = somebody.run(harness.binary(), "trust", "status", "--json", "--data", server.data)
    assert done.returncode in (0, 3), done.stdout
    return json.loads(done.stdout[done.stdout.index("{"):])


def programs_of(somebody, server):
    found = {}
    for program in status_of(somebody, server)["roots"][0]["programs"]:
        found.setdefault(program["name"], program)
    return found


def expect_so(somebody, server):
    """Each program does what status says of it."""
    said = programs_of(somebody, server)
    for name, client in CLIENTS.items():
        if name not in said:
            machines.skip(f"{name} is not installed") if name in ("curl", "Python") else None
            continue
        answer = client.ask(somebody, server)
        assert said[name]["trusts"] is answer.is_trusting, f"{name}: {said[name]}\n{answer}"
        assert answer.is_trusting or answer.is_unknown_issuer, answer
        assert said[name]["version"], said[name]
    return said


@pytest.mark.parametrize("name", BY_VARIABLE)
def test_settings_have_a_program_trust(person, equipped, server, name):
    before = CLIENTS[name].ask(person, server)
    assert before.is_unknown_issuer, before
    after = CLIENTS[name].ask(equipped, server)
    assert after.is_trusting, after


def test_wget_takes_the_line_that_is_shown(tmp_path, server):
    somebody = machines.Person(tmp_path)
    assert WGET.ask(somebody, server).is_unknown_issuer
    shown = somebody.must(harness.binary(), "trust", "env", "--data", server.data)
    line = next(line for line in shown.splitlines() if "wget" in line)
    (somebody.home / ".wgetrc").write_text(line.split("«")[1].split("»")[0] + "\n")
    answer = WGET.ask(somebody, server)
    assert answer.is_trusting, answer
    assert programs_of(somebody, server)["wget"]["trusts"] is True


def test_what_status_says_is_so_before(person, server):
    said = expect_so(person, server)
    assert not any(program["trusts"] for program in said.values()), said
    assert all(program["remedy"] for program in said.values()), said


def test_what_status_says_is_so_with_the_settings(equipped, server):
    said = expect_so(equipped, server)
    assert [name for name, program in said.items() if not program["trusts"] and name in BY_VARIABLE] == []


def test_what_status_says_is_so_on_a_machine_that_trusts(tmp_path, server):
    if not machines.is_administrator():
        pytest.skip("Java follows the system's store for the administrator alone")
    machine = machines.Machine(tmp_path)
    try:
        machine.must(harness.binary(), "trust", "install", "--store", "system", "--data", server.data)
        said = expect_so(machine, server)
        assert [name for name, program in said.items() if not program["trusts"]] == ["Node.js"]
        assert "trust env" in said["Node.js"]["remedy"]
        machine.must(harness.binary(), "trust", "uninstall", "--data", server.data)
        assert not any(program["trusts"] for program in expect_so(machine, server).values())
    finally:
        machine.close()


def test_a_container_gets_the_same(person, server, tmp_path):
    shown = person.must(harness.binary(), "trust", "env", "--shell", "docker", "--dir", tmp_path / "roots", "--data", server.data)
    lines = [line for line in shown.splitlines() if not line.startswith(("#", "note:"))]
    variables = dict(line.split("=", 1) for line in lines)
    assert clients.CURL.ask(person, server, **variables).is_trusting
    assert clients.NODE_JS.ask(person, server, **variables).is_trusting
    assert f"{tmp_path}/roots:{tmp_path}/roots:ro" in shown


def test_a_service_gets_the_same(person, server, tmp_path):
    shown = person.must(harness.binary(), "trust", "env", "--shell", "systemd", "--dir", tmp_path / "a 100% dir", "--data", server.data)
    assert "[Service]" in shown.splitlines()
    assert f'Environment="NODE_EXTRA_CA_CERTS={tmp_path}/a 100%% dir/rhumb-roots.pem"' in shown.splitlines()


def test_what_is_set_to_something_else_stays(equipped, server, tmp_path):
    mine = tmp_path / "mine.pem"
    mine.write_text("")
    words = ["sh", "-c", 'echo "$CURL_CA_BUNDLE"; echo "$NODE_EXTRA_CA_CERTS"; echo "$JAVA_TOOL_OPTIONS"']
    curl, node, java = equipped.must(*words, CURL_CA_BUNDLE=str(mine), JAVA_TOOL_OPTIONS="-Xmx99m").splitlines()
    assert curl == str(mine)
    assert node == str(server.data / "trust" / "rhumb-roots.pem")
    assert java.startswith("-Xmx99m -Djavax.net.ssl.trustStore=")


def test_a_wrong_word_is_refused(person, server):
    done = person.run(harness.binary(), "trust", "env", "--shell", "csh", "--data", server.data)
    assert done.returncode == 2, done.stdout


def test_the_files_follow_a_new_root(server):
    """The last test: it changes the server's root."""
    env = lambda: server.command("trust", "env").stdout  # noqa: E731
    env()
    assert json.loads(server.command("trust", "status", "--json", check=False).stdout)["settings"] == "fresh"
    bundle = server.data / "trust" / "bundle.pem"
    before = bundle.read_text().count("BEGIN CERTIFICATE")
    made = os.stat(bundle).st_mtime_ns
    env()
    assert os.stat(bundle).st_mtime_ns == made, "what is fresh is left as it is"

    server.command("ca", "rotate")
    stale = server.command("trust", "status", check=False).stdout
    assert "run it again" in stale, stale
    env()
    assert bundle.read_text().count("BEGIN CERTIFICATE") == before + 1
    assert json.loads(server.command("trust", "status", "--json", check=False).stdout)["settings"] == "fresh"
