"""Answers of authorities as they come: in every form of file, from every tool, and wrong in every way, each with a message of its own."""

import http.server
import itertools
import socket
import threading

import pytest

from authority import Authority, bundle, certtool_authority, ec_key, fingerprint, run
from harness import free_port, openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def rhumb(shared):
    """One data directory for all that only store; no server runs on it."""
    one = shared(None, "--https", free_port(), "--http", free_port())
    one.stop()
    return one


COUNT = itertools.count()


@pytest.fixture
def request_file(rhumb):
    """A pending request of the test's own."""
    name = f"answer{next(COUNT)}.test"
    file = rhumb.folder / f"{name}.csr"
    rhumb.command("cert", "request", "--name", name, "--out", file)
    yield file
    rhumb.command("cert", "cancel", name, "--yes", check=False)


def as_pkcs7(folder, leaf, *more, form="DER"):
    out = folder / f"answer.{form.lower()}.p7b"
    certificates = [word for one in (leaf, *more) for word in ("-certfile", one)]
    run(openssl(), "crl2pkcs7", "-nocrl", *certificates, "-outform", form, "-out", out)
    return out


def as_der(folder, leaf):
    out = folder / "answer.cer"
    run(openssl(), "x509", "-in", leaf, "-outform", "DER", "-out", out)
    return out


def with_text_around(folder, leaf, *more):
    out = folder / "answer.txt"
    out.write_bytes(b"Dear customer,\r\n\r\nhere it is:\r\n" + b"\r\n".join(one.read_bytes().replace(b"\n", b"\r\n") for one in (leaf, *more)) + b"\r\nYours\r\n")
    return out


FORMS = {
    "the leaf and a bag of others": lambda folder, ca, leaf: [leaf, ca.root, ca.intermediate],
    "all in one file, upside down": lambda folder, ca, leaf: [bundle(folder / "all.pem", ca.root, ca.intermediate, leaf, leaf)],
    "DER": lambda folder, ca, leaf: [as_der(folder, leaf), ca.intermediate],
    "PKCS7 DER": lambda folder, ca, leaf: [as_pkcs7(folder, leaf, ca.intermediate, ca.root)],
    "PKCS7 PEM": lambda folder, ca, leaf: [as_pkcs7(folder, leaf, ca.intermediate, form="PEM")],
    "text around": lambda folder, ca, leaf: [with_text_around(folder, leaf, ca.intermediate)],
}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_is_taken_in_every_form(rhumb, authority, request_file, tmp_path, form):
    leaf = authority.sign(request_file)

    told = rhumb.json("cert", "install", *FORMS[form](tmp_path, authority, leaf))

    shown = rhumb.json("cert", "show", told["name"])
    assert shown["fingerprint_sha256"] == fingerprint(leaf) and shown["chain_length"] == 2 and shown["origin"] == "request"


def test_an_answer_comes_in_by_standard_input(rhumb, authority, request_file):
    leaf = authority.sign(request_file)
    both = leaf.read_text() + authority.intermediate.read_text()

    assert "installed" in rhumb.command("cert", "install", "-", data=both).stdout


def test_certtool_signs_what_rhumb_asks_for(rhumb, request_file, tmp_path):
    answer, root = certtool_authority(tmp_path)
    assert b"PKCS #10" in run("certtool", "--crq-info", "--infile", request_file)

    told = rhumb.json("cert", "install", answer(request_file), "--intermediates", root)

    assert rhumb.json("cert", "show", told["name"])["issuer"] == "CN=GnuTLS Root"


def test_a_known_intermediate_need_not_be_given_again(rhumb, authority, request_file):
    first = rhumb.folder / "first.csr"
    rhumb.command("cert", "request", "--name", "first.test", "--out", first, "--yes")
    rhumb.command("cert", "install", authority.sign(first), "--intermediates", authority.intermediate)

    rhumb.command("cert", "install", authority.sign(request_file))


