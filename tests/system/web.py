"""A Web server of the tests: https and http on free ports of this machine, which say exactly what they are told to, path for path."""

import dataclasses
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import threading

from authority import Authority, ec_key
from harness import binary


NAME = "gis.example.org"  # as those outside call the server; nobody asks the DNS for it


@dataclasses.dataclass
class Said:
    """One answer. `fields` are pairs: a name may come several times."""

    body: str = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    fields: tuple = ()
    date: str = None


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self):
        said = self.server.web.answer(self.server.scheme, self.path)
        self.server.web.asked.append((self.server.scheme, self.path, self.headers.get("Host")))
        if said is None:
            said = Said("<title>Maps: not found</title>", 404)
        body = said.body.encode()
        self.send_response_only(said.status)
        self.send_header("Date", said.date or self.date_time_string())
        for name, value in said.fields:
            self.send_header(name, value)
        self.send_header("Content-Type", said.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, web, scheme, context=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.web, self.scheme, self.context = web, scheme, context
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def finish_request(self, request, client_address):
        """The handshake is done in the connection's own thread, and may fail: clients try all kinds."""
        request.settimeout(10)
        if self.context is not None:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (OSError, ssl.SSLError):
                return
        super().finish_request(request, client_address)
        try:
            request.close()
        except OSError:
            pass

    def handle_error(self, *_):
        pass  # clients hang up as they like

    def end(self):
        self.shutdown()
        self.server_close()
        self.thread.join(10)


class Web:
    """Both servers. `secure` and `clear` say what is answered to which path (with its query, or else without; a function is asked); `{https}` and `{http}` in
    answers become the origins, as the one who asks has them. `dates`: of the certificate, as Authority.sign() takes them."""

    def __init__(self, folder, secure, clear=None, dates=()):
        self.secure, self.clear, self.asked = secure, clear if clear is not None else {}, []
        self.host = "localhost"
        self.authority = Authority(pathlib.Path(folder) / "authority")
        key = ec_key(self.authority.folder / "web.key")
        request = self.authority._request(key.name, "/CN=localhost")
        leaf = self.authority.sign(request, names=f"DNS:localhost,DNS:{NAME}", dates=dates)
        chain = leaf.with_suffix(".chain")
        chain.write_bytes(leaf.read_bytes() + self.authority.intermediate.read_bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(chain, key)
        self.data = pathlib.Path(folder) / "data"
        self.servers = {"http": _Server(self, "http"), "https": _Server(self, "https", context)}

    def origin(self, scheme):
        return f"{scheme}://{self.host}:{self.servers[scheme].server_address[1]}"

    @property
    def http_port(self):
        return self.servers["http"].server_address[1]

    def answer(self, scheme, target):
        said = (self.secure if scheme == "https" else self.clear)
        one = said.get(target) or said.get(target.partition("?")[0])
        if callable(one):
            one = one(self, scheme, target)
        if one is None:
            return None

        def filled(text):
            return text.replace("{https}", self.origin("https")).replace("{http}", self.origin("http"))

        return dataclasses.replace(one, body=filled(one.body), fields=tuple((name, filled(value)) for name, value in one.fields))

    def examine(self, path="/", *options, scheme="https", roots=None, code=None, host="localhost", environment=None):
        """What the doctor says about a path: the findings. With another host than localhost it asks as if from outside. `environment`: for the doctor, beside
        what is there."""
        self.asked.clear()
        self.host = host
        command = [binary(), "doctor", self.origin(scheme) + path, "--roots", str(roots or self.authority.root), "--json", "--data", str(self.data)]
        if scheme == "https":
            command += ["--http", str(self.http_port)]
        if host != "localhost":
            command += ["--at", "127.0.0.1"]
        done = subprocess.run([*command, *map(str, options)], capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(environment or {})})
        assert done.returncode in (0, 3), f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert code is None or done.returncode == code, f"{done.returncode} is not {code}\n{done.stdout}"
        (diagnosis,) = json.loads(done.stdout)["examined"]
        return diagnosis["findings"]

    def end(self):
        for server in self.servers.values():
            server.end()


# Notes that the TLS of Python's own ssl module earns, and no test of HTTP is about.
OF_PYTHONS_TLS = {"tls.group.no-post-quantum", "tls.cipher.not-recommended"}


def of_the_web(findings):
    """All findings but those notes: a fault that shows a second finding shows it here."""
    return [one for one in findings if one["severity"] != "note" or one["id"] not in OF_PYTHONS_TLS]


def ids(findings):
    return [one["id"] for one in of_the_web(findings)]
