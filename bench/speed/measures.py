"""What is measured. A measure takes a running server and answers one number; less is better in all of them."""

import dataclasses
import typing

from . import loads

IDLE_CONNECTIONS = 2000


@dataclasses.dataclass
class Measure:
    key: str
    title: str
    unit: str
    run: typing.Callable  # (server, client) → number; the server runs already where `is_served`
    bar: float | None = None  # at most this many times nginx's
    is_served: bool = True
    slices: int = 1  # in how many pieces a round is measured, the servers in turn
    servers: tuple = ("Rhumb", "nginx", "Caddy")


SLICES = 4


def processor_cost(load, count):
    """Processor microseconds of the server for each thing that `load` asks for, `count` of them in a round; the first ones are not
    counted."""
    count //= SLICES

    def measure(server, client):
        load(server, client, max(count // 10, 16))
        before = server.processor_seconds()
        load(server, client, count)
        return (server.processor_seconds() - before) / count * 1e6

    return measure


def handshakes(groups, path="-"):
    return lambda server, client, count: client.handshakes(server.port, count, groups, path)


def fetches(path, *options, clients=8):
    return lambda server, client, count: loads.fetch(server.port, path, count, *options, clients=clients)


def idle_memory(path):
    def measure(server, client):
        server.prepare()
        server.start()
        try:
            loads.release(client.hold(server.port, 16, path))
            before = server.resident_kib()
            held = client.hold(server.port, IDLE_CONNECTIONS, path)
            grown = server.resident_kib() - before
            loads.release(held)
            return grown / IDLE_CONNECTIONS
        finally:
            server.stop()

    return measure


def start_up(server, _client):
    try:
        return server.start() * 1e3
    finally:
        server.stop()


def start_again(server, client):
    start_up(server, client)
    return start_up(server, client)


LARGE_WINDOWS = ("-w", "20", "-W", "24")

def cost(key, title, load, count, bar=None, servers=Measure.servers):
    return Measure(key, title, "µs", processor_cost(load, count), bar, slices=SLICES, servers=servers)


ALL = [
    cost("handshake", "Full TLS 1.3 handshake, X25519, ECDSA P-256", handshakes("X25519"), 4000, 0.9),
    cost("handshake-1k", "The same, one request of 1 KiB, and its close", handshakes("X25519", "/1k.html"), 4000),
    cost("handshake-pq", "The handshake with X25519MLKEM768", handshakes("X25519MLKEM768"), 4000, servers=("Rhumb",)),
    cost("h1-1k", "1 KiB file, kept HTTP/1.1", fetches("/1k.html", "--h1"), 80000, 1.1),
    cost("h2-1k", "1 KiB file, kept HTTP/2, 10 streams at once", fetches("/1k.html", "-m", "10"), 120000, 1.0),
    cost("h2-1k-single", "1 KiB file, kept HTTP/2, one stream at a time", fetches("/1k.html"), 60000),
    cost("h1-100k", "100 KiB file, kept HTTP/1.1", fetches("/100k.html", "--h1"), 16000, 0.8),
    cost("h2-100k", "100 KiB file, kept HTTP/2", fetches("/100k.html", *LARGE_WINDOWS), 16000),
    cost("h1-10m", "10 MiB file, kept HTTP/1.1", fetches("/10m.bin", "--h1", clients=2), 200, 0.9),
    cost("h2-10m", "10 MiB file, kept HTTP/2", fetches("/10m.bin", *LARGE_WINDOWS, clients=2), 200),
    Measure("idle", "Memory of an idle connection, after one request", "KiB", idle_memory("/1k.html"), 1.0, is_served=False),
    Measure("idle-new", "Memory of an idle connection, after the handshake", "KiB", idle_memory("-"), is_served=False),
    Measure("start", "Start until the first answer, nothing there", "ms", start_up, is_served=False),
    Measure("start-again", "Start until the first answer, the second time", "ms", start_again, is_served=False),
]
