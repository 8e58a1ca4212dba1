"""What the tests of bundles and of the page /trust have in common: a server, all bundles, its root, and trees of other systems."""

import base64
import hashlib
import os
import subprocess

import pytest

from authority import fingerprint

SITE = """
[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
require_https = "refuse"

[[site.location]]
path = "/trust"
handler = "trust"
"""
PLATFORMS = ["windows", "macos", "ios", "android", "linux", "firefox", "java"]


@pytest.fixture(scope="module")
def rhumb(shared):
    return shared(SITE)


@pytest.fixture(scope="module")
def bundles(rhumb):
    """All bundles as the command writes them."""
    folder = rhumb.folder / "bundles"
    rhumb.command("trust", "bundle", "--for", "all", "--out", folder)
    return folder


@pytest.fixture(scope="module")
def root(rhumb):
    """The root: DER, fingerprint as Rhumb writes it, and the stem of its files."""
    pem = open(rhumb.root_file()).read()
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    digest = hashlib.sha256(der).hexdigest()
    return {"der": der, "pem": pem, "sha256": fingerprint(rhumb.root_file()), "stem": "rhumb-" + digest[:16]}


def only(folder, pattern):
    found = list(folder.glob(pattern))
    assert len(found) == 1, found
    return found[0]


# Stand-ins for the programs of the four families: each makes the bundle anew out of the anchors, as its original does.
FAMILIES = {
    "fedora": ("etc/pki/ca-trust/source/anchors", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "update-ca-trust", "extract"),
    "debian": ("usr/local/share/ca-certificates", "etc/ssl/certs/ca-certificates.crt", "update-ca-certificates", ""),
    "arch": ("etc/ca-certificates/trust-source/anchors", "etc/ca-certificates/extracted/tls-ca-bundle.pem", "trust", "extract-compat"),
    "suse": ("usr/share/pki/trust/anchors", "var/lib/ca-certificates/ca-bundle.pem", "update-ca-certificates", ""),
}


def tree_of(folder, family):
    """A tree of that family, and a function that gives what its programs trust."""
    anchors, bundle, tool, _ = FAMILIES[family]
    for one in (folder / anchors, (folder / bundle).parent, folder / "usr/sbin"):
        one.mkdir(parents=True, exist_ok=True)
    program = folder / "usr/sbin" / tool
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{folder}/called'\n: >'{folder / bundle}'\n"
                       f"for one in '{folder / anchors}'/*; do [ -f \"$one\" ] && cat \"$one\" >>'{folder / bundle}'; done\nexit 0\n")
    program.chmod(0o755)
    return folder / anchors, folder / bundle


def run_script(script, *arguments, home="/nonexistent", check=0, **environment):
    done = subprocess.run(["sh", script, *map(str, arguments)], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                          env={"PATH": os.environ["PATH"], "HOME": str(home), **environment})
    assert done.returncode == check, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr
