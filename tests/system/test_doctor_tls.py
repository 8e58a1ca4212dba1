"""The doctor on names, ports, TLS, certificates and clients: each server is wrong in one way, and that alone is named."""

import datetime
import json
import re
import subprocess
import urllib.request

import pytest

from broken import GOOD_CIPHERS, NAME, RSA, Chains, Files, GnuTls, OpenSsl, Raw, doctor, ocsp
from chains import PAST, run
from conftest import SITE
from harness import binary, free_port, openssl, wait_until

GNUTLS = "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-128-GCM:+AEAD:+ECDHE-RSA:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:+CTYPE-X509"


def days(begin, end):
    """Options of openssl: from so many days from now until so many."""
    now = datetime.datetime.now(datetime.timezone.utc)
    times = [(now + datetime.timedelta(days=number)).strftime("%Y%m%d%H%M%SZ") for number in (begin, end)]
    return ("-not_before", times[0], "-not_after", times[1])


@pytest.fixture(scope="module")
def chains(tmp_path_factory):
    made = Chains(tmp_path_factory.mktemp("chains"))
    made.leaf("good")
    made.leaf("good-rsa", kind=RSA)
    return made


def examine(chains, server, *options, roots=True, name=NAME, scheme="https"):
    """What the doctor finds of a server here, as a client that knows the root of the tests."""
    options = [*options, "--roots", chains.roots] if roots else list(options)
    return doctor(f"{scheme}://{name}:{server.port}", *options)


def test_a_good_server_has_nothing(chains):
    with OpenSsl(chains.served("good")) as server:
        found = examine(chains, server)
    assert found.findings == []
    assert found.code == 0
    assert [one["accepts"] for one in found.clients()] == [True]
    assert found.seen("versions") == "TLS 1.3, TLS 1.2"
    assert "X25519MLKEM768" in found.seen("groups")


def test_a_good_server_with_an_rsa_certificate_has_nothing(chains):
    with OpenSsl(chains.served("good-rsa")) as server:
        assert examine(chains, server).findings == []


def test_a_good_server_of_the_modern_profile_has_nothing(chains):
    with OpenSsl(chains.served("good"), "-tls1_3") as server:
        assert examine(chains, server).findings == []


def test_an_address_is_as_good_as_a_name(chains):
    with OpenSsl(chains.served("good")) as server:
        assert examine(chains, server, name="127.0.0.1").findings == []


# Names and ports.


def test_a_name_that_leads_nowhere():
    found = doctor("https://no-such-host.invalid")
    assert found.ids() == ["name.unresolved"]
    assert found.code == 3


@pytest.fixture
def leading(tmp_path):
    """leading(address…) gives a file by which two.test leads to all of them."""
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True).returncode != 0:
        pytest.skip("this system permits no name space of one's own")

    def write(*addresses):
        file = tmp_path / "hosts"
        file.write_text("127.0.0.1 localhost\n" + "".join(f"{one} two.test\n" for one in addresses))
        return file

    return write


def examine_two(chains, server, hosts):
    return doctor(f"https://two.test:{server.port}", "--roots", chains.roots, hosts=hosts)


def test_ipv4_and_ipv6_lead_to_different_servers(chains, leading):
    for name in ("two-4", "two-6"):
        chains.leaf(name, names="DNS:two.test")
    hosts = leading("127.0.0.1", "::1")
    with OpenSsl(chains.served("two-4")) as four:
        with OpenSsl(chains.served("two-6"), at=f"[::1]:{four.port}"):
            found = examine_two(chains, four, hosts)
        with OpenSsl(chains.served("two-4"), at=f"[::1]:{four.port}"):
            assert examine_two(chains, four, hosts).ids() == []
    assert found.ids() == ["name.addresses-differ"]
    sentence = found.finding("name.addresses-differ")["sentence"]
    assert "127.0.0.1" in sentence and "[::1]" in sentence


def test_one_of_two_addresses_leads_to_nobody(chains, leading):
    own = next((one for one in subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split() if ":" not in one), None)
    if not own:
        pytest.skip("this machine has no address but the loopback")
    chains.leaf("two", names="DNS:two.test")
    with OpenSsl(chains.served("two")) as server:
        found = examine_two(chains, server, leading("127.0.0.1", own))
    assert found.ids() == ["name.family-unreachable"]
    assert own in found.finding("name.family-unreachable")["sentence"]


