"""`rhumb trust` on systems of other families, as it is used for images: --root DIR. Whether the root is trusted is asked of the system itself."""

import pathlib

import pytest

import harness
from families import FAMILIES, System

NAMES = [one.name for one in FAMILIES]


@pytest.fixture(scope="module")
def server(shared):
    return shared()


@pytest.fixture(scope="module", params=FAMILIES, ids=NAMES)
def system(request, tmp_path_factory):
    one = System(tmp_path_factory.mktemp(request.param.name), request.param)
    yield one
    one.close()


def trust(system, server, *verb, check=True):
    done = system.run(harness.binary(), "trust", *verb, "--store", "system", "--root", system.root, "--data", server.data)
    assert done.returncode == 0 or not check, done.stdout
    return done


def connects(system, server):
    """curl in that system, with the roots that curl has there by its build."""
    return system.run_inside("curl", "--disable", "--silent", "--show-error", "--max-time", "30", "--cacert", f"/{system.family.bundle}",
                             "--output", "/dev/null", server.https())


def certificates(pem):
    return set(part.split("-----END")[0].strip() for part in pem.split("-----BEGIN CERTIFICATE-----")[1:])


def root_of(server):
    (only,) = certificates(pathlib.Path(server.root_file()).read_text())
    return only


def test_the_root_comes_and_goes_and_others_stay(system, server):
    others = certificates(system.bundle())
    assert others and root_of(server) not in others
    refused = connects(system, server)
    assert refused.returncode == 60, refused.stdout

    said = trust(system, server, "install").stdout
    assert system.family.name.replace("RHEL", "Fedora") in said, said
    assert certificates(system.bundle()) == others | {root_of(server)}
    assert connects(system, server).returncode == 0

    again = trust(system, server, "install").stdout
    assert again.startswith("already"), again
    assert certificates(system.bundle()) == others | {root_of(server)}

    shown = trust(system, server, "status").stdout
    assert "not trusted" not in shown and "trusted" in shown, shown

    trust(system, server, "uninstall")
    assert certificates(system.bundle()) == others
    assert connects(system, server).returncode == 60
    assert "not trusted" in trust(system, server, "status", check=False).stdout


def test_the_host_itself_is_left_alone(system, server):
    """What is done to an image must not be done to the machine that makes it."""
    trust(system, server, "install")
    of_host = system.run(harness.binary(), "trust", "status", "--store", "system", "--data", server.data)
    trust(system, server, "uninstall")
    assert "not trusted" in of_host.stdout, of_host.stdout


def test_a_distrusted_root_is_not_said_to_be_trusted(system, server):
    """An administrator may forbid a root by a list of the system's own; what is in the anchors is then not in force."""
    trust(system, server, "install")
    blocklist = system.root / system.family.sources[1][1:] / "blocklist"
    for name in ("blocklist", "blacklist"):  # p11-kit's word until 0.23.21
        system.must("mkdir", "-p", blocklist.parent / name)
        system.must("cp", server.root_file(), blocklist.parent / name / "forbidden.pem")
    system.must_inside("/" + next(iter(system.family.scripts)))
    assert root_of(server) not in certificates(system.bundle())

    assert "not trusted" in trust(system, server, "status", check=False).stdout
    said = trust(system, server, "install", check=False)

    assert said.returncode == 1 and said.stdout.startswith("failed"), said.stdout
    system.must("rm", "-r", blocklist, blocklist.parent / "blacklist")
    system.must_inside("/" + next(iter(system.family.scripts)))
    trust(system, server, "uninstall")


@pytest.fixture(scope="module")
def script(server):
    """What the server's administrator hands to other Linux machines."""
    folder = server.folder / "for-linux"
    server.command("trust", "bundle", "--for", "linux", "--out", folder)
    return next(folder.rglob("trust-rhumb.sh"))


@pytest.mark.parametrize("place", ["inside", "from outside"])
def test_the_script_for_other_machines_does_the_same(system, server, script, place):
    def run(*words):
        if place == "inside":
            return system.must_inside("sh", script, "--system", "--yes", *words)
        return system.must("sh", script, "--system", "--yes", "--root", system.root, *words)

    others = certificates(system.bundle())
    run()
    assert certificates(system.bundle()) == others | {root_of(server)}
    assert connects(system, server).returncode == 0
    assert "not trusted" not in trust(system, server, "status").stdout, "the program finds what the script has done"

    run()
    assert certificates(system.bundle()) == others | {root_of(server)}

    run("--uninstall")
    assert certificates(system.bundle()) == others
