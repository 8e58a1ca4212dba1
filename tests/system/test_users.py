"""rhumb user, rhumb role: who may sign in, and what they may."""

import sqlite3

import pytest

from person import Person

GOOD = "correct horse battery"


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    return one


def add(rhumb, name, *options, password=GOOD, check=True):
    return rhumb.command("user", "add", name, "--password-file", "-", *options, data=password + "\n", check=check)


def names(rhumb, *options):
    return [user["name"] for user in rhumb.json("user", "list", *options)]


def test_a_user_is_added_shown_changed_and_removed(rhumb):
    add(rhumb, "ann", "--full-name", "Ann O'Hara", "--email", "ann@example.org", "--role", "publishers", "--expires", "2099-12-31")

    ann = rhumb.json("user", "show", "ANN")
    assert ann["full_name"] == "Ann O'Hara" and ann["email"] == "ann@example.org"
    assert ann["state"] == "active" and ann["has_password"]
    assert ann["expires"] == "2100-01-01T00:00:00Z"
    assert ann["roles"] == ["publishers"] and ann["privilege"] == "publish"

    rhumb.command("user", "change", "ann", "--name", "anna", "--expires", "never", "--email", "")
    rhumb.command("user", "disable", "anna")
    anna = rhumb.json("user", "show", "anna")
    assert (anna["state"], anna["expires"], anna["email"], anna["roles"]) == ("disabled", None, "", ["publishers"])
    rhumb.command("user", "enable", "anna")
    assert "active" in rhumb.command("user", "list").stdout

    asked = rhumb.command("user", "remove", "anna", check=False)
    assert asked.returncode == 1 and "--yes" in asked.stderr
    rhumb.command("user", "remove", "anna", "--yes")
    assert names(rhumb) == []


def test_passwords_are_in_the_store_as_hashes_only(rhumb):
    add(rhumb, "ann")
    rows = sqlite3.connect(rhumb.data / "rhumb.db").execute("SELECT password FROM user").fetchall()
    assert len(rows) == 1 and rows[0][0].startswith("$argon2id$v=19$m=65536,t=")
    assert GOOD.encode() not in b"".join(path.read_bytes() for path in rhumb.data.glob("rhumb.db*"))
    shown = rhumb.command("user", "show", "ann", "--json").stdout
    assert "argon2" not in shown and GOOD not in shown


def test_a_password_is_asked_for_twice_and_never_an_argument(rhumb):
    with Person(rhumb, "user", "add", "ann") as person:
        person.answer("password of «ann»", GOOD)
        person.answer("once more", GOOD)
        assert person.end() == 0
        assert "is added" in person.seen and GOOD not in person.seen
    alone = rhumb.command("user", "add", "bob", check=False)
    assert alone.returncode == 1 and "--password-file" in alone.stderr
    assert rhumb.command("user", "add", "bob", "--password", GOOD, check=False).returncode == 2
    assert names(rhumb) == ["ann"]


def test_bad_names_and_passwords_are_refused_with_the_reason(rhumb):
    for name in ("a:b", " ann", "a/b", "x" * 129, ""):
        refused = add(rhumb, name, check=False)
        assert refused.returncode in (2, 3), name
    for password, word in (("tiny", "shorter than 10"), ("aaaaaaaaaaaaaa", "one character")):
        refused = add(rhumb, "ann", password=password, check=False)
        assert refused.returncode == 3 and word in refused.stderr, (password, refused.stderr)
        assert password not in refused.stderr
    too_long = add(rhumb, "ann", password="xy" * 1000, check=False)
    assert too_long.returncode == 1 and "reading" in too_long.stderr and "xyxy" not in too_long.stderr
    assert add(rhumb, "ann", "--role", "nobody", check=False).returncode == 3
    assert add(rhumb, "ann", "--expires", "soon", check=False).returncode == 3
    assert names(rhumb) == []
    add(rhumb, "ann")
    assert "already" in add(rhumb, "Ann", check=False).stderr


def test_the_last_administrator_stays(rhumb):
    add(rhumb, "ann", "--role", "administrators")
    add(rhumb, "bob")
    for command in (("user", "remove", "ann", "--yes"), ("user", "disable", "ann"), ("user", "password", "ann", "--none"),
                    ("role", "take", "administrators", "--from", "user:ann"), ("role", "remove", "administrators", "--yes"),
                    ("role", "change", "administrators", "--privilege", "view"), ("user", "change", "ann", "--expires", "2020-01-01")):
        refused = rhumb.command(*command, check=False)
        assert refused.returncode == 3 and "nobody could sign in who may administer" in refused.stderr, command
    rhumb.command("role", "give", "administrators", "--to", "user:bob")
    rhumb.command("user", "remove", "ann", "--yes")
    assert rhumb.json("user", "show", "bob")["privilege"] == "administer"


