"""`rhumb trust`: which root, into which stores, and who has to confirm it. The stores are asked by their own programs."""

import hashlib
import http.server
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sqlite3
import ssl
import subprocess
import termios
import threading
import time

import pytest

import machine as machines
from authority import Authority
from harness import binary, wait_until
from person import Person

CERTUTIL = shutil.which("certutil")
needs_certutil = pytest.mark.skipif(not CERTUTIL, reason="certutil of libnss3-tools is not installed")


def certutil(*arguments, database, data=None):
    done = subprocess.run([CERTUTIL, *map(str, arguments), "-d", f"sql:{database}"], input=data, capture_output=True, text=True, timeout=30,
                          start_new_session=True)
    return done.stdout + done.stderr


def sha256(pem_file):
    der = subprocess.run(["openssl", "x509", "-in", str(pem_file), "-outform", "der"], capture_output=True, check=True).stdout
    return hashlib.sha256(der).hexdigest()


def chromium(rhumb):
    return rhumb.home / ".pki/nssdb"


@pytest.fixture
def rhumb(server):
    """A server, and a home of its own for who runs commands beside it."""
    return server()


@pytest.fixture(scope="module")
def other(shared):
    """Another installation, which others take the root from. It offers it on its page."""
    return shared('[[site]]\nbindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]\n\n'
                  '[[site.location]]\npath = "/trust"\nhandler = "trust"\n')


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


# --- stores of browsers

@needs_certutil
def test_the_database_of_browsers_comes_to_trust_the_root_and_no_more(rhumb):
    before = rhumb.command("trust", "status", "--store", "nss", check=False)
    assert before.returncode == 3, before.stdout + before.stderr

    done = rhumb.command("trust", "install", "--store", "nss")
    assert done.stdout.startswith("done") and "start them anew" in done.stdout
    assert "C,," in certutil("-L", database=chromium(rhumb))
    status = rhumb.json("trust", "status", "--store", "nss")
    (root,) = status["roots"]
    assert root["fingerprint_sha256"].replace(":", "").lower() == sha256(rhumb.root_file())
    assert [(one["store"], one["level"], one["trusted"]) for one in root["stores"]] == [("nss", "user", True)]
    assert status["others"] == []
    assert "trusted" in rhumb.command("trust", "status", "--store", "nss").stdout

    assert rhumb.command("trust", "uninstall", "--store", "nss").stdout.startswith("done")
    assert "C,," not in certutil("-L", database=chromium(rhumb))
    assert rhumb.command("trust", "status", "--store", "nss", check=False).returncode == 3


@needs_certutil
def test_a_database_that_another_program_writes_to_is_left_for_later(rhumb):
    rhumb.command("trust", "install", "--store", "nss")
    rhumb.command("trust", "uninstall", "--store", "nss")
    browser = sqlite3.connect(chromium(rhumb) / "cert9.db", isolation_level=None)
    browser.execute("BEGIN EXCLUSIVE")

    (told,) = rhumb.json("trust", "install", "--store", "nss")
    browser.rollback()
    browser.close()

    assert told["outcome"] == "skipped" and f"(process {os.getpid()}) works on the database" in told["detail"], told
    assert rhumb.command("trust", "install", "--store", "nss").stdout.startswith("done")


