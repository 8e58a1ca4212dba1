"""rhumb secret: passwords and keys for other servers, kept sealed."""

import sqlite3

import pytest

from administration import add_people
from harness import wait_until
from person import Person

VALUE = "correct horse battery staple"
CONFIG = """
[[security.provider]]
name = "county"
kind = "ldap"
urls = ["ldaps://ldap.example.org"]
user_base = "dc=example,dc=org"
bind_dn = "cn=rhumb"
password_from = "store:county"
"""


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    return one


def put(rhumb, name, value=VALUE, check=True):
    return rhumb.command("secret", "set", name, "--value-file", "-", data=value + "\n", check=check)


def names(rhumb):
    return [secret["name"] for secret in rhumb.json("secret", "list")]


def configure(rhumb, more):
    file = rhumb.folder / "more.toml"
    file.write_text(rhumb.command("config", "export").stdout + more)
    return rhumb.command("config", "apply", file, check=False)


def everything(rhumb):
    return b"".join(path.read_bytes() for path in rhumb.data.rglob("*") if path.is_file())


def test_a_secret_is_kept_sealed_changed_and_removed(rhumb):
    assert put(rhumb, "county").stdout == 'The secret «county» is kept. No provider needs it yet; in the configuration: password_from = "store:county"\n'
    assert "another one now" in put(rhumb, "county", "another value").stdout
    put(rhumb, "accounts")
    assert names(rhumb) == ["accounts", "county"]
    assert rhumb.json("secret", "list")[1]["used_by"] == []
    assert VALUE.encode() not in everything(rhumb) and b"another value" not in everything(rhumb)
    rhumb.command("secret", "remove", "county")
    assert names(rhumb) == ["accounts"]
    gone = rhumb.command("secret", "remove", "county", check=False)
    assert gone.returncode == 1 and "there is no secret «county»" in gone.stderr


def test_no_value_is_shown_by_anything(rhumb):
    put(rhumb, "county")
    said = [rhumb.command("secret", "list").stdout, rhumb.command("secret", "list", "--json").stdout, rhumb.command("audit", "--json").stdout]
    assert all("county" in one and VALUE not in one for one in said)
    events = rhumb.json("audit", "--what", "secret")
    assert [(event["what"], event["subject"]) for event in events] == [("secret.added", "county")]


def test_a_secret_is_never_an_argument_and_asked_for_twice(rhumb):
    assert rhumb.command("secret", "set", "county", VALUE, check=False).returncode == 2
    nobody = rhumb.command("secret", "set", "county", check=False)
    assert nobody.returncode == 1 and "--value-file" in nobody.stderr
    with Person(rhumb, "secret", "set", "county") as person:
        person.answer("The secret", VALUE)
        person.answer("once more", VALUE)
        assert person.end() == 0
        assert VALUE not in person.seen
    assert names(rhumb) == ["county"]


def test_a_secret_comes_out_of_the_environment(rhumb):
    rhumb.command("secret", "set", "county", "--value-env", "COUNTY", environment={"COUNTY": VALUE})
    assert names(rhumb) == ["county"]


@pytest.mark.parametrize("name, value, status", [("two words", "x", 2), ("", "x", 2), ("a/b", "x", 2), ("county", "", 1)])
def test_a_secret_that_makes_no_sense_is_refused(rhumb, name, value, status):
    refused = put(rhumb, name, value, check=False)
    assert refused.returncode == status, refused.stderr
    assert names(rhumb) == []


def test_a_secret_that_is_needed_stays_until_somebody_insists(rhumb):
    put(rhumb, "county")
    assert configure(rhumb, CONFIG).returncode == 0
    assert rhumb.json("secret", "list")[0]["used_by"] == ["county"]
    refused = rhumb.command("secret", "remove", "county", check=False)
    assert refused.returncode == 3 and "is needed by county" in refused.stderr
    rhumb.command("secret", "remove", "county", "--yes")
    assert names(rhumb) == []


def test_a_password_in_a_configuration_is_refused_and_not_repeated(rhumb):
    for wrong in ('password = "hunter2-hunter2"', 'password_from = "hunter2-hunter2"'):
        refused = configure(rhumb, CONFIG.replace('password_from = "store:county"', wrong))
        assert refused.returncode == 1, refused.stderr
        assert "rhumb secret set" in refused.stderr and "hunter2" not in refused.stdout + refused.stderr
    assert b"hunter2" not in everything(rhumb)


def test_a_change_of_the_master_key_seals_secrets_anew(rhumb):
    put(rhumb, "county")
    sealed = lambda: sqlite3.connect(rhumb.data / "rhumb.db").execute("SELECT sealed FROM secret").fetchone()[0]
    before = sealed()
    rhumb.command("keys", "rotate")
    assert sealed()[4:12] != before[4:12]
    put(rhumb, "county", "still taken")


def test_secrets_come_back_with_a_backup(rhumb):
    put(rhumb, "county")
    file = rhumb.folder / "all.backup"
    rhumb.command("backup", "create", "--out", file)
    rhumb.command("secret", "remove", "county")
    rhumb.command("backup", "restore", file, "--yes")
    assert names(rhumb) == ["county"]


def test_the_api_takes_secrets_and_gives_none(server):
    rhumb = server(None, "--http", "0", "--https", "0")
    people = add_people(rhumb)
    admin = people["administer"]
    put_by = lambda who, value: who.ask("PUT", "/secrets/county", {"value": value})
    assert put_by(people["publish"], VALUE).status == 403 and put_by(people["nobody"], VALUE).status == 401
    answer = put_by(admin, VALUE)
    assert answer.status == 200 and set(answer.json) == {"name", "created", "changed", "used_by"}
    assert VALUE not in admin.get("/secrets").body.decode() + admin.get("/secrets/county").body.decode()
    assert put_by(admin, "").status == 400
    assert configure(rhumb, CONFIG).returncode == 0
    wait_until(lambda: admin.get("/secrets/county").json["used_by"] == ["county"])
    kept = admin.ask("DELETE", "/secrets/county")
    assert kept.status == 409 and "county" in kept.json["detail"]
    assert admin.ask("DELETE", "/secrets/county?needed=yes").status == 204
    assert admin.ask("DELETE", "/secrets/county?needed=yes").status == 404
