"""The floor under everything: what the cryptography alone costs, by `openssl speed`."""

import os
import re
import subprocess

from .servers import SERVER_CORE


def speed(program, *arguments):
    environment = dict(os.environ)
    environment.pop("OPENSSL_CONF", None)
    done = subprocess.run(["taskset", "-c", str(SERVER_CORE), program, "speed", "-seconds", "1", *arguments],
                          capture_output=True, text=True, check=True, env=environment)
    return done.stdout


def rate(text, line, column):
    """The number in `column` of the line that begins with `line`."""
    found = re.search(rf"^\s*{line}.*$", text, re.MULTILINE | re.IGNORECASE)
    return float(found[0].split()[column].rstrip("k"))


def of(program):
    """µs of the parts of a handshake and of encrypting 10 MiB, for one OpenSSL."""
    sign = 1e6 / rate(speed(program, "ecdsap256"), r"256 bits ecdsa", -2)
    exchange = 1e6 / rate(speed(program, "ecdhx25519"), r"253 bits ecdh", -1)
    record = rate(speed(program, "-evp", "aes-128-gcm", "-bytes", "16384"), "aes-128-gcm", -1) * 1000
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout.split()[1]
    return {"version": version, "sign": sign, "exchange": exchange, "handshake": sign + 2 * exchange,
            "10m": 10 * 1024 * 1024 / record * 1e6}
