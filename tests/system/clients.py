"""Clients of other people: each asks a server once, as its users do, and says whether it trusts it."""

import dataclasses
import re
import shutil
import typing
import urllib.parse

import machine as machines


def port_of(url):
    return str(urllib.parse.urlsplit(url).port)


@dataclasses.dataclass(frozen=True)
class Client:
    """`command` makes of an address the words to run. `complaint`: what it says when, and only when, it does not know the issuer."""

    name: str
    command: typing.Callable[[str], list]
    complaint: str
    path: str = "/"  # what it asks for; a server prepared by serve_for() has it

    def ask(self, machine, server, **more):
        """Has it ask; `more` is for its environment."""
        if not shutil.which(self.command("https://localhost:1/")[0]):
            machines.skip(f"{self.name} is not installed")
        done = machine.run(*self.command(server.https(self.path)), seconds=90, **more)
        return Answer(self, done.returncode, done.stdout)


@dataclasses.dataclass(frozen=True)
class Answer:
    """How it went."""

    client: Client
    code: int
    said: str

    @property
    def is_trusting(self):
        return self.code == 0

    @property
    def is_unknown_issuer(self):
        """It refused, and for no other reason than the issuer."""
        return self.code != 0 and re.search(self.client.complaint, self.said) is not None


PYTHON = """
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=30).status)
"""

NODE = """
require("https").get(process.argv[1], (answer) => { console.log(answer.statusCode); answer.resume(); })
  .on("error", (fault) => { console.error(fault.code); process.exitCode = 1; });
"""

CURL = Client("curl", lambda url: ["curl", "--disable", "--silent", "--show-error", "--fail", "--max-time", "30", "--output", "/dev/null", url],
              r"curl: \(60\) SSL certificate problem: (unable to get local issuer|self.signed certificate in)")
WGET = Client("wget", lambda url: ["wget", "--no-config", "--no-verbose", "--tries=1", "--timeout=30", "--output-document=/dev/null", url],
              r"certificate of .localhost. (is not trusted|doesn't have a known issuer)|cannot verify localhost's certificate")
GIT = Client("git", lambda url: ["git", "ls-remote", url],
             r"server certificate verification failed|SSL certificate problem: (unable to get local issuer|self.signed certificate in)",
             "/maps.git")
GDAL = Client("GDAL", lambda url: ["ogrinfo", "-ro", "-so", "-al", "/vsicurl/" + url, "--config", "CPL_CURL_VERBOSE", "YES"],
              r"SSL certificate problem: (unable to get local issuer|self.signed certificate in)|server certificate verification failed",
              "/place.geojson")
PYTHON_URLLIB = Client("Python", lambda url: ["/usr/bin/python3", "-I", "-c", PYTHON, url],
                       r"CERTIFICATE_VERIFY_FAILED\] certificate verify failed: (unable to get local issuer|self.signed certificate in)")
OPENSSL = Client("OpenSSL", lambda url: ["openssl", "s_client", "-connect", f"localhost:{port_of(url)}", "-servername", "localhost",
                                         "-verify_hostname", "localhost", "-verify_return_error", "-brief"],
                 r"(unable to get local issuer certificate|self.signed certificate in certificate chain)")
GNUTLS = Client("GnuTLS", lambda url: ["gnutls-cli", "--port", port_of(url), "localhost"],
                r"certificate is NOT trusted\. The certificate issuer is unknown")

# The program of the system that every JRE has, and that opens addresses as any program in Java does: with the roots of this JRE.
JAVA = Client("Java", lambda url: ["keytool", "-J-Duser.language=en", "-printcrl", "-file", url],
              r"PKIX path (building|validation) failed.*(unable to find valid certification path|does not chain with any of the trust anchors)",
              "/revoked.crl")

NODE_JS = Client("Node.js", lambda url: ["node", "-e", NODE, url],
                 r"UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT_LOCALLY)|SELF_SIGNED_CERT_IN_CHAIN")

# These ask the system's store; the others have roots of their own, or may have.
OF_THE_SYSTEM = (CURL, WGET, GIT, GDAL, PYTHON_URLLIB, OPENSSL, GNUTLS)

PLACE = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "here"},
 "geometry": {"type": "Point", "coordinates": [8.5, 47.4]}}]}"""


def serve_for(server, machine):
    """Puts on the server what the clients ask for."""
    (server.root / "index.html").write_text("<!doctype html><title>Harbour</title><p>Moored.")
    (server.root / "place.geojson").write_text(PLACE)
    lists = server.folder / "lists"
    lists.mkdir()
    server.command("ca", "crl", "--out", lists)
    shutil.copy(sorted(lists.iterdir())[0], server.root / "revoked.crl")
    work, bare = server.folder / "work", server.root / "maps.git"
    machine.must("git", "init", "--quiet", "--initial-branch=main", work)
    machine.must("git", "-C", work, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "--allow-empty",
                 "--message=Begin")
    machine.must("git", "clone", "--quiet", "--bare", work, bare)
    machine.must("git", "-C", bare, "update-server-info")
    return server
