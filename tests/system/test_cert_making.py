"""Certificates that are made here: self-signed, with SelfSSL's switches, by the local authority; its rotation, revocation and lists."""

import subprocess

import pytest

from authority import fingerprint, run, served
from harness import free_port, openssl, wait_until
from person import Person


@pytest.fixture
def rhumb(server):
    return server(None, "--https", free_port(), "--http", free_port())


def text_of(rhumb, name):
    pem = rhumb.command("cert", "export", name, "--format", "pem").stdout
    return run(openssl(), "x509", "-noout", "-text", data=pem.encode()).decode()


def days_of(rhumb, name):
    """How long it is good, in days and the hour by which it is dated back."""
    pem = rhumb.command("cert", "export", name, "--format", "pem").stdout
    dates = run(openssl(), "x509", "-noout", "-dates", "-dateopt", "iso_8601", data=pem.encode()).decode().splitlines()
    begin, end = (run("date", "-d", line.split("=")[1], "+%s") for line in dates)
    return round((int(end) - int(begin)) / 86400, 1)


def test_a_self_signed_certificate_is_for_its_names_and_served_at_once(rhumb):
    rhumb.command("cert", "self-sign", "--name", "try.test", "--name", "192.0.2.7", "--days", 30, "--org", "Harbour Office")

    text = text_of(rhumb, "try.test")
    assert "DNS:try.test, IP Address:192.0.2.7" in text and "CA:FALSE" in text and "TLS Web Server Authentication" in text
    assert 30 <= days_of(rhumb, "try.test") < 30.1
    assert served(rhumb.https_port, "try.test")["subject"].startswith("CN=try.test") or "try.test" in served(rhumb.https_port, "try.test")["subject"]


def test_more_than_825_days_are_made_only_when_told(rhumb):
    refused = rhumb.command("cert", "self-sign", "--name", "long.test", "--days", 826, check=False)
    assert refused.returncode == 3 and "825" in refused.stderr and "--over-825-days" in refused.stderr

    rhumb.command("cert", "self-sign", "--name", "long.test", "--days", 826, "--over-825-days")
    assert days_of(rhumb, "long.test") > 826 - 0.1


def test_selfssl_does_what_its_line_did(rhumb):
    port = free_port()

    done = rhumb.command("selfssl", "/V:365", "/N:CN=myserver", "/K:1024", "/S:1", f"/P:{port}", "/Q")

    assert "1024" in done.stderr and "2048" in done.stderr
    text = text_of(rhumb, "myserver")
    assert "Public-Key: (2048 bit)" in text and "DNS:myserver" in text and 365 <= days_of(rhumb, "myserver") < 365.1
    assert "CN=myserver" in served(port)["subject"]
    # Once more: the one before it gives way.
    before = served(port)["fingerprint"]
    rhumb.command("selfssl", "-n:CN=myserver", f"-p:{port}", "-q")
    assert served(port)["fingerprint"] != before


def test_selfssl_asks_before_it_replaces(rhumb):
    nobody = rhumb.command("selfssl", "/N:CN=asked", check=False)
    assert nobody.returncode == 1 and "/Q" in nobody.stderr
    with Person(rhumb, "selfssl", "/N:CN=asked") as person:
        person.answer("Replace it", "n")
        assert person.end() == 1
    assert [one["name"] for one in rhumb.json("cert", "list")] == ["auto"]
    with Person(rhumb, "selfssl", "/N:CN=asked") as person:
        person.answer("Replace it", "perhaps")
        person.answer(r"\[y/N", "y")
        assert person.end() == 0, person.seen
    assert "CN=asked" in served(rhumb.https_port)["subject"]


@pytest.mark.parametrize("words", [("/X",), ("/S:9",), ("/S:nowhere",), ("/V:0",), ("/P:0",), ("/N:CN=a b",), ("/N:CN=x,C=Norway",), ("junk",)])
def test_selfssl_names_a_wrong_switch(rhumb, words):
    done = rhumb.command("selfssl", *words, "/Q", check=False)
    assert done.returncode == 2 and done.stderr.startswith("rhumb: ")


