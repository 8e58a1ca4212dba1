"""Certificates of clients in Chromium and Firefox: put there as a person puts them, chosen without a question, shown to sites that want one."""

import json
import shutil

import pytest

import harness
import machine as machines
from chromium import Chromium
from firefox import Firefox

PASSWORD = "pass phrase"

CONFIG = """
[[site]]
bindings = ["https://127.0.0.1:{port}"]

[[site.location]]
path = "/required"
client_certificate = "{required}"

[[site.location]]
path = "/people"
client_certificate = "{people}"
allow = ["authenticated"]
"""

# A machine whose policies for Chromium are the test's own.
PRIVATE = r"""
set -e
mkdir -p "$1/managed" "$1/chromium/policies"
ln -s "$1/managed" "$1/chromium/policies/managed"
for folder in /etc/chromium /etc/opt/chrome; do
    if [ -d "$folder" ]; then mount --bind "$1/chromium" "$folder"; fi
done
echo ready
exec cat
"""


class ChromiumOfAnn:
    """Her administrator lets Chromium choose the certificate: no dialogue comes, which nobody could answer here."""

    def __init__(self, machine, server):
        self.machine = machine
        choice = {"pattern": "https://localhost", "filter": {}}
        (machine.stage / "managed" / "certificates.json").write_text(json.dumps({"AutoSelectCertificateForUrls": [json.dumps(choice)]}))
        trust(machine, server)

    def take(self, file):
        (database,) = {found.parent for found in self.machine.home.rglob("cert9.db")}
        put_into(self.machine, database, file)

    def browse(self, http2=True):
        return ChromiumPages(self.machine, *([] if http2 else ["--disable-http2"]))


class ChromiumPages(Chromium):
    def visit(self, url):
        answer = self.open(url)
        return answer["status"], answer["protocol"], self.of_page("document.body.innerText")


class FirefoxOfAnn:
    """She has told Firefox to choose by itself."""

    def __init__(self, machine, server):
        self.machine = machine
        with Firefox(machine) as first:  # makes the stores of its profile
            self.profile = first.profile
        self._set("security.default_personal_cert", "Select Automatically")
        for cache in ("disk", "memory"):
            self._set(f"browser.cache.{cache}.enable", False)
        trust(machine, server)

    def _set(self, name, value):
        with open(self.profile / "user.js", "a") as file:
            file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")

    def take(self, file):
        put_into(self.machine, self.profile, file)

    def browse(self, http2=True):
        self._set("network.http.http2.enabled", http2)
        return FirefoxPages(self.machine)


class FirefoxPages(Firefox):
    def visit(self, url):
        assert self.refusal(url) is None
        return tuple(self.of_page(
            "const [one] = performance.getEntriesByType('navigation'); return [one.responseStatus, one.nextHopProtocol, document.body.innerText]"))


def trust(machine, server):
    machine.must(harness.binary(), "trust", "install", "--store", "nss", "--data", server.data)


def put_into(machine, database, file):
    """As docs/tasks/client-certificates.md says for Linux."""
    if not shutil.which("pk12util"):
        machines.skip("pk12util is not installed: apt-get install libnss3-tools")
    machine.must("pk12util", "-d", f"sql:{database}", "-i", file, "-W", PASSWORD, "-K", "")


@pytest.fixture
def machine(tmp_path):
    one = machines.Namespace(tmp_path / "machine", PRIVATE)
    yield one
    one.close()


@pytest.fixture(params=[ChromiumOfAnn, FirefoxOfAnn], ids=["Chromium", "Firefox"])
def ann(request, machine, served):
    """A person with a browser, who trusts the server and has no certificate."""
    return request.param(machine, served)


def configuration(port, required="require", people="accept"):
    return CONFIG.format(port=port, required=required, people=people)


@pytest.fixture
def served(server):
    one = server(configuration(harness.free_port()), start=False)
    for page in ("", "required", "people"):
        (one.root / page).mkdir(parents=True, exist_ok=True)
        (one.root / page / "index.html").write_text(f"<!doctype html><title>Page</title><p>this is /{page}")
    one.start()
    one.command("user", "add", "ann", "--password-file", "-", data="a long enough password\n")
    return one


def issue(server):
    """A certificate of Ann's, that the server knows of."""
    file = server.folder / "ann.p12"
    server.command("cert", "issue", "--client", "ann", "--out", file, "--password-file", "-", data=PASSWORD + "\n")
    harness.wait_until(lambda: shown_by_curl(server, file) == 200, what="the server's notice of the new certificate")
    return file


def shown_by_curl(server, file):
    return server.fetch(server.https("/people/"), "--cert-type", "P12", "--cert", f"{file}:{PASSWORD}").status


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
def test_it_is_shown_in_the_handshake_and_says_who_comes(ann, served, protocol):
    ann.take(issue(served))
    with ann.browse(http2=protocol == "h2") as browser:
        assert browser.visit(served.https("/required/")) == (200, protocol, "this is /required")
        assert browser.visit(served.https("/people/")) == (200, protocol, "this is /people")


def test_who_has_none_is_told_so_and_sees_the_rest(ann, served):
    with ann.browse() as browser:
        assert browser.visit(served.https("/"))[::2] == (200, "this is /")
        status, _, text = browser.visit(served.https("/required/"))
        assert status == 403 and "403.7" in text
        assert "Sign in" in browser.visit(served.https("/people/"))[2]
    ann.take(issue(served))  # as the page says; the browser was closed meanwhile
    with ann.browse() as browser:
        assert browser.visit(served.https("/required/"))[::2] == (200, "this is /required")


def test_a_revoked_one_lets_in_no_more_on_a_connection_that_is_open(ann, served):
    file = issue(served)
    ann.take(file)
    with ann.browse() as browser:
        assert browser.visit(served.https("/people/"))[0] == 200
        served.command("cert", "revoke", "--client", "ann", "--yes")
        harness.wait_until(lambda: shown_by_curl(served, file) == 403, what="the server's notice of the revocation")
        status, _, text = browser.visit(served.https("/people/"))
        assert status == 403 and "403.13" in text


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
def test_a_browser_that_was_there_before_makes_another_connection(ann, served, protocol):
    """The handshake of its connections asked for nothing, and browsers are not asked later."""
    connections_max = 6 if protocol == "http/1.1" else 0  # as many as Chromium may have open; the one of HTTP/2 ends before the answer is read
    ann.take(issue(served))
    served.configure(configuration(served.https_port, "ignore", "ignore"))
    served.reload()
    with ann.browse(http2=protocol == "h2") as browser:
        assert browser.visit(served.https("/required/")) == (200, protocol, "this is /required")
        served.configure(configuration(served.https_port))
        served.reload()
        seen = [browser.visit(served.https("/required/"))]
        while seen[-1][0] == 421 and len(seen) <= connections_max:
            seen.append(browser.visit(served.https("/required/")))
        assert seen[-1] == (200, protocol, "this is /required"), seen
        assert browser.visit(served.https("/people/")) == (200, protocol, "this is /people")
