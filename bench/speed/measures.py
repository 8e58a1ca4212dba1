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
    servers: tuple = ("Rhumb", "nginx", "Caddy")


def processor_cost(load, count):
    """Processor microseconds of the server for each of the `count` things that `load` asks for, after a short warm-up."""

    def measure(server, client):
        load(server, client, max(count // 20, 16))
        before = server.processor_seconds()
        load(server, client, count)
        return (server.processor_seconds() - before) / count * 1e6

    return measure


def handshakes(groups):
    return lambda server, client, count: client.handshakes(server.port, count, groups)


def fetches(path, *options, clients=8):
    return lambda server, client, count: loads.fetch(server.port, path, count, *options, clients=clients)


def idle_memory(path):
    def measure(server, client):
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


LARGE_WINDOWS = ("-w", "20", "-W", "24")

ALL = [
    Measure("handshake", "Full TLS 1.3 handshake, X25519, ECDSA P-256", "µs", processor_cost(handshakes("X25519"), 3000), 0.9),
    Measure("handshake-pq", "The same with X25519MLKEM768", "µs", processor_cost(handshakes("X25519MLKEM768"), 3000), servers=("Rhumb",)),
    Measure("h1-1k", "1 KiB file, kept HTTP/1.1", "µs", processor_cost(fetches("/1k.html", "--h1"), 80000), 1.1),
    Measure("h2-1k", "1 KiB file, kept HTTP/2, 10 streams at once", "µs", processor_cost(fetches("/1k.html", "-m", "10"), 120000), 1.0),
    Measure("h2-1k-single", "1 KiB file, kept HTTP/2, one stream at a time", "µs", processor_cost(fetches("/1k.html"), 60000)),
    Measure("h1-100k", "100 KiB file, kept HTTP/1.1", "µs", processor_cost(fetches("/100k.html", "--h1"), 15000), 0.8),
    Measure("h2-100k", "100 KiB file, kept HTTP/2", "µs", processor_cost(fetches("/100k.html", *LARGE_WINDOWS), 15000)),
    Measure("h1-10m", "10 MiB file, kept HTTP/1.1", "µs", processor_cost(fetches("/10m.bin", "--h1", clients=2), 160), 0.9),
    Measure("h2-10m", "10 MiB file, kept HTTP/2", "µs", processor_cost(fetches("/10m.bin", *LARGE_WINDOWS, clients=2), 160)),
    Measure("idle", "Memory of an idle connection, after one request", "KiB", idle_memory("/1k.html"), 1.0, is_served=False),
    Measure("idle-new", "Memory of an idle connection, after the handshake", "KiB", idle_memory("-"), is_served=False),
    Measure("start", "Start until the first answer", "ms", start_up, is_served=False),
]
