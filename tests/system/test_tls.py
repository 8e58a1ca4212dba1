"""TLS as clients meet it: versions, groups, protocols, names, sessions, and the chain up to the root that people install."""

import contextlib
import re
import socket
import subprocess

import pytest

from conftest import SITE
from harness import free_port, openssl, wait_until

TWO_SITES = """
[[site]]
name = "open"
bindings = ["https://127.0.0.1:0"]
host_names = ["localhost"]

[[site]]
name = "strict"
bindings = ["https://127.0.0.1:0"]
host_names = ["strict.test"]
strict_sni = true
tls = "modern"
"""


def s_client(rhumb, *options, name="localhost", verify=True, request=b"", check=True):
    """A handshake; gives what s_client says of it."""
    command = [openssl(), "s_client", "-connect", f"127.0.0.1:{rhumb.https_port}", *options]
    command += ["-servername", name] if name else ["-noservername"]
    if verify:
        command += ["-CAfile", rhumb.root_file(), "-verify_return_error", "-verify_hostname", name or "localhost"]
    done = subprocess.run(command, input=request, capture_output=True, timeout=20)
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.decode("latin-1") + done.stderr.decode("latin-1") if check or done.returncode == 0 else None


@pytest.fixture(scope="module")
def rhumb(shared):
    return shared(SITE)


def test_the_chain_is_good_up_to_the_root_that_is_exported(rhumb):
    said = s_client(rhumb, "-showcerts", "-x509_strict")

    assert "Verify return code: 0 (ok)" in said
    # Leaf and intermediate; the root is the client's own.
    assert said.count("-----BEGIN CERTIFICATE-----") == 2


def test_without_the_root_the_chain_is_not_good(rhumb):
    done = subprocess.run([openssl(), "s_client", "-connect", f"127.0.0.1:{rhumb.https_port}", "-servername", "localhost", "-verify_return_error",
                           "-no-CAfile", "-no-CApath", "-no-CAstore"], input=b"", capture_output=True, timeout=20)
    assert done.returncode != 0
    assert rhumb.curl(rhumb.https("/"), "--resolve", f"other.test:{rhumb.https_port}:127.0.0.1").returncode == 0
    assert rhumb.curl(f"https://other.test:{rhumb.https_port}/", "--resolve", f"other.test:{rhumb.https_port}:127.0.0.1", check=False).returncode == 60


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1"])
def test_names_and_addresses_of_this_machine_are_certified(rhumb, address):
    assert rhumb.curl(rhumb.https("/", address), check=False).returncode == 0


def test_tls_13_with_a_post_quantum_group_first(rhumb):
    said = s_client(rhumb, "-tls1_3", "-groups", "X25519MLKEM768:X25519")

    assert "TLSv1.3" in said
    assert re.search(r"(Negotiated TLS1\.3 group|Peer Temp Key).*X25519MLKEM768", said)


@pytest.mark.parametrize("group", ["X25519", "P-256", "P-384"])
def test_clients_without_post_quantum_groups_are_served(rhumb, group):
    assert "Verify return code: 0 (ok)" in s_client(rhumb, "-tls1_3", "-groups", group)


def test_the_intermediate_profile_speaks_tls_12_and_nothing_older(rhumb):
    said = s_client(rhumb, "-tls1_2")
    assert re.search(r"New, TLSv1\.2, Cipher is ECDHE-ECDSA-(AES|CHACHA)", said)

    for version in ("-tls1_1", "-tls1"):
        # The client is willing; it is the server that refuses.
        said = s_client(rhumb, version, "-cipher", "ALL:@SECLEVEL=0", check=False)
        assert said is None


