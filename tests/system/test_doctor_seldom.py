"""The doctor on faults that are seldom met, each on a real server that has exactly that one, and of which it must name nothing else."""

import contextlib
import email.utils
import itertools
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

import harness
import machine as machines
from authority import Authority
from clock import preloading, telling_another_time
from test_doctor_http import PAGE, page, with_field
from test_doctor_installation import broken, examine, faults, site_at, store_of
from web import NAME, Said, Web, ids, of_the_web

DAY = 86400


@contextlib.contextmanager
def served(tmp_path, secure, clear=None, **options):
    """A Web server for one test."""
    web = Web(tmp_path / "web", secure, clear, **options)
    try:
        yield web
    finally:
        web.end()


def only(findings, id):
    """The one finding that there is."""
    assert ids(findings) == [id], findings
    return of_the_web(findings)[0]


# Clocks.


def years_on(days):
    """Programs see the time in so many days."""
    return telling_another_time(FAKETIME=f"+{days}d")


KERNEL = """
#include <string.h>
#include <sys/timex.h>
int adjtimex(struct timex* state) {
    memset(state, 0, sizeof *state);
    state->status = KEPT ? 0 : STA_UNSYNC;
    return KEPT ? TIME_OK : TIME_ERROR;
}
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """kernel(True) has programs hear from the kernel that its clock is kept by NTP; False, that it is not: whichever is so on this machine."""
    folder = tmp_path_factory.mktemp("kernel")
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if not compiler:
        pytest.skip("there is no C compiler")

    def saying_so(is_kept):
        library = folder / f"kept{is_kept:d}.so"
        if not library.exists():
            subprocess.run([compiler, "-shared", "-fPIC", f"-DKEPT={is_kept:d}", "-x", "c", "-", "-o", library], input=KERNEL, text=True, check=True)
        return preloading(library)

    return saying_so


def saying(days):
    """A page of a server whose clock goes wrong by so many days."""
    return lambda *_: Said(PAGE.body, date=email.utils.formatdate(time.time() + days * DAY, usegmt=True))


@pytest.mark.parametrize("is_kept, days, id, words", [
    (True, 5, "clock.server.wrong", ("5 days ahead of", "kept by NTP")),
    (True, -5, "clock.server.wrong", ("5 days behind", "kept by NTP")),
    (False, 0.5, "clock.apart", ("12 hours ahead of",)),
    # Nobody has kept this clock, but the certificate is a witness.
    (False, -5, "clock.server.wrong", ("5 days behind", "its own certificate")),
])
def test_a_server_whose_clock_goes_wrong(tmp_path, kernel, is_kept, days, id, words):
    # A minute more, so that days are whole ones to whoever rounds down.
    with served(tmp_path, {"/": saying(days + (90 if days > 0 else -90) / DAY)}) as web:
        told = only(web.examine("/", code=0, environment=kernel(is_kept)), id)
    assert told["severity"] == "warning" and all(word in told["sentence"] for word in words), told["sentence"]


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_minute_is_nothing(tmp_path, kernel, seconds):
    with served(tmp_path, {"/": saying(seconds / DAY)}) as web:
        assert ids(web.examine("/", code=0, environment=kernel(True))) == []


def dates(begin, end):
    """Of openssl: in so many days."""
    now = time.time()
    return tuple(itertools.chain.from_iterable((option, time.strftime("%Y%m%d%H%M%SZ", time.gmtime(now + days * DAY)))
                                               for option, days in (("-not_before", begin), ("-not_after", end))))


def test_this_machine_that_lives_before_the_certificate(tmp_path, kernel):
    """Its clients refuse the certificate, which makes an error of it; that the certificate is not at fault, is clear."""
    with served(tmp_path, {"/": saying(3)}, dates=dates(2, 92)) as web:
        findings = web.examine("/", code=3, environment=kernel(False))
    told = only(findings, "clock.here.wrong")
    assert told["severity"] == "error" and "ahead of this machine" in told["sentence"]


# Map services and pages, seen from outside.


@pytest.mark.parametrize("area, body", [
    ("api", '{"links": [{"rel": "data", "href": "%s/collections"}]}'),
    ("tiles", '{"tilejson": "3.0.0", "tiles": ["%s/{z}/{x}/{y}.pbf"]}'),
    ("directory", '{"currentVersion": 11, "owningSystemUrl": "%s/portal"}'),
])
@pytest.mark.parametrize("origin, host, word", [
    ("https://10.0.0.5:8443", NAME, "private network"),
    ("http://pygeoapi:5000", NAME, "without a domain"),
    ("https://localhost:8443", NAME, "the machine itself"),
    ("https://localhost:8", "localhost", "port 8 "),
])
def test_documents_that_name_addresses_inside(tmp_path, area, body, origin, host, word):
    with served(tmp_path, {"/maps": Said(body % origin, kind="application/json")}) as web:
        told = only(web.examine("/maps", host=host, code=3), f"gis.{area}.internal")
    assert word in told["sentence"] and origin in told["sentence"]


def test_a_script_that_names_the_server_in_the_clear(tmp_path):
    script = "<script>fetch('http://gis.example.org/features.json')</script>"
    with served(tmp_path, {"/": page(script), "/well": page(script.replace("http:", "https:"))}) as web:
        told = only(web.examine("/", host=NAME, code=0), "page.script.clear")
        assert told["severity"] == "note" and "http://gis.example.org/features.json" in told["sentence"]
        assert ids(web.examine("/well", host=NAME)) == []


# Http, and HSTS.

# A machine of its own whose ports below 1024 are free; says what the program says that is named.
ALONE = r"""
import fcntl, http.server, socket, struct, subprocess, sys, threading

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Maps of the town</title>")

    def log_message(self, *_):
        pass

