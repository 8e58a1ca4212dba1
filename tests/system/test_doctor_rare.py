"""The doctor on what no program of our days does any more, or seldom: servers that a relay makes worse, and networks of a test's own."""

import contextlib
import json
import re
import shutil
import socket

import pytest

from broken import GOOD_CIPHERS, GOOD_GROUPS, NAME, RSA, Chains, OpenSsl, Raw, doctor, ocsp
from chains import CA, PAST, run
from harness import binary, openssl
from machine import Namespace
from relay import CURVE, DONE, Before, flight, hello, prime


@pytest.fixture(scope="module")
def chains(tmp_path_factory):
    made = Chains(tmp_path_factory.mktemp("chains"))
    made.leaf("good")
    made.leaf("good-rsa", kind=RSA)
    return made


def examine(chains, server, *options, roots=None):
    return doctor(f"https://{NAME}:{server.port}", "--roots", roots or chains.roots, *options)


# A port behind a firewall.


@contextlib.contextmanager
def crowded():
    """A port whose queue is full: the system lets new connections wait, as a firewall would."""
    with contextlib.ExitStack() as held:
        listener = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for number in range(16):
            client = held.enter_context(socket.socket())
            client.settimeout(1 if number else 10)  # the first one is taken, be the machine ever so busy
            try:
                client.connect(listener.getsockname())
            except TimeoutError:
                yield listener.getsockname()[1]
                return
        pytest.skip("this system takes connections though nobody accepts them")


def test_a_port_that_does_not_answer():
    with crowded() as port:
        found = doctor(f"https://127.0.0.1:{port}")
    assert found.ids() == ["port.filtered"]
    assert found.code == 3


# What a relay before a good server makes of it.


def examine_behind(chains, answer, **options):
    with OpenSsl(chains.served("good")) as server, Before(server, answer, **options) as relay:
        return examine(chains, relay)


def test_a_relay_that_changes_nothing_is_not_seen(chains):
    assert examine_behind(chains, lambda offer: None).findings == []


def test_a_server_that_takes_ssl_3(chains):
    def answer(offer):
        is_taken = offer.version == 0x0300 and 0x0033 in offer.suites
        return flight(hello(0x0033, version=0x0300, extensions=b""), prime(2048), DONE) if is_taken else None

    found = examine_behind(chains, answer)
    assert found.ids() == ["tls.version.ssl-3"]
    assert found.seen("versions") == "TLS 1.3, TLS 1.2, SSL 3.0"


@pytest.mark.parametrize("suite, identifier, word", [
    (0x0003, "tls.cipher.export", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"),
    (0x0014, "tls.cipher.export", "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"),
    (0x0009, "tls.cipher.des", "TLS_RSA_WITH_DES_CBC_SHA"),
])
def test_a_cipher_suite_of_the_nineties(chains, suite, identifier, word):
    def answer(offer):
        return flight(hello(suite), DONE) if offer.has_only(suite) else None

    found = examine_behind(chains, answer)
    assert found.ids() == [identifier]
    assert word in found.finding(identifier)["sentence"]


def test_a_group_of_diffie_and_hellman_that_can_be_broken(chains):
    def answer(offer):
        return flight(hello(0x009e), prime(768), DONE) if offer.has_only(0x009e) else None

    found = examine_behind(chains, answer)
    assert found.ids() == ["tls.dh.weak"]
    assert "768 bits" in found.finding("tls.dh.weak")["sentence"]


def test_a_server_that_compresses(chains):
    def answer(offer):
        return flight(hello(0xc02b, compression=1), CURVE, DONE) if offer.is_of_12() and offer.compresses else None

    assert examine_behind(chains, answer).ids() == ["tls.compression"]


def test_a_server_without_secure_renegotiation(chains):
    def answer(offer):
        return flight(hello(0xc02b, extensions=b""), CURVE, DONE) if offer.is_of_12() and 0xc02b in offer.suites else None

    assert examine_behind(chains, answer).ids() == ["tls.renegotiation"]


def test_a_server_that_hangs_up_in_the_middle_of_a_handshake(chains):
    found = examine_behind(chains, lambda offer: None, is_cut=True)
    assert found.ids() == ["tls.handshake-failed"]
    assert "hung up in the middle" in found.finding("tls.handshake-failed")["sentence"]
    assert found.code == 3


# What openssl still does.


@pytest.mark.parametrize("key", ["good", "good-rsa"])
def test_an_elliptic_curve_that_is_too_small(chains, key):
    with OpenSsl(chains.served(key), "-min_protocol", "TLSv1.2", ciphers=f"{GOOD_CIPHERS}:@SECLEVEL=0", groups=f"{GOOD_GROUPS}:P-192") as server:
        found = examine(chains, server)
    assert found.ids() == ["tls.group.weak"]
    assert "P-192" in found.finding("tls.group.weak")["sentence"]


# Revocation.


def element(tag, body):
    """An element of DER."""
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x80 + len(size)]) + size) + body


