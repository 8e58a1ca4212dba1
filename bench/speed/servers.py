"""The servers: Rhumb, nginx and Caddy over the same files, each one worker on one core, no access log."""

import os
import pathlib
import socket
import ssl
import subprocess
import time

from . import processes

SERVER_CORE = 0
START_SECONDS_MAX = 30
MAX_REQUESTS = 1_000_000_000


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def fetch_once(port, path):
    """One GET over a new TLS connection; false while the server does not answer yet."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as stream:
                stream.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                return stream.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


class Server:
    """One server process (with its children), started by `start` and ended by `stop`. `folder` is its own."""

    name = ""

    def __init__(self, folder, site, chain):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.site = site
        self.chain = pathlib.Path(chain)
        self.port = free_port()
        self.process = None
        self.environment = dict(os.environ)
        self.write_configuration()

    def write_configuration(self):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    @classmethod
    def version(cls):
        raise NotImplementedError

    def prepare(self):
        """What must be done once before start(), so that all servers show the same certificate."""

    def start(self):
        """Starts it and waits for its first answer; the seconds that this took."""
        log = open(self.folder / "log", "ab")
        begun = time.perf_counter()
        self.process = subprocess.Popen(["taskset", "-c", str(SERVER_CORE), *self.command()], env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        while not fetch_once(self.port, "/1k.html"):
            if self.process.poll() is not None or time.perf_counter() - begun > START_SECONDS_MAX:
                raise RuntimeError(f"{self.name} does not serve: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.0005)
        return time.perf_counter() - begun

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def state(self):
        """Whether it still runs, and the end of what it has said; for the message when something went wrong."""
        code = None if self.process is None else self.process.poll()
        end = (self.folder / "log").read_text()[-2000:]
        return f"{'runs' if code is None else f'ended with {code}'}; its log ends:\n{end}"

    def processor_seconds(self):
        return processes.processor_seconds(processes.family(self.process.pid))

    def resident_kib(self):
        return processes.resident_kib(processes.family(self.process.pid))


class Rhumb(Server):
    name = "Rhumb"
    binary = ""  # set by bench/run

    def write_configuration(self):
        self.configuration = self.folder / "rhumb.toml"
        self.environment["RHUMB_SHARE"] = str(self.folder / "no-share")
        self.configuration.write_text(f"""\
[server]
loops = 1
[server.limits]
idle_seconds = 600
requests_per_connection = {MAX_REQUESTS}
[[site]]
name = "Bench"
bindings = ["https://127.0.0.1:{self.port}"]
root = "{self.site}"
access_log = "off"
""")

    def prepare(self):
        self.start()  # makes the store
        self.show(self.chain / "chain.pem", self.chain / "key.pem")
        self.stop()
        self.configuration.write_text(self.configuration.read_text() + 'certificate = "bench"\n')

    def show(self, chain, key):
        """Imports a chain and its key as the certificate "bench"; a running server swaps to it. No client here knows its root: hence
        --force."""
        done = subprocess.run([self.binary, "cert", "import", chain, "--key", key, "--as", "bench", "--replace", "--force", "--offline",
                               "--data", self.folder / "data"], env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"importing the certificate failed: {done.stderr}")

    def command(self):
        return [self.binary, "serve", "--data", str(self.folder / "data"), "--config", str(self.configuration)]

    @classmethod
    def version(cls):
        return output(cls.binary, "--version")


class Nginx(Server):
    name = "nginx"

    def write_configuration(self):
        self.configuration = self.folder / "nginx.conf"
        paths = "\n".join(f"    {kind}_temp_path {self.folder}/{kind};"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        self.configuration.write_text(f"""\
{user}
daemon off;
worker_processes 1;
pid {self.folder}/pid;
error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
{paths}
    types {{ text/html html; application/octet-stream bin; }}
    sendfile on;
    tcp_nopush on;
    open_file_cache max=1000 inactive=600s;
    keepalive_requests {MAX_REQUESTS};
    keepalive_timeout 600s;
    access_log off;
    server {{
        listen 127.0.0.1:{self.port} ssl http2;
        ssl_certificate {self.chain}/chain.pem;
        ssl_certificate_key {self.chain}/key.pem;
        ssl_protocols TLSv1.2 TLSv1.3;
        root {self.site};
    }}
}}
""")

    def command(self):
        return ["nginx", "-p", str(self.folder), "-e", "stderr", "-c", str(self.configuration)]

    @classmethod
    def version(cls):
        return output("nginx", "-v").replace("nginx version: ", "")


class Caddy(Server):
    name = "Caddy"

    def write_configuration(self):
        self.configuration = self.folder / "Caddyfile"
        self.environment.update(HOME=str(self.folder), XDG_DATA_HOME=str(self.folder), XDG_CONFIG_HOME=str(self.folder))
        self.configuration.write_text(f"""\
{{
    admin off
    auto_https off
    servers {{
        protocols h1 h2
    }}
}}
https://localhost:{self.port} {{
    bind 127.0.0.1
    tls {self.chain}/chain.pem {self.chain}/key.pem
    root * {self.site}
    file_server
}}
""")

    def command(self):
        return ["caddy", "run", "--adapter", "caddyfile", "--config", str(self.configuration)]

    @classmethod
    def version(cls):
        return "Caddy " + output("caddy", "version")


def output(*command):
    """The first line that a command says."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return (done.stdout + done.stderr).strip().splitlines()[0]
