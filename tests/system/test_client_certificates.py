"""Certificates of clients, by real clients: curl over HTTP/1.1 and HTTP/2, TLS 1.2 and 1.3; openssl s_client; each fault, and whose they are."""

import json
import re
import subprocess

import pytest

from chains import FUTURE, PAST, Workshop, replaced, run
from harness import openssl, wait_until

CA = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash")
CLIENT = ("basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth",
          "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid")

CONFIG = """
[security]
client_authorities = ["corp.pem"]

[[security.certificate_user]]
certificate = "{fingerprint}"
user = "carl"

[[security.certificate_user]]
issuer = "CN=Corp Issuing"
subject = "OU=Survey,CN=*"
field = "cn"

[[site]]
name = "Open"
host_names = ["localhost"]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
client_certificate = "accept"

[[site.location]]
path = "/required"
client_certificate = "require"

[[site.location]]
path = "/required/ignored"
client_certificate = "ignore"

[[site.location]]
path = "/required/file.html"
client_certificate = "accept"

[[site.location]]
path = "/people"
allow = ["authenticated"]

[[site.location]]
path = "/survey"
allow = ["role:survey"]

[[site]]
name = "Plain"
host_names = ["plain.localhost"]
bindings = ["https://127.0.0.1:0"]

[[site]]
name = "Other"
host_names = ["other.localhost"]
bindings = ["https://127.0.0.1:0"]
client_certificate = "require"
"""

PROTOCOLS = [("--http1.1", "--tlsv1.3"), ("--http1.1", "--tls-max", "1.2"), ("--http2", "--tlsv1.3"), ("--http2", "--tls-max", "1.2")]
PAGES = ("index.html", "required/index.html", "required/file.html", "required/ignored/index.html", "people/index.html", "survey/index.html")


class Clients:
    """A server whose site takes certificates, an authority of the world outside, and people with certificates of both."""

    def __init__(self, make, folder):
        self.shop = Workshop(folder)
        shop = self.shop
        shop.make("root", "/CN=Corp Root", CA, dates=("-days", "3650"))
        shop.make("corp", "/CN=Corp Issuing", CA, "root", dates=("-days", "1000"))
        shop.make("stranger", "/CN=Corp Issuing", CA, dates=("-days", "1000"))  # the same name, another key
        self.leaf("ann", "/CN=ann/OU=Survey")
        self.leaf("carl", "/CN=somebody")
        self.leaf("nobody", "/CN=nobody in particular")
        text = CONFIG.format(fingerprint=self.fingerprint("carl"))
        self.server = make(text, start=False)
        (self.server.folder / "corp.pem").write_bytes(shop.bundle("corp-authorities.pem", ["root", "corp"]).read_bytes())
        for page in PAGES:
            file = self.server.root / page
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"this is {page}")
        self.server.start()
        for user in ("ann", "carl", "dora"):
            self.server.command("user", "add", user, "--password-file", "-", data="a long enough password\n")
        self.server.command("role", "add", "survey")
        self.server.command("role", "give", "survey", "--to", "user:ann")

    def leaf(self, name, subject, extensions=CLIENT, signer="corp", **options):
        self.shop.make(name, subject, extensions, signer, **options)
        self.send(name, [name, "corp"])
        return name

    def send(self, name, chain):
        """What the client sends: the file has leaf and others."""
        self.shop.bundle(f"{name}.chain", chain)

    def fingerprint(self, name):
        text = run(openssl(), "x509", "-in", self.shop.folder / f"{name}.pem", "-noout", "-fingerprint", "-sha256").decode()
        return text.split("=")[1].strip().replace(":", "").lower()

    def shown(self, name):
        if name is None:
            return ()
        folder = self.shop.folder
        return ("--cert", folder / f"{name}.chain", "--key", folder / f"{name}.key")

    def fetch(self, path, name=None, *options, host="localhost"):
        port = self.server.https_port
        return self.server.fetch(f"https://{host}:{port}{path}", "--resolve", f"{host}:{port}:127.0.0.1", *self.shown(name), *options)


@pytest.fixture(scope="module")
def clients(shared, tmp_path_factory):
    return Clients(shared, tmp_path_factory.mktemp("clients"))