def split(der):
    """The first element of DER: what is in it, and what follows."""
    begin, size = 2, der[1]
    if size >= 128:
        begin, size = 2 + size - 128, int.from_bytes(der[2:2 + size - 128], "big")
    return der[begin:begin + size], der[begin + size:]


def redated(chains, file, *dates):
    """An OCSP response with other dates (when it was made, from when, until when) in place of its own, signed again (RFC 6960 section 4.2.1)."""
    wrapped = split(split(file.read_bytes())[0])[1]
    kind_and_basic = split(split(wrapped)[0])[0]
    kind, rest = split(kind_and_basic)
    told, algorithm_and_rest = split(split(split(rest)[0])[0])
    algorithm = split(algorithm_and_rest)[0]
    wanted = iter(dates)
    told = element(0x30, re.sub(rb"\d{14}Z", lambda _: next(wanted).encode(), told))
    signature = run(openssl(), "dgst", "-sha256", "-sign", chains.folder / "intermediate.key", data=told)
    basic = element(0x30, told + element(0x30, algorithm) + element(0x03, b"\x00" + signature))
    file.write_bytes(element(0x30, element(0x0a, b"\x00") + element(0xa0, element(0x30, element(0x06, kind) + element(0x04, basic)))))
    return file


@pytest.mark.parametrize("leaf, begin, end, word", [("past", "20250101120000Z", "20250104120000Z", "ended on 2025-01-04"),
                                                    ("future", "20900101120000Z", "20900104120000Z", "begins on 2090-01-01")])
def test_a_stapled_response_out_of_its_time(chains, leaf, begin, end, word):
    chains.leaf(leaf)
    with OpenSsl(chains.served(leaf), "-status_file", redated(chains, ocsp(chains, leaf, "V"), begin, begin, end)) as server:
        found = examine(chains, server)
    assert found.ids() == ["revocation.staple.outdated"]
    assert word in found.finding("revocation.staple.outdated")["sentence"]


def test_a_stapled_response_of_an_authority_that_does_not_know_the_certificate(chains):
    chains.leaf("unknown")
    with OpenSsl(chains.served("unknown"), "-status_file", ocsp(chains, "unknown", None)) as server:
        assert examine(chains, server).ids() == ["revocation.staple.unknown"]


def published(chains, name, signer, *dates):
    """What a Web server answers that offers a list of the signer's, without entries."""
    folder = chains.folder / f"{name}.ca"
    folder.mkdir()
    (folder / "index.txt").write_text("")
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=it\n[it]\ndatabase={folder}/index.txt\ndefault_md=sha256\n")
    run(openssl(), "ca", "-config", folder / "ca.cnf", "-cert", chains.folder / f"{signer}.pem", "-keyfile", chains.folder / f"{signer}.key",
        "-gencrl", *(dates or ("-crldays", "7")), "-out", folder / "list.pem")
    body = (folder / "list.pem").read_bytes()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


def examine_with_list(chains, name, answer):
    """A server on whose machine is the list that its certificate names."""
    with Raw(answer) as lists:
        chains.leaf(name, f"crlDistributionPoints=URI:http://127.0.0.1:{lists.port}/list.crl")
        with OpenSsl(chains.served(name)) as server:
            return examine(chains, server)


def test_a_list_of_the_server_that_is_good(chains):
    found = examine_with_list(chains, "list-good", published(chains, "list-good", "intermediate"))
    assert found.findings == []
    assert found.report["examined"][0]["unfinished"] == []


def test_a_list_of_the_server_that_is_out_of_its_time(chains):
    old = published(chains, "list-old", "intermediate", "-crl_lastupdate", "20250101120000Z", "-crl_nextupdate", "20250108120000Z")
    assert examine_with_list(chains, "list-old", old).ids() == ["revocation.list.outdated"]


def test_a_list_of_the_server_that_is_another_authority_s(chains):
    found = examine_with_list(chains, "list-other", published(chains, "list-other", "root"))
    assert found.ids() == ["revocation.list.wrong"]
    assert "not of the certificate's issuer" in found.finding("revocation.list.wrong")["sentence"]


