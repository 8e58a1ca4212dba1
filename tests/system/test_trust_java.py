"""Java: a runtime with a store of its own, and stores of applications. Its keytool stands for any program in Java: it opens addresses as they do."""

import dataclasses
import os
import pathlib
import shutil

import pytest

import clients
import harness
import machine as machines


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    return machines.Person(tmp_path_factory.mktemp("person"))


@pytest.fixture(scope="module")
def server(shared, person):
    return clients.serve_for(shared(), person)


def copy_runtime(real, home):
    """A runtime that is one by itself: what its programs find by their own place is copied, the great rest is linked to."""
    for folder in ("bin", "lib", "conf"):
        shutil.copytree(real / folder, home / folder, symlinks=True, ignore=shutil.ignore_patterns("modules", "ct.sym", "src.zip", "cacerts"))
    (home / "lib/modules").symlink_to(real / "lib/modules")
    shutil.copy(real / "release", home / "release")


# Java opens its own store without a password. So cacerts is either of the old kind, which can be read so, or has no password at all.
FORMATS = {"as before Java 18": ["-storetype", "JKS"],
           "as from Java 18 on": ["-storetype", "PKCS12", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE", "-J-Dkeystore.pkcs12.macAlgorithm=NONE"]}


@pytest.fixture(scope="module", params=list(FORMATS))
def runtime(request, tmp_path_factory, person):
    """A runtime as one downloads it: its cacerts is its own, with one root in it, of somebody else."""
    found = shutil.which("keytool", path="/usr/bin:/bin")
    if not found:
        machines.skip("there is no Java")
    real = pathlib.Path(os.path.realpath(found)).parent.parent
    home = tmp_path_factory.mktemp("java") / "jdk"
    copy_runtime(real, home)
    other = home / "other.pem"
    person.must("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Somebody else",
                "-keyout", "/dev/null", "-out", other)
    person.must(home / "bin/keytool", *FORMATS[request.param], "-importcert", "-noprompt", "-alias", "other", "-file", other,
                "-storepass", "changeit", "-keystore", home / "lib/security/cacerts")
    return home


def client_of(runtime, *options):
    """A program that runs in this Java."""
    return dataclasses.replace(
        clients.JAVA, command=lambda url: [str(runtime / "bin/keytool"), *options, *clients.JAVA.command(url)[1:]])


def trust(person, server, *verb):
    return person.run(harness.binary(), "trust", *verb, "--data", server.data)


def entries(person, runtime, store):
    said = person.must(runtime / "bin/keytool", "-J-Duser.language=en", "-list", "-keystore", store, "-storepass", "changeit")
    return int(next(line for line in said.splitlines() if line.startswith("Your keystore contains")).split()[3])


def test_a_runtime_refuses_then_trusts_then_refuses(person, server, runtime):
    java = client_of(runtime)
    before = java.ask(person, server)
    assert before.is_unknown_issuer, before

    done = trust(person, server, "install", "--java-home", runtime)
    assert done.returncode == 0 and done.stdout.startswith("done "), done.stdout
    assert str(runtime / "lib/security/cacerts") in done.stdout
    after = java.ask(person, server)
    assert after.is_trusting, after
    assert entries(person, runtime, runtime / "lib/security/cacerts") == 2

    again = trust(person, server, "install", "--java-home", runtime)
    assert again.returncode == 0 and again.stdout.startswith("already "), again.stdout
    status = trust(person, server, "status", "--java-home", runtime)
    assert status.returncode == 0 and "not trusted" not in status.stdout, status.stdout

    gone = trust(person, server, "uninstall", "--java-home", runtime)
    assert gone.returncode == 0 and gone.stdout.startswith("done "), gone.stdout
    end = java.ask(person, server)
    assert end.is_unknown_issuer, end
    assert entries(person, runtime, runtime / "lib/security/cacerts") == 1
    status = trust(person, server, "status", "--java-home", runtime)
    assert status.returncode == 3 and "not trusted" in status.stdout, status.stdout
    assert "-importcert" in status.stdout, status.stdout


def test_the_command_that_is_shown_does_it(person, server, runtime):
    status = trust(person, server, "status", "--java-home", runtime)
    command = next(line for line in status.stdout.splitlines() if "-importcert" in line)
    person.must("sh", "-c", command.strip())
    assert client_of(runtime).ask(person, server).is_trusting
    trust(person, server, "uninstall", "--java-home", runtime)


@pytest.mark.parametrize("missing", [True, False])
def test_an_application_trusts_by_a_store_of_its_own(person, server, runtime, tmp_path, missing):
    store = tmp_path / "trust store.p12"
    java = client_of(runtime, f"-J-Djavax.net.ssl.trustStore={store}", "-J-Djavax.net.ssl.trustStorePassword=changeit")
    if not missing:
        shutil.copy(runtime / "lib/security/cacerts", store)
        assert not java.ask(person, server).is_trusting
    done = trust(person, server, "install", "--java-keystore", store)
    assert done.returncode == 0 and done.stdout.startswith("done "), done.stdout
    answer = java.ask(person, server)
    assert answer.is_trusting, answer
    # Java's own store is another matter.
    assert client_of(runtime).ask(person, server).is_unknown_issuer
    gone = trust(person, server, "uninstall", "--java-keystore", store)
    assert gone.returncode == 0 and gone.stdout.startswith("done "), gone.stdout
    assert not java.ask(person, server).is_trusting


def test_a_store_with_another_password_wants_it(person, server, runtime, tmp_path):
    store, password = tmp_path / "own.p12", tmp_path / "password"
    password.write_text("open sesame\n")
    told = ("--java-keystore", store, "--java-password-file", password)
    assert trust(person, server, "install", *told).stdout.startswith("done ")
    java = client_of(runtime, f"-J-Djavax.net.ssl.trustStore={store}", "-J-Djavax.net.ssl.trustStorePassword=open sesame")
    assert java.ask(person, server).is_trusting

    refused = trust(person, server, "install", "--java-keystore", store)
    assert refused.stdout.startswith("skipped ") and "--java-password-file" in refused.stdout, refused.stdout
    assert trust(person, server, "uninstall", *told).stdout.startswith("done ")


def test_what_is_no_runtime_is_told(person, server, tmp_path):
    said = trust(person, server, "install", "--java-home", tmp_path)
    assert said.stdout.startswith("skipped ") and "no Java runtime is here" in said.stdout, said.stdout


@pytest.fixture(scope="module")
def rotated(shared, person):
    """A server between two roots."""
    server = clients.serve_for(shared(), person)
    server.command("ca", "rotate")
    return server


def test_both_roots_are_put_in_while_the_root_is_changed(person, rotated, runtime):
    done = trust(person, rotated, "install", "--java-home", runtime)
    assert done.stdout.count("done ") == 2, done.stdout
    assert entries(person, runtime, runtime / "lib/security/cacerts") == 3
    java = client_of(runtime)
    assert java.ask(person, rotated).is_trusting
    assert trust(person, rotated, "uninstall", "--java-home", runtime).stdout.count("done ") == 2
    assert entries(person, runtime, runtime / "lib/security/cacerts") == 1
    assert java.ask(person, rotated).is_unknown_issuer