with socket.socket() as any_socket:  # up, and running
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 0x41))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 80), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.exit(subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, timeout=90).returncode)
"""


def test_a_server_that_has_http_alone(tmp_path):
    alone = ["unshare", "--net", *([] if machines.is_administrator() else ["--map-root-user"])]
    if subprocess.run([*alone, "true"], capture_output=True).returncode != 0:
        machines.skip("this system permits no name space of one's own")
    done = subprocess.run([*alone, sys.executable, "-c", ALONE, harness.binary(), "doctor", f"http://{NAME}/", "--at", "127.0.0.1", "--json",
                           "--data", str(tmp_path / "data")],
                          capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    (diagnosis,) = json.loads(done.stdout)["examined"]
    told = only(diagnosis["findings"], "http.only")
    assert f"https://{NAME}" in told["sentence"]


@pytest.fixture
def machine(tmp_path):
    one = machines.Machine(tmp_path / "machine")
    yield one
    one.close()


def test_hsts_for_long_below_an_authority_of_ones_own(tmp_path, machine):
    if not machines.is_administrator():
        machines.skip("only the administrator may have the machine trust an authority")
    with served(tmp_path, {"/": with_field("Strict-Transport-Security", "max-age=63072000"),
                           "/short": with_field("Strict-Transport-Security", "max-age=86400")}) as web:
        machine.must("cp", web.authority.root, "/usr/local/share/ca-certificates/example-root.crt")
        machine.must("update-ca-certificates")

        def examined(path):
            said = machine.must(harness.binary(), "doctor", web.origin("https") + path, "--json", "--http", web.http_port, "--data", web.data)
            return json.loads(said)["examined"][0]["findings"]

        told = only(examined("/"), "hsts.private-authority")
        assert told["severity"] == "note" and "730 days" in told["sentence"]
        assert ids(examined("/short")) == []


# This installation.


@pytest.fixture
def one(server):
    return server(None, "--https", "0", "--http", "0")


def test_a_certificate_of_another_authority_near_its_end(one, tmp_path):
    authority = Authority(tmp_path / "authority")
    _, key = authority.pair("maps.test")
    leaf = authority.sign(authority._request(key.name, "/CN=maps.test"), names="DNS:maps.test", dates=dates(-80, 5))
    one.command("cert", "import", leaf, authority.intermediate, "--key", key, "--as", "maps", "--offline", "--yes", "--site", "Default Web Site")
    one.stop()
    examined, found = broken(one)
    assert found == ["cert.renewal.by-hand", "machine.server.stopped"]
    told = examined.the("cert.renewal.by-hand")
    assert "«maps»" in told["sentence"] and "cert request --for maps" in told["command"]


def test_a_configuration_that_was_refused_though_nothing_stands_in_its_way_now(server):
    one = server(site_at(0))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one.configure(site_at(port))
        assert one.log.find("cannot be served", 10)
    examined, found = broken(one)
    assert found == ["machine.configuration.refused"] and faults(examined) == examined.findings[:1]
    assert str(port) in examined.the(found[0])["sentence"]
    one.reload()
    assert broken(one)[1] == []


def test_keys_of_removed_certificates_that_open_no_longer(one):
    one.command("cert", "self-sign", "--name", "gone.test", "--as", "gone")
    one.command("cert", "remove", "gone", "--even-if-used", "--yes")
    assert broken(one)[1] == []
    with store_of(one) as store:
        changed = store.execute("UPDATE certificate SET sealed_key = CAST(substr(sealed_key, 1, 24) || zeroblob(100) AS BLOB) WHERE name = 'gone'").rowcount
    assert changed == 1
    examined, found = broken(one)
    assert found == ["store.key.left"] and examined.code == 0
    assert "gone" in examined.the(found[0])["sentence"]
    one.command("cert", "purge", "gone", "--yes")
    assert broken(one)[1] == []


def test_a_log_that_grows_while_another_program_reads(one):
    """Nothing of the log can be used again while somebody reads what was before it."""
    with contextlib.closing(sqlite3.connect(one.data / "rhumb.db", timeout=30)) as reader, store_of(one) as store:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM setting").fetchone()
        store.execute("INSERT INTO setting (key, value) VALUES ('filler', x'')")
        for number in range(70):
            store.execute("UPDATE setting SET value = ? WHERE key = 'filler'", (bytes([number]) * (1 << 20),))
            store.commit()
        store.execute("DELETE FROM setting WHERE key = 'filler'")
        store.commit()
        examined, found = broken(one)
        assert found == ["store.log.large"]
        told = examined.the("store.log.large")
        assert told["severity"] == "note" and told["about"] == str(one.data / "rhumb.db-wal") and "fuser" in told["command"]
        reader.rollback()


def test_a_port_that_the_server_says_it_has(one):
    """What it says of itself is changed: that is all that others know of it."""
    file = one.data / "running.json"
    running = json.loads(file.read_text())
    port = harness.free_port()
    bindings = running["sites"][0]["bindings"]
    bindings.append({**next(binding for binding in bindings if binding["https"]), "port": port, "public_port": port})
    file.write_text(json.dumps(running))
    examined, found = broken(one)
    assert found == ["port.unopened"]
    assert str(port) in examined.the("port.unopened")["about"] and str(one.process.pid) in examined.the("port.unopened")["sentence"]
    assert faults(examined) == [examined.the("port.unopened")]


# The system beside it.

INSTEAD = r"""
set -e
mount --bind "$2" "$3"
echo ready
exec cat
"""


def test_a_system_whose_openssl_is_newer(one, tmp_path):
    newer = tmp_path / "openssl"
    newer.write_text("#!/bin/sh\n[ \"$1\" = version ] && echo 'OpenSSL 99.1.0 1 Jan 2040 (Library: OpenSSL 99.1.0 1 Jan 2040)'\n")
    newer.chmod(0o755)
    space = machines.Namespace(tmp_path / "space", INSTEAD, [str(newer), "/usr/bin/openssl"])
    try:
        examined, found = broken(one, *space.enter)
    finally:
        space.close()
    assert found == ["openssl.older"]
    assert "99.1.0" in examined.the("openssl.older")["sentence"] and examined.the("openssl.older")["severity"] == "warning"


@pytest.fixture
def elsewhere(tmp_path):
    """A folder that lies on another machine, as sshfs has it; the other machine is this one."""
    sftp = pathlib.Path("/usr/lib/openssh/sftp-server")
    if not shutil.which("sshfs") or not sftp.exists():
        machines.skip("there is no sshfs: apt-get install sshfs openssh-sftp-server")
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    ours, theirs = socket.socketpair()
    with contextlib.ExitStack() as running:
        server = running.enter_context(subprocess.Popen([sftp], stdin=theirs, stdout=theirs))
        mounter = running.enter_context(subprocess.Popen(["sshfs", "-f", "-o", "passive", f"there:{there}", here], stdin=ours, stdout=ours,
                                                         stderr=subprocess.PIPE))
        ours.close()
        theirs.close()
        # It ends by itself where it may not mount.
        harness.wait_until(lambda: os.path.ismount(here) or mounter.poll() is not None, 10, "the mount")
        if mounter.poll() is not None:
            machines.skip(f"this system permits no sshfs: {mounter.stderr.read().decode()}")
        yield here
        mounter.terminate()  # it takes its mount away
        mounter.wait(10)
        server.wait(10)


def test_a_store_on_another_machine(server, elsewhere):
    one = server(None, "--https", "0", "--http", "0")
    one.stop()
    shutil.copytree(one.data, elsewhere / "data")
    one.data = elsewhere / "data"
    examined, found = broken(one)
    assert found == ["machine.server.stopped", "store.remote"] and examined.code == 3
    assert "sshfs" in examined.the("store.remote")["sentence"]


# An authority that has grown old: the same installation, served and examined years later.


def backed_up(one):
    one.command("backup", "create", "--out", one.folder / "of.backup")
    return one


def test_an_authority_near_its_end(server, one):
    one.stop()
    later = backed_up(server(None, "--https", "0", "--http", "0", data=one.data, environment=years_on(3400)))
    examined, found = broken(later)
    assert found == ["trust.authority.near-end"]
    assert [finding["id"] for finding in faults(examined)] == found
    assert "ca rotate" in examined.the(found[0])["command"]
    later.command("ca", "rotate")
    assert broken(later)[1] == []


def test_an_authority_that_has_expired(one):
    """Before the server is started again, whose renewals fail then."""
    one.stop()
    one.environment = {**one.environment, **years_on(3700)}
    examined, found = broken(backed_up(one))
    assert found == ["machine.server.stopped", "trust.authority.expired"]
    assert examined.code == 3 and "ca rotate --now" in examined.the("trust.authority.expired")["command"]
    one.command("ca", "rotate", "--now", "--yes")
    assert broken(one)[1] == ["machine.server.stopped"]


def test_an_authority_that_has_expired_while_the_server_runs(server, one):
    """Renewals fail, and what is served has expired: all for one reason."""
    one.stop()
    later = backed_up(server(None, "--https", "0", "--http", "0", data=one.data, environment=years_on(3700)))
    assert later.log.find("was not renewed", 10)
    examined, found = broken(later)
    assert found == ["trust.authority.expired"]
    assert faults(examined) == [examined.the("trust.authority.expired")]
    assert any("installation itself" in said for one in examined.all["examined"] for said in one["unfinished"])
    later.command("ca", "rotate", "--now", "--yes")
    later.command("cert", "renew", "auto")  # the server would do so within a minute
    assert faults(examine(later)) == []
