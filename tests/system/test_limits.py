"""At the edge: no descriptors left, no room on the disk, clients that are slow or too many. What works goes on, and the log says what is missing."""

import os
import re
import resource
import signal
import socket
import subprocess
import threading
import time

import pytest

from conftest import SITE
from harness import Connection, limits_of, wait_until

LIMITS = """
[server.limits]
{}
"""


def pages(rhumb, bytes_of_big=0):
    (rhumb.root / "page.html").write_text("<p>page</p>")
    if bytes_of_big:
        (rhumb.root / "big.bin").write_bytes(os.urandom(1 << 20) * (bytes_of_big >> 20))


def answers(rhumb, seconds=10, path="/page.html"):
    """A normal client, over TLS and HTTP/2."""
    return rhumb.fetch(rhumb.https(path), "--http2", "--max-time", seconds).text == "<p>page</p>"


def errors(rhumb):
    return [line for line in rhumb.log.lines if " error " in line]


def test_no_descriptors_left_is_survived_and_said(server):
    rhumb = server(SITE, limits=limits_of(descriptors=64))
    pages(rhumb)
    clients = []
    for _ in range(200):
        clients.append(rhumb.connect())
    assert rhumb.log.find(r" error .*file descriptors.*ulimit -n", 10)

    for one in clients:
        one.close()

    wait_until(lambda: rhumb.curl(rhumb.http("/page.html"), check=False, seconds=3).returncode == 0, 20, "service after the rush")
    assert answers(rhumb)
    assert len(errors(rhumb)) < 12, "it is said, not shouted"


def test_idle_clients_make_room_when_descriptors_run_out(server):
    rhumb = server(SITE, limits=limits_of(descriptors=64))
    pages(rhumb)
    kept = [rhumb.connect() for _ in range(60)]  # they wait, and ask for nothing
    assert rhumb.log.find(r" error .*file descriptors", 10)

    # They hold on to their connections, and a newcomer is served nonetheless, over TLS as well.
    for url in (rhumb.http("/page.html"), rhumb.https("/page.html")):
        wait_until(lambda: rhumb.curl("--fail", url, check=False, seconds=5).stdout == b"<p>page</p>", 20, f"an answer to {url}")
    for one in kept:
        one.close()


