"""Certificates and keys made elsewhere, and given away again: every form, every way to say a password, and none of them silent."""

import stat

import pytest

from authority import Authority, ec_key, fingerprint, run
from harness import free_port, openssl
from person import Person

PASSWORD = "pässword of ours"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.pair("made.elsewhere.test")


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(None, "--https", free_port(), "--http", free_port())
    one.stop()
    return one


@pytest.fixture
def password_file(tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return file


def pkcs12(folder, authority, pair, password=PASSWORD, *options):
    out = folder / "both.p12"
    run(openssl(), "pkcs12", "-export", "-in", pair[0], "-inkey", pair[1], "-certfile", authority.intermediate, "-out", out, "-passout", f"pass:{password}",
        "-name", "Harbour office", *options)
    return out


def check(rhumb, told, pair):
    shown = rhumb.json("cert", "show", told["name"])
    assert shown["fingerprint_sha256"] == fingerprint(pair[0]) and shown["origin"] == "import" and shown["chain_length"] == 2


def test_a_pair_of_pem_files(rhumb, authority, pair):
    told = rhumb.json("cert", "import", pair[0], "--key", pair[1], "--intermediates", authority.intermediate, "--as", "pair")
    assert told["name"] == "pair"
    check(rhumb, told, pair)


@pytest.mark.parametrize("how", ["file", "environment", "input"])
def test_the_password_comes_from_where_it_is_told(rhumb, authority, pair, tmp_path, password_file, how):
    file = pkcs12(tmp_path, authority, pair)
    options = {"file": (("--password-file", password_file), {}), "environment": (("--password-env", "SECRET"), {"environment": {"SECRET": PASSWORD}}),
               "input": (("--password-file", "-"), {"data": PASSWORD + "\r\n"})}[how]

    rhumb.command("cert", "import", file, "--as", f"by-{how}", *options[0], **options[1])

    shown = rhumb.json("cert", "show", f"by-{how}")
    assert shown["fingerprint_sha256"] == fingerprint(pair[0]) and shown["friendly_name"] == "Harbour office"


def test_the_password_is_asked_for_at_a_terminal_without_being_shown(rhumb, authority, pair, tmp_path):
    with Person(rhumb, "cert", "import", pkcs12(tmp_path, authority, pair), "--as", "typed") as person:
        person.answer("assword", "wrong one")
        person.answer("assword", PASSWORD)
        assert person.end() == 0
    assert PASSWORD not in person.seen and "wrong one" not in person.seen
    assert rhumb.json("cert", "show", "typed")["fingerprint_sha256"] == fingerprint(pair[0])


def test_a_password_is_never_an_argument(rhumb, pair):
    assert rhumb.command("cert", "import", pair[0], "--password", "secret", check=False).returncode == 2


@pytest.mark.parametrize("options", [("-legacy",), ("-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")], ids=["RC2", "3DES"])
def test_old_encryption_is_read_or_it_is_said_why_not(rhumb, authority, tmp_path, password_file, options):
    pair = authority.pair(f"old{len(options)}.test")
    try:
        file = pkcs12(tmp_path, authority, pair, PASSWORD, *options)
    except AssertionError:
        pytest.skip("this openssl does not write it")
    done = rhumb.command("cert", "import", file, "--password-file", password_file, check=False)
    assert done.returncode == 0 or "legacy" in done.stderr


def test_an_empty_password_is_not_the_same_as_a_wrong_one(rhumb, authority, pair, tmp_path):
    rhumb.command("cert", "import", pkcs12(tmp_path, authority, pair, ""), "--as", "empty")
    locked = rhumb.command("cert", "import", pkcs12(tmp_path, authority, pair), "--as", "locked", check=False)
    wrong = rhumb.command("cert", "import", tmp_path / "both.p12", "--as", "locked", "--password-file", "-", data="no\n", check=False)
    assert locked.returncode == 1 and "password" in locked.stderr and "--password-file" in locked.stderr
    assert wrong.returncode == 1 and "password" in wrong.stderr and wrong.stderr != locked.stderr


def test_an_encrypted_key_beside_its_certificate(rhumb, authority, pair, tmp_path, password_file):
    locked = tmp_path / "locked.key"
    run(openssl(), "pkcs8", "-topk8", "-in", pair[1], "-out", locked, "-passout", f"pass:{PASSWORD}", "-v2", "aes-256-cbc")
    told = rhumb.json("cert", "import", pair[0], "--key", locked, "--intermediates", authority.intermediate, "--password-file", password_file, "--as", "pkcs8")
    check(rhumb, told, pair)


def test_what_does_not_belong_together_is_refused(rhumb, authority, pair, tmp_path):
    stranger = ec_key(tmp_path / "stranger.key")
    cases = [((pair[0],), "key"), ((pair[0], "--key", stranger, "--intermediates", authority.intermediate), "belong"), ((pair[1],), "certificate"),
             ((pair[0], "--key", pair[1], "--offline", "--as", "bare"), "--intermediates")]
    for words, word in cases[:3]:
        done = rhumb.command("cert", "import", *words, check=False)
        assert done.returncode == 3 and word in done.stderr, done
    taken = rhumb.command("cert", "import", pair[0], "--key", pair[1], "--intermediates", authority.intermediate, "--as", "auto", check=False)
    assert taken.returncode == 3 and "--replace" in taken.stderr


def test_what_is_given_away_has_no_key_unless_that_is_asked_for(rhumb, authority, pair, tmp_path):
    rhumb.command("cert", "import", pair[0], "--key", pair[1], "--intermediates", authority.intermediate, "--as", "given", "--replace")
    for form in ("der", "pem", "chain", "p7b"):
        out = tmp_path / f"out.{form}"
        rhumb.command("cert", "export", "given", "--format", form, "--out", out)
        assert b"PRIVATE KEY" not in out.read_bytes()
    for form in ("pfx", "key"):
        done = rhumb.command("cert", "export", "given", "--format", form, "--out", tmp_path / "no", check=False)
        assert done.returncode == 2 and "--with-key" in done.stderr and not (tmp_path / "no").exists()
    assert run(openssl(), "x509", "-inform", "DER", "-in", tmp_path / "out.der", "-noout", "-subject")
    assert run(openssl(), "pkcs7", "-in", tmp_path / "out.p7b", "-inform", p7b_form(tmp_path / "out.p7b"), "-print_certs").count(b"BEGIN CERTIFICATE") == 2


def p7b_form(file):
    return "PEM" if file.read_bytes().startswith(b"-----") else "DER"


@pytest.mark.parametrize("options", [(), ("--compatible",)], ids=["modern", "compatible"])
def test_a_key_goes_out_under_a_password_into_a_file_for_its_owner_alone(rhumb, tmp_path, options):
    out = tmp_path / "out.pfx"

    rhumb.command("cert", "export", "auto", "--format", "pfx", "--with-key", "--password-file", "-", "--out", out, *options, data="changeit\n")

    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    read = run(openssl(), "pkcs12", "-in", out, "-passin", "pass:changeit", "-nodes")
    assert b"PRIVATE KEY" in read and read.count(b"BEGIN CERTIFICATE") == 2
    assert b"PrivateKeyEntry" in run("keytool", "-list", "-storetype", "PKCS12", "-keystore", out, "-storepass", "changeit")


def test_a_key_file_is_not_written_over_unless_told(rhumb, tmp_path):
    out = tmp_path / "precious.pem"
    out.write_text("precious")
    words = ("cert", "export", "auto", "--format", "key", "--with-key", "--insecurely-without-password", "--out", out)

    refused = rhumb.command(*words, check=False)
    assert refused.returncode == 1 and "--yes" in refused.stderr and out.read_text() == "precious"

    rhumb.command(*words, "--yes")
    assert b"PRIVATE KEY" in out.read_bytes() and stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_new_password_is_asked_for_twice(rhumb, tmp_path):
    words = ("cert", "export", "auto", "--format", "pfx", "--with-key", "--out", tmp_path / "typed.pfx")
    with Person(rhumb, *words) as person:
        person.answer("assword", "first")
        person.answer("once more", "second")
        assert person.end() == 1 and "differ" in person.seen
    assert not (tmp_path / "typed.pfx").exists()
    with Person(rhumb, *words) as person:
        person.answer("assword", PASSWORD)
        person.answer("once more", PASSWORD)
        assert person.end() == 0
    assert run(openssl(), "pkcs12", "-in", tmp_path / "typed.pfx", "-passin", f"pass:{PASSWORD}", "-noout") == b""


def test_a_mirror_keeps_files_for_other_software(rhumb, tmp_path):
    folder = tmp_path / "live"
    seen = tmp_path / "hook"
    rhumb.command("cert", "self-sign", "--name", "mirrored.test")
    rhumb.command("cert", "mirror", "mirrored.test", "--to", folder, "--hook", f"echo $RHUMB_CERTIFICATE >> {seen}")
    first = fingerprint(folder / "fullchain.pem")
    assert stat.S_IMODE((folder / "privkey.pem").stat().st_mode) == 0o600

    rhumb.command("cert", "renew", "mirrored.test")

    assert fingerprint(folder / "fullchain.pem") != first
    assert seen.read_text().split() == ["mirrored.test"] * 2
    key = run(openssl(), "pkey", "-in", folder / "privkey.pem", "-pubout")
    assert key == run(openssl(), "x509", "-in", folder / "fullchain.pem", "-noout", "-pubkey")
    assert [one["certificate"] for one in rhumb.json("cert", "mirror")] == ["mirrored.test"]
    rhumb.command("cert", "mirror", "mirrored.test", "--stop")
    assert rhumb.json("cert", "mirror") == [] and (folder / "privkey.pem").exists()
