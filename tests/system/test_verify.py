"""`rhumb cert verify` beside `openssl verify` and `certtool --verify` on one table of good and bad chains."""

import json
import subprocess

import pytest

from chains import BY, CA, FUTURE, LEAF, PAST, Workshop, certtool_accepts, openssl_accepts, replaced, run
from harness import binary, openssl

NAME = "gis.example.com"
SAN = ("subjectAltName=DNS:gis.example.com",)
RSA_1024 = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A root, an intermediate, and around them all that is good or bad."""
    shop = Workshop(tmp_path_factory.mktemp("chains"))
    shop.make("root", "/CN=Root", CA)
    shop.make("stranger", "/CN=Stranger", CA)
    shop.make("middle", "/CN=Middle", replaced(CA + BY, "basicConstraints=critical,CA:TRUE,pathlen:0"), "root")
    shop.make("good", "/CN=gis.example.com", LEAF + BY + SAN, "middle")
    shop.make("names", "/CN=gis.example.com", (*LEAF, *BY, "subjectAltName=DNS:gis.example.com,DNS:*.maps.example.com,IP:192.0.2.7"), "middle")
    shop.make("expired", "/CN=gis.example.com", LEAF + BY + SAN, "middle", dates=PAST)
    shop.make("early", "/CN=gis.example.com", LEAF + BY + SAN, "middle", dates=FUTURE)
    shop.make("weak", "/CN=gis.example.com", LEAF + BY + SAN, "middle", kind=RSA_1024)
    shop.make("sha1", "/CN=gis.example.com", LEAF + BY + SAN, "middle", digest="-sha1")
    shop.make("client", "/CN=gis.example.com", replaced(LEAF + BY + SAN, "extendedKeyUsage=clientAuth"), "middle")
    shop.make("no-purpose", "/CN=gis.example.com", replaced(LEAF + BY + SAN, "extendedKeyUsage="), "middle")
    shop.make("no-names", "/CN=gis.example.com", LEAF + BY, "middle")
    shop.make("unknown", "/CN=gis.example.com", (*LEAF, *BY, *SAN, "1.2.3.4=critical,DER:0500"), "middle")
    shop.make("self", "/CN=gis.example.com", LEAF + SAN)
    shop.make("below-leaf", "/CN=gis.example.com", LEAF + BY + SAN, "good")
    # One authority that hangs below two roots, and once below one that has expired.
    shop.make("cross", "/CN=Middle", replaced(CA + BY, "basicConstraints=critical,CA:TRUE,pathlen:0"), "stranger", key="middle")
    shop.make("old-cross", "/CN=Middle", CA + BY, "root", key="middle", dates=PAST)
    # Another authority of the same name.
    shop.make("twin", "/CN=Middle", CA + BY, "root")
    shop.make("second", "/CN=Second", CA + BY, "middle")
    shop.make("too-deep", "/CN=gis.example.com", LEAF + BY + SAN, "second")
    for name, text in {"permitting": "permitted;DNS:example.com", "other-permitting": "permitted;DNS:example.org", "excluding": "excluded;DNS:gis.example.com"}.items():
        shop.make(name, f"/CN={name}", (*CA, *BY, f"nameConstraints=critical,{text}"), "root")
        shop.make(f"below-{name}", "/CN=gis.example.com", LEAF + BY + SAN, name)
    shop.make("for-clients", "/CN=Clients", (*CA, *BY, "extendedKeyUsage=clientAuth"), "root")
    shop.make("below-for-clients", "/CN=gis.example.com", LEAF + BY + SAN, "for-clients")
    shop.make("ended", "/CN=Ended", CA + BY, "root", dates=PAST)
    shop.make("below-ended", "/CN=gis.example.com", LEAF + BY + SAN, "ended")
    return shop


def ours(leaf, roots, others, name, *options):
    command = [binary(), "cert", "verify", "--json", "--roots", roots, *options]
    if others:
        command += ["--intermediates", others]
    if name:
        command += ["--name", name]
    done = subprocess.run([str(one) for one in [*command, leaf]], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 3), done.stderr
    facts = json.loads(done.stdout)
    return "good" if done.returncode == 0 else facts["refusal"]["id"]


# leaf, roots, intermediates, name, our verdict
AGREED = [
    ("good", ["root"], ["middle"], NAME, "good"),
    ("good", ["root"], ["middle"], None, "good"),
    ("good", ["root"], ["second", "middle", "twin", "middle"], NAME, "good"),
    ("good", ["root", "stranger"], ["middle", "cross"], NAME, "good"),
    ("good", ["stranger"], ["cross", "middle"], NAME, "good"),
    ("good", ["root"], ["middle", "old-cross"], NAME, "good"),
    ("good", ["root"], ["middle"], "www.example.com", "name.differs"),
    ("good", ["root"], [], NAME, "path.no-issuer"),
    ("good", ["stranger"], ["middle"], NAME, "path.no-issuer"),
    ("good", ["root"], ["twin"], NAME, "signature.invalid"),
    ("names", ["root"], ["middle"], "a.maps.example.com", "good"),
    ("names", ["root"], ["middle"], "maps.example.com", "name.differs"),
    ("names", ["root"], ["middle"], "a.b.maps.example.com", "name.differs"),
    ("names", ["root"], ["middle"], "192.0.2.7", "good"),
    ("names", ["root"], ["middle"], "192.0.2.8", "name.differs"),
    ("expired", ["root"], ["middle"], NAME, "date.expired"),
    ("early", ["root"], ["middle"], NAME, "date.not-yet-valid"),
    ("below-ended", ["root"], ["ended"], NAME, "date.expired"),
    ("weak", ["root"], ["middle"], NAME, "key.weak"),
    ("sha1", ["root"], ["middle"], NAME, "signature.weak"),
    ("client", ["root"], ["middle"], NAME, "usage.extended"),
    ("unknown", ["root"], ["middle"], NAME, "extension.critical-unknown"),
    ("self", ["root"], [], NAME, "path.self-signed"),
    ("below-leaf", ["root"], ["good", "middle"], NAME, "ca.not-an-authority"),
    ("too-deep", ["root"], ["second", "middle"], NAME, "path.length"),
    ("below-permitting", ["root"], ["permitting"], NAME, "good"),
    ("below-other-permitting", ["root"], ["other-permitting"], NAME, "constraints.not-permitted"),
    ("below-excluding", ["root"], ["excluding"], NAME, "constraints.excluded"),
    ("below-for-clients", ["root"], ["for-clients"], NAME, "usage.extended"),
]

# The same, then what openssl says, what certtool says, and why they differ.
DISPUTED = [
    ("good", ["stranger"], ["middle", "cross"], NAME, "good", False, False, "both follow the first issuer that fits, and do not turn back where it leads nowhere"),
    ("good", ["root"], ["old-cross", "middle"], NAME, "good", True, False, "certtool follows the first issuer that fits, though it has expired"),
    ("self", ["self"], [], NAME, "good", True, False, "certtool trusts nothing but authorities; browsers take a self-signed certificate that was trusted by hand"),
    ("no-names", ["root"], ["middle"], NAME, "san.missing", True, True, "both still read the common name; browsers have not since 2017"),
    ("no-purpose", ["root"], ["middle"], NAME, "usage.extended-letter", True, True, "no extended key usage: only the Baseline Requirements forbid it (--rules clients accepts it)"),
]


def ask_all(shop, leaf, roots, others, name):
    files = (shop.folder / f"{leaf}.pem", shop.bundle("roots.pem", roots), shop.bundle("others.pem", others) if others else None, name)
    return ours(*files), openssl_accepts(*files), certtool_accepts(*files)


@pytest.mark.parametrize(("leaf", "roots", "others", "name", "verdict"), AGREED)
def test_all_three_agree(workshop, leaf, roots, others, name, verdict):
    is_good = verdict == "good"
    assert ask_all(workshop, leaf, roots, others, name) == (verdict, is_good, is_good)


@pytest.mark.parametrize(("leaf", "roots", "others", "name", "verdict", "openssl_says", "certtool_says", "why"), DISPUTED)
def test_where_they_differ_is_known(workshop, leaf, roots, others, name, verdict, openssl_says, certtool_says, why):
    assert ask_all(workshop, leaf, roots, others, name) == (verdict, openssl_says, certtool_says), why


def test_clients_are_more_lenient_than_the_letter(workshop):
    files = (workshop.folder / "no-purpose.pem", workshop.bundle("roots.pem", ["root"]), workshop.bundle("others.pem", ["middle"]), NAME)
    assert ours(*files) == "usage.extended-letter"
    assert ours(*files, "--rules", "clients") == "good"


def test_another_time_and_another_usage_can_be_asked(workshop):
    roots, others = workshop.bundle("roots.pem", ["root"]), workshop.bundle("others.pem", ["middle"])
    good, client = workshop.folder / "good.pem", workshop.folder / "client.pem"
    assert ours(good, roots, others, NAME, "--time", "2001-01-01") == "date.not-yet-valid"
    assert ours(good, roots, others, NAME, "--time", "2099-01-01T00:00:00Z") == "date.expired"
    assert ours(client, roots, others, None, "--usage", "client") == "good"
    assert ours(good, roots, others, None, "--usage", "client") == "usage.extended"


def test_a_revoked_certificate_is_refused(workshop):
    folder = workshop.folder
    (folder / "index.txt").write_text("")
    (folder / "number").write_text("01\n")
    (folder / "ca.cnf").write_text(
        f"[ca]\ndefault_ca=it\n[it]\ndatabase={folder}/index.txt\ncrlnumber={folder}/number\ndefault_md=sha256\ndefault_crl_days=7\ncrl_extensions=list\n"
        "[list]\nauthorityKeyIdentifier=keyid\n"
    )
    signed = ("-config", folder / "ca.cnf", "-cert", folder / "middle.pem", "-keyfile", folder / "middle.key")
    roots, others = workshop.bundle("roots.pem", ["root"]), workshop.bundle("others.pem", ["middle"])
    run(openssl(), "ca", "-gencrl", *signed, "-out", folder / "before.crl")
    assert ours(folder / "good.pem", roots, others, NAME, "--crl", folder / "before.crl") == "good"
    run(openssl(), "ca", "-revoke", folder / "good.pem", *signed)
    run(openssl(), "ca", "-gencrl", *signed, "-out", folder / "after.crl")
    assert ours(folder / "good.pem", roots, others, NAME, "--crl", folder / "after.crl") == "revoked"
    assert ours(folder / "names.pem", roots, others, NAME, "--crl", folder / "after.crl") == "good"
    assert ours(folder / "names.pem", roots, others, NAME, "--crl", folder / "after.crl", "--time", "2099-01-01") == "date.expired"


def test_a_file_may_hold_the_whole_chain_and_a_damaged_certificate(workshop):
    whole = workshop.bundle("whole.pem", ["good", "middle"])
    roots = workshop.bundle("roots.pem", ["root"])
    assert ours(whole, roots, None, NAME) == "good"

    damaged = workshop.folder / "damaged.pem"
    text = (workshop.folder / "middle.pem").read_text()
    damaged.write_text(text[:80] + "AAAA" + text[84:] + text)
    assert ours(workshop.folder / "good.pem", roots, damaged, NAME) == "good"

    damaged.write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    assert ours(damaged, roots, None, NAME) == "certificate.unreadable"


def test_it_speaks_to_people(workshop):
    roots, others = workshop.bundle("roots.pem", ["root"]), workshop.bundle("others.pem", ["middle"])
    command = [binary(), "cert", "verify", "--roots", roots, "--intermediates", others]
    good = subprocess.run([*command, "--name", NAME, workshop.folder / "good.pem"], capture_output=True, text=True, timeout=60)
    assert good.returncode == 0
    assert good.stdout.splitlines()[0] == "good"
    assert [line.split()[0] for line in good.stdout.splitlines()[1:]] == ["CN=gis.example.com", "CN=Middle", "CN=Root"]

    bad = subprocess.run([*command, workshop.folder / "expired.pem"], capture_output=True, text=True, timeout=60)
    assert bad.returncode == 3
    assert bad.stdout == "refused: checking «CN=gis.example.com»: it expired on 2020-02-01 00:00:00 UTC (date.expired)\n"

    for wrong in (["--time", "soon", workshop.folder / "good.pem"], [workshop.folder / "none.pem"]):
        done = subprocess.run([*command, *wrong], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert done.stderr.startswith("rhumb: ")
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 2