@pytest.mark.parametrize("cipher", ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "NULL", "ECDHE-ECDSA-AES128-SHA256"])
def test_ciphers_of_yesterday_are_refused(rhumb, cipher):
    assert s_client(rhumb, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0", check=False) is None


def test_the_modern_profile_refuses_tls_12(server):
    rhumb = server(SITE + 'tls = "modern"\n')

    assert s_client(rhumb, "-tls1_2", check=False) is None
    assert "TLSv1.3" in s_client(rhumb, "-tls1_3")


@pytest.mark.parametrize("offered, chosen", [
    ("h2,http/1.1", "ALPN protocol: h2"), ("http/1.1,h2", "ALPN protocol: h2"), ("http/1.1", "ALPN protocol: http/1.1"), (None, "No ALPN negotiated"),
])
def test_alpn_chooses_the_best_that_both_speak(rhumb, offered, chosen):
    assert chosen in s_client(rhumb, *(["-alpn", offered] if offered else []))


def test_alpn_with_nothing_in_common_ends_the_handshake(rhumb):
    done = subprocess.run([openssl(), "s_client", "-connect", f"127.0.0.1:{rhumb.https_port}", "-alpn", "spdy/3"], input=b"", capture_output=True,
                          timeout=20)
    assert done.returncode != 0
    assert b"no application protocol" in done.stderr


def test_a_client_without_alpn_gets_http_11(rhumb):
    said = s_client(rhumb, "-ign_eof", "-quiet", request=b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert "HTTP/1.1 " in said


def test_each_name_has_the_profile_and_strictness_of_its_site(server):
    port = free_port()
    rhumb = server(TWO_SITES.replace(":0", f":{port}"), "--host", "localhost", "--host", "strict.test")

    assert "TLSv1.2" in s_client(rhumb, "-tls1_2", name="localhost")
    assert s_client(rhumb, "-tls1_2", name="strict.test", check=False) is None
    assert "Verify return code: 0 (ok)" in s_client(rhumb, name="strict.test")


def test_strict_sni_refuses_names_that_nothing_certifies(server):
    rhumb = server(SITE + "strict_sni = true\n")

    assert "Verify return code: 0 (ok)" in s_client(rhumb, name="localhost")
    assert s_client(rhumb, name="unknown.example", verify=False, check=False) is None


def test_without_strictness_an_unknown_name_sees_the_default_certificate(rhumb):
    for name in ("unknown.example", None):
        assert "BEGIN CERTIFICATE" in s_client(rhumb, name=name, verify=False)


@pytest.mark.parametrize("version", ["-tls1_3", "-tls1_2"])
def test_sessions_are_resumed_on_every_loop(rhumb, version, tmp_path):
    session = tmp_path / "session"
    request = b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    first = s_client(rhumb, version, "-sess_out", str(session), "-ign_eof", request=request)
    assert "\nNew, " in first

    # The kernel spreads connections over the loops; sixteen of them reach each one all but surely.
    said = [s_client(rhumb, version, "-sess_in", str(session), "-ign_eof", request=request) for _ in range(16)]

    assert all("\nReused, " in one for one in said)


def test_a_session_of_one_site_is_not_taken_by_a_stricter_one(server, tmp_path):
    port = free_port()
    rhumb = server(TWO_SITES.replace(":0", f":{port}"), "--host", "localhost", "--host", "strict.test")
    session = tmp_path / "session"
    request = b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    s_client(rhumb, "-tls1_2", "-sess_out", str(session), "-ign_eof", request=request)

    assert s_client(rhumb, "-tls1_2", "-sess_in", str(session), "-ign_eof", name="strict.test", request=request, check=False) is None


def test_a_request_for_a_name_of_another_site_than_the_handshake_s_is_answered_by_its_rules(server):
    port = free_port()
    rhumb = server(TWO_SITES.replace(":0", f":{port}"), "--host", "localhost", "--host", "strict.test")

    with rhumb.connect_tls() as client:
        assert client.get("/", host="nobody.example").status == 421
        assert client.get("/", host="localhost").status in (200, 403, 404)


def test_bytes_that_are_neither_tls_nor_http_end_the_connection(rhumb):
    for junk in (b"\x16\x03\x01\xff\xff" + b"\0" * 100, b"\x80\x2e\x01\x00\x02", b"\0" * 64, b"\x16\x03\x01\0\x05hello"):
        with rhumb.connect_https_port() as client:
            client.send(junk)
            with contextlib.suppress(OSError):  # the server may have been quicker
                client.socket.shutdown(socket.SHUT_WR)
            wait_until(lambda: is_over(client), 12, "the end of the connection")
    assert "Verify return code: 0 (ok)" in s_client(rhumb)


def is_over(client):
    """Reads what the server still says, an alert for example."""
    try:
        return client.socket.recv(4096) == b""
    except ConnectionResetError:
        return True