@pytest.mark.parametrize("name, answer", [("list-none", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
                                          ("list-page", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")])
def test_a_list_of_the_server_that_is_none(chains, name, answer):
    assert examine_with_list(chains, name, answer).ids() == ["revocation.list.wrong"]


# Clients.


def test_one_client_does_not_know_what_another_knows(chains, tmp_path):
    if not shutil.which("certutil"):
        pytest.skip("certutil of libnss3-tools is not installed")
    database = tmp_path / ".pki/nssdb"
    database.mkdir(parents=True)
    run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{database}", "-n", "Broken Root", "-t", "C,,", "-i", chains.roots)
    with OpenSsl(chains.served("good")) as server:
        found = doctor(f"https://{NAME}:{server.port}", home=tmp_path)
    assert found.ids() == ["client.lacks-root"]
    accepting = [one["client"] for one in found.clients() if one["accepts"]]
    assert len(accepting) == 1 and str(database) in accepting[0]
    assert found.code == 0


@pytest.mark.parametrize("name, extensions, options, reason", [
    ("expired-root", (), dict(dates=PAST), "date.expired"),
    ("narrow-root", ("nameConstraints=critical,permitted;DNS:example.org",), {}, "constraints.not-permitted"),
])
def test_clients_refuse_for_what_only_their_root_shows(chains, name, extensions, options, reason):
    chains.make(name, "/CN=Broken Root", CA + extensions, key="root", **options)
    with OpenSsl(chains.served("good")) as server:
        found = examine(chains, server, roots=chains.folder / f"{name}.pem")
    assert found.ids() == ["client.refuses"]
    assert f"({reason})" in found.finding("client.refuses")["sentence"]
    assert found.code == 3


# Names, and what stands where a server of ours should.

# Only the loopback, to which 192.0.2.0/24 (RFC 5737) leads too, as if another machine were there; and no name server.
ALONE = """
set -e
ip link set lo up
ip route add local 192.0.2.0/24 dev lo
for file in hosts resolv.conf nsswitch.conf; do mount --bind "$2/$file" "/etc/$file"; done
echo ready
exec cat
"""


@pytest.fixture
def alone(tmp_path):
    """A network of the test's own: alone(monkeypatch) has programs run in there from then on."""
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n192.0.2.7 far.test\n")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (tmp_path / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    space = Namespace(tmp_path / "space", ALONE, [str(tmp_path)], more=["--net"])

    def enter(monkeypatch):
        monkeypatch.setenv("RHUMB_BINARY", space.wrapped(binary()))
        monkeypatch.setenv("RHUMB_OPENSSL_BIN", space.wrapped(openssl()))

    yield enter
    space.close()


def served(rhumb, roots):
    """The findings about what an installation serves, but for itself."""
    examined = json.loads(rhumb.command("doctor", "--json", "--roots", roots, check=False, seconds=200).stdout)["examined"][1:]
    assert examined
    return [finding for one in examined for finding in one["findings"]]


def site(name):
    return f'[[site]]\nbindings = ["https://127.0.0.1:0"]\nhost_names = ["{name}"]\n'


def test_name_servers_that_do_not_answer(alone, monkeypatch):
    alone(monkeypatch)
    found = doctor("https://nobody.example")
    assert found.ids() == ["name.no-answer"]
    assert found.code == 3


def test_an_address_to_which_no_way_leads(alone, monkeypatch):
    alone(monkeypatch)
    found = doctor("https://198.51.100.7")
    assert found.ids() == ["port.unreachable"]
    assert "198.51.100.7" in found.finding("port.unreachable")["sentence"]
    assert found.code == 3


def test_a_name_of_ours_that_is_not_found(alone, monkeypatch, server):
    alone(monkeypatch)
    rhumb = server(site("lost.test"))
    findings = served(rhumb, rhumb.root_file())
    assert [one["id"] for one in findings] == ["name.own-unresolved"]
    assert "«lost.test»" in findings[0]["sentence"]


def test_a_name_of_ours_that_leads_to_another_machine(alone, monkeypatch, server, chains):
    chains.leaf("far", names="DNS:far.test")
    alone(monkeypatch)
    rhumb = server(site("far.test"))
    with OpenSsl(chains.served("far"), at=f"192.0.2.7:{rhumb.https_port}"):
        findings = served(rhumb, rhumb.root_file())
    assert [one["id"] for one in findings] == ["tls.other-terminator"]
    assert "192.0.2.7" in findings[0]["sentence"]


def test_another_program_where_a_server_of_ours_should_be(alone, monkeypatch, server, chains):
    rhumb = server(site("localhost"))
    alone(monkeypatch)  # the doctor looks from where that port is another's
    with OpenSsl(chains.served("good"), "-no_tls1_3", at=f"127.0.0.1:{rhumb.https_port}"):
        findings = served(rhumb, chains.roots)
    assert [one["id"] for one in findings] == ["tls.profile-differs"]
    assert "«intermediate» here, but TLS 1.3 is not spoken" in findings[0]["sentence"]
