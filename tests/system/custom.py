"""Custom providers for tests: both samples as they are, and a service between Rhumb and one of them that may do as it likes.

Each is ended by its process id, or with its thread.
"""

import base64
import http.client
import http.server
import json
import pathlib
import secrets
import signal
import subprocess
import sys
import threading
import urllib.parse

from harness import Output, free_port

SAMPLES = pathlib.Path(__file__).parents[2] / "samples" / "providers"
SCHEMA = pathlib.Path(__file__).parents[2] / "docs" / "formats" / "custom-provider.schema.json"
PASSWORD = "a sentence of the county"
PYTHON = "/usr/bin/python3" if pathlib.Path("/usr/bin/python3").exists() else sys.executable


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def table(name, kind, lines, **settings):
    """The part of the configuration that has users and roles there."""
    settings = {"time_limit_seconds": 2, "remember_seconds": 1, "administrators": ["gis-admins"], **settings}
    more = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    return f'[security]\nusers = "{name}"\nroles = "{name}"\n\n[[security.provider]]\nname = "{name}"\nkind = "{kind}"\n{lines}\n{more}\n'


class HttpSample:
    """samples/providers/http: with a certificate over https, else over http."""

    kind = "http"

    def __init__(self, folder, certificate=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "users.json"
        self.file.write_text('{"users": []}')
        self.secret_file = self.folder / "secret"
        self.share(new_secret())
        self.certificate = certificate
        self.port = free_port()
        self.process = None

    def share(self, secret):
        """What both sides have; the service reads its file at its start."""
        self.secret = secret
        self.secret_file.touch(mode=0o600)
        self.secret_file.write_text(secret + "\n")

    def run(self, *arguments, **options):
        return subprocess.run([PYTHON, SAMPLES / "http" / "users.py", *map(str, arguments)], check=True, text=True, timeout=30, **options)

    def add(self, name, *roles, password=PASSWORD, **facts):
        more = [f"--{key.replace('_', '-')}={value}" for key, value in facts.items()]
        self.run("add", self.file, name, *more, *(f"--role={role}" for role in roles), input=password + "\n")

    def change(self, change):
        """change(people by name) on the file, put there in one step."""
        people = {one["name"]: one for one in json.loads(self.file.read_text())["users"]}
        change(people)
        draft = self.folder / "draft.json"
        draft.write_text(json.dumps({"users": list(people.values())}))
        draft.rename(self.file)

    def remove(self, name):
        self.change(lambda people: people.pop(name))

    def start(self):
        command = [PYTHON, str(SAMPLES / "http" / "users.py"), "serve", str(self.file), "--secret-file", str(self.secret_file), "--port", str(self.port)]
        if self.certificate:
            command += ["--certificate", f"{self.certificate}.pem", "--key", f"{self.certificate}.key"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said, self.log = Output(self.process.stdout), Output(self.process.stderr)
        assert self.said.find(r"^ready on port"), self.log.text()
        return self

    @property
    def url(self):
        return f"https://localhost:{self.port}/" if self.certificate else f"http://127.0.0.1:{self.port}/"

    def configuration(self, name="county", url=None, **settings):
        return table(name, "http", f'url = "{url or self.url}"\nsecret_from = "file:{self.secret_file}"', **settings)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    close = kill


class ProgramSample:
    """samples/providers/program; Rhumb starts it."""

    kind = "program"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "staff.db"
        self.program = SAMPLES / "program" / "users.py"

    def run(self, *arguments, **options):
        return subprocess.run([PYTHON, self.program, *map(str, arguments)], check=True, text=True, timeout=30, **options)

    def add(self, name, *roles, password=PASSWORD, **facts):
        more = [f"--{key.replace('_', '-')}={value}" for key, value in facts.items()]
        self.run("add", self.file, name, *more, *(f"--role={role}" for role in roles), input=password + "\n")

    def remove(self, name):
        self.run("remove", self.file, name)

    def start(self):
        return self

    def configuration(self, name="county", **settings):
        command = [PYTHON, str(self.program), "answer", str(self.file)]
        return table(name, "program", f"command = {json.dumps(command)}", **settings)

    def close(self):
        pass


class Between:
    """A service that passes questions on to another, and answers as `tamper` likes.

    `tamper(question, headers, status, fields, body)` gives (status, fields, body) as they go to Rhumb, or None: nothing is
    answered, and the connection is kept. What went through is in `seen`: pairs of question and answer.
    """

    def __init__(self, url, tamper=None):
        self.target = urllib.parse.urlsplit(url)
        self.tamper = tamper
        self.seen = []
        self.lock = threading.Lock()
        self.is_closing = threading.Event()
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self):
                between.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/"

    def answer(self, handler):
        question = handler.rfile.read(int(handler.headers["content-length"]))
        status, fields, body = self.pass_on(question, handler.headers)
        with self.lock:
            self.seen.append((json.loads(question), body))
        if self.tamper is not None:
            told = self.tamper(question, handler.headers, status, dict(fields), body)
            if told is None:
                self.is_closing.wait(30)
                return
            status, fields, body = told
        handler.send_response(status)
        for name in ("webhook-timestamp", "webhook-signature"):
            if name in fields:
                handler.send_header(name, fields[name])
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        self.write(handler, body)

    def write(self, handler, body):
        handler.wfile.write(body)

    def pass_on(self, question, headers):
        if not self.target.hostname:
            return 200, {}, b""
        connection = http.client.HTTPConnection(self.target.hostname, self.target.port, timeout=10)
        try:
            kept = {name: value for name, value in headers.items() if name.lower().startswith(("webhook-", "content-type"))}
            connection.request("POST", self.target.path or "/", question, kept)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except OSError:
            return 502, {}, b""
        finally:
            connection.close()

    def close(self):
        self.is_closing.set()
        self.server.shutdown()
        self.server.server_close()


class Dribbling(Between):
    """Answers well, but a byte at a time."""

    def write(self, handler, body):
        for byte in body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if self.is_closing.wait(0.05):
                return


def children_of(process_id):
    """Processes of the children of one, with what they are: {id: state}."""
    found = {}
    for one in pathlib.Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                facts = (one / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            if int(facts[1]) == process_id:
                found[int(one.name)] = facts[0]
    return found
