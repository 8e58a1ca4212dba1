#!/usr/bin/python3
"""A custom provider for Rhumb over HTTP: users and roles in a JSON file, passwords as scrypt hashes.

Needs nothing but Python 3.9. To begin with something of your own, change the class Register.

    users.py add users.json ann --full-name "Ann O'Hara" --role planners     asks for a password
    users.py serve users.json --secret-file secret --port 8099 --certificate server.pem --key server.key
"""

import argparse
import base64
import getpass
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading
import time

CLOCK_SECONDS = 300  # so far may the clocks of the two machines be apart
MESSAGE_BYTES = 64 << 10
COST = {"n": 1 << 14, "r": 8, "p": 1}  # of scrypt


def hash_of(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, **COST)


def is_right(password, kept):
    """`kept`: "SALT:HASH", both in base64."""
    salt, digest = (base64.b64decode(part) for part in kept.split(":"))
    return hmac.compare_digest(hash_of(password, salt), digest)


def keep(password):
    salt = os.urandom(16)
    return ":".join(base64.b64encode(part).decode() for part in (salt, hash_of(password, salt)))


NOBODY = keep("nobody's")  # a name that nobody has takes as long as a wrong password


class Register:
    """The file, read anew when it has changed: {"users": [{"name": …, "password": …, "roles": […]}]}."""

    def __init__(self, file):
        self.file = pathlib.Path(file)
        self.seen = None
        self.people = {}

    def all(self):
        facts = self.file.stat()
        if (facts.st_mtime_ns, facts.st_ino) != self.seen:
            people = json.loads(self.file.read_text(encoding="utf-8"))["users"]
            self.people = {person["name"].lower(): person for person in people}
            self.seen = facts.st_mtime_ns, facts.st_ino
        return self.people

    def find(self, name):
        return self.all().get(name.lower())


def as_user(person):
    """What Rhumb is told of somebody."""
    known = ("name", "full_name", "email", "description", "created", "password_changed", "disabled", "expires")
    return {key: person[key] for key in known if key in person}


def answer(register, question):
    """The answer to one question of the contract, without its id."""
    ask, person = question["ask"], register.find(question.get("user", ""))
    if ask == "hello":
        can = ["hello", "find", "sign_in", "list_users", "roles_of", "list_roles"]
        return {"contract": 1, "software": "sample over HTTP", "can": can}
    if ask == "find":
        return {"user": as_user(person) if person else None}
    if ask == "sign_in":
        right = is_right(question["password"], person["password"] if person else NOBODY)
        if not person:
            return {"outcome": "no_such_user"}
        outcome = "wrong_password" if not right else "disabled" if person.get("disabled") else "accepted"
        return {"outcome": outcome, "user": as_user(person)}
    if ask == "list_users":
        wanted, after = question["contains"].lower(), question["after"].lower()
        found = [one for name, one in sorted(register.all().items())
                 if name > after and wanted in f"{name} {one.get('full_name', '')}".lower()]
        return {"users": [as_user(one) for one in found[: question["count"]]]}
    if ask == "roles_of":
        return {"roles": person.get("roles", []) if person else []}
    if ask == "list_roles":
        roles = {}
        for one in register.all().values():
            for role in one.get("roles", []):
                roles.setdefault(role, []).append(one["name"])
        return {"roles": [{"name": name, "users": users} for name, users in sorted(roles.items())]}
    return {"error": {"kind": "unsupported", "message": f"this provider does not answer {ask}"}}