def type_in_shell(command, question, answer, seconds=60):
    """What a person does with a command that was shown: types it, and answers. Gives the exit code, and what was seen."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv("/bin/sh", ["sh", "-c", command])
    seen = ""
    is_answered = False
    end = time.monotonic() + seconds
    while select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
        try:
            data = os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            break
        seen += data
        if not is_answered and re.search(question, seen):
            # What was typed before the echo is off is thrown away.
            wait_until(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO, what="the end of the echo")
            os.write(terminal, f"{answer}\n".encode())
            is_answered = True
        if not data:
            break
    else:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    os.close(terminal)  # not before: it would end what still runs there
    return os.waitstatus_to_exitcode(status), seen


@needs_certutil
def test_a_database_with_a_password_is_changed_by_the_command_that_is_shown(rhumb, tmp_path):
    chromium(rhumb).mkdir(parents=True)
    (tmp_path / "password").write_text("open sesame\n")
    certutil("-N", "-f", tmp_path / "password", database=chromium(rhumb))

    (told,) = rhumb.json("trust", "install", "--store", "nss")
    assert told["outcome"] == "skipped" and "password of its own" in told["detail"], told
    assert "Rhumb" not in certutil("-L", database=chromium(rhumb)), "nothing is left half done"

    code, seen = type_in_shell(told["command"], "assword", "open sesame")
    assert code == 0, f"{told['command']}\n{seen}"
    assert rhumb.json("trust", "status", "--store", "nss")["roots"][0]["stores"][0]["trusted"] is True


@needs_certutil
def test_the_root_of_an_installation_that_is_gone_is_told_and_can_be_taken_out(rhumb, other):
    gone = other.root_file()
    rhumb.command("trust", "install", "--store", "nss")
    rhumb.command("trust", "install", "--store", "nss", gone)

    status = rhumb.json("trust", "status", "--store", "nss")
    (left,) = status["others"]
    assert left["fingerprint_sha256"].replace(":", "").lower() == sha256(gone)
    shown = rhumb.command("trust", "status", "--store", "nss").stdout
    command = re.search(r"rhumb (trust uninstall --fingerprint \S+)", shown)[1]

    rhumb.command(*command.split(), "--store", "nss")
    assert rhumb.json("trust", "status", "--store", "nss")["others"] == []
    assert rhumb.json("trust", "status", "--store", "nss")["roots"][0]["stores"][0]["trusted"] is True


@needs_certutil
def test_roots_that_are_trusted_are_told_when_the_installation_has_gone(rhumb, tmp_path):
    rhumb.command("trust", "install", "--store", "nss")
    gone = subprocess.run([binary(), "trust", "status", "--store", "nss", "--data", tmp_path / "nothing"], capture_output=True, text=True,
                          env=rhumb.environment, timeout=30)
    assert gone.returncode == 1
    command = re.search(r"rhumb (trust uninstall --fingerprint \S+)", gone.stdout)[1]
    done = subprocess.run([binary(), *command.split(), "--store", "nss", "--data", tmp_path / "nothing"], capture_output=True, text=True,
                          env=rhumb.environment, timeout=30)
    assert done.stdout.startswith("done"), done.stdout + done.stderr
    assert "C,," not in certutil("-L", database=chromium(rhumb))


@needs_certutil
def test_a_root_that_comes_and_the_one_that_goes_are_both_put_in_and_all_taken_out(rhumb):
    def trusted():
        return certutil("-L", database=chromium(rhumb)).count("C,,")

    rhumb.command("trust", "install", "--store", "nss")
    rhumb.command("ca", "rotate")
    done = rhumb.command("trust", "install", "--store", "nss").stdout
    assert "already" in done and "done" in done and trusted() == 2
    assert len(rhumb.json("trust", "status", "--store", "nss")["roots"]) == 2

    rhumb.command("trust", "uninstall", "--store", "nss")
    assert trusted() == 0


def test_before_there_is_a_database_status_says_what_chromium_lacks(rhumb):
    assert "Chromium and Chrome have no database here yet" in rhumb.command("trust", "status", "--level", "user", check=False).stdout


def test_a_user_and_the_machine_are_told_apart(rhumb):
    levels = lambda *words: {one["level"] for one in json.loads(  # noqa: E731
        rhumb.command("trust", "status", "--json", *words, check=False).stdout)["roots"][0]["stores"]}
    assert levels("--level", "user") <= {"user"}
    assert levels("--level", "machine") <= {"machine"}


# --- which certificate

def test_what_others_vouch_for_is_refused(rhumb, tmp_path):
    leaf = tmp_path / "leaf.pem"
    leaf.write_text(rhumb.command("cert", "export", "auto", "--format", "pem").stdout)
    done = rhumb.command("trust", "install", "--store", "nss", leaf, check=False)
    assert done.returncode == 1
    assert "is no root" in done.stderr and "rhumb ca export" in done.stderr
    assert not chromium(rhumb).exists()


def test_a_root_that_has_expired_is_refused(rhumb, tmp_path):
    expired = tmp_path / "expired.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Old root",
                    "-keyout", tmp_path / "key", "-out", tmp_path / "made.pem", "-days", "1"], capture_output=True, check=True)
    subprocess.run(["openssl", "x509", "-in", tmp_path / "made.pem", "-signkey", tmp_path / "key", "-days", "-1", "-out", expired],
                   capture_output=True, check=False)
    if not expired.exists() or not expired.stat().st_size:
        pytest.skip("this openssl makes no certificate of the past")
    done = rhumb.command("trust", "install", "--store", "nss", expired, check=False)
    assert done.returncode == 1 and "has expired" in done.stderr


@needs_certutil
def test_a_servers_own_certificate_is_trusted_for_itself_with_a_warning(rhumb, tmp_path):
    own = tmp_path / "own.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=maps.test",
                    "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", tmp_path / "key", "-out", own, "-days", "30"],
                   capture_output=True, check=True)
    done = rhumb.command("trust", "install", "--store", "nss", own)
    assert "one server's own certificate" in done.stderr
    assert "P,," in certutil("-L", database=chromium(rhumb))


@needs_certutil
def test_a_root_without_a_common_name_is_taken_with_a_warning(rhumb, tmp_path):
    root = tmp_path / "root.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/O=Nameless",
                    "-keyout", tmp_path / "key", "-out", root, "-days", "30"], capture_output=True, check=True)
    done = rhumb.command("trust", "install", "--store", "nss", root)
    assert "no common name" in done.stderr and "iPhones" in done.stderr
    assert rhumb.command("trust", "uninstall", "--store", "nss", root).stdout.startswith("done")


@needs_certutil
def test_the_file_may_be_der_or_come_through_a_pipe_but_not_name_several_roots(rhumb, authority, tmp_path):
    der = tmp_path / "root.cer"
    der.write_bytes(subprocess.run(["openssl", "x509", "-in", authority.root, "-outform", "der"], capture_output=True, check=True).stdout)
    assert rhumb.command("trust", "install", "--store", "nss", der).stdout.startswith("done")
    piped = rhumb.command("trust", "install", "--store", "nss", "-", data=authority.root.read_text())
    assert piped.stdout.startswith("already")

    # A whole chain has one root in it, and that is the one; of two nobody knows which was meant.
    chain = tmp_path / "chain.pem"
    chain.write_text(authority.intermediate.read_text() + authority.root.read_text())
    assert rhumb.command("trust", "install", "--store", "nss", chain).stdout.startswith("already")
    two = tmp_path / "two.pem"
    two.write_text(authority.root.read_text() + pathlib.Path(rhumb.root_file()).read_text())
    done = rhumb.command("trust", "install", "--store", "nss", two, check=False)
    assert done.returncode == 1 and "2 of them roots" in done.stderr


def test_a_fingerprint_is_all_of_its_digits(rhumb):
    root = rhumb.root_file()
    right = sha256(root)
    for text in (right, right.upper(), "SHA256:" + ":".join(re.findall("..", right)), " ".join(re.findall("....", right))):
        assert right[:4] in rhumb.command("trust", "show", root, "--fingerprint", text).stdout
    short = rhumb.command("trust", "show", root, "--fingerprint", right[:16], check=False)
    assert short.returncode == 1 and "64 hexadecimal digits" in short.stderr


# --- from another server

@needs_certutil
def test_a_root_from_a_server_is_taken_with_its_fingerprint(rhumb, other):
    done = rhumb.command("trust", "install", "--store", "nss", "--from", other.https(), "--fingerprint", sha256(other.root_file()))
    assert "Rhumb local authority" in done.stderr and "vouches for" in done.stderr
    assert done.stdout.startswith("done")
    assert rhumb.json("trust", "status", "--store", "nss", other.root_file())["roots"][0]["stores"][0]["trusted"] is True
    # Over http it is the same one: what protects is the fingerprint.
    again = rhumb.command("trust", "install", "--store", "nss", "--from", other.http(), "--fingerprint", sha256(other.root_file()))
    assert again.stdout.startswith("already")


def test_nobody_there_to_compare_means_nothing_is_changed_even_with_yes(rhumb, other):
    for more in ((), ("--yes",)):
        done = rhumb.command("trust", "install", "--store", "nss", "--from", other.https(), *more, check=False)
        assert done.returncode == 1
        assert f"--fingerprint {sha256(other.root_file())}" in done.stderr, done.stderr
    assert not chromium(rhumb).exists()


def test_another_fingerprint_is_a_refusal_that_shows_both(rhumb, other):
    wrong = "ab" * 32
    done = rhumb.command("trust", "install", "--store", "nss", "--from", other.https(), "--fingerprint", wrong, check=False)
    assert done.returncode == 3
    told = done.stderr.replace(":", "").lower()
    assert wrong in told and sha256(other.root_file()) in told, done.stderr
    assert not chromium(rhumb).exists()


@needs_certutil
@pytest.mark.parametrize("answer", ["yes", "y", "no", ""])
def test_a_person_has_to_type_yes_in_full(rhumb, other, answer):
    with Person(rhumb, "trust", "install", "--store", "nss", "--from", other.https()) as person:
        person.answer("Type yes in full", answer)
        code = person.end()
    grouped = " ".join(re.findall("....", sha256(other.root_file()))[:8])
    assert grouped in person.seen
    assert code == (0 if answer == "yes" else 1), person.seen
    assert chromium(rhumb).exists() == (answer == "yes")


class Stranger:
    """A TLS server of Python that shows `chain` and offers `root` at /trust/root.cer."""

    def __init__(self, chain, key, root=None):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                is_root = root is not None and self.path == "/trust/root.cer"
                body = root if is_root else b""
                self.send_response(200 if is_root else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def leaf(authority):
    """A certificate for localhost below the authority, as files: leaf and intermediate, key."""
    folder = authority.folder
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "leaf.key", "-out", folder / "leaf.csr"],
                   capture_output=True, check=True)
    signed = authority.sign(folder / "leaf.csr", names="DNS:localhost")
    chain = folder / "shown.pem"
    chain.write_text(pathlib.Path(signed).read_text() + authority.intermediate.read_text())
    return chain, folder / "leaf.key"


def der(pem_file):
    return subprocess.run(["openssl", "x509", "-in", str(pem_file), "-outform", "der"], capture_output=True, check=True).stdout


def test_a_root_that_the_server_shows_is_found(rhumb, authority, leaf, tmp_path):
    chain, key = leaf
    whole = tmp_path / "whole.pem"
    whole.write_text(chain.read_text() + authority.root.read_text())
    with Stranger(whole, key) as stranger:
        shown = rhumb.json("trust", "show", "--from", stranger.url)
    assert shown[0]["fingerprint_sha256"].replace(":", "").lower() == sha256(authority.root)
    assert shown[0]["is_limited"] is False


def test_a_root_that_is_offered_must_be_the_one_above_what_is_shown(rhumb, other, authority, leaf):
    with Stranger(*leaf, root=der(authority.root)) as stranger:
        shown = rhumb.json("trust", "show", "--from", stranger.url)
        assert shown[0]["fingerprint_sha256"].replace(":", "").lower() == sha256(authority.root)
    with Stranger(*leaf, root=der(other.root_file())) as stranger:
        done = rhumb.command("trust", "install", "--store", "nss", "--from", stranger.url, "--fingerprint", sha256(other.root_file()), check=False)
        assert done.returncode == 3 and "is not the one above the certificate" in done.stderr, done.stderr


def test_a_server_without_its_root_says_what_to_do(rhumb, leaf):
    with Stranger(*leaf) as stranger:
        done = rhumb.command("trust", "install", "--store", "nss", "--from", stranger.url, check=False)
    assert done.returncode == 1 and "ask those who run it for the file" in done.stderr, done.stderr


def test_a_leaf_that_is_offered_as_a_root_is_refused(rhumb, authority, leaf):
    """An intermediate in the root's place vouches for what is shown, and is none all the same."""
    with Stranger(*leaf, root=der(authority.intermediate)) as stranger:
        done = rhumb.command("trust", "install", "--store", "nss", "--from", stranger.url, "--fingerprint", sha256(authority.intermediate),
                             check=False)
    assert done.returncode == 1 and "is no root" in done.stderr, done.stderr


