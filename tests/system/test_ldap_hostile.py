"""Directories that answer nonsense, without an end, or somebody else: nobody gets in by it, and nobody is hurt."""

import itertools
import time

import pytest

import slapd
from directories import ENTRIES, LOCAL_PASSWORD, begin, get_token, is_back, refusal, use
from fake_ldap import BIND, BIND_RESPONSE, DONE, ENTRY, REFERENCE, SEARCH, FakeDirectory, ber, entry, message, number, result, text
from slapd import PEOPLE, Slapd

pytestmark = pytest.mark.skipif(not slapd.is_there(), reason="no slapd on this machine")


@pytest.fixture
def directory(tmp_path):
    with Slapd(tmp_path / "slapd", ENTRIES) as one:
        yield one


def good_bind(identity):
    return [message(identity, result(BIND_RESPONSE, 0))]


ANN = entry(f"uid=ann,{PEOPLE}", uid=["ann"], cn=["Ann"])


def endless(identity, one):
    return (message(identity, one) for _ in itertools.repeat(0))


NONSENSE = {
    "no LDAP": lambda i, tag: [b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10],
    "hangs up": lambda i, tag: None,
    "hangs up later": lambda i, tag: good_bind(i) if tag == BIND else None,
    "a length without an end": lambda i, tag: [b"\x30\x84\xff\xff\xff\xff" + b"x" * 1000],
    "an indefinite length": lambda i, tag: [b"\x30\x80" + b"x" * 1000],
    "half an answer": lambda i, tag: [message(i, result(BIND_RESPONSE, 0))[:6]],
    "bits of noise": lambda i, tag: [bytes((i * 37 + n * 101) % 256 for n in range(5000))],
    "another number": lambda i, tag: [message(i + 7, result(BIND_RESPONSE if tag == BIND else DONE, 0))],
    "another operation": lambda i, tag: [message(i, result(DONE if tag == BIND else BIND_RESPONSE, 0))],
    "an answer to nothing": lambda i, tag: itertools.chain(good_bind(i), endless(i + 1000, ANN)) if tag == BIND else [],
    "entries without an end": lambda i, tag: good_bind(i) if tag == BIND else endless(i, ANN),
    "referrals without an end": lambda i, tag: good_bind(i) if tag == BIND else endless(i, ber(REFERENCE, text("ldap://192.0.2.1/dc=x"))),
    "a huge entry": lambda i, tag: good_bind(i) if tag == BIND else [message(i, entry("uid=ann", uid=["ann"], cn=["x" * (9 << 20)])), message(i, result(DONE, 0))],
    "an entry of nonsense": lambda i, tag: good_bind(i) if tag == BIND else [message(i, ber(ENTRY, text(b"\xff\x00" * 30), b"\x30\x05junk!")), message(i, result(DONE, 0))],
    "a result of nonsense": lambda i, tag: good_bind(i) if tag == BIND else [message(i, ber(DONE, b"\x0a\x01"))],
    "a referral as result": lambda i, tag: good_bind(i) if tag == BIND else [message(i, ber(DONE, ber(10, b"\x0a"), text(""), text(""), ber(0xA3, text("ldap://192.0.2.1"))))],
    "busy": lambda i, tag: good_bind(i) if tag == BIND else [message(i, result(DONE, 51, "come again"))],
    "a page without an end": lambda i, tag: good_bind(i) if tag == BIND else [
        ber(0x30, ber(2, i.to_bytes(4, "big")), result(DONE, 0),
            ber(0xA0, ber(0x30, text("1.2.840.113556.1.4.319"), text(ber(0x30, number(0), text("on and on"))))))],
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_answers_that_make_no_sense_let_nobody_in_and_hurt_nobody(server, directory, kind):
    with FakeDirectory(NONSENSE[kind]) as hostile:
        rhumb = begin(server, directory.provider(urls=[hostile.url], insecurely_without_tls=True, roots_file=None))
        for _ in range(2):
            begun = time.monotonic()
            assert refusal(rhumb, "ann") in (400, 503), rhumb.log.text()
            assert time.monotonic() - begun < 6, "the limit is two seconds"
        assert hostile.asked
        if kind == "a huge entry":
            assert "larger than any" in rhumb.log.text() or "makes no sense" in rhumb.log.text() or "ended" in rhumb.log.text()
        assert get_token(rhumb, "root", LOCAL_PASSWORD)
        assert rhumb.fetch(rhumb.https("/")).status == 200
        # And a good one in its place is used.
        use(rhumb, directory.provider())
        is_back(rhumb)


def test_a_yes_to_another_than_the_asked_name_lets_nobody_in_as_that(server, directory):
    """Whatever a directory finds for a name: who comes in is who it found, with a name that can be one."""
    def answer(identity, tag):
        if tag == BIND:
            return good_bind(identity)
        if tag == SEARCH:
            return [message(identity, entry(f"uid=root,{PEOPLE}", uid=["root"])), message(identity, result(DONE, 0))]
        return []

    with FakeDirectory(answer) as hostile:
        rhumb = begin(server, directory.provider(urls=[hostile.url], insecurely_without_tls=True, roots_file=None))
        assert refusal(rhumb, "ann") == 400, "root is a local administrator"
