"""A user store outside that does what a test tells it: it answers, is slow, hangs, says that it cannot tell, is gone, comes back.

A custom provider over HTTP (docs/providers.md), in a thread of the test.
"""

import base64
import contextlib
import hmac
import http.server
import json
import os
import socket
import threading
import time


class FakeStore:
    """`users`: name → {"password": …, "roles": […], "disabled": …}. Change it as you like; use it as a context."""

    def __init__(self, users):
        self.users = dict(users)
        self.key = os.urandom(32)
        self.mode = "well"  # "hung", "unavailable", or a number of seconds
        self.asked = []  # what was asked, and about whom
        self._lock = threading.Lock()
        self._may_go_on = threading.Event()
        self._open = set()
        self._server = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self):
        self.come()
        return self

    def __exit__(self, *_):
        self.go()

    @property
    def secret(self):
        return "whsec_" + base64.b64encode(self.key).decode()

    def provider(self, name="county", **settings):
        """Its part of a configuration."""
        lines = {"name": name, "kind": "http", "url": f"http://127.0.0.1:{self.port}/", "secret_from": f"store:{name}",
                 "time_limit_seconds": 2, "remember_seconds": 1, "administrators": ["chiefs"], **settings}
        return "[[security.provider]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())

    # What becomes of it.

    def come(self):
        """Listens again, at the same port."""
        store = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def setup(self):
                super().setup()
                with store._lock:
                    store._open.add(self.connection)

            def finish(self):
                with store._lock:
                    store._open.discard(self.connection)
                with contextlib.suppress(OSError):
                    super().finish()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with contextlib.suppress(OSError):
                    store._serve(self, body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self._may_go_on.clear()
        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def go(self):
        """Is gone: nobody listens, and no connection is left."""
        if not self._server:
            return
        self._may_go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        with self._lock:
            left, self._open = self._open, set()
        for one in left:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def hang(self):
        self._may_go_on.clear()
        self.mode = "hung"

    def heal(self):
        self.mode = "well"
        self._may_go_on.set()

    def count(self, ask=None):
        with self._lock:
            return sum(1 for one, _ in self.asked if ask in (None, one))

    # The contract.

    def _sign(self, name, stamp, body):
        return "v1," + base64.b64encode(hmac.digest(self.key, f"{name}.{stamp}.".encode() + body, "sha256")).decode()

    def _serve(self, handler, body):
        name, stamp = handler.headers["webhook-id"], handler.headers["webhook-timestamp"]
        if not hmac.compare_digest(self._sign(name, stamp, body), handler.headers["webhook-signature"]):
            return handler.send_error(401)
        question = json.loads(body)
        with self._lock:
            self.asked.append((question["ask"], question.get("user")))
        mode = self.mode
        if mode == "hung":
            self._may_go_on.wait(60)
        elif mode not in ("well", "unavailable"):
            time.sleep(mode)
        if mode == "unavailable":
            said = {"error": {"kind": "unavailable", "message": "the register is being mended"}}
        else:
            said = self._answer(question)
        answer = json.dumps({"id": question["id"], **said}).encode()
        stamp = str(int(time.time()))
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(answer)))
        handler.send_header("webhook-timestamp", stamp)
        handler.send_header("webhook-signature", self._sign(f"answer-{name}", stamp, answer))
        handler.end_headers()
        handler.wfile.write(answer)
        return None

    def _as_user(self, name):
        facts = self.users[name]
        return {"name": name, **({"disabled": facts["disabled"]} if facts.get("disabled") else {})}

    def _answer(self, question):
        ask, name = question["ask"], question.get("user", "")
        known = name in self.users
        if ask == "hello":
            return {"contract": 1, "software": "a test's store",
                    "can": ["hello", "find", "sign_in", "list_users", "roles_of", "list_roles"]}
        if ask == "find":
            return {"user": self._as_user(name) if known else None}
        if ask == "sign_in":
            if not known:
                return {"outcome": "no_such_user"}
            is_right = question["password"] == self.users[name]["password"]
            outcome = "wrong_password" if not is_right else "disabled" if self.users[name].get("disabled") else "accepted"
            return {"outcome": outcome, "user": self._as_user(name)}
        if ask == "roles_of":
            return {"roles": self.users[name].get("roles", []) if known else []}
        if ask == "list_users":
            after = question["after"].lower()
            names = [one for one in sorted(self.users) if one.lower() > after and question["contains"].lower() in one.lower()]
            return {"users": [self._as_user(one) for one in names[: question["count"]]]}
        if ask == "list_roles":
            roles = {}
            for one, facts in self.users.items():
                for role in facts.get("roles", []):
                    roles.setdefault(role, []).append(one)
            return {"roles": [{"name": role, "users": users} for role, users in sorted(roles.items())]}
        return {"error": {"kind": "unsupported", "message": ask}}