def test_nobody_listening_is_said(rhumb):
    done = rhumb.command("trust", "show", "--from", "https://127.0.0.1:1/", check=False)
    assert done.returncode == 1 and "127.0.0.1:1" in done.stderr


# --- the machine

@pytest.fixture
def machine(tmp_path):
    if not machines.is_administrator():
        machines.skip("only the administrator may change a machine's stores")
    one = machines.Machine(tmp_path / "machine")
    yield one
    one.close()


def test_firefox_policies_come_and_go_and_keep_what_others_put_there(rhumb, machine):
    policies = "/etc/firefox/policies/policies.json"
    before = {"policies": {"DisableTelemetry": True, "Certificates": {"Install": ["/etc/company.pem"]}}}
    machine.must("sh", "-c", f"mkdir -p /etc/firefox/policies && printf %s '{json.dumps(before)}' >{policies}")
    trust = lambda verb: machine.must(binary(), "trust", verb, "--store", "firefox-policy", "--data", rhumb.data)  # noqa: E731

    assert trust("install").startswith("done")
    files = json.loads(machine.must("cat", policies))["policies"]["Certificates"]["Install"]
    assert files[0] == "/etc/company.pem" and len(files) == 2
    assert machine.must("cat", files[1]) == pathlib.Path(rhumb.root_file()).read_text()
    assert trust("install").startswith("already")
    assert "firefox-policy" in machine.run(binary(), "trust", "status", "--level", "machine", "--data", rhumb.data).stdout

    assert trust("uninstall").startswith("done")
    assert json.loads(machine.must("cat", policies)) == before
    assert machine.run("cat", files[1]).returncode != 0


