"""Clients of other people refuse a server of the local authority, trust it once its root is installed, and refuse again when it is taken out."""

import json
import pathlib

import pytest

import clients
import harness
import machine as machines
from clients import OF_THE_SYSTEM

# With the page that gives others the root.
SITE = """
[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
[[site.location]]
path = "/trust"
handler = "trust"
"""

NAMES = [one.name for one in OF_THE_SYSTEM]


def is_following(client):
    """Debian's Java has a file of its own, which a hook keeps like the system's store: only for the administrator."""
    return client is not clients.JAVA or machines.is_administrator() and pathlib.Path("/etc/ca-certificates/update.d/jks-keystore").exists()


ALL = [pytest.param(one, id=one.name, marks=pytest.mark.skipif(not is_following(one), reason="Java does not follow the system's store here"))
       for one in (*OF_THE_SYSTEM, clients.JAVA)]


@pytest.fixture(scope="module")
def make_machine(tmp_path_factory):
    made = []

    def make(name):
        made.append(machines.Machine(tmp_path_factory.mktemp(name)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def trust(machine, server, *verb, **more):
    """`rhumb trust …` as a person of that machine."""
    return machine.must(harness.binary(), "trust", *verb, "--data", server.data, **more)


@pytest.fixture(scope="module")
def untouched(make_machine):
    return make_machine("untouched")


@pytest.fixture(scope="module")
def server(shared, untouched):
    return clients.serve_for(shared(SITE), untouched)


@pytest.fixture(scope="module")
def trusting(make_machine, server):
    machine = make_machine("trusting")
    trust(machine, server, "install", "--store", "system")
    return machine


@pytest.fixture(scope="module")
def past(make_machine, server):
    """A machine that has trusted it, and does not any more."""
    machine = make_machine("past")
    trust(machine, server, "install", "--store", "system")
    trust(machine, server, "uninstall")  # out of all stores: that of Java would keep it
    return machine


@pytest.mark.parametrize("client", ALL)
def test_a_client_refuses_while_the_root_is_not_installed(client, untouched, server):
    answer = client.ask(untouched, server)
    assert answer.is_unknown_issuer, answer


@pytest.mark.parametrize("client", ALL)
def test_a_client_accepts_once_the_root_is_installed(client, trusting, server):
    answer = client.ask(trusting, server)
    assert answer.is_trusting, answer


@pytest.mark.parametrize("client", ALL)
def test_a_client_refuses_again_after_the_root_was_taken_out(client, past, server):
    answer = client.ask(past, server)
    assert answer.is_unknown_issuer, answer


def test_the_machine_itself_is_as_it_was(trusting, past, server):
    """That the private machines are private."""
    own = server.command("trust", "status", "--store", "system", "--json", check=False)
    (root,) = json.loads(own.stdout)["roots"]
    assert [store["trusted"] for store in root["stores"]] == [False], own.stdout


def test_a_machine_without_anything_of_the_server_takes_its_root_over_the_network(make_machine, server):
    """On other machines there is the program, the server's address, and a fingerprint that came another way."""
    machine = make_machine("other")
    fingerprint = server.json("ca", "show")["authorities"][0]["fingerprint_sha256"]
    install = (harness.binary(), "trust", "install", "--store", "system", "--from", server.https(), "--fingerprint")

    wrong = machine.run(*install, "00" * 32)
    assert wrong.returncode == 3 and clients.CURL.ask(machine, server).is_unknown_issuer, wrong.stdout

    unasked = machine.run(*install[:-1])
    assert unasked.returncode == 1 and fingerprint.replace(":", "").lower() in unasked.stdout, unasked.stdout
    assert clients.CURL.ask(machine, server).is_unknown_issuer

    machine.must(*install, fingerprint)
    assert clients.CURL.ask(machine, server).is_trusting


@pytest.mark.parametrize("client", [clients.NODE_JS, clients.CURL, clients.PYTHON_URLLIB, clients.GIT, clients.GDAL], ids=lambda one: one.name)
def test_the_settings_are_enough_where_no_store_was_changed(client, untouched, server, tmp_path):
    """`rhumb trust env`, as its first line says to use it; a program with a list of its own needs nothing else."""
    before = client.ask(untouched, server)
    assert before.is_unknown_issuer, before
    printed = trust(untouched, server, "env", "--dir", tmp_path / "env")
    script = tmp_path / "env.sh"
    script.write_text(printed)

    words = client.command(server.https(client.path))
    done = untouched.run("sh", "-c", '. "$0"; exec "$@"', script, *words)
    assert done.returncode == 0, f"{printed}\n{done.stdout}"


def test_the_doctor_tells_a_root_of_the_same_name_from_this_one(make_machine, server, shared):
    """Installations on machines of one name have roots of one name; one of them may be left in a store."""
    machine, another = make_machine("namesake"), shared(SITE)
    trust(machine, another, "install", "--store", "system")

    def doctor():
        done = machine.run(harness.binary(), "doctor", "--json", "--data", server.data)
        examined = json.loads(done.stdout[done.stdout.index("{"):])["examined"]
        return [finding for one in examined for finding in one["findings"] if finding["id"].startswith("client.")], done.stdout

    found, said = doctor()
    assert found == [] and "signature.invalid" not in said, said
    trust(machine, server, "install", "--store", "system")
    assert doctor()[0] == []


@pytest.fixture(scope="module")
def rotating(shared, untouched, make_machine):
    """A server whose next root has taken over, a machine that had the old one only, one that has both, one that has the new one only."""
    server = clients.serve_for(shared(), untouched)
    found = {name: make_machine(name) for name in ("old", "both", "new")}
    old_root = server.folder / "old-root.pem"
    server.command("ca", "export", "--out", old_root)
    for name in ("old", "both"):
        trust(found[name], server, "install", "--store", "system")
    server.command("ca", "rotate", "--yes")
    trust(found["both"], server, "install", "--store", "system")
    trust(found["new"], server, "install", "--store", "system")
    trust(found["new"], server, "uninstall", "--store", "system", old_root)
    before = {name: ask_all(machine, server) for name, machine in found.items()}
    served = certificate(server)
    server.command("ca", "rotate", "--activate", "--yes")
    server.reload()  # a look at the configuration is a look at the certificates, too; else they are looked at every minute
    harness.wait_until(lambda: certificate(server) != served, 90, "serving a certificate of the new root")
    after = {name: ask_all(machine, server) for name, machine in found.items()}
    return {"before": before, "after": after}


def ask_all(machine, server):
    return {client.name: client.ask(machine, server) for client in OF_THE_SYSTEM}


def certificate(server):
    with server.connect_tls() as connection:
        return connection.socket.getpeercert(binary_form=True)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("root", ["old", "both"])
@pytest.mark.parametrize("client", NAMES)
def test_a_client_is_served_while_the_root_changes(client, root, moment, rotating):
    answer = rotating[moment][root][client]
    assert answer.is_trusting, answer


@pytest.mark.parametrize("client", NAMES)
def test_the_new_root_alone_is_enough_once_it_has_taken_over(client, rotating):
    answer = rotating["after"]["new"][client]
    assert answer.is_trusting, answer