def own_address():
    """An address of this machine that is not the loopback, for what must not be fetched from there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


def test_a_missing_intermediate_is_fetched_from_where_the_certificate_says(rhumb, request_file, tmp_path):
    address = own_address()
    if address is None or address.startswith("127."):
        pytest.skip("this machine has no address but the loopback, from which nothing is fetched")
    authority = Authority(tmp_path / "fetched", "Fetched")
    files = tmp_path / "www"
    files.mkdir()
    run(openssl(), "x509", "-in", authority.intermediate, "-outform", "DER", "-out", files / "issuing.cer")
    handler = lambda *words: http.server.SimpleHTTPRequestHandler(*words, directory=files)  # noqa: E731
    with http.server.ThreadingHTTPServer((address, 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        leaf = authority.sign(request_file, extra=f"authorityInfoAccess=caIssuers;URI:http://{address}:{web.server_port}/issuing.cer")

        offline = rhumb.command("cert", "install", leaf, "--offline", check=False)
        told = rhumb.json("cert", "install", leaf)
        web.shutdown()

    assert offline.returncode == 3 and "Fetched Issuing" in offline.stderr
    assert rhumb.json("cert", "show", told["name"])["chain_length"] == 2


def inventory(rhumb):
    """All certificates with all that is told of them, but for what changes as time goes by."""
    return [{key: value for key, value in one.items() if key != "fraction_left"} for one in rhumb.json("cert", "list", "--archived")]


def refusal(rhumb, *files):
    """What is said of an answer that is refused by a check, while nothing changes."""
    before = inventory(rhumb)
    done = rhumb.command("cert", "install", "--offline", *files, check=False)
    assert done.returncode == 3, done
    assert inventory(rhumb) == before
    return done.stderr


def test_an_answer_to_somebody_elses_request_is_refused(rhumb, authority):
    leaf, _ = authority.pair("stranger.test")
    said = refusal(rhumb, leaf, authority.intermediate)
    assert "no request" in said and "stranger.test" in said


def test_an_incomplete_chain_is_refused_and_the_missing_issuer_is_named(rhumb, request_file, tmp_path):
    other = Authority(tmp_path / "other", "Other")
    said = refusal(rhumb, other.sign(request_file))
    assert "Other Issuing" in said and "--intermediates" in said


def test_an_expired_answer_is_refused(rhumb, authority, request_file):
    leaf = authority.sign(request_file, dates=("-not_before", "20200101000000Z", "-not_after", "20200401000000Z"))
    assert "expired" in refusal(rhumb, leaf, authority.intermediate)
    # Force does not make it live again.
    assert "expired" in refusal(rhumb, "--force", leaf, authority.intermediate)


def test_an_answer_that_is_not_yet_valid_is_refused(rhumb, authority, request_file):
    leaf = authority.sign(request_file, dates=("-not_before", "20500101000000Z", "-not_after", "20500401000000Z"))
    said = refusal(rhumb, leaf, authority.intermediate)
    assert "2050-01-01" in said and "clock" in said


def test_an_answer_for_other_names_is_refused_and_they_are_named(rhumb, authority, request_file):
    leaf = authority.sign(request_file, names="DNS:quite.other.test")
    said = refusal(rhumb, leaf, authority.intermediate)
    assert request_file.stem in said and "--force" in said
    rhumb.command("cert", "install", "--force", leaf, "--intermediates", authority.intermediate)


def html(folder, authority):
    (folder / "file").write_text("<!DOCTYPE html><html><body>Please log in</body></html>")
    return folder / "file"


def a_request(folder, authority):
    run(openssl(), "req", "-new", "-key", ec_key(folder / "k"), "-subj", "/CN=x", "-out", folder / "file")
    return folder / "file"


def cut(folder, authority):
    (folder / "file").write_text(authority.intermediate.read_text()[:300])
    return folder / "file"


def nothing(folder, authority):
    (folder / "file").write_bytes(b"")
    return folder / "file"


def ssh_key(folder, authority):
    (folder / "file").write_text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGpsv0cFyZFWJqJgp0gqC5uQbR9D7h4bJbQWb6sSUX3m ann@laptop\n")
    return folder / "file"


@pytest.mark.parametrize("make, word", [(html, "Web page"), (a_request, "only a request"), (cut, "cut off"), (nothing, "empty"), (ssh_key, "SSH")])
def test_a_file_that_is_something_else_is_named(rhumb, authority, tmp_path, make, word):
    said = refusal(rhumb, make(tmp_path, authority))
    assert word in said


def test_a_file_that_is_not_there_is_no_refusal_but_a_failure(rhumb):
    done = rhumb.command("cert", "install", "/nowhere/answer.pem", check=False)
    assert done.returncode == 1 and "/nowhere/answer.pem" in done.stderr


def test_the_same_answer_twice_is_told(rhumb, authority, request_file):
    leaf = authority.sign(request_file)
    rhumb.command("cert", "install", leaf, "--intermediates", authority.intermediate)
    assert "installed already" in refusal(rhumb, leaf, authority.intermediate)
