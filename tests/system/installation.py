"""An installation that command lines work on, and a way to end them by kill -9 at any step."""

import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess

import pytest

import harness

HERE = pathlib.Path(__file__).parent
PASSWORD = "a password of a test"


def make_ender(folder):
    """The library that ends a program before its n-th change of a file."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if not compiler:
        pytest.skip("there is no C compiler")
    library = folder / "end_before.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE / "end_before.c", "-ldl"], check=True)
    return library


class Authority:
    """An authority that is not Rhumb's: openssl with a root and an intermediate."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        (folder / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
                                       "subjectKeyIdentifier=hash\n")
        (folder / "leaf.ext").write_text("basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n"
                                         "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        for name in ("root", "issuer", "own"):
            self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
        self._openssl("req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=Outside root", "-days", "3000", "-out", "root.pem")
        self._openssl("req", "-new", "-key", "issuer.key", "-subj", "/CN=Outside issuer", "-out", "issuer.csr")
        self._openssl("x509", "-req", "-in", "issuer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "2000",
                      "-extfile", "ca.ext", "-out", "issuer.pem")

    def _openssl(self, *arguments):
        subprocess.run([harness.openssl(), *map(str, arguments)], cwd=self.folder, check=True, capture_output=True)

    def answer(self, request, out):
        """Signs a request in PEM: a file with the leaf and the intermediate."""
        (self.folder / "asked.csr").write_text(request)
        self._openssl("x509", "-req", "-in", "asked.csr", "-CA", "issuer.pem", "-CAkey", "issuer.key", "-days", "90",
                      "-copy_extensions", "copy", "-out", "leaf.pem")
        out.write_text((self.folder / "leaf.pem").read_text() + (self.folder / "issuer.pem").read_text())
        return out

    def pair(self, name, out):
        """Certificate, issuer and key for a name, made without Rhumb."""
        self._openssl("req", "-new", "-key", "own.key", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                      "-out", "own.csr")
        self.answer((self.folder / "own.csr").read_text(), out)
        out.write_text(out.read_text() + (self.folder / "own.key").read_text())
        return out


class Installation:
    """A data directory that only command lines work on."""

    def __init__(self, data, home):
        self.data = data
        self.environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "PASSWORD": PASSWORD}

    def copy(self, data):
        shutil.copytree(self.data, data)
        return Installation(data, self.environment["HOME"])

    def run(self, *arguments, environment=None):
        return subprocess.run([harness.binary(), *map(str, arguments), "--data", str(self.data), "--yes"], capture_output=True, text=True,
                              timeout=60, env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL)

    def must(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"rhumb {arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.data / "rhumb.db")) as store:
            return store.execute(query).fetchall()

    def state(self):
        """All that a change of a certificate touches, as the store has it. Fails when the store is damaged."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        return {"certificates": self.rows("SELECT id, name, archived IS NOT NULL, replaced_by FROM certificate ORDER BY id"),
                "requests": self.rows("SELECT id, name, answered IS NOT NULL, certificate FROM request ORDER BY id"),
                "events": self.rows("SELECT what, subject FROM event WHERE what LIKE 'certificate.%' OR what LIKE 'request.%' ORDER BY id")}

    def check_keys(self):
        """That every certificate in use opens with its key, as a stranger sees it."""
        for (name,) in self.rows("SELECT name FROM certificate WHERE archived IS NULL"):
            pfx = self.data / "check.pfx"
            self.must("cert", "export", name, "--format", "pfx", "--with-key", "--password-env", "PASSWORD", "--out", pfx)
            subprocess.run([harness.openssl(), "pkcs12", "-in", pfx, "-noout", "-passin", f"pass:{PASSWORD}"], check=True,
                           capture_output=True)
            pfx.unlink()


def make_world(folder):
    """An installation with a certificate of each kind, a pending request, and an authority outside."""
    first = harness.Server(folder / "first", None, ["--https", "0", "--http", "0"]).start()
    first.stop()
    data = folder / "data"
    data.mkdir()
    for file in first.data.iterdir():
        if file.is_file():
            shutil.copy(file, data)
    one = Installation(data, first.home)
    authority = Authority(folder / "authority")
    one.must("cert", "self-sign", "--name", "self.test", "--as", "self")
    one.must("cert", "self-sign", "--name", "gone.test", "--as", "gone")
    one.must("cert", "remove", "gone", "--even-if-used")
    one.must("cert", "request", "--name", "maps.test", "--as", "maps", "--out", folder / "maps.csr")
    one.must("cert", "request", "--name", "other.test", "--as", "other", "--out", folder / "other.csr")
    answers = {name: authority.answer((folder / f"{name}.csr").read_text(), folder / f"{name}.pem") for name in ("maps", "other")}
    answers["pair"] = authority.pair("import.test", folder / "pair.pem")
    one.answers = answers
    return one


def end_at_every_step(ender, world, folder, arguments, check, stride=1, under=None, prepare=None, glance=6):
    """Runs a command again and again, each time on a fresh copy, killed before another one of its changes of files."""
    def fresh(name):
        copy = world.copy(folder / name)
        if prepare:
            prepare(copy)
        return copy

    def environment(copy, number, log=""):
        return {"LD_PRELOAD": str(ender), "END_UNDER": str(under or copy.data), "END_BEFORE": str(number), "END_LOG": str(log),
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    whole = fresh("whole")
    before = whole.state()
    log = folder / "steps"
    done = whole.run(*arguments, environment=environment(whole, 0, log))
    assert done.returncode == 0, done.stderr
    after = whole.state()
    check(whole)
    steps = log.read_text().splitlines()
    assert len(steps) > 10, steps
    print(len(steps), "changes of files")
    found = []
    for number in range(1, len(steps) + 1, stride):
        copy = fresh(f"step{number}")
        killed = copy.run(*arguments, environment=environment(copy, number))
        if killed.returncode == 0:  # one change less than before: the directory was closed in another order
            continue
        assert killed.returncode == -signal.SIGKILL, f"{steps[number - 1]}: {killed.returncode} {killed.stderr}"
        state = copy.state()
        assert state in (before, after), f"a half state after a kill before: {steps[number - 1]}\n{state}"
        found.append(state == after)
        # A look from outside takes long: at the first and the last, where old becomes new, and now and then between.
        if len(found) % glance == (1 % glance) or found[-2:] == [False, True] or number == len(steps):
            check(copy)
        shutil.rmtree(copy.data)
    # Both were met, the old first: the change is one step.
    assert found == sorted(found) and (before == after or {True, False} <= set(found)), list(zip(steps[::stride], found))
