"""A client of the administration API, and the people who use it in tests."""

import http.client
import json
import ssl
import urllib.parse

PATH = "/api/v1"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def etag(self):
        return self.headers.get("ETag")


class Client:
    """Asks as somebody with a token, or as nobody, over https on one kept connection."""

    def __init__(self, server, token=None, root=None):
        self.server, self.token = server, token
        context = ssl.create_default_context(cafile=str(root or server.root_file()))
        self.connection = http.client.HTTPSConnection("localhost", server.https_port, context=context, timeout=30)

    def ask(self, method, path, body=None, headers=None, raw=None):
        """`body` goes as JSON, `raw` as it is."""
        fields = dict(headers or {})
        if self.token:
            fields.setdefault("Authorization", f"Bearer {self.token}")
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        target = path if path.startswith("/api/") else PATH + path
        self.connection.request(method, target, body=data, headers=fields)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def get(self, path, status=200):
        answer = self.ask("GET", path)
        assert answer.status == status, (path, answer.status, answer.body)
        return answer

    def change(self, path, edit, method="PUT", status=200):
        """Looks, changes what it saw by what it saw."""
        seen = self.get(path)
        answer = self.ask(method, path, edit(seen.json), {"If-Match": seen.etag})
        assert answer.status == status, (path, answer.status, answer.body)
        return answer


def segment(text):
    return urllib.parse.quote(text, safe="")


def add_people(server):
    """One for each privilege, and a client for each; `nobody` has no token."""
    server.command("role", "add", "viewers", "--privilege", "view")
    clients = {"nobody": Client(server)}
    for name, role in (("vera", "viewers"), ("paul", "publishers"), ("ada", "administrators")):
        server.command("user", "add", name, "--no-password", "--role", role)
        token = server.json("token", "issue", name, "--lifetime", "4h")["token"]
        clients[{"vera": "view", "paul": "publish", "ada": "administer"}[name]] = Client(server, token)
    return clients