def test_a_port_where_nobody_listens():
    found = doctor(f"https://{NAME}:{free_port()}")
    assert found.ids() == ["port.refused"]
    assert found.code == 3


def test_a_port_that_says_nothing():
    with Raw(None) as server:
        found = doctor(f"https://{NAME}:{server.port}", "--seconds", "12")
    assert found.ids() == ["port.silent"]


@pytest.mark.parametrize("answer, greets, identifier, word", [
    (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", True, "port.speaks-other", "SSH"),
    (b"220 mail.example.org ESMTP Postfix\r\n", True, "port.speaks-other", "SMTP or FTP"),
    (b"\x4a\x00\x00\x00\x0a5.7.1\x00", True, "port.speaks-other", "MySQL"),
    (b"what?", False, "port.speaks-other", "what?"),
    (b"", False, "port.hangs-up", "hangs up"),
    (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", False, "port.speaks-http", "without TLS"),
])
def test_another_protocol_on_the_port(answer, greets, identifier, word):
    with Raw(answer, greets) as server:
        found = doctor(f"https://{NAME}:{server.port}")
    assert found.ids() == [identifier]
    assert word in found.finding(identifier)["sentence"]
    assert found.code == 3


@pytest.mark.parametrize("alert, identifier", [(40, "tls.refused"), (80, "tls.refused"), (112, "tls.name-refused")])
def test_a_handshake_that_is_refused(alert, identifier):
    with Raw(bytes([21, 3, 3, 0, 2, 2, alert])) as server:
        found = doctor(f"https://{NAME}:{server.port}")
    assert found.ids() == [identifier]


def test_tls_where_http_is_asked_for(chains):
    with OpenSsl(chains.served("good")) as server:
        assert examine(chains, server, scheme="http").ids() == ["port.speaks-tls"]


# Versions and cipher suites.


def test_a_server_without_tls_13(chains):
    with OpenSsl(chains.served("good"), "-no_tls1_3") as server:
        assert examine(chains, server).ids() == ["tls.version.no-tls-1-3"]


def test_a_server_that_still_takes_old_versions(chains):
    with OpenSsl(chains.served("good-rsa"), "-min_protocol", "TLSv1", ciphers=f"{GOOD_CIPHERS}:ECDHE-RSA-AES128-SHA:@SECLEVEL=0") as server:
        found = examine(chains, server)
    # What TLS 1.0 can do is in CBC mode: that goes with it.
    assert found.ids() == ["tls.version.old"]
    assert "TLS 1.1, TLS 1.0" in found.finding("tls.version.old")["sentence"]


def test_a_server_that_takes_nothing_newer(chains):
    with OpenSsl(chains.served("good-rsa"), "-tls1", ciphers="ECDHE-RSA-AES128-SHA:@SECLEVEL=0") as server:
        found = examine(chains, server)
    assert found.ids() == ["tls.version.outdated"]
    assert "Broken Issuing" in found.seen("certificate")


@pytest.mark.parametrize("ciphers, options, identifier", [
    ("AES128-GCM-SHA256", (), "tls.cipher.no-forward-secrecy"),
    ("DHE-RSA-AES128-GCM-SHA256", (), "tls.cipher.not-recommended"),
    ("ECDHE-RSA-AES128-SHA256", (), "tls.cipher.not-recommended"),
    ("ECDHE-RSA-NULL-SHA:@SECLEVEL=0", ("-min_protocol", "TLSv1.2"), "tls.cipher.null"),
    ("AECDH-AES128-SHA:@SECLEVEL=0", ("-min_protocol", "TLSv1.2"), "tls.cipher.anonymous"),
])
def test_a_cipher_suite_that_should_not_be_taken(chains, ciphers, options, identifier):
    with OpenSsl(chains.served("good-rsa"), *options, ciphers=f"{GOOD_CIPHERS}:{ciphers}") as server:
        assert examine(chains, server).ids() == [identifier]


@pytest.mark.parametrize("cipher, identifier", [("ARCFOUR-128", "tls.cipher.rc4"), ("3DES-CBC", "tls.cipher.3des")])
def test_a_cipher_that_openssl_has_no_more(chains, cipher, identifier):
    with GnuTls(chains.served("good-rsa"), GNUTLS.replace("+AEAD", f"+{cipher}:+AEAD:+SHA1")) as server:
        found = examine(chains, server)
    assert found.ids() == [identifier, "tls.group.no-post-quantum"]


def test_a_small_group_of_diffie_and_hellman(chains):
    parameters = chains.folder / "dh.pem"
    run(openssl(), "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_1536", "-out", parameters)
    priority = GNUTLS.replace("+ECDHE-RSA", "+ECDHE-RSA:+DHE-RSA")
    with GnuTls(chains.served("good-rsa"), priority, "--dhparams", parameters) as server:
        found = examine(chains, server)
    assert found.ids() == ["tls.dh.small", "tls.group.no-post-quantum"]  # GnuTLS has none
    assert "1536 bits" in found.finding("tls.dh.small")["sentence"]


def test_no_group_that_stands_quantum_computers(chains):
    with OpenSsl(chains.served("good"), groups="X25519:P-256") as server:
        found = examine(chains, server)
    assert found.ids() == ["tls.group.no-post-quantum"]
    assert found.code == 0


def test_a_certificate_of_clients_is_asked_for(chains):
    with OpenSsl(chains.served("good"), "-verify", "1", "-CAfile", chains.roots) as server:
        assert examine(chains, server).ids() == ["tls.client-certificate"]


# Certificates. What is changed in the leaf, what is served with it, and what is found.
CASES = {
    "expired": (dict(dates=PAST), ("intermediate",), "cert.date.expired"),
    "early": (dict(dates=days(10, 90)), ("intermediate",), "cert.date.not-yet-valid"),
    "long": (dict(dates=("-days", "900")), ("intermediate",), "cert.validity.over-825"),
    "other-name": (dict(names="DNS:gis.example.org"), ("intermediate",), "cert.san.not-covered"),
    "no-names": (dict(names="", subject=f"/CN={NAME}"), ("intermediate",), "cert.san.missing"),
    "client": (dict(changes=("extendedKeyUsage=clientAuth",)), ("intermediate",), "cert.eku.client-only"),
    "weak-key": (dict(kind=("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")), ("intermediate",), "key.rsa.under-2048"),
    "sha1": (dict(digest="-sha1"), ("intermediate",), "signature.weak"),
    "alone": ({}, (None,), "chain.incomplete"),
    "twice": ({}, ("intermediate", "intermediate"), "chain.duplicate"),
    "with-root": ({}, ("intermediate", "root"), "chain.contains-root"),
    "disorder": ({}, ("root", "intermediate"), "chain.order"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_certificate_with_one_fault(chains, case):
    making, others, identifier = CASES[case]
    making = dict(making)
    changes = making.pop("changes", ())
    chains.leaf(case, *changes, **making)
    with OpenSsl(chains.served(case, *others), ciphers=f"{GOOD_CIPHERS}:@SECLEVEL=0") as server:
        found = examine(chains, server)
    wanted = [identifier] if case != "disorder" else ["chain.contains-root", "chain.order"]
    assert found.ids() == wanted
    refused = found.finding(identifier)["severity"] == "error"
    assert found.code == (3 if refused else 0)


def test_a_certificate_near_its_end(chains):
    chains.leaf("near", dates=days(-80, 10))
    with OpenSsl(chains.served("near")) as server:
        assert examine(chains, server).ids() == ["cert.date.near-end"]


def test_a_wrong_name_tells_which_would_fit(chains):
    chains.leaf("others", names="DNS:gis.example.org,DNS:maps.example.org")
    with OpenSsl(chains.served("others")) as server:
        found = examine(chains, server)
    sentence = found.finding("cert.san.not-covered")["sentence"]
    assert f"«{NAME}»" in sentence and "«gis.example.org», «maps.example.org»" in sentence
    assert [one["refusal"] for one in found.clients()] == ["name.differs"]


def test_a_self_signed_certificate_that_nobody_trusts(chains):
    chains.leaf("self", "authorityKeyIdentifier=", f"subjectAltName=DNS:{NAME}", names="", signer=None, subject=f"/CN={NAME}")
    with OpenSsl(chains.served("self", None)) as server:
        found = examine(chains, server)
        trusted = doctor(f"https://{NAME}:{server.port}", "--roots", chains.folder / "self.pem")
    assert found.ids() == ["chain.self-signed"]
    assert found.code == 3
    assert trusted.ids() == []


def test_an_authority_that_no_client_knows(chains):
    with OpenSsl(chains.served("good")) as server:
        found = examine(chains, server, roots=False)
    assert found.ids() == ["client.unknown-authority"]
    assert found.finding("client.unknown-authority")["command"] == f"rhumb trust install --from https://{NAME}:{server.port}"
    assert "Broken Root" in found.finding("client.unknown-authority")["sentence"]
    assert found.code == 3
    assert found.clients() and not any(one["accepts"] for one in found.clients())


# Revocation.


def test_a_good_response_is_stapled(chains):
    with OpenSsl(chains.served("good"), "-status_file", ocsp(chains, "good", "V")) as server:
        assert examine(chains, server).findings == []


def test_a_stapled_response_says_that_it_is_revoked(chains):
    chains.leaf("revoked")
    with OpenSsl(chains.served("revoked"), "-status_file", ocsp(chains, "revoked", "R")) as server:
        found = examine(chains, server)
    assert found.ids() == ["revocation.revoked"]
    assert "keyCompromise" in found.finding("revocation.revoked")["sentence"]


def test_a_stapled_response_about_another_certificate(chains):
    chains.leaf("another")
    with OpenSsl(chains.served("good"), "-status_file", ocsp(chains, "another", "V")) as server:
        assert examine(chains, server).ids() == ["revocation.staple.wrong"]


def test_must_staple_without_a_staple(chains):
    chains.leaf("must", "tlsfeature=status_request", "authorityInfoAccess=OCSP;URI:http://127.0.0.1:1/")
    with OpenSsl(chains.served("must")) as server:
        assert examine(chains, server).ids() == ["revocation.staple.missing"]
    with OpenSsl(chains.served("must"), "-status_file", ocsp(chains, "must", "V")) as server:
        assert examine(chains, server).ids() == []


def revocation_list(chains, leaf):
    """A list of the intermediate with that leaf on it."""
    folder = chains.folder / f"{leaf}.ca"
    folder.mkdir()
    (folder / "index.txt").write_text("")
    (folder / "number").write_text("01\n")
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=it\n[it]\ndatabase={folder}/index.txt\ncrlnumber={folder}/number\ndefault_md=sha256\n")
    by = ("-config", folder / "ca.cnf", "-cert", chains.folder / "intermediate.pem", "-keyfile", chains.folder / "intermediate.key")
    run(openssl(), "ca", *by, "-revoke", chains.folder / f"{leaf}.pem")
    run(openssl(), "ca", *by, "-gencrl", "-crldays", "7", "-out", folder / "list.pem")
    return folder / "list.pem"


def test_a_list_that_is_given_says_that_it_is_revoked(chains):
    chains.leaf("listed")
    listed = revocation_list(chains, "listed")
    with OpenSsl(chains.served("listed")) as server:
        assert examine(chains, server, "--crl", listed).ids() == ["revocation.revoked"]
        assert examine(chains, server).ids() == []
    with OpenSsl(chains.served("good")) as server:
        assert examine(chains, server, "--crl", listed).ids() == []


def test_nobody_but_the_server_is_asked(chains):
    with Raw(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as elsewhere:
        chains.leaf("pointing", f"crlDistributionPoints=URI:http://127.0.0.2:{elsewhere.port}/list.crl")
        with OpenSsl(chains.served("pointing")) as server:
            found = examine(chains, server)
    assert found.ids() == []
    assert any("--ask-authority" in one for one in found.report["examined"][0]["unfinished"])


# Rhumb itself.


def test_a_new_installation_has_nothing(server):
    rhumb = server(None, "--https", "0", "--http", "0")
    report = rhumb.command("doctor", "--json", "--roots", rhumb.root_file(), seconds=120)
    served = json.loads(report.stdout)["examined"][1:]
    assert any(one["about"].startswith("https://") for one in served)
    assert [finding for one in served for finding in one["findings"] if finding["severity"] != "note"] == []
    assert all(client["accepts"] for one in served for client in one["clients"])


def test_rhumb_as_a_stranger_sees_it(shared):
    rhumb = shared(SITE)
    found = doctor(rhumb.https("/", "localhost"), "--roots", rhumb.root_file())
    assert found.ids("error", "warning") == []
    assert found.seen("versions") == "TLS 1.3, TLS 1.2"
    assert doctor(rhumb.https("/", "localhost")).ids("error") == ["client.unknown-authority"]


def test_a_site_that_refuses_unknown_names(shared):
    rhumb = shared("""
[[site]]
bindings = ["https://127.0.0.1:0"]
host_names = ["strict.test"]
strict_sni = true
""")
    assert doctor(rhumb.https("/", "localhost")).ids() == ["tls.name-refused"]


def test_a_certificate_that_was_revoked_is_on_the_list_of_the_server(server):
    rhumb = server(SITE + 'host_names = ["localhost"]\n')  # by which the list is reached
    before = [rhumb.folder / "before.pem", rhumb.folder / "before.key"]
    rhumb.command("cert", "issue", "--name", "localhost", "--as", "other")
    rhumb.command("cert", "export", "other", "--format", "chain", "--out", before[0])
    rhumb.command("cert", "export", "other", "--format", "pfx", "--with-key", "--password-file", secret(rhumb.folder), "--out", rhumb.folder / "other.p12")
    run(openssl(), "pkcs12", "-in", rhumb.folder / "other.p12", "-nodes", "-nocerts", "-passin", "pass:a good password", "-out", before[1])
    rhumb.command("cert", "revoke", "other", "--without-replacement", "--yes")
    wait_until(lambda: has_entries(published_list(before[0])), what="the list with the certificate on it")
    chain = before[0].read_text().split("-----END CERTIFICATE-----\n")
    others = rhumb.folder / "others.pem"
    others.write_text("-----END CERTIFICATE-----\n".join(chain[1:]))
    with OpenSsl(Files(before[0], before[1], others, before[0])) as shown:
        found = doctor(f"https://localhost:{shown.port}", "--roots", rhumb.root_file())
    assert found.ids("error") == ["revocation.revoked"]


def published_list(certificate):
    """The revocation list from where the certificate says."""
    said = subprocess.run([openssl(), "x509", "-in", certificate, "-noout", "-ext", "crlDistributionPoints"], capture_output=True, text=True, timeout=20).stdout
    with urllib.request.urlopen(re.search(r"URI:(http://\S+)", said)[1], timeout=10) as answer:
        return answer.read()


def has_entries(crl):
    said = subprocess.run([openssl(), "crl", "-inform", "DER", "-noout", "-text"], input=crl, capture_output=True, timeout=20)
    return b"Serial Number" in said.stdout


def secret(folder):
    file = folder / "password"
    file.write_text("a good password")
    file.chmod(0o600)
    return file


# The program.


def test_what_a_person_is_told(chains):
    chains.leaf("told", dates=PAST)
    with OpenSsl(chains.served("told")) as server:
        said = doctor_text(f"https://{NAME}:{server.port}", "--roots", chains.roots)
    assert said.returncode == 3
    assert "error    The certificate expired on 2020-02-01" in said.stdout
    assert "[cert.date.expired]" in said.stdout
    assert "refuses" in said.stdout
    assert "1 error, 0 warnings" in said.stdout
    assert "\x1b" not in said.stdout
    assert said.stderr == ""


def test_a_server_cannot_steer_the_terminal():
    with Raw(b"\x1b]0;owned\x07\x1b[2J\r\n", True) as server:
        said = doctor_text(f"https://{NAME}:{server.port}")
    assert "\x1b" not in said.stdout and "\x07" not in said.stdout


@pytest.mark.parametrize("target", ["ftp://localhost", "https://ann:secret@localhost/", "*.example.org", "localhost:99999"])
def test_what_is_no_server_is_refused(target):
    said = doctor_text(target)
    assert said.returncode == 1
    assert "secret" not in said.stderr


def doctor_text(target, *options):
    return subprocess.run([binary(), "doctor", str(target), *map(str, options)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent"})