def refused_as(answer, substatus):
    """403 with a page that names the sub-status."""
    return answer.status == 403 and f"403.{substatus}" in answer.text


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=" ".join)
class TestProtocols:
    def test_a_good_one_lets_in_where_it_is_required(self, clients, protocol):
        answer = clients.fetch("/required/", "nobody", *protocol)
        assert (answer.status, answer.text) == (200, "this is required/index.html")
        assert answer.version == ("2" if "--http2" in protocol else "1.1")

    def test_without_one_the_rest_of_the_site_is_open(self, clients, protocol):
        assert clients.fetch("/", None, *protocol).status == 200
        answer = clients.fetch("/required/", None, *protocol)
        assert refused_as(answer, 7), answer.text

    def test_it_says_who_asks(self, clients, protocol):
        assert clients.fetch("/people/", "ann", *protocol).status == 200
        assert clients.fetch("/survey/", "ann", *protocol).status == 200
        assert clients.fetch("/people/", "carl", *protocol).status == 200
        assert clients.fetch("/survey/", "carl", *protocol).status == 403
        assert clients.fetch("/people/", "nobody", *protocol).status in (302, 303, 401)


def test_the_nearest_statement_holds(clients):
    assert clients.fetch("/required/ignored/").status == 200
    assert clients.fetch("/required/file.html").status == 200
    assert refused_as(clients.fetch("/required/none.html"), 7)
    assert refused_as(clients.fetch("/requi%72ed/"), 7)
    assert refused_as(clients.fetch("/required/../required/./"), 7)


def test_in_the_clear_nobody_can_show_one(clients):
    answer = clients.server.fetch(clients.server.http("/required/"))
    assert answer.status == 403 and "403.4" in answer.text


def faults(clients):
    """A certificate for each fault, and what is said to it."""
    make, shop = clients.leaf, clients.shop
    make("expired", "/CN=expired", dates=PAST)
    make("early", "/CN=early", dates=FUTURE)
    make("server", "/CN=server", replaced(CLIENT, "extendedKeyUsage=serverAuth"))
    make("strange", "/CN=strange", signer="stranger")
    clients.send("strange", ["strange", "stranger"])
    make("forged", "/CN=ann/OU=Survey", signer="stranger")
    clients.send("forged", ["forged", "corp"])
    shop.make("own", "/CN=own", CLIENT)
    clients.send("own", ["own"])
    shop.make("below", "/CN=below", CLIENT, "ann")
    clients.send("below", ["below", "ann", "corp"])
    clients.leaf("many", "/CN=many")
    clients.send("many", ["many", "corp"] + ["root"] * 10)
    return {"expired": 17, "early": 17, "server": 16, "strange": 16, "forged": 16, "own": 16, "below": 16, "many": 16}


def test_each_fault_has_its_number(clients):
    for name, substatus in faults(clients).items():
        answer = clients.fetch("/required/", name)
        assert refused_as(answer, substatus), f"{name}: {answer.status} {answer.text}"
        accepted = clients.fetch("/", name)
        assert refused_as(accepted, substatus), f"{name}: who shows one shows a good one, also where none is needed"
        assert clients.fetch("/required/ignored/", name).status == 200


def test_a_chain_that_is_cut_is_completed_by_what_is_known_here(clients):
    clients.leaf("cut", "/CN=cut")
    clients.send("cut", ["cut"])
    assert clients.fetch("/required/", "cut").status == 200  # corp.pem has the intermediate
    clients.shop.make("deep", "/CN=Deep Issuing", CA, "root")
    clients.leaf("deeper", "/CN=deeper", signer="deep")
    clients.send("deeper", ["deeper"])
    assert refused_as(clients.fetch("/required/", "deeper"), 16)
    clients.send("deeper", ["deeper", "deep"])
    assert clients.fetch("/required/", "deeper").status == 200


def test_a_hundred_certificates_end_the_handshake_and_nothing_else(clients):
    clients.leaf("hundred", "/CN=hundred")
    clients.send("hundred", ["hundred"] + ["root"] * 100)
    done = clients.server.curl(*clients.shown("hundred"), clients.server.https("/"), check=False)
    assert done.returncode in (35, 55, 56), done.stderr
    assert clients.fetch("/required/", "ann").status == 200


