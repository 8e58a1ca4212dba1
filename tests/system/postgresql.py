"""A PostgreSQL of the tests' own: made in a temporary directory, run as an ordinary user, ended by its process id.

    with Postgres(folder) as database:
        database.sql("CREATE TABLE …")
        database.port, database.roots_file …

By hand, or for another program: postgresql.py FOLDER prints where it is as one line of JSON and runs until its standard
input ends.
"""

import datetime
import glob
import json
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

START_SECONDS = 30


def programs():
    """The directory of the newest PostgreSQL's programs; None: there is none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda path: int(path.split("/")[4]))
    return pathlib.Path(found[-1]).parent if found else None


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Authority:
    """A root of the tests' own, and certificates by it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.openssl = os.environ.get("RHUMB_OPENSSL_BIN") or "openssl"
        self.root = self.folder / "root.pem"
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "root.key", "-out", self.root,
                  "-days", "30", "-subj", "/CN=The root of a test", "-addext", "basicConstraints=critical,CA:TRUE")

    def _run(self, *arguments):
        subprocess.run([self.openssl, *map(str, arguments)], cwd=self.folder, check=True, capture_output=True, timeout=30,
                       env={**os.environ, "OPENSSL_CONF": "/dev/null"})

    def issue(self, name, host="localhost", address="127.0.0.1", days=(-1, 10)):
        """NAME.pem and NAME.key, valid from and until so many days from now."""
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = ((now + datetime.timedelta(days=day)).strftime("%Y%m%d%H%M%SZ") for day in days)
        names = f"DNS:{host}" + (f",IP:{address}" if address else "")
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={host}")
        (self.folder / f"{name}.ext").write_text(f"[all]\nsubjectAltName={names}\nextendedKeyUsage=serverAuth\n")
        # `openssl ca` is what can date a certificate back.
        state = self.folder / f"{name}.state"
        state.mkdir()
        (state / "index.txt").write_text("")
        (state / "serial").write_text(f"{secrets.randbits(60):016x}\n")
        (state / "ca.cnf").write_text(
            f"[ca]\ndefault_ca=own\n[own]\ndatabase={state}/index.txt\nserial={state}/serial\nnew_certs_dir={state}\ndefault_md=sha256\n"
            f"policy=any\ncertificate={self.root}\nprivate_key={self.folder}/root.key\n[any]\ncommonName=supplied\n")
        self._run("ca", "-batch", "-config", state / "ca.cnf", "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", begin, "-enddate", end,
                  "-extfile", f"{name}.ext", "-extensions", "all", "-notext")
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"


