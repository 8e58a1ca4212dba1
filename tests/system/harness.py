"""A Rhumb under test: its own data directory and configuration, started on free ports, stopped by its pid."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

START_SECONDS = 30
STOP_SECONDS = 30


def binary():
    """The program under test."""
    named = os.environ.get("RHUMB_BINARY")
    if not named:
        raise RuntimeError("name the program under test: RHUMB_BINARY=build/dev/rhumb")
    return named


def openssl():
    """An OpenSSL that speaks what Rhumb speaks: the private one, where there is one."""
    return os.environ.get("RHUMB_OPENSSL_BIN") or "openssl"


def wait_until(condition, seconds=10, what="it"):
    """Asks again and again, and gives the first true answer."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


def free_port():
    """A port that was free a moment ago, for configurations that must name one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def limits_of(descriptors):
    """A function for the child that lowers its limits, before the program is run."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))


class Output:
    """What a process says on one of its pipes, line by line, read to the end by a thread of its own."""

    def __init__(self, pipe):
        self.lines = []
        self._changed = threading.Condition()
        self._is_ended = False
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe):
        for line in pipe:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def find(self, pattern, seconds=START_SECONDS, since=0):
        """The first match of `pattern` in a line after `since`; waits for it, and gives None at the end of the pipe."""
        end = time.monotonic() + seconds
        seen = since
        with self._changed:
            while True:
                while seen < len(self.lines):
                    found = re.search(pattern, self.lines[seen])
                    if found:
                        return found
                    seen += 1
                left = end - time.monotonic()
                if self._is_ended or left <= 0:
                    return None
                self._changed.wait(left)

    def text(self):
        with self._changed:
            return "\n".join(self.lines)


