"""The clients that make the load, on a core of their own."""

import os
import pathlib
import re
import subprocess

CLIENT_CORE = 1
PIN = ["taskset", "-c", str(CLIENT_CORE)]
SUITE = "TLS_AES_128_GCM_SHA256"
SECONDS_MAX = 120


def fetch(port, path, requests, *options, clients=8):
    """Fetches `path` `requests` times over `clients` kept connections with h2load; every answer must be a 200."""
    url = f"https://localhost:{port}{path}"
    done = subprocess.run([*PIN, "h2load", f"--connect-to=127.0.0.1:{port}", f"--tls13-ciphers={SUITE}", "--groups=X25519",
                           "-n", str(requests), "-c", str(clients), *options, url],
                          capture_output=True, text=True, timeout=SECONDS_MAX)
    good = re.search(r"status codes: (\d+) 2xx", done.stdout)
    if done.returncode != 0 or good is None or int(good[1]) != requests:
        raise RuntimeError(f"h2load {url}: not every request was answered\n{done.stdout}{done.stderr}")


class TlsClient:
    """The program tls_client.cc, made when it is missing or older than its source."""

    def __init__(self, folder, openssl):
        source = pathlib.Path(__file__).with_name("tls_client.cc")
        self.binary = pathlib.Path(folder) / "tls_client"
        if self.binary.exists() and self.binary.stat().st_mtime > source.stat().st_mtime:
            return
        library = [] if openssl is None else [f"-I{openssl}/include", f"-L{openssl}/lib", f"-Wl,-rpath,{openssl}/lib"]
        self.binary.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["c++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", self.binary, source, *library,
                        "-lssl", "-lcrypto"], check=True)

    def handshakes(self, port, count, groups, path="-"):
        subprocess.run([*PIN, self.binary, "handshakes", str(port), str(count), groups, path], check=True, timeout=SECONDS_MAX)

    def hold(self, port, count, path):
        """Opens `count` connections and holds them; ends with `release` of what it returns."""
        held = subprocess.Popen([*PIN, self.binary, "idle", str(port), str(count), path], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        if held.stdout.readline() != "ready\n":
            raise RuntimeError(f"the connections could not be opened (ulimit -n is {os.sysconf('SC_OPEN_MAX')})")
        return held


def release(held):
    held.stdin.close()
    held.wait(SECONDS_MAX)
