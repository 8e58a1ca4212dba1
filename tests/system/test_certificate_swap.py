"""Certificates are swapped while clients come without pause: no request and no handshake is lost, and none meets a half."""

import socket
import ssl
import subprocess
import threading
import time

import pytest

from harness import Connection, free_port, openssl

SWAPS = 24
NAME = "maps.test"


class Authority:
    """A root, an intermediate below it, and one certificate, made by openssl."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        self.name = name
        self.root = self._certificate("root", "CA:TRUE", None)
        self._certificate("intermediate", "CA:TRUE,pathlen:0", "root")
        self._certificate("leaf", "CA:FALSE", "intermediate")

    def _openssl(self, *arguments):
        done = subprocess.run([openssl(), *map(str, arguments)], capture_output=True, cwd=self.folder, timeout=30)
        assert done.returncode == 0, done.stderr.decode()

    def _certificate(self, what, constraints, issuer):
        key, file = self.folder / f"{what}.key", self.folder / f"{what}.pem"
        usage = "digitalSignature" if what == "leaf" else "keyCertSign,cRLSign"
        extensions = [f"basicConstraints=critical,{constraints}", f"keyUsage=critical,{usage}", "subjectKeyIdentifier=hash"]
        if what == "leaf":
            extensions += [f"subjectAltName=DNS:{NAME}", "extendedKeyUsage=serverAuth"]
        signer = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"] if issuer else []
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", key, "-out", file, "-days", "90",
                      "-subj", f"/O={self.name}/CN={NAME if what == 'leaf' else f'{self.name} {what}'}", *signer,
                      *(part for one in extensions for part in ("-addext", one)))
        return file

    def files(self):
        return [self.folder / name for name in ("leaf.pem", "intermediate.pem", "leaf.key")]


class Clients:
    """Threads that ask again and again until they are told to end; what went wrong, and what was seen."""

    def __init__(self, rhumb, roots):
        self.port = rhumb.https_port
        self.context = ssl.create_default_context(cadata="".join(root.read_text() for root in roots))
        self.rhumb = rhumb
        self.faults = []
        self.seen = {}
        self.requests = self.handshakes = 0
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=(work,)) for work in (self._shake,) * 3 + (self._ask,) * 2]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for thread in self._threads:
            thread.join(30)

    def _repeat(self, work):
        while not self._is_over.is_set():
            try:
                work()
            except Exception as fault:  # whatever it is, it is a client's bad day
                with self._lock:
                    self.faults.append(repr(fault))
                return

    def _connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        # The chain is verified up to one of the roots: a leaf with the other's intermediate would not pass.
        return self.context.wrap_socket(plain, server_hostname=NAME)

    def _shake(self):
        with Connection(self._connect()) as client:
            issuer = dict(part for one in client.socket.getpeercert()["issuer"] for part in one)["organizationName"]
            answer = client.get("/page.html", "Connection: close", host=NAME)
            assert answer is not None and answer.status == 200 and answer.body == b"<p>page</p>", answer
        with self._lock:
            self.handshakes += 1
            self.seen[issuer] = self.seen.get(issuer, 0) + 1

    def _ask(self):
        with Connection(self._connect()) as client:
            for _ in range(200):
                answer = client.get("/page.html", host=NAME)
                assert answer is not None and answer.status == 200 and answer.body == b"<p>page</p>", answer
                with self._lock:
                    self.requests += 1
                if self._is_over.is_set():
                    return


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authorities")
    return [Authority(folder, name) for name in ("Ann", "Bob")]


def test_swapping_under_load_loses_nothing_and_shows_no_half(server, authorities):
    rhumb = server(None, "--https", str(free_port()), "--http", str(free_port()), start=False)
    (rhumb.data / "www").mkdir(parents=True)
    (rhumb.data / "www" / "page.html").write_text("<p>page</p>")
    rhumb.start()
    rhumb.command("cert", "import", *authorities[0].files(), "--as", "maps")

    with Clients(rhumb, [one.root for one in authorities]) as clients:
        for number in range(1, SWAPS + 1):
            done = rhumb.json("cert", "import", *authorities[number % 2].files(), "--as", "maps", "--replace")
            assert [place["certificates"] for place in done["seen"]] == [["maps"]]
            assert not clients.faults
        end = time.monotonic() + 60
        while (clients.handshakes < 1500 or clients.requests < 3000) and time.monotonic() < end and not clients.faults:
            time.sleep(0.05)

    assert not clients.faults, f"after {clients.handshakes} handshakes and {clients.requests} requests\n{clients.faults[:5]}"
    assert clients.handshakes >= 1500 and clients.requests >= 3000
    assert set(clients.seen) == {"Ann", "Bob"} and min(clients.seen.values()) > 50, clients.seen


def test_handshakes_and_kept_connections_outlive_bindings_that_come_and_go(server, authorities):
    rhumb = server(None, "--https", str(free_port()), "--http", str(free_port()), start=False)
    (rhumb.data / "www").mkdir(parents=True)
    (rhumb.data / "www" / "page.html").write_text("<p>page</p>")
    rhumb.start()
    rhumb.command("cert", "import", *authorities[0].files(), "--as", "maps")
    port = free_port()

    with Clients(rhumb, [one.root for one in authorities]) as clients:
        for _ in range(5):
            rhumb.command("cert", "bind", "maps", "--port", port)
            rhumb.command("cert", "unbind", "maps", "--port", port, "--with-binding")
            assert not clients.faults

    assert not clients.faults, clients.faults[:5]
    assert clients.handshakes > 20 and clients.requests > 20
