"""Clients of other people refuse a server of the local authority, trust it once its root is installed, and refuse again when it is taken out."""

import pytest

import clients
import harness
import machine as machines
from clients import OF_THE_SYSTEM

NAMES = [one.name for one in OF_THE_SYSTEM]


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
    return clients.serve_for(shared(), untouched)


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
    trust(machine, server, "uninstall", "--store", "system")
    return machine


@pytest.mark.parametrize("client", OF_THE_SYSTEM, ids=NAMES)
def test_a_client_refuses_while_the_root_is_not_installed(client, untouched, server):
    answer = client.ask(untouched, server)
    assert answer.is_unknown_issuer, answer


@pytest.mark.parametrize("client", OF_THE_SYSTEM, ids=NAMES)
def test_a_client_accepts_once_the_root_is_installed(client, trusting, server):
    answer = client.ask(trusting, server)
    assert answer.is_trusting, answer


@pytest.mark.parametrize("client", OF_THE_SYSTEM, ids=NAMES)
def test_a_client_refuses_again_after_the_root_was_taken_out(client, past, server):
    answer = client.ask(past, server)
    assert answer.is_unknown_issuer, answer


def test_the_machine_itself_is_as_it_was(trusting, past, server):
    """That the private machines are private."""
    own = server.command("trust", "status", "--store", "system", "--json")
    assert "already" not in own.stdout, own.stdout


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