class Postgres:
    """One server. `encoding`: of its database "people", which `user` owns."""

    def __init__(self, folder, encoding="UTF8", settings=None):
        self.bin = programs()
        if self.bin is None:
            raise RuntimeError("there is no PostgreSQL: install the package postgresql")
        self.folder = pathlib.Path(folder)
        self.encoding = encoding
        self.settings = settings or {}
        self.port = _free_port()
        self.host = "localhost"
        self.database = "people"
        self.user = "rhumb"
        self.password = secrets.token_urlsafe(18)
        self.process = None

    # Life

    def __enter__(self):
        self.make()
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _command(self, *arguments):
        """As an ordinary user: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return [*map(str, arguments)]
        return ["setpriv", "--reuid", str(self._uid), "--regid", str(self._gid), "--clear-groups", *map(str, arguments)]

    def make(self):
        if os.geteuid() == 0:
            account = pwd.getpwnam("nobody")
            self._uid, self._gid = account.pw_uid, account.pw_gid
        self.folder.mkdir(parents=True, exist_ok=True)
        # Somewhere the ordinary user can reach, whatever the folder's parents allow.
        self.home = pathlib.Path(subprocess.run(["mktemp", "-d", "/tmp/rhumb-postgresql-XXXXXX"], check=True, capture_output=True, text=True).stdout.strip())
        self.data = self.home / "data"
        self.authority = Authority(self.folder)
        self.roots_file = self.authority.root
        if os.geteuid() == 0:
            os.chown(self.home, self._uid, self._gid)
        self.use_certificate(*self.authority.issue("server"))
        subprocess.run(self._command(self.bin / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", self.encoding, "--locale=C", "-N"),
                       check=True, capture_output=True, timeout=60, cwd=self.home)
        (self.data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")

    def use_certificate(self, certificate, key):
        """From the next start or reload on."""
        for source, name in ((certificate, "server.pem"), (key, "server.key")):
            target = self.home / name
            shutil.copy(source, target)
            target.chmod(0o600)
            if os.geteuid() == 0:
                os.chown(target, self._uid, self._gid)

    def start(self):
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.home, "fsync": "off", "ssl": "on",
                    "ssl_cert_file": self.home / "server.pem", "ssl_key_file": self.home / "server.key", "max_connections": 40,
                    "shared_buffers": "16MB", "log_min_messages": "warning", **self.settings}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self.log = open(self.folder / "postgresql.log", "ab")
        self.process = subprocess.Popen(self._command(self.bin / "postgres", "-D", self.data, *options), stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, start_new_session=True, cwd=self.home)
        end = time.monotonic() + START_SECONDS
        while self._psql("postgres", "SELECT 1", check=False).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < end, f"PostgreSQL did not start: {self.said()}"
            time.sleep(0.05)
        if not hasattr(self, "is_made"):
            self.is_made = True
            self._psql("postgres", f"CREATE ROLE {self.user} LOGIN PASSWORD '{self.password}'")
            self._psql("postgres", f"CREATE DATABASE {self.database} OWNER {self.user}")
        return self

    def said(self):
        return (self.folder / "postgresql.log").read_text(errors="replace")

    def _backends(self):
        """The process and all it has started."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [self.process.pid, *map(int, found.stdout.split())]

    def signal_all(self, number):
        for pid in self._backends():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def hang(self):
        """Nothing of it moves any more; its connections stay open."""
        self.signal_all(signal.SIGSTOP)

    def go_on(self):
        self.signal_all(signal.SIGCONT)

    def kill(self):
        """As a crash does."""
        if self.process is None:
            return
        # Its children first: they would go on for a moment without it.
        for pid in reversed(self._backends()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(START_SECONDS)
        self.process = None
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def end(self):
        """As an administrator does: fast, with a word to each client."""
        self.go_on()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(START_SECONDS)
        self.process = None

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.process is not None:
            self.go_on()
            self.kill()
            self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    # Questions, as its administrator

    def _psql(self, database, text, check=True):
        return subprocess.run([str(self.bin / "psql"), "-h", str(self.home), "-p", str(self.port), "-U", "postgres", "-d", database, "-X", "-q", "-A", "-t",
                               "-v", "ON_ERROR_STOP=1"], input=text, capture_output=True, text=True, timeout=60, check=check)

    def sql(self, text, database=None):
        """Runs statements, and gives what they say: lines, columns parted by |."""
        done = self._psql(database or self.database, text, check=False)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        return done.stdout.strip()

    def rows(self, text):
        return self.sql(text).splitlines()

    def sessions(self):
        """How many of Rhumb's are open."""
        return int(self.sql(f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{self.user}'"))

    # What Rhumb is told

    def provider(self, name="county", secret_file=None, more=""):
        """A [[security.provider]] for it; the password stands in a file."""
        if secret_file is None:
            secret_file = self.folder / "password"
            secret_file.write_text(self.password)
            secret_file.chmod(0o600)
        return f"""
[[security.provider]]
name = "{name}"
kind = "postgresql"
host = "{self.host}"
port = {self.port}
database = "{self.database}"
user = "{self.user}"
password_from = "file:{secret_file}"
roots_file = "{self.roots_file}"
{more}
"""


def main():
    with Postgres(sys.argv[1]) as database:
        # What the statements for SQL Server need and PostgreSQL has not, so that these can be tried here.
        database.sql("CREATE FUNCTION charindex(text, text) RETURNS integer LANGUAGE sql IMMUTABLE RETURN position($1 IN $2)")
        database.sql('CREATE COLLATION latin1_general_100_bin2_utf8 FROM "C"')
        secret_file = pathlib.Path(sys.argv[1]) / "password"
        secret_file.write_text(database.password)
        secret_file.chmod(0o600)
        print(json.dumps({"host": database.host, "port": database.port, "database": database.database, "user": database.user,
                          "password_file": str(secret_file), "roots_file": str(database.roots_file), "pid": database.process.pid,
                          "socket": str(database.home)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