def test_who_is_connected_is_given_files_when_descriptors_run_out(server):
    rhumb = server(SITE, limits=limits_of(descriptors=64))
    for number in range(10):
        (rhumb.root / f"{number}.html").write_text(f"<p>{number}</p>")
    asked = "".join(f"GET /{number}.html HTTP/1.1\r\nHost: localhost\r\n\r\n" for number in range(10))
    with rhumb.connect() as one:
        one.send("GET /0.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert one.answer().status == 200  # connected, not only waiting to be
        one.send(asked[:20])  # all are under way, so that none is closed for another
        others = slow_heads(rhumb, 100)
        assert rhumb.log.find(r" error .*file descriptors", 10)
        one.send(asked[20:])
        answers = [one.answer() for _ in range(10)]
    assert [(answer.status, answer.text) for answer in answers] == [(200, f"<p>{number}</p>") for number in range(10)]
    for other in others:
        other.close()


def test_more_connections_than_allowed_are_turned_away(server):
    rhumb = server(LIMITS.format("connections = 20\nheader_seconds = 30") + SITE)
    pages(rhumb)
    busy = []

    def hold_one_more():
        """Another connection that is under way, not idle."""
        one = rhumb.connect()
        one.send("GET /page.html HTTP/1.1\r\n")
        busy.append(one)

    def is_full():
        # A connection that has just ended is still counted while the server waits for the client's end of it; one of ours that
        # came meanwhile was turned away, and another takes its place.
        if is_turned_away(rhumb):
            return True
        hold_one_more()
        return False

    for _ in range(20):
        hold_one_more()
    wait_until(is_full, 10, "the limit")

    answered = 0
    for one in busy:
        try:
            one.send("Host: localhost\r\n\r\n")
            answer = one.answer()
        except (ConnectionResetError, BrokenPipeError):
            answer = None  # turned away
        answered += answer is not None and answer.status == 200
        one.close()
    assert 19 <= answered <= 20
    wait_until(lambda: rhumb.curl(rhumb.http("/page.html"), check=False).returncode == 0, 10, "room")


def is_turned_away(rhumb):
    try:
        with rhumb.connect() as one:
            one.send("GET /page.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return one.answer() is None
    except (ConnectionResetError, BrokenPipeError):
        return True


def slow_heads(rhumb, count):
    clients = []
    for number in range(count):
        one = rhumb.connect()
        one.send("GET /page.html HTTP/1.1\r\nHost: localhost\r\nX: " + "y" * (number % 50))
        clients.append(one)
    return clients


def slow_handshakes(rhumb, count):
    clients = []
    for number in range(count):
        one = rhumb.connect_https_port()
        one.send(b"\x16\x03\x01\x02\x00\x01"[: number % 7])
        clients.append(one)
    return clients


def slow_bodies(rhumb, count):
    clients = []
    for _ in range(count):
        one = rhumb.connect()
        one.send("POST /arcgis/rest/services/x/FeatureServer/0/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
                 "Content-Type: application/x-www-form-urlencoded\r\n\r\nf=json&w")
        clients.append(one)
    return clients


def slow_readers(rhumb, count):
    clients = []
    for _ in range(count):
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.settimeout(10)
        plain.connect(("127.0.0.1", rhumb.http_port))
        one = Connection(plain)
        one.send("GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        clients.append(one)
    return clients


@pytest.mark.parametrize("kind", [slow_heads, slow_handshakes, slow_bodies, slow_readers])
def test_500_slow_clients_do_not_slow_a_normal_one_and_are_given_up(server, kind):
    limits = LIMITS.format("header_seconds = 4\nhandshake_seconds = 4\nbody_seconds = 4\nwrite_seconds = 4\nidle_seconds = 4")
    gis = '\n[[site.location]]\npath = "/arcgis"\nhandler = "gis"\n'
    rhumb = server(limits + SITE + gis)
    pages(rhumb, 32 << 20)
    before = rhumb.descriptors()
    clients = kind(rhumb, 500)
    began = time.monotonic()

    took = []
    for _ in range(5):
        at = time.monotonic()
        assert answers(rhumb)
        took.append(time.monotonic() - at)

    # Those 500 are welcome to a turn each, which is short; then they wait, and cost nothing.
    assert max(took) < 5 and min(took) < 1, took
    # Linger, a tick of the timer and a busy machine are allowed for.
    wait_until(lambda: rhumb.descriptors() <= before + 8, 25, f"the end of {kind.__name__} after {time.monotonic() - began:.1f} s")
    assert answers(rhumb)
    for one in clients:
        one.close()


def test_memory_of_idle_connections_is_small(server):
    rhumb = server(SITE)
    pages(rhumb)
    context = rhumb.tls_context()
    for _ in range(50):  # whatever is made once is made
        with rhumb.connect_tls(context=context) as one:
            one.get("/page.html")
    before = resident_kib(rhumb)

    kept = [rhumb.connect_tls(context=context) for _ in range(300)]
    for one in kept:
        assert one.get("/page.html").status == 200

    grown = (resident_kib(rhumb) - before) / len(kept)
    assert grown < 64, f"{grown:.0f} KiB for each"
    for one in kept:
        one.close()


def resident_kib(rhumb):
    with open(f"/proc/{rhumb.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 8 MiB, which only root can make; without, the test cannot be held."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", str(place)], check=False).returncode != 0:
        pytest.skip("mounting a small file system needs root and a kernel that lets it")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place):
    """Takes all the room there is; gives the file that has it."""
    file = place / "filler"
    with file.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                pass
    return file


def test_a_full_disk_stops_no_answer_and_loses_no_state(server, small_disk):
    rhumb = server(None, "--http", "0", "--https", "0", data=small_disk / "data")
    pages(rhumb)
    assert answers(rhumb)
    filler = fill(small_disk)

    # More lines than fit into a page of the log that was begun before the disk was full.
    for _ in range(30):
        assert answers(rhumb, path="/page.html?" + "x" * 300)
    wait_until(lambda: errors(rhumb), 10, "a word about the disk")
    file = rhumb.folder / "next.toml"
    file.write_text(rhumb.command("config", "export").stdout + '\n[[gis.folder]]\nname = "New' + "x" * 40 + '"\n' + "# " + "y" * 100_000 + "\n")
    refused = rhumb.command("config", "apply", file, check=False)
    assert refused.returncode == 1 and re.search(r"full|space|room", refused.stderr), refused.stderr
    assert answers(rhumb)
    time.sleep(2)
    assert len(errors(rhumb)) <= 3, "it is said once, not every second"

    filler.unlink()
    rhumb.command("config", "apply", file)
    log = rhumb.data / "logs" / "Default-Web-Site.log"
    wait_until(lambda: log.read_text().count("GET /page.html") >= 32, 5, "the lines that were kept in memory")
    assert rhumb.stop() == 0
    rhumb.start()
    assert answers(rhumb)


def test_a_first_start_on_a_full_disk_says_so_and_works_once_there_is_room(server, small_disk):
    filler = fill(small_disk)
    rhumb = server(None, "--http", "0", "--https", "0", data=small_disk / "data", start=False)
    rhumb.begin()
    assert rhumb.process.wait(20) == 1
    assert rhumb.log.find(r"full|space|room", 10), rhumb.log.text()

    filler.unlink()
    rhumb.start()
    pages(rhumb)
    assert answers(rhumb)


def test_the_access_log_on_a_full_disk_of_its_own(server, small_disk):
    rhumb = server(SITE + f'access_log_file = "{small_disk}/access.log"\n')
    pages(rhumb)
    assert answers(rhumb)
    filler = fill(small_disk)

    for _ in range(100):
        assert rhumb.fetch(rhumb.http("/page.html")).status == 200
    assert wait_until(lambda: [line for line in errors(rhumb) if "access.log" in line], 5, "a word about the log")
    filler.unlink()

    wait_until(lambda: (small_disk / "access.log").read_text().count("GET /page.html") == 101, 5, "all lines")


def test_a_size_limit_on_files_kills_nothing(server):
    # RLIMIT_FSIZE sends a signal whose default is death.
    rhumb = server(SITE)
    pages(rhumb)
    resource.prlimit(rhumb.process.pid, resource.RLIMIT_FSIZE, (4096, 4096))

    for _ in range(100):
        assert rhumb.fetch(rhumb.http("/page.html?" + "x" * 100)).status == 200

    assert wait_until(lambda: [line for line in errors(rhumb) if "access log" in line], 5, "a word about the limit")
    assert answers(rhumb)


@pytest.mark.parametrize("name", ["data", "file"])
def test_a_data_directory_that_cannot_be_written_is_said_clearly(server, tmp_path, name):
    if name == "file":
        place = tmp_path / "file"
        place.write_text("not a directory")
    else:
        place = tmp_path / "sealed"
        place.mkdir(mode=0o500)
        place = place / "data"
    rhumb = server(None, "--http", "0", "--https", "0", data=place, start=False)
    if name == "data" and os.geteuid() == 0:
        # Root may write anywhere but on a file system that nobody may write on.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place.parent)], check=True)
    try:
        rhumb.begin()
        assert rhumb.process.wait(10) == 1
        assert rhumb.log.find(re.escape(str(place)), 10) or rhumb.said.find(re.escape(str(place)), 1)
        assert re.search(r"read-only|denied|not a directory|permission", rhumb.transcript(), re.I), rhumb.transcript()
    finally:
        if name == "data" and os.geteuid() == 0:
            subprocess.run(["umount", str(place.parent)], check=True)


@pytest.mark.parametrize("kind", ["http", "https"])
def test_sigterm_lets_a_slow_download_come_to_its_end(server, kind):
    rhumb = server(LIMITS.format("drain_seconds = 20") + SITE)
    pages(rhumb, 24 << 20)
    idle = rhumb.connect()
    idle.get("/page.html")
    one = rhumb.connect() if kind == "http" else rhumb.connect_tls()
    one.send("GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
    one.socket.recv(1)
    one.socket.setblocking(True)

    rhumb.signal(signal.SIGTERM)
    wait_until(lambda: rhumb.curl(rhumb.http("/page.html"), check=False).returncode == 7, 5, "the end of listening")
    assert idle.is_closed()
    count = 0
    for _ in range(20):
        count += len(one.socket.recv(16384))
        time.sleep(0.05)
    assert rhumb.is_running()
    while more := len(one.socket.recv(1 << 20)):
        count += more

    assert count > 24 << 20
    assert rhumb.process.wait(10) == 0
    assert "cut" not in rhumb.log.text()


def test_sigterm_waits_no_longer_than_it_is_told(server):
    rhumb = server(LIMITS.format("drain_seconds = 1\nwrite_seconds = 60") + SITE)
    pages(rhumb, 32 << 20)
    kept = slow_readers(rhumb, 3)
    for one in kept:
        one.socket.recv(1)
    began = time.monotonic()

    assert rhumb.stop() == 0

    assert time.monotonic() - began < 5
    assert "3 connections" in rhumb.log.text()


def test_sighup_keeps_connections_and_begins_new_logs(server):
    rhumb = server(SITE)
    pages(rhumb)
    log = rhumb.data / "logs" / "Default-Web-Site.log"
    with rhumb.connect() as plain, rhumb.connect_tls() as secure:
        plain.get("/page.html?before")
        wait_until(lambda: "before" in log.read_text(), 5, "the line")
        log.rename(log.with_suffix(".1"))

        rhumb.reload()

        assert plain.get("/page.html?after").status == 200
        assert secure.get("/page.html?after").status == 200
        wait_until(lambda: log.exists() and log.read_text().count("?after") == 2, 5, "the lines in the new file")


class Load(threading.Thread):
    """A client on one kept connection that asks again and again, and remembers what went wrong."""

    def __init__(self, connect):
        super().__init__(daemon=True)
        self.connect = connect
        self.count, self.faults, self.is_over = 0, [], False

    def run(self):
        try:
            with self.connect() as one:
                while not self.is_over:
                    answer = one.get("/page.html")
                    if answer is None or answer.status != 200 or answer.body != b"<p>page</p>":
                        self.faults.append(repr(answer))
                        return
                    self.count += 1
        except (OSError, AssertionError) as error:
            self.faults.append(repr(error))


class Http2Load(threading.Thread):
    """The same with many requests at once on HTTP/2."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.count, self.faults, self.is_over = 0, [], False

    def run(self):
        command = ["h2load", "--clients=2", "--max-concurrent-streams=10", "--requests=4000", self.url]
        while not self.is_over:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            if "4000 succeeded, 0 failed, 0 errored, 0 timeout" not in done.stdout or "4000 2xx" not in done.stdout:
                self.faults.append(done.stdout + done.stderr)
                return
            self.count += 4000


def test_24_reloads_and_certificate_swaps_lose_no_request_on_kept_connections(server):
    limits = LIMITS.format("requests_per_connection = 1000000000")
    rhumb = server(limits + SITE)
    pages(rhumb)
    load = [Load(rhumb.connect) for _ in range(3)] + [Load(rhumb.connect_tls) for _ in range(3)] + [Http2Load(rhumb.https("/page.html"))]
    for one in load:
        one.start()
    serials = set()

    for number in range(24):
        seen = len(rhumb.log.lines)
        names = ", ".join(f'"{name}"' for name in ("localhost", "127.0.0.1", f"swap{number}.test"))
        rhumb.configure(limits + SITE + f"host_names = [{names}]\n")
        assert rhumb.log.find(r"renewed", 15, since=seen), "no new certificate"
        rhumb.reload()
        certificate = rhumb.connect_tls()
        serials.add(certificate.socket.getpeercert()["serialNumber"])
        certificate.close()

    for one in load:
        one.is_over = True
    for one in load:
        one.join(60)
    assert len(serials) == 24
    assert [one.faults for one in load] == [[]] * len(load)
    assert all(one.count > 100 for one in load), [one.count for one in load]
