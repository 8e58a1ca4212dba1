"""The scripts of the bundles for Linux and Java, run on trees and stores that nobody else uses."""

import os
import re
import shutil
import subprocess

import pytest

from sharing import FAMILIES, bundles, rhumb, root, run_script, tree_of  # noqa: F401: fixtures


# --- The script for Linux ------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_given_the_root_and_gives_it_back(bundles, root, family, tmp_path):
    script = bundles / "linux" / "trust-rhumb.sh"
    anchors, bundle = tree_of(tmp_path, family)
    other = anchors / "other.crt"
    other.write_text("# Another one\n" + root["pem"].replace("M", "N"))

    said = run_script(script, "--root", tmp_path, "--yes")
    assert "done     Rhumb local authority" in said and root["sha256"] in said
    assert bundle.read_text().replace("\n", "").count(root["pem"].replace("\n", "")) == 1
    assert [one.name for one in anchors.iterdir() if one != other][0].startswith(root["stem"] + ".")
    assert (tmp_path / "called").read_text().split("\n")[0] == FAMILIES[family][3]

    assert "already" in run_script(script, "--root", tmp_path, "--yes")
    assert len((tmp_path / "called").read_text().splitlines()) == 1, "the second time nothing was called"

    assert "is taken out" in run_script(script, "--root", tmp_path, "--yes", "--uninstall")
    assert list(anchors.iterdir()) == [other] and root["pem"] not in bundle.read_text()
    assert "already" in run_script(script, "--root", tmp_path, "--yes", "--uninstall")


def test_what_rhumb_has_installed_the_script_finds_and_takes_out(bundles, root, tmp_path):
    anchors, _ = tree_of(tmp_path, "debian")
    (anchors / f"{root['stem']}.crt").write_text(root["pem"])  # as `rhumb trust install` calls it
    run_script(tmp_path / "usr/sbin/update-ca-certificates")

    script = bundles / "linux" / "trust-rhumb.sh"
    assert "already" in run_script(script, "--root", tmp_path, "--yes")
    assert "is taken out" in run_script(script, "--root", tmp_path, "--yes", "--uninstall")
    assert not list(anchors.iterdir())


def test_the_script_asks_and_does_nothing_where_nobody_answers(bundles, tmp_path):
    anchors, _ = tree_of(tmp_path, "debian")
    said = run_script(bundles / "linux" / "trust-rhumb.sh", "--root", tmp_path, check=2)
    assert "Nobody can be asked" in said and not list(anchors.iterdir())


def test_a_damaged_script_installs_nothing(bundles, tmp_path):
    anchors, _ = tree_of(tmp_path, "debian")
    text = (bundles / "linux" / "trust-rhumb.sh").read_text()
    line = re.search(r"-----BEGIN CERTIFICATE-----\n(\S+)\n", text)[1]
    damaged = tmp_path / "damaged.sh"
    damaged.write_text(text.replace(line, line[:-1] + ("A" if line[-1] != "A" else "B")))
    assert "this file is damaged" in run_script(damaged, "--root", tmp_path, "--yes", check=1)
    assert not list(anchors.iterdir())


def test_a_failing_program_of_the_system_leaves_nothing_behind(bundles, tmp_path):
    anchors, _ = tree_of(tmp_path, "fedora")
    (tmp_path / "usr/sbin/update-ca-trust").write_text("#!/bin/sh\nexit 3\n")
    run_script(bundles / "linux" / "trust-rhumb.sh", "--root", tmp_path, "--yes", check=1)
    assert not list(anchors.iterdir())


def test_a_system_without_a_store_is_said_to_have_none(bundles, tmp_path):
    assert "no trust store of the system" in run_script(bundles / "linux" / "trust-rhumb.sh", "--root", tmp_path, "--yes", check=1)
    assert "usage:" in run_script(bundles / "linux" / "trust-rhumb.sh", "--what", check=2)


def test_the_script_gives_browsers_the_root_and_takes_it_back(rhumb, bundles, root, tmp_path):
    script = bundles / "linux" / "trust-rhumb.sh"
    profile = tmp_path / ".mozilla/firefox/abc.default"
    profile.mkdir(parents=True)
    subprocess.run(["certutil", "-N", "--empty-password", "-d", f"sql:{profile}"], check=True, timeout=30)

    said = run_script(script, "--browsers", "--yes", home=tmp_path)
    assert said.count("done     ") == 2 and (tmp_path / ".pki/nssdb/cert9.db").exists()
    for database in (profile, tmp_path / ".pki/nssdb"):
        listed = subprocess.run(["certutil", "-L", "-d", f"sql:{database}"], capture_output=True, text=True, check=True, timeout=30).stdout
        assert re.search(rf"{root['stem']}\s+C,,", listed), listed
    assert run_script(script, "--browsers", "--yes", home=tmp_path).count("already  ") == 2
    # The names are those that Rhumb gives, so that it finds them as its own.
    status = rhumb.command("trust", "status", "--store", "nss", environment={"HOME": str(tmp_path)}).stdout
    assert "not trusted" not in status, status

    assert run_script(script, "--browsers", "--yes", "--uninstall", home=tmp_path).count("is taken out") == 2
    assert run_script(script, "--browsers", "--yes", "--uninstall", home=tmp_path).count("already  ") == 2


# --- Java ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keytool():
    found = shutil.which("keytool")
    if not found:
        pytest.skip("there is no keytool")
    return found


def listed(keytool, store):
    done = subprocess.run([keytool, "-list", "-v", "-keystore", store, "-storepass", "changeit"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_java_takes_the_trust_store_for_one(bundles, root, keytool):
    said = listed(keytool, bundles / "java" / "trust-rhumb.p12")
    assert "trustedCertEntry" in said and root["sha256"] in said
    assert said.count("Alias name") == 1 and f"Alias name: {root['stem']}" in said


def test_the_script_changes_a_store_of_java_and_back(bundles, root, keytool, tmp_path):
    script = bundles / "java" / "trust-rhumb.sh"
    store = tmp_path / "store"
    assert "done     " in run_script(script, "--keystore", store, "--yes")
    assert root["sha256"] in listed(keytool, store)
    assert "already  " in run_script(script, "--keystore", store, "--yes")
    assert "is taken out" in run_script(script, "--keystore", store, "--yes", "--uninstall")
    assert root["sha256"] not in listed(keytool, store)
    assert "already  " in run_script(script, "--keystore", store, "--yes", "--uninstall")


def test_the_script_finds_the_store_of_a_java(bundles, root, keytool, tmp_path):
    home = tmp_path / "a java"
    (home / "bin").mkdir(parents=True)
    (home / "lib/security").mkdir(parents=True)
    (home / "bin/keytool").symlink_to(os.path.realpath(keytool))
    shutil.copy(bundles / "java" / "trust-rhumb.p12", home / "lib/security/cacerts")
    assert "already  " in run_script(bundles / "java" / "trust-rhumb.sh", "--java-home", home, "--yes")
    assert "already  " in run_script(bundles / "java" / "trust-rhumb.sh", "--yes", JAVA_HOME=str(home))
    assert "no keytool was found" in run_script(bundles / "java" / "trust-rhumb.sh", "--java-home", tmp_path, "--yes", check=1)