class Server:
    """One `rhumb serve`. With `config` (TOML) its home is a file; without, the store of its data directory."""

    def __init__(self, folder, config=None, arguments=(), environment=None, limits=None, data=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = pathlib.Path(data) if data else self.folder / "data"
        self.home = self.folder / "home"
        self.home.mkdir(exist_ok=True)
        self.arguments = list(map(str, arguments))
        self.environment = {**os.environ, "HOME": str(self.home), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", **(environment or {})}
        self.limits = limits
        self.config_file = None
        self.process = None
        if config is not None:
            self.config_file = self.folder / "rhumb.toml"
            self.configure(config)

    def configure(self, text):
        """Writes the configuration's file as an editor does: in one step."""
        draft = self.folder / "draft.toml"
        draft.write_text(text)
        draft.rename(self.config_file)

    @property
    def root(self):
        """Where the files of the default site are."""
        return (self.folder if self.config_file else self.data) / "www"

    def begin(self):
        """Starts the process, without waiting for anything."""
        command = [binary(), "serve", "--data", str(self.data), *self.arguments]
        if self.config_file:
            command += ["--config", str(self.config_file)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            env=self.environment, preexec_fn=self.limits)
        self.said = Output(self.process.stdout)
        self.log = Output(self.process.stderr)
        return self

    def start(self):
        """Starts it and waits until it says that it answers."""
        if self.config_file:
            self.root.mkdir(parents=True, exist_ok=True)
        self.begin()
        ready = self.said.find(r"^ready (https?)://[^/]*?(?::(\d+))?/$")
        if not ready:
            self.kill()
            raise AssertionError(f"rhumb serve did not get ready; code {self.process.returncode}\n{self.transcript()}")
        also = next((re.match(r"also http://[^/]*:(\d+)/", line) for line in self.said.lines if line.startswith("also ")), None)
        port = int(ready[2] or (443 if ready[1] == "https" else 80))
        self.https_port = port if ready[1] == "https" else None
        self.http_port = int(also[1]) if also else port if ready[1] == "http" else None
        return self

    def https(self, path="/", host="localhost"):
        return f"https://{host}:{self.https_port}{path}"

    def http(self, path="/", host="localhost"):
        return f"http://{host}:{self.http_port}{path}"

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def reload(self):
        """Has it read its configuration anew, and waits until it has."""
        seen = len(self.log.lines)
        self.signal(signal.SIGHUP)
        assert self.log.find(r"is served$", 10, since=seen), f"no reload\n{self.transcript()}"

    def stop(self, seconds=STOP_SECONDS):
        """Ends it as a person does, and gives its exit code."""
        if self.is_running():
            self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        if self.is_running():
            self.process.kill()
        self.process.wait(STOP_SECONDS)

    def transcript(self):
        return f"--- said\n{self.said.text()}\n--- log\n{self.log.text()}"

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def command(self, *arguments, text=True, check=True, seconds=30, data=None, environment=None):
        """Runs another command of the program on the same data directory; nobody sits before it, and `data` is its standard input."""
        done = subprocess.run([binary(), *map(str, arguments), "--data", str(self.data)], capture_output=True, text=text, timeout=seconds,
                              env={**self.environment, **(environment or {})}, start_new_session=True,
                              **({"input": data} if data is not None else {"stdin": subprocess.DEVNULL}))
        if check:
            assert done.returncode == 0, f"rhumb {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments):
        return json.loads(self.command(*arguments, "--json").stdout)

    def root_file(self):
        """The root certificate, as a file for clients."""
        file = self.folder / "root.pem"
        if not file.exists():  # several threads may ask at once
            own = self.folder / f"root-{threading.get_ident()}.pem"
            self.command("ca", "export", "--out", own)
            own.rename(file)
        return str(file)

    def curl(self, *arguments, check=True, seconds=30):
        """curl that trusts this server's root alone and takes no setting of the person's."""
        done = subprocess.run(["curl", "--disable", "--silent", "--show-error", "--max-time", str(seconds), "--cacert", self.root_file(),
                               "--noproxy", "*", *map(str, arguments)], capture_output=True, timeout=seconds + 5)
        if check:
            assert done.returncode == 0, f"curl {arguments}: {done.returncode} {done.stderr.decode()}"
        return done

    def fetch(self, url, *arguments):
        """An answer by curl: status, headers (lower case), body, protocol."""
        done = self.curl("--include", "--write-out", "\\n%{http_code} %{http_version} %{size_header}", *arguments, url)
        everything, _, facts = done.stdout.rpartition(b"\n")
        status, version, head_bytes = facts.split()
        # Interim answers and redirects have heads too; the last one counts.
        head = everything[: int(head_bytes)].decode("latin-1").rstrip("\r\n").split("\r\n\r\n")[-1]
        headers = {}
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Answer(int(status), headers, everything[int(head_bytes):], version.decode())

    def tls_context(self, alpn=("http/1.1",)):
        context = ssl.create_default_context(cafile=self.root_file())
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def connect(self, seconds=10):
        """A connection to the http port."""
        return Connection(socket.create_connection(("127.0.0.1", self.http_port), seconds))

    def connect_https_port(self, seconds=10):
        """A connection to the https port, before any handshake."""
        return Connection(socket.create_connection(("127.0.0.1", self.https_port), seconds))

    def connect_tls(self, seconds=10, context=None):
        plain = socket.create_connection(("127.0.0.1", self.https_port), seconds)
        return Connection((context or self.tls_context()).wrap_socket(plain, server_hostname="localhost"))


class Answer:
    """What a client got."""

    def __init__(self, status, headers, body, version=""):
        self.status = status
        self.headers = headers
        self.body = body
        self.version = version

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"Answer({self.status}, {self.headers}, {self.body[:300]!r})"


class Connection:
    """A socket, and the little of HTTP/1.1 that a test needs to read answers off it byte by byte."""

    def __init__(self, sock):
        self.socket = sock
        self.bytes = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def get(self, path, *fields, host="localhost"):
        """A request on this connection, and its answer."""
        self.send("".join(f"{line}\r\n" for line in (f"GET {path} HTTP/1.1", f"Host: {host}", *fields, "")))
        return self.answer()

    def _more(self):
        data = self.socket.recv(65536)
        self.bytes += data
        return bool(data)

    def answer(self):
        """The next answer; None when the server closed before one began."""
        while b"\r\n\r\n" not in self.bytes:
            if not self._more():
                assert not self.bytes, f"cut within a head: {self.bytes!r}"
                return None
        head, _, self.bytes = self.bytes.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = b""
        if status >= 200 and status not in (204, 304):
            length = headers.get("content-length")
            if length is not None:
                while len(self.bytes) < int(length):
                    assert self._more(), f"cut within a body: {len(self.bytes)} of {length} bytes"
                body, self.bytes = self.bytes[: int(length)], self.bytes[int(length):]
            elif headers.get("transfer-encoding") == "chunked":
                body = self._chunks()
            else:
                while self._more():
                    pass
                body, self.bytes = self.bytes, b""
        return Answer(status, headers, body)

    def _chunks(self):
        body = b""
        while True:
            while b"\r\n" not in self.bytes:
                assert self._more(), "cut within chunks"
            size, _, self.bytes = self.bytes.partition(b"\r\n")
            count = int(size, 16)
            while len(self.bytes) < count + 2:
                assert self._more(), "cut within a chunk"
            body += self.bytes[:count]
            self.bytes = self.bytes[count + 2:]
            if count == 0:
                return body

    def is_closed(self):
        """True when the server closes without another byte; waits for it as long as the socket may."""
        try:
            return not self.bytes and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False


def copy_sample(folder):
    """The sample data beside the program, into `folder`."""
    target = pathlib.Path(folder) / "gis"
    target.mkdir(parents=True, exist_ok=True)
    share = pathlib.Path(os.environ.get("RHUMB_SHARE") or pathlib.Path(binary()).resolve().parent)
    for name in ("countries.gpkg", "rivers.gpkg"):
        shutil.copy(share / "data" / name, target / name)
    return target