def test_what_the_local_authority_issued_is_its_users(clients):
    file = clients.server.folder / "dora.p12"
    clients.server.command("cert", "issue", "--client", "dora", "--out", file, "--password-file", "-", data="pass phrase\n")
    listed = clients.server.json("cert", "list", "--clients")
    assert [(one["user"], one["state"]) for one in listed] == [("dora", "ok")]

    def status(path):
        return clients.server.fetch(clients.server.https(path), "--cert-type", "P12", "--cert", f"{file}:pass phrase").status

    wait_until(lambda: status("/people/") == 200, what="the server's notice of the new certificate")
    assert status("/survey/") == 403

    clients.server.command("cert", "revoke", "--client", "dora", "--yes")
    wait_until(lambda: status("/required/") == 403, what="the server's notice of the revocation")
    answer = clients.server.fetch(clients.server.https("/required/"), "--cert-type", "P12", "--cert", f"{file}:pass phrase")
    assert refused_as(answer, 13)
    assert [one["state"] for one in clients.server.json("cert", "list", "--clients")] == ["revoked"]
    assert "dora" in clients.server.command("cert", "list", "--clients").stdout


def test_a_user_who_is_disabled_is_nobody(clients):
    clients.leaf("dis", "/CN=dis/OU=Survey")
    clients.server.command("user", "add", "dis", "--password-file", "-", data="a long enough password\n")
    wait_until(lambda: clients.fetch("/people/", "dis").status == 200)
    clients.server.command("user", "disable", "dis")
    wait_until(lambda: clients.fetch("/people/", "dis").status in (302, 303, 401, 403))
    assert clients.fetch("/required/", "dis").status == 200, "the certificate itself is good"


def test_a_list_of_the_other_authority_is_read_when_it_is_put_there(clients):
    folder = clients.shop.folder
    clients.leaf("lost", "/CN=lost")
    (folder / "index.txt").write_text("")
    (folder / "crlnumber").write_text("01\n")
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=one\n[one]\ndatabase={folder}/index.txt\ncrlnumber={folder}/crlnumber\ndefault_md=sha256\ndefault_crl_days=7\n")
    signed = ("-config", folder / "ca.cnf", "-cert", folder / "corp.pem", "-keyfile", folder / "corp.key")
    assert clients.fetch("/required/", "lost").status == 200
    run(openssl(), "ca", *signed, "-revoke", folder / "lost.pem")
    run(openssl(), "ca", *signed, "-gencrl", "-out", folder / "corp.crl")
    file = clients.server.folder / "corp.pem"
    before = file.read_bytes()
    try:
        file.write_bytes(before + (folder / "corp.crl").read_bytes())
        wait_until(lambda: clients.fetch("/required/", "lost").status == 403, what="the list")
        assert refused_as(clients.fetch("/required/", "lost"), 13)
        assert clients.fetch("/required/", "ann").status == 200
    finally:
        file.write_bytes(before)
    wait_until(lambda: clients.fetch("/required/", "lost").status == 200, what="the list's end")


def s_client(clients, name, *options, host="localhost", words=b""):
    command = [openssl(), "s_client", "-connect", f"127.0.0.1:{clients.server.https_port}", "-servername", host,
               "-CAfile", clients.server.root_file(), "-verify_return_error", *options]
    if name:
        folder = clients.shop.folder
        command += ["-cert", folder / f"{name}.pem", "-key", folder / f"{name}.key", "-cert_chain", folder / f"{name}.chain"]
    done = subprocess.run([str(one) for one in command], input=words, capture_output=True, timeout=30)
    return done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")


def request(path, host="localhost"):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()


def test_clients_are_told_which_authorities_count(clients):
    said = s_client(clients, None)
    names = said.split("Acceptable client certificate CA names")[1].split("Requested Signature")[0]
    assert "CN=Corp Root" in names.replace(" = ", "=") and "Rhumb" in names