def test_a_self_signed_one_is_trusted_by_the_browsers_of_this_user(rhumb):
    # The system's own store is left alone: this home is the test's.
    done = rhumb.command("cert", "self-sign", "--name", "trusted.test", "--trust", "--trust-store", "nss")

    listed = subprocess.run(["certutil", "-L", "-d", f"sql:{rhumb.home / '.pki' / 'nssdb'}"], capture_output=True, text=True)
    assert "trusted.test" in listed.stdout and "P,," in listed.stdout, done.stdout + done.stderr
    assert any(one.startswith("nss") for one in rhumb.json("cert", "show", "trusted.test")["trust"]["stores"])


def rhumb_file(rhumb, name):
    file = rhumb.folder / f"{name}.pem"
    rhumb.command("cert", "export", name, "--format", "pem", "--out", file)
    return file


def test_the_local_authority_issues_for_a_server(rhumb):
    rhumb.command("cert", "issue", "--name", "gis.internal", "--name", "10.1.2.3", "--days", 20)

    seen = served(rhumb.https_port, "gis.internal", "-CAfile", rhumb.root_file(), "-verify_hostname", "gis.internal")
    assert seen["verified"] and "gis.internal" in seen["subject"]
    assert 20 <= days_of(rhumb, "gis.internal") < 20.1


def test_it_does_not_vouch_for_what_its_root_may_not(rhumb):
    done = rhumb.command("cert", "issue", "--name", "www.example.org", check=False)
    assert done.returncode == 3 and "www.example.org" in done.stderr and "ca rotate --host" in done.stderr
    assert rhumb.command("cert", "issue", "--name", "a.internal", "--days", 826, check=False).returncode == 2


def test_it_issues_for_a_client_into_a_file_for_that_person(rhumb, tmp_path):
    password = tmp_path / "password"
    password.write_text("secret\n")
    out = tmp_path / "ann.p12"

    rhumb.command("cert", "issue", "--client", "ann@harbour.internal", "--password-file", password, "--out", out)

    pem = run(openssl(), "pkcs12", "-in", out, "-passin", "pass:secret", "-nodes")
    (tmp_path / "ann.pem").write_bytes(pem)
    assert b"PRIVATE KEY" in pem
    chain = tmp_path / "chain.pem"
    chain.write_bytes(run(openssl(), "pkcs12", "-in", out, "-passin", "pass:secret", "-nokeys", "-cacerts"))
    run(openssl(), "verify", "-purpose", "sslclient", "-CAfile", rhumb.root_file(), "-untrusted", chain, tmp_path / "ann.pem")
    assert rhumb.command("cert", "issue", "--client", "bob", "--out", out, "--password-file", password, check=False).returncode == 1  # it is there


def test_renewing_by_hand_gives_a_new_one(rhumb):
    before = served(rhumb.https_port, "localhost")
    rhumb.command("cert", "renew", "auto")
    after = served(rhumb.https_port, "localhost", "-CAfile", rhumb.root_file())
    assert after["fingerprint"] != before["fingerprint"] and after["verified"]
    assert after["subject"] == before["subject"]


