"""Directories that no slapd would be: a server that answers what a test says, in the clear and byte by byte; and a relay that is slow."""

import select
import socket
import threading
import time

BIND, BIND_RESPONSE, SEARCH, ENTRY, DONE, REFERENCE, EXTENDED, EXTENDED_RESPONSE = 0x60, 0x61, 0x63, 0x64, 0x65, 0x73, 0x77, 0x78


def ber(tag, *parts):
    """One element (X.690), its length in the shortest form."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def text(value):
    return ber(4, value if isinstance(value, bytes) else value.encode())


def number(value):
    return ber(2, bytes([value]))


def message(identity, operation):
    return ber(0x30, ber(2, identity.to_bytes(4, "big")), operation)


def result(tag, code, said=""):
    return ber(tag, ber(10, bytes([code])), text(""), text(said))


def entry(name, **attributes):
    return ber(ENTRY, text(name), ber(0x30, *(ber(0x30, text(attribute), ber(0x31, *(text(value) for value in values)))
                                              for attribute, values in attributes.items())))


def read_element(data, at=0):
    """(tag, body, where the next begins); None when it is not there as a whole."""
    if len(data) < at + 2:
        return None
    size, begin = data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        if len(data) < begin + count:
            return None
        size, begin = int.from_bytes(data[begin:begin + count], "big"), begin + count
    return (data[at], data[begin:begin + size], begin + size) if len(data) >= begin + size else None


class FakeDirectory:
    """`answer(identity, tag)`: an iterable of bytes to be sent for that request, or None to hang up."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._is_ending = False
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self):
        return f"ldap://localhost:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._is_ending = True
        self._listener.close()

    def _accept(self):
        while not self._is_ending:
            if not select.select([self._listener], [], [], 0.05)[0]:
                continue
            try:
                client = self._listener.accept()[0]
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(client,), daemon=True))
            self._threads[-1].start()

    def _serve(self, client):
        data = b""
        with client:
            client.settimeout(20)
            while not self._is_ending:
                try:
                    got = client.recv(65536)
                except OSError:
                    return
                if not got:
                    return
                data += got
                while True:
                    whole = read_element(data)
                    if whole is None:
                        break
                    data = data[whole[2]:]
                    _, identity, at = read_element(whole[1])
                    tag, body, _ = read_element(whole[1], at)
                    self.asked.append((tag, body))
                    answers = self.answer(int.from_bytes(identity, "big"), tag)
                    if answers is None:
                        return
                    try:
                        for one in answers:
                            client.sendall(one)
                    except OSError:
                        return


class SlowRelay:
    """Passes bytes on to `port`; those of the server one after the other, each after `seconds`."""

    def __init__(self, port, seconds):
        self.to = port
        self.seconds = seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._is_ending = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._is_ending = True
        self._listener.close()

    def _accept(self):
        while not self._is_ending:
            if select.select([self._listener], [], [], 0.05)[0]:
                try:
                    client = self._listener.accept()[0]
                except OSError:
                    return
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client):
        with client, socket.create_connection(("127.0.0.1", self.to)) as server:
            try:
                while not self._is_ending:
                    for one in select.select([client, server], [], [], 0.05)[0]:
                        got = one.recv(65536)
                        if not got:
                            return
                        if one is client:
                            server.sendall(got)
                            continue
                        for part in [bytes([octet]) for octet in got] if self.seconds else [got]:
                            time.sleep(self.seconds)
                            client.sendall(part)
            except OSError:
                return