def test_sites_that_want_none_do_not_ask(clients):
    assert "No client certificate CA names sent" in s_client(clients, None, host="plain.localhost")
    assert "Acceptable client certificate CA names" in s_client(clients, None, host="other.localhost")


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_session_that_is_taken_up_has_its_certificate_and_is_judged_anew(clients, version, tmp_path):
    name = f"again{version}"
    clients.leaf(name, f"/CN={name}")
    session = tmp_path / "session.pem"
    first = s_client(clients, name, version, "-sess_out", session, "-ign_eof", words=request("/required/"))
    assert "this is required/index.html" in first and "New, TLSv1" in first
    # Nothing but the ticket says who comes now.
    again = s_client(clients, None, version, "-sess_in", session, "-ign_eof", words=request("/required/"))
    assert "Reused, TLSv1" in again and "this is required/index.html" in again
    other = s_client(clients, None, version, "-sess_in", session, "-ign_eof", host="other.localhost", words=request("/", "other.localhost"))
    assert "403.7" in other, "what was shown to one name is nothing to another"


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_who_showed_none_is_asked_again(clients, version, tmp_path):
    session = tmp_path / "session.pem"
    s_client(clients, None, version, "-sess_out", session, "-ign_eof", words=request("/"))
    again = s_client(clients, "ann", version, "-sess_in", session, "-ign_eof", words=request("/required/"))
    assert "New, TLSv1" in again and "this is required/index.html" in again


def test_a_connection_for_another_name_is_sent_away(clients):
    """HTTP/2 clients may send a request for one name over the connection of another (RFC 9113 section 9.1.1)."""
    for host in ("plain.localhost", "localhost"):
        said = s_client(clients, "ann", "-ign_eof", host=host, words=request("/", "other.localhost"))
        assert "HTTP/1.1 421" in said, said
    assert "HTTP/1.1 200" in s_client(clients, "ann", "-ign_eof", host="other.localhost", words=request("/", "other.localhost"))


def test_a_connection_from_before_is_asked_when_the_site_wants_certificates(server, clients):
    """TLS 1.3 with HTTP/1.1 can ask on an open connection; the client sends a body meanwhile."""
    one = server("""
[security]
client_authorities = ["corp.pem"]
[[site]]
bindings = ["https://127.0.0.1:0"]
""", start=False)
    (one.folder / "corp.pem").write_bytes((clients.server.folder / "corp.pem").read_bytes())
    one.root.mkdir(parents=True)
    (one.root / "index.html").write_text("hello")
    one.start()
    folder = clients.shop.folder
    process = subprocess.Popen(
        [openssl(), "s_client", "-connect", f"127.0.0.1:{one.https_port}", "-servername", "localhost", "-CAfile", one.root_file(),
         "-cert", folder / "ann.pem", "-key", folder / "ann.key", "-cert_chain", folder / "ann.chain", "-enable_pha", "-quiet"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        def ask():
            process.stdin.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            process.stdin.flush()
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += process.stdout.read1(1) or pytest.fail(f"the connection ended: {head}")
            length = int(re.search(rb"content-length: (\d+)", head.lower())[1])
            body = b""
            while len(body) < length:
                body += process.stdout.read1(length - len(body)) or pytest.fail("the connection ended")
            return int(head.split()[1]), body

        assert ask() == (200, b"hello")
        seen = len(one.log.lines)
        text = one.config_file.read_text()
        one.configure(text.replace("[[site]]\n", '[[site]]\nclient_certificate = "require"\n'))
        assert one.log.find(r"is served$", 10, since=seen), one.transcript()
        assert ask() == (200, b"hello"), "the same connection, and a certificate now"
    finally:
        process.kill()
        process.wait(10)


def test_the_log_has_number_and_user(server, clients):
    """Sub-status and user are in the log, and no certificate."""
    one = server(CONFIG.format(fingerprint=clients.fingerprint("carl")).replace('client_certificate = "accept"\n', 'client_certificate = "accept"\naccess_log = "json"\n', 1),
                 start=False)
    (one.folder / "corp.pem").write_bytes((clients.server.folder / "corp.pem").read_bytes())
    one.start()
    one.command("user", "add", "carl", "--password-file", "-", data="a long enough password\n")
    one.fetch(one.https("/required/a"), *clients.shown("expired") if (clients.shop.folder / "expired.pem").exists() else clients.shown(None))
    one.fetch(one.https("/required/b"), *clients.shown("carl"))
    log = one.data / "logs" / "Open.log"

    def lines():
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    found = wait_until(lambda: [line for line in lines() if line.get("path", line.get("target", "")).startswith("/required/")][1:] and lines())
    text = json.dumps(found)
    assert "carl" in text and "BEGIN CERTIFICATE" not in text