def test_roles_have_members_that_are_roles(rhumb):
    rhumb.command("role", "add", "planners", "--description", "draw plans")
    rhumb.command("role", "give", "planners", "--to", "user:ann", "--to", "user:bob")
    rhumb.command("role", "give", "publishers", "--to", "role:planners")
    add(rhumb, "ann")
    assert rhumb.json("user", "show", "ann")["roles"] == ["planners", "publishers"]
    assert rhumb.json("role", "show", "planners")["users"] == ["ann", "bob"]

    circle = rhumb.command("role", "give", "planners", "--to", "role:publishers", check=False)
    assert circle.returncode == 3 and "circle" in circle.stderr
    assert rhumb.command("role", "give", "planners", "--to", "ann", check=False).returncode == 2
    assert rhumb.command("role", "give", "nobody", "--to", "user:ann", check=False).returncode == 1
    assert rhumb.command("role", "add", "everyone", check=False).returncode == 3

    rhumb.command("role", "take", "planners", "--from", "user:ann")
    assert rhumb.json("user", "show", "ann")["roles"] == []
    rhumb.command("role", "change", "planners", "--name", "draughtsmen", "--privilege", "publish")
    assert [role["name"] for role in rhumb.json("role", "list")] == ["administrators", "draughtsmen", "publishers"]
    rhumb.command("role", "remove", "draughtsmen", "--yes")
    assert rhumb.json("role", "show", "publishers")["roles"] == []


def test_many_users_come_out_of_a_table(rhumb, tmp_path):
    table = tmp_path / "users.csv"
    table.write_text("\ufeffName;Full Name;Roles;Password\n" + "".join(f"user{i:03};Number {i};publishers;\n" for i in range(150)) +
                     f"ann;Ann;\"publishers,administrators\";{GOOD}\n", encoding="utf-8")
    planned = rhumb.json("user", "import", table, "--dry-run")
    assert not planned["done"] and len(planned["steps"]) == 151 and names(rhumb) == []

    done = rhumb.command("user", "import", table)
    assert "Added: 151" in done.stdout and "delete it" in done.stderr
    assert len(names(rhumb)) == 100 and len(names(rhumb, "--count", "1000")) == 151
    assert names(rhumb, "--after", "user148") == ["user149"]
    assert names(rhumb, "--contains", "number 14") == ["user014"] + [f"user{i}" for i in range(140, 150)]
    assert rhumb.json("user", "show", "ann")["privilege"] == "administer"
    again = rhumb.json("user", "import", table, "--change")
    assert {step["act"] for step in again["steps"] if step["user"] != "ann"} == {"leave"}


def test_a_table_with_faults_changes_nothing_and_names_every_line(rhumb, tmp_path):
    table = tmp_path / "users.csv"
    table.write_text("name,roles,password\nann,,\nb:b,,\ncy,,short\n")
    refused = rhumb.command("user", "import", table, check=False)
    assert refused.returncode == 3
    assert "line 3" in refused.stderr and "line 4" in refused.stderr
    table.write_text("name,roles\nann,nowhere\n")
    refused = rhumb.command("user", "import", table, check=False)
    assert refused.returncode == 3 and "there is no role «nowhere»" in refused.stderr
    assert names(rhumb) == []


def test_every_change_is_in_the_audit_trail_with_who_made_it(rhumb):
    add(rhumb, "ann", "--role", "publishers")
    rhumb.command("user", "change", "ann", "--full-name", "Ann")
    rhumb.command("user", "password", "ann", "--password-file", "-", data="another good one\n")
    events = sqlite3.connect(rhumb.data / "rhumb.db").execute("SELECT what, subject, detail, from_where FROM event").fetchall()
    ours = [event for event in events if event[0].startswith(("user.", "role."))]
    assert [event[:2] for event in ours] == [("user.added", "ann"), ("role.given", "publishers"), ("user.changed", "ann"),
                                             ("user.password-changed", "ann")]
    assert all(event[3] == "command line" for event in ours)
    assert "good" not in str(ours)


def test_before_the_first_start_the_remedy_is_told(rhumb, tmp_path):
    rhumb.data = tmp_path / "nothing"
    refused = rhumb.command("user", "list", check=False)
    assert refused.returncode == 1 and "rhumb serve" in refused.stderr
