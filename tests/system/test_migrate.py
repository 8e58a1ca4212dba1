"""rhumb security migrate, and --store: users and roles from one place to another and back, with a real PostgreSQL."""

import json

import pytest

import postgresql
from fake_store import FakeStore

GOOD = "correct horse battery"
PASSWORDS = {"root": "the root of all maps", "ann": GOOD, "bob": "bob's own sentence"}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    if postgresql.programs() is None:
        pytest.skip("there is no PostgreSQL")
    with postgresql.Postgres(tmp_path_factory.mktemp("postgresql")) as one:
        yield one


@pytest.fixture
def accounts(database):
    """A schema of the test's own, and its part of a configuration."""
    accounts.count = getattr(accounts, "count", 0) + 1
    return f"""
[[security.provider]]
name = "accounts"
kind = "postgresql"
host = "localhost"
port = {database.port}
database = "{database.database}"
user = "{database.user}"
password_from = "store:accounts"
roots_file = "{database.roots_file}"
schema = "people_{accounts.count}"
administrators = ["bosses"]
"""


@pytest.fixture
def rhumb(server):
    """Three users, of whom root is a local administrator; nothing runs."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    add(one, "root", "--role", "administrators")
    add(one, "ann", "--full-name", "Ann O'Hara", "--email", "ann@example.org")
    add(one, "bob", "--expires", "2099-12-31")
    one.command("user", "add", "eve", "--no-password")
    one.command("user", "disable", "eve")
    one.command("role", "add", "planners", "--description", "draw plans")
    one.command("role", "give", "planners", "--to", "user:ann", "--to", "user:root")
    one.command("role", "give", "publishers", "--to", "role:planners")
    return one


def add(rhumb, name, *options):
    return rhumb.command("user", "add", name, "--password-file", "-", *options, data=PASSWORDS[name] + "\n")


def apply(rhumb, text):
    file = rhumb.folder / "next.toml"
    file.write_text(text)
    return rhumb.command("config", "apply", file)


def configure(rhumb, database, more, head=""):
    rhumb.command("secret", "set", "accounts", "--value-file", "-", data=database.password + "\n")
    apply(rhumb, head + rhumb.command("config", "export").stdout + more)


def migrate(rhumb, *options, check=True):
    done = rhumb.command("security", "migrate", *options, "--json", check=check)
    return json.loads(done.stdout) if check else done


def steps(plan):
    return {(step["act"], step["what"] + (" in " + step["role"] if "role" in step else "")): step["detail"] for step in plan["steps"]}


def names(rhumb, store):
    return [user["name"] for user in rhumb.json("user", "list", "--store", store)]


def signs_in(rhumb, name, password):
    """By the token service of a server that runs."""
    answer = rhumb.request("/arcgis/tokens/generateToken", method="POST", scheme="https",
                           data={"username": name, "password": password, "client": "requestip", "f": "json"})
    return "token" in answer.json()


def test_users_go_into_a_database_with_their_passwords_and_come_back(rhumb, database, accounts):
    configure(rhumb, database, accounts)
    assert "are made" in rhumb.command("security", "make-tables", "accounts").stdout
    assert "there already" in rhumb.command("security", "make-tables", "accounts").stdout

    plan = migrate(rhumb, "--from", "embedded", "--to", "accounts", "--dry-run")
    said = steps(plan)
    assert said[("add", "user:ann")] == "with the password"
    assert said[("add", "user:eve")] == "has no password"
    assert "stays" in said[("leave", "user:root")]
    assert "administrators of the provider" in said[("add", "role:administrators")]
    assert ("add", "user:ann in planners") in said and ("add", "user:root in planners") not in said
    assert not plan["done"] and names(rhumb, "accounts") == []

    done = migrate(rhumb, "--from", "embedded", "--to", "accounts")
    assert done["done"] and done["added"] == plan["added"]
    assert names(rhumb, "accounts") == ["ann", "bob", "eve"]
    assert set(names(rhumb, "embedded")) == {"ann", "bob", "eve", "root"}, "nothing is taken away"
    ann = rhumb.json("user", "show", "ann", "--store", "accounts")
    assert (ann["full_name"], ann["email"], ann["roles"]) == ("Ann O'Hara", "ann@example.org", ["planners", "publishers"])
    assert rhumb.json("user", "show", "eve", "--store", "accounts")["state"] == "disabled"
    assert rhumb.json("user", "show", "bob", "--store", "accounts")["expires"] == "2100-01-01T00:00:00Z"
    again = migrate(rhumb, "--from", "embedded", "--to", "accounts")
    assert again["added"] == again["changed"] == 0

    apply(rhumb, rhumb.command("config", "export").stdout.replace("[[security.provider]]", '[security]\nusers = "accounts"\nroles = "accounts"\n\n[[security.provider]]'))
    rhumb.command("user", "change", "ann", "--email", "ann@elsewhere.example")
    assert rhumb.json("user", "show", "ann", "--store", "embedded")["email"] == "ann@example.org"
    assert "root" in names(rhumb, "accounts") + [user["name"] for user in rhumb.json("user", "list")]

    back = migrate(rhumb, "--from", "accounts", "--to", "embedded", "--users", "--change")
    assert steps(back)[("change", "user:ann")] == "e-mail"
    assert rhumb.json("user", "show", "ann", "--store", "embedded")["email"] == "ann@elsewhere.example"
    events = rhumb.json("audit", "--what", "users.migrated")
    assert [event["subject"] for event in events] == ["embedded", "accounts"]
    everything = b"".join(path.read_bytes() for path in rhumb.data.glob("*.log")) + json.dumps([plan, done, back]).encode()
    assert b"argon2" not in everything


def test_names_are_mapped_and_people_left_out(rhumb, database, accounts):
    configure(rhumb, database, accounts)
    rhumb.command("security", "make-tables", "accounts")
    map_file = rhumb.folder / "names.csv"
    map_file.write_text("user:ann,user:ann.ohara\nuser:eve,\nrole:planners,role:gis planners\n")
    migrate(rhumb, "--from", "embedded", "--to", "accounts", "--map", map_file)
    assert names(rhumb, "accounts") == ["ann.ohara", "bob"]
    roles = {role["name"]: role for role in rhumb.json("role", "list", "--store", "accounts")}
    assert roles["gis planners"]["users"] == ["ann.ohara"]
    assert "planners" not in roles
    map_file.write_text("ann,anna\n")
    refused = migrate(rhumb, "--from", "embedded", "--to", "accounts", "--map", map_file, check=False)
    assert refused.returncode == 3 and "line 1" in refused.stderr


def test_what_is_only_read_gives_its_users_without_passwords(rhumb):
    people = {"zoe": {"password": GOOD, "roles": ["guides"]}, "ann": {"password": GOOD}}
    with FakeStore(people) as county:
        rhumb.command("secret", "set", "county", "--value-file", "-", data=county.secret + "\n")
        apply(rhumb, rhumb.command("config", "export").stdout + county.provider())
        said = steps(migrate(rhumb, "--from", "county", "--to", "embedded"))
        assert said[("add", "user:zoe")] == "without a password: it cannot be taken along"
        assert "is there already" in said[("leave", "user:ann")]
        zoe = rhumb.json("user", "show", "zoe")
        assert zoe["state"] == "no password" and zoe["roles"] == ["guides"]

        refused = migrate(rhumb, "--from", "embedded", "--to", "county", check=False)
        assert refused.returncode == 3 and "changed there" in refused.stderr
        denied = rhumb.command("user", "add", "new", "--no-password", "--store", "county", check=False)
        assert denied.returncode == 1 and "kept in «county»" in denied.stderr
        assert names(rhumb, "county") == ["ann", "zoe"]

        county.mode = "unavailable"
        gone = migrate(rhumb, "--from", "county", "--to", "embedded", check=False)
        assert gone.returncode == 1 and "county" in gone.stderr
        assert "zoe" in names(rhumb, "embedded")


@pytest.mark.parametrize("options, status, said", [
    (("--from", "embedded", "--to", "embedded"), 2, "the same store"),
    (("--from", "embedded", "--to", "nowhere"), 1, "no provider is called «nowhere»"),
    (("--from", "embedded"), 2, "--to"),
])
def test_what_makes_no_sense_is_refused(rhumb, options, status, said):
    refused = rhumb.command("security", "migrate", *options, check=False)
    assert refused.returncode == status and said in refused.stderr + refused.stdout


def test_a_migration_that_is_interrupted_goes_on(rhumb, database, accounts):
    configure(rhumb, database, accounts)
    rhumb.command("security", "make-tables", "accounts")
    rhumb.command("user", "add", "ann", "--no-password", "--store", "accounts")
    first = steps(migrate(rhumb, "--from", "embedded", "--to", "accounts", "--users"))
    assert "is there already" in first[("leave", "user:ann")]
    assert names(rhumb, "accounts") == ["ann", "bob", "eve"]


def test_local_administrators_are_changed_wherever_users_are(rhumb):
    with FakeStore({"zoe": {"password": GOOD, "roles": []}}) as county:
        rhumb.command("secret", "set", "county", "--value-file", "-", data=county.secret + "\n")
        text = rhumb.command("config", "export").stdout + '[security]\nusers = "county"\nroles = "county"\n' + county.provider()
        apply(rhumb, text)
        assert [user["name"] for user in rhumb.json("user", "list")] == ["root", "zoe"]
        rhumb.command("user", "password", "root", "--password-file", "-", data="another good sentence\n")
        denied = rhumb.command("user", "remove", "zoe", "--yes", check=False)
        assert denied.returncode == 1 and "--store embedded" in denied.stderr
        county.go()
        gone = rhumb.command("user", "list", check=False)
        assert gone.returncode == 1 and "county" in gone.stderr
        assert "root" in names(rhumb, "embedded")
        rhumb.command("user", "password", "root", "--password-file", "-", data="a third good sentence\n")