class Signatures:
    """Standard Webhooks: both sides sign "ID.TIMESTAMP.BODY" with the same secret."""

    def __init__(self, file):
        words = pathlib.Path(file).read_text(encoding="ascii").split()
        self.keys = [base64.b64decode(word.removeprefix("whsec_")) for word in words]
        if not self.keys or min(map(len, self.keys)) < 24:
            sys.exit(f"{file}: no secret of 24 bytes or more: echo whsec_$(openssl rand -base64 32)")
        self.lock = threading.Lock()
        self.seen = {}

    def sign(self, name, stamp, body):
        signed = f"{name}.{stamp}.".encode() + body
        return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in self.keys)

    def refusal(self, headers, body):
        """Why a message is not taken; None when it is good."""
        name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        ours = self.sign(name, stamp, body).split()
        shown = headers.get("webhook-signature", "").split()
        if not any(hmac.compare_digest(mine.encode(), theirs.encode()) for mine in ours for theirs in shown):
            return "the signature is not good"
        now = time.time()
        if not stamp.isdigit() or abs(now - int(stamp)) > CLOCK_SECONDS:
            return "the message is too old, or the clocks differ"
        with self.lock:
            self.seen = {known: when for known, when in self.seen.items() if now - when <= 2 * CLOCK_SECONDS}
            if name in self.seen:
                return "the message has been here before"
            self.seen[name] = now
        return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections
    wbufsize = 1 << 16  # head and body of an answer leave together
    timeout = 60

    def do_POST(self):
        size = self.headers.get("content-length", "")
        if not size.isdigit() or int(size) > MESSAGE_BYTES:
            self.close_connection = True
            return self.send(413, b"")
        body = self.rfile.read(int(size))
        refusal = self.server.signatures.refusal(self.headers, body)
        if refusal:
            print(f"refused: {refusal}", file=sys.stderr, flush=True)
            return self.send(401, b"")
        question = json.loads(body)
        try:
            answered = answer(self.server.register, question)
        except (OSError, ValueError, KeyError) as fault:
            answered = {"error": {"kind": "unavailable", "message": f"the list of users cannot be read: {fault}"[:400]}}
        self.send(200, json.dumps({"id": question["id"], **answered}).encode())

    def send(self, status, body):
        stamp = str(int(time.time()))
        # Signed under another id than the question, so that nobody can send a question back as its answer.
        name = "answer-" + self.headers.get("webhook-id", "")
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("webhook-timestamp", stamp)
        if status == 200:
            self.send_header("webhook-signature", self.server.signatures.sign(name, stamp, body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Passwords pass here: nothing is written but refusals."""


def serve(arguments):
    server = http.server.ThreadingHTTPServer((arguments.address, arguments.port), Handler)
    server.daemon_threads = True
    server.register, server.signatures = Register(arguments.file), Signatures(arguments.secret_file)
    if arguments.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.certificate, arguments.key)
        # The handshake is left to the thread of the connection: a silent client must hold nobody up.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    elif not arguments.address.startswith("127."):
        sys.exit("without --certificate it serves this machine alone: Rhumb asks others over https")
    print(f"ready on port {server.server_port}", flush=True)
    server.serve_forever()


def add(arguments):
    file = pathlib.Path(arguments.file)
    register = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"users": []}
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    now = int(time.time())
    person = {"name": arguments.name, "full_name": arguments.full_name, "email": arguments.email, "roles": arguments.role,
              "created": now, "password_changed": now, "password": keep(password)}
    others = [one for one in register["users"] if one["name"].lower() != arguments.name.lower()]
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"users": [*others, person]}, indent=1, ensure_ascii=False), encoding="utf-8")
    draft.rename(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    adding = verbs.add_parser("add", help="add somebody, or give him another password")
    adding.add_argument("file")
    adding.add_argument("name")
    adding.add_argument("--full-name", default="")
    adding.add_argument("--email", default="")
    adding.add_argument("--role", action="append", default=[])
    adding.set_defaults(run=add)
    serving = verbs.add_parser("serve", help="answer Rhumb's questions")
    serving.add_argument("file")
    serving.add_argument("--secret-file", required=True, help="whsec_…, the same that Rhumb has; two while it is changed")
    serving.add_argument("--address", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8099)
    serving.add_argument("--certificate", help="PEM, with its chain")
    serving.add_argument("--key", help="PEM")
    serving.set_defaults(run=serve)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
