"""A relay that makes a good TLS server worse: it answers some greetings itself, as no program of our days does any more."""

import contextlib
import select
import socket
import socketserver
import threading


def sized(body, width):
    return len(body).to_bytes(width, "big") + body


def flight(*messages):
    """One record with messages of the handshake: (kind, body)."""
    return b"\x16\x03\x03" + sized(b"".join(bytes([kind]) + sized(body, 3) for kind, body in messages), 2)


RENEGOTIATION = b"\xff\x01\x00\x01\x00"
DONE = (14, b"")
CURVE = (12, b"\x03\x00\x17" + sized(b"\x04" + b"p" * 64, 1) + b"signature")


def hello(suite, version=0x0303, compression=0, extensions=RENEGOTIATION):
    """A ServerHello (RFC 5246 section 7.4.1.3)."""
    return 2, (version.to_bytes(2, "big") + b"r" * 32 + b"\x00" + suite.to_bytes(2, "big") + bytes([compression]) +
               (sized(extensions, 2) if extensions else b""))


def prime(bits):
    """The server's part of a DHE key exchange (RFC 5246 section 7.4.3) with so large a prime."""
    return 12, sized(b"\x80" + b"p" * (bits // 8 - 1), 2) + sized(b"\x02", 2) + sized(b"y" * (bits // 8), 2) + b"signature"


class Offer:
    """What a ClientHello offers."""

    # Those of Mozilla's guideline.
    GOOD = {0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8}

    def __init__(self, record):
        self._rest = record[9:]
        self.version = self._number(2)
        self._take(32)
        self._vector(1)
        suites = self._vector(2)
        self.suites = {int.from_bytes(suites[at:at + 2], "big") for at in range(0, len(suites), 2)}
        self.compresses = len(self._vector(1)) > 1
        self._rest = self._vector(2) if self._rest else b""
        kinds = set()
        while self._rest:
            kinds.add(self._number(2))
            self._vector(2)
        self.is_13 = 43 in kinds

    def _take(self, count):
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def _number(self, width):
        return int.from_bytes(self._take(width), "big")

    def _vector(self, width):
        return self._take(self._number(width))

    def is_of_12(self):
        return self.version == 0x0303 and not self.is_13

    def has_only(self, suite):
        """The suite, in TLS 1.2, and none that a good server would rather take."""
        return self.is_of_12() and suite in self.suites and not self.suites & self.GOOD


class Before(socketserver.ThreadingTCPServer):
    """Stands before a server. What `answer` makes of an Offer is said in its place; None: it may speak itself, with `is_cut` the first record only."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, server, answer, is_cut=False):
        super().__init__(("127.0.0.1", 0), Relay)
        self.behind, self.answer, self.is_cut = server.port, answer, is_cut
        self.port = self.server_address[1]
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __exit__(self, *_):
        self.shutdown()
        self._thread.join(10)
        self.server_close()


def read_record(stream):
    """One record; what there was, when the peer hangs up before its end."""
    record = b""
    while len(record) < 5 or len(record) < 5 + int.from_bytes(record[3:5], "big"):
        more = stream.recv(5 - len(record) if len(record) < 5 else 5 + int.from_bytes(record[3:5], "big") - len(record))
        if not more:
            break
        record += more
    return record


class Relay(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(20)
        with contextlib.suppress(OSError):
            greeting = read_record(self.request)
            if greeting:  # else only whether somebody listens was to be seen
                self.answer(greeting)

    def answer(self, greeting):
        with socket.create_connection(("127.0.0.1", self.server.behind), 20) as behind:
            answer = self.server.answer(Offer(greeting)) if greeting[:1] == b"\x16" else None
            if answer:
                self.request.sendall(answer)
                return
            behind.sendall(greeting)
            if self.server.is_cut:
                self.request.sendall(read_record(behind))
            else:
                self.carry(behind)

    def carry(self, behind):
        others = {self.request: behind, behind: self.request}
        while ready := select.select([*others], [], [], 20)[0]:
            for one in ready:
                data = one.recv(65536)
                if not data:
                    return
                others[one].sendall(data)