@needs_certutil
def test_who_calls_sudo_gets_the_root_into_the_own_browser(rhumb, machine):
    machine.must("sh", "-c", "echo 'ann:x:4711:4712:Ann:/var/lib/ann:/bin/sh' >>/etc/passwd && echo 'ann:x:4712:' >>/etc/group && "
                 "mkdir -p -m 0755 /var/lib/ann && chown 4711:4712 /var/lib/ann")
    as_root = {"SUDO_UID": "4711", "SUDO_GID": "4712", "SUDO_USER": "ann"}

    said = machine.must(binary(), "trust", "install", "--store", "nss", "--data", rhumb.data, **as_root)

    assert said.startswith("done") and "/var/lib/ann/.pki/nssdb" in said
    owners = machine.must("find", "/var/lib/ann", "-printf", "%U:%G %m %p\\n").splitlines()
    assert all(line.startswith("4711:4712 ") for line in owners), owners
    assert any(line.endswith(" 700 /var/lib/ann/.pki/nssdb") for line in owners), owners
    seen = machine.must("setpriv", "--reuid=4711", "--regid=4712", "--clear-groups", "certutil", "-L", "-d", "sql:/var/lib/ann/.pki/nssdb")
    assert "C,," in seen


def test_a_system_that_can_only_be_read_is_told_and_left(rhumb, machine):
    anchors = "/usr/local/share/ca-certificates"
    machine.must("sh", "-c", f"mount --bind {anchors} {anchors} && mount -o remount,bind,ro {anchors}")
    done = machine.must(binary(), "trust", "install", "--store", "system", "--data", rhumb.data)
    assert done.startswith("skipped") and "on a file system that can only be read" in done and "type:" not in done, done


def test_a_file_with_the_wrong_ending_is_told(rhumb, machine):
    machine.must("cp", rhumb.root_file(), "/usr/local/share/ca-certificates/rhumb-root.pem")
    trust = lambda verb: machine.run(binary(), "trust", verb, "--store", "system", "--data", rhumb.data).stdout  # noqa: E731
    seen = trust("status")
    assert "not trusted" in seen and "only names that end in .crt are read" in seen
    command = re.search(r"sudo (mv \S+ \S+)", seen)[1]

    machine.must("sh", "-c", f"{command} && update-ca-certificates")

    assert "not trusted" not in trust("status")
    assert trust("uninstall").startswith("done"), "that file, too: it is this root"
    assert "not trusted" in trust("status")