def test_a_revoked_one_is_replaced_and_stands_in_the_list_that_the_server_gives(rhumb):
    rhumb.command("cert", "issue", "--name", "stolen.internal")
    old = served(rhumb.https_port, "stolen.internal")
    file = rhumb_file(rhumb, "stolen.internal")
    nobody = rhumb.command("cert", "revoke", "stolen.internal", check=False)
    assert nobody.returncode == 1 and "--yes" in nobody.stderr

    rhumb.command("cert", "revoke", "stolen.internal", "--reason", "keyCompromise", "--yes")

    assert served(rhumb.https_port, "stolen.internal")["fingerprint"] not in (old["fingerprint"],)
    serial = run(openssl(), "x509", "-in", file, "-noout", "-serial").decode().strip().split("=")[1]
    lists = rhumb.json("ca", "crl")
    mine = next(one for one in lists if any(int(line["serial"], 16) == int(serial, 16) for line in one["revoked"]))
    assert mine["revoked"][0]["reason"] == "keyCompromise"

    def listed():
        answer = rhumb.fetch(rhumb.http(mine["path"]))
        if answer.status != 200:
            return None
        text = run(openssl(), "crl", "-inform", "DER", "-noout", "-text", data=answer.body).decode()
        return answer if serial.upper() in text else None

    answer = wait_until(listed, what="the list")
    assert answer.headers["content-type"] == "application/pkix-crl"
    crl = rhumb.folder / "list.pem"
    crl.write_bytes(run(openssl(), "crl", "-inform", "DER", data=answer.body))
    chain = rhumb.folder / "chain.pem"
    chain.write_text(rhumb.command("cert", "export", "auto", "--format", "chain").stdout)
    verified = subprocess.run([openssl(), "verify", "-crl_check", "-CRLfile", str(crl), "-CAfile", rhumb.root_file(), "-untrusted", str(chain), str(file)],
                              capture_output=True, text=True)
    assert verified.returncode != 0 and "revoked" in verified.stderr


def test_what_another_authority_made_is_not_ours_to_revoke(rhumb):
    rhumb.command("cert", "self-sign", "--name", "own.test")
    done = rhumb.command("cert", "revoke", "own.test", "--yes", check=False)
    assert done.returncode == 3
    for words in ((), ("own.test", "--serial", "12"), ("own.test", "--reason", "because")):
        assert rhumb.command("cert", "revoke", *words, "--yes", check=False).returncode == 2


def test_a_new_root_is_made_known_then_activated_and_both_are_good(rhumb):
    old = rhumb.folder / "old.pem"
    rhumb.command("ca", "export", "--out", old)
    nobody = rhumb.command("ca", "rotate", "--now", check=False)
    assert nobody.returncode == 1 and "--yes" in nobody.stderr

    rhumb.command("ca", "rotate", "--by-hand")
    new = rhumb.folder / "new.pem"
    rhumb.command("ca", "export", "--next", "--out", new)
    assert fingerprint(new) != fingerprint(old)
    assert {one["state"] for one in rhumb.json("ca", "show")["authorities"]} == {"active", "next"}
    before = served(rhumb.https_port, "localhost", "-CAfile", old)
    assert before["verified"]
    assert rhumb.command("ca", "rotate", check=False).returncode == 3  # one at a time

    rhumb.command("ca", "rotate", "--activate", "--yes")

    def replaced():
        seen = served(rhumb.https_port, "localhost", "-CAfile", new)
        return seen if seen["fingerprint"] != before["fingerprint"] else None

    seen = wait_until(replaced, 90, "the certificate below the new root")
    assert seen["verified"]
    assert served(rhumb.https_port, "localhost", "-CAfile", old)["verified"], "by the cross certificate"


def test_a_next_root_can_be_given_up(rhumb):
    rhumb.command("ca", "rotate")
    rhumb.command("ca", "rotate", "--cancel")
    assert [one["state"] for one in rhumb.json("ca", "show")["authorities"]].count("active") == 1
    assert "next" not in [one["state"] for one in rhumb.json("ca", "show")["authorities"]]
    assert rhumb.command("ca", "export", "--next", check=False).returncode == 1


def test_the_master_key_is_changed_under_a_running_server(rhumb):
    before = rhumb.json("keys", "show")["key"]
    told = rhumb.json("keys", "rotate")
    assert told["old"] == before and told["new"] == rhumb.json("keys", "show")["key"] != before

    rhumb.command("cert", "renew", "auto")
    assert served(rhumb.https_port, "localhost", "-CAfile", rhumb.root_file())["verified"]
