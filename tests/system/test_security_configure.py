"""rhumb security configure: the wizard at a terminal, by switches, left at every step, killed, taken back."""

import contextlib
import json
import os
import pathlib
import re
import signal
import sqlite3

import pytest

import slapd
from installation import Installation, end_at_every_step, make_ender
from person import Person

GOOD = "correct horse battery"
NOBODY = "ldaps://127.0.0.1:1"  # nobody answers there


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    return one


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    if not slapd.is_there():
        pytest.skip("there is no slapd")
    entries = [slapd.person("ann", "the password of ann"), slapd.person("bob", "the password of bob"), slapd.group("gis-admins", "ann")]
    with slapd.Slapd(tmp_path_factory.mktemp("slapd"), entries) as one:
        yield one


def rows(data, query):
    with contextlib.closing(sqlite3.connect(data / "rhumb.db")) as store:
        return store.execute(query).fetchall()


def state(data):
    """All that the wizard touches."""
    return {"revisions": rows(data, "SELECT number, text FROM revision ORDER BY number"),
            "users": rows(data, "SELECT name FROM user ORDER BY name"),
            "roles": rows(data, "SELECT * FROM role_member ORDER BY 1, 2, 3"),
            "secrets": rows(data, "SELECT name FROM secret ORDER BY name"),
            "undo": rows(data, "SELECT count(*) FROM setting WHERE key = 'wizard-undo'")}


def configure(rhumb, *arguments, check=True, **options):
    return rhumb.command("security", "configure", *arguments, check=check, **options)


def with_administrator(rhumb):
    rhumb.command("user", "add", "ada", "--password-file", "-", "--role", "administrators", data=GOOD + "\n")


ADMINISTRATOR = ("--administrator", "ada", "--password-env", "PASSWORD")
SECRETS = {"PASSWORD": GOOD, "SECRET": "what rhumb searches with"}

# Question and answer, up to the summary.
LDAP = [("Where users are kept", "new:ldap"), ("Where roles are kept", ""), ("What Rhumb calls it", "county"),
        ("Address of the directory", NOBODY), ("Where users are", "dc=example,dc=org"),
        ("As whom Rhumb searches", "cn=rhumb,dc=example,dc=org"), ("Password of who searches", "hush hush"),
        ("Look at the other", ""), ("What now", "on"),
        ("Minutes a token counts", "30"), ("Minutes a token counts at most", ""), ("Minutes a browser may be idle", ""),
        ("Hours a browser stays", ""), ("Look at the other", ""), ("Name to sign in with", "ada"), ("Full name", ""), ("Password", GOOD), ("once more", GOOD)]


def give(person, answers):
    for question, answer in answers:
        person.answer(question, answer)


def test_a_person_walks_it_in_rhumbs_own_store_alone(rhumb):
    with Person(rhumb, "security", "configure") as person:
        person.answer("Where users are kept", "?")
        person.wait_for("Local administrators can")
        person.answer("Where users are kept", "99")
        person.wait_for("is to be one of embedded")
        give(person, [("Where users are kept", "1"), ("Where roles are kept", "<"), ("Where users are kept", ""), ("Where roles are kept", ""),
                      ("Minutes a token counts", "soon")])
        person.wait_for("whole number")
        give(person, [("Minutes a token counts", "45"), ("at most", "30"), ("idle", ""), ("Hours", ""), ("Look at", "")])
        person.wait_for("That cannot be: long_minutes")
        give(person, [("Minutes a token counts", ""), ("at most", "60"), ("idle", ""), ("Hours", ""), ("Look at", ""), ("Name to sign in with", ""),
                      ("Name to sign in with", "ada"), ("Full name", "Ada"), ("Password", "short"), ("once more", "short")])
        person.wait_for("That cannot be: the password is shorter than 10")
        give(person, [("Name to sign in with", ""), ("Full name", ""), ("Password", GOOD), ("once more", "another one")])
        person.wait_for("The two differ")
        give(person, [("Password", "mistyped " + GOOD), ("once more", "<"), ("Password", GOOD), ("once more", GOOD)])
        person.wait_for("minutes a token counts: 45 instead of 60")
        person.answer("Apply this", "yes")
        assert person.end() == 0
        assert GOOD not in person.seen and "Step 4 of 5: First administrator" in person.seen
        assert max(len(line) for line in person.seen.replace("\r", "").splitlines()) <= 80
    ada = rhumb.json("user", "show", "ada")
    assert ada["privilege"] == "administer" and ada["has_password"] and ada["full_name"] == "Ada"
    shown = rhumb.json("security", "show")
    assert shown["tokens"] == {"short_minutes": 45, "long_minutes": 60} and shown["can_undo"]


def leave(rhumb, answers, how):
    with Person(rhumb, "security", "configure") as person:
        give(person, answers)
        person.wait_for(r"[:\]] $")
        how(person)
        return person.end()


def test_leaving_at_any_question_changes_nothing(rhumb):
    before = state(rhumb.data)
    for count in range(len(LDAP)):
        assert leave(rhumb, LDAP[:count], lambda person: person.type("q\n")) == 1, LDAP[count]
        assert state(rhumb.data) == before, LDAP[count]


@pytest.mark.parametrize("how,code", [("\x03", -signal.SIGINT), ("\x04", 1)])
def test_leaving_by_the_keyboard_changes_nothing(rhumb, how, code):
    before = state(rhumb.data)
    for count in (0, 3, 10, len(LDAP) - 1, len(LDAP)):
        # Where nothing is shown, Ctrl-C only breaks the question off: no terminal is left silent.
        is_hidden = count == len(LDAP) - 1
        assert leave(rhumb, LDAP[:count], lambda person: person.type(how)) == (1 if is_hidden else code)
        assert state(rhumb.data) == before


def test_a_no_at_the_end_changes_nothing(rhumb):
    before = state(rhumb.data)
    with Person(rhumb, "security", "configure") as person:
        give(person, LDAP)
        person.answer("Apply this", "no")
        assert person.end() == 1
    assert state(rhumb.data) == before


def test_a_directory_is_connected_after_a_wrong_password_was_mended(server, directory):
    rhumb = server(None, "--http", "0", "--https", "0")
    with_administrator(rhumb)
    with Person(rhumb, "security", "configure", seconds=60) as person:
        give(person, [("Where users are kept", "new:ldap"), ("Where roles are kept", "new:ldap"), ("What Rhumb calls it", "county"),
                      ("Address of the directory", directory.url), ("Where users are", slapd.PEOPLE), ("Where groups are", slapd.GROUPS),
                      ("As whom Rhumb searches", slapd.SERVICE), ("Password of who searches", "wrong"),
                      ("may administer here", "gis-admins"), ("may publish here", ""), ("Look at the other", "yes")])
        person.wait_for("Where that password is")
        while "File with the root" not in person.seen:
            person.type("\n")
            person.wait_for(r"[:\]] $")
        person.type(f"{directory.roots_file}\n")
        give(person, [("Connect without encryption", ""), ("Entries of one answer", ""), ("Seconds for which", ""), ("Seconds to wait", ""),
                      ("Connections at a time", "")])
        person.wait_for("FAILED")
        person.wait_for("What to do")
        give(person, [("What now", "1"), ("What Rhumb calls it", ""), ("Address of the directory", ""), ("Where users are", ""), ("Where groups are", ""),
                      ("As whom Rhumb searches", ""), ("Password of who searches", slapd.SERVICE_PASSWORD), ("may administer here", ""),
                      ("may publish here", ""), ("Look at the other", "")])
        person.wait_for("can be made")
        give(person, [("Minutes a token counts", ""), ("at most", ""), ("idle", ""), ("Hours", ""), ("Look at", "")])
        person.answer("Apply this", "yes")
        code = person.end()
        assert code == 0, person.seen
        assert slapd.SERVICE_PASSWORD not in person.seen and "what the configuration says" in person.seen
    assert rows(rhumb.data, "SELECT name FROM secret") == [("county-password",)]
    assert rhumb.json("user", "show", "ann")["privilege"] == "administer"
    assert rhumb.json("user", "show", "ada")["privilege"] == "administer"


def test_switches_name_all_that_lacks_at_once_and_change_nothing(rhumb):
    before = state(rhumb.data)
    done = configure(rhumb, "--users", "ldap", "--yes", check=False)
    assert done.returncode == 2
    for word in ("connection.urls", "connection.user_base", "administrator.name", "administrator.password", "--provider urls=", "--administrator"):
        assert word in done.stderr.replace("\n  ", " "), done.stderr
    told = json.loads(configure(rhumb, "--users", "ldap", "--json", "--yes", check=False).stdout)
    assert [fault["missing"] for fault in told["faults"]] == [True] * 4
    for wrong in (["--users", "ldab"], ["--set", "short_minutes=soon"], ["--set", "short_minutes"], ["--provider", "urls=x", "--users", "ldap"]):
        assert configure(rhumb, *wrong, "--yes", check=False).returncode == 2, wrong
    assert configure(rhumb, check=False).returncode == 2  # nobody can be asked
    assert state(rhumb.data) == before


def test_a_connection_that_cannot_be_made_is_in_the_way_until_somebody_goes_on_knowingly(rhumb):
    with_administrator(rhumb)
    before = state(rhumb.data)
    switches = ["--users", "ldap", "--provider", f"urls={NOBODY}", "--provider", "user_base=dc=example", "--yes"]
    done = configure(rhumb, *switches, check=False)
    assert done.returncode == 3 and "FAILED" in done.stdout and "What to do" in done.stdout, done.stdout
    assert state(rhumb.data) == before
    configure(rhumb, *switches, "--in-spite-of-test")
    assert rhumb.json("security", "show")["places"]["users"] == "ldap"


def test_it_may_be_run_again_keeps_what_it_is_not_asked_to_change_and_is_taken_back(rhumb):
    before = state(rhumb.data)
    switches = ["--users", "ldap", "--provider", f"urls={NOBODY}", "--provider", "user_base=dc=example", "--provider", "bind_dn=cn=r,dc=example",
                "--secret-env", "SECRET", "--in-spite-of-test", *ADMINISTRATOR]
    dry = configure(rhumb, *switches, "--dry-run", environment=SECRETS)
    assert "users move from" in dry.stdout and "+users = \"ldap\"" in dry.stdout and SECRETS["SECRET"] not in dry.stdout
    assert state(rhumb.data) == before

    told = json.loads(configure(rhumb, *switches, "--yes", "--json", environment=SECRETS).stdout)
    assert told["applied"] == {"revision": 2, "changed": True, "administrator": "ada", "secrets": ["ldap-password"], "tables": []}
    assert told["connections"][0]["good"] is False and told["connections"][0]["in_the_way"] is False
    first = state(rhumb.data)

    assert "nothing changes" in configure(rhumb, "--yes").stdout
    assert state(rhumb.data) == first
    configure(rhumb, "--set", "idle_minutes=7", "--yes")
    after = rhumb.command("config", "export").stdout
    assert "idle_minutes = 7" in after and f'urls = ["{NOBODY}"]' in after and 'password_from = "store:ldap-password"' in after

    undone = configure(rhumb, "--undo", "--yes")
    assert "as it was in revision 2" in undone.stdout
    assert state(rhumb.data)["revisions"][-1][1] == first["revisions"][-1][1]
    assert configure(rhumb, "--undo", "--yes", check=False).returncode == 1  # nothing left
    rhumb.command("config", "rollback", "1")


def test_undo_takes_all_of_it_back_and_refuses_what_others_have_changed(rhumb):
    before = state(rhumb.data)
    switches = ["--users", "ldap", "--provider", f"urls={NOBODY}", "--provider", "user_base=dc=example", "--provider", "bind_dn=cn=r,dc=example",
                "--secret-env", "SECRET", "--in-spite-of-test", *ADMINISTRATOR, "--yes"]
    configure(rhumb, *switches, environment=SECRETS)
    configure(rhumb, "--undo", "--yes")
    after = state(rhumb.data)
    assert after["revisions"][-1][1] == before["revisions"][-1][1]
    for thing in ("users", "roles", "secrets", "undo"):
        assert after[thing] == before[thing]

    configure(rhumb, *switches, environment=SECRETS)
    (rhumb.folder / "other.toml").write_text(rhumb.command("config", "export").stdout + "\n[gis]\nmax_records = 7\n")
    rhumb.command("config", "apply", rhumb.folder / "other.toml")
    changed = state(rhumb.data)
    refused = configure(rhumb, "--undo", "--yes", check=False)
    assert refused.returncode == 1 and "config rollback 3" in refused.stderr, refused.stderr
    assert state(rhumb.data) == changed


def test_answers_come_from_a_file_of_either_kind(rhumb):
    with_administrator(rhumb)
    answers = {"users": {"place": "new:program"}, "connection": {"name": "own", "command": ["/nowhere/people", "a b"], "in_spite_of_test": True},
               "settings": {"absolute_hours": 3}}
    (rhumb.folder / "answers.json").write_text(json.dumps(answers))
    (rhumb.folder / "answers.toml").write_text('[users]\nplace = "new:program"\n[connection]\nname = "own"\ncommand = ["/nowhere/people", "a b"]\n'
                                               "in_spite_of_test = true\n[settings]\nabsolute_hours = 3\n")
    told = [json.loads(configure(rhumb, "--answers", rhumb.folder / f"answers.{kind}", "--dry-run", "--json").stdout) for kind in ("json", "toml")]
    assert told[0]["summary"] == told[1]["summary"] and "absolute_hours = 3" in told[0]["summary"]["difference"]
    (rhumb.folder / "bad.toml").write_text("users = = 1")
    bad = configure(rhumb, "--answers", rhumb.folder / "bad.toml", "--yes", check=False)
    assert bad.returncode == 2 and "bad.toml:1" in bad.stderr


def test_where_the_configuration_is_a_file_it_says_what_to_write_there(server):
    rhumb = server()
    before = rhumb.config_file.read_text()
    switches = ["--users", "ldap", "--provider", f"urls={NOBODY}", "--provider", "user_base=dc=example", "--provider", "bind_dn=cn=r,dc=example",
                "--secret-env", "SECRET", "--in-spite-of-test", *ADMINISTRATOR, "--yes"]
    told = configure(rhumb, *switches, environment=SECRETS).stdout
    for word in (str(rhumb.config_file), '[[security.provider]]', 'users = "ldap"', "rhumb secret set ldap-password", "rhumb user add ada --role administrators",
                 "Nothing was changed"):
        assert word in told.replace("\n", " ") or word in told, told
    assert "[[site]]" not in told.split("Write this there")[1] and SECRETS["SECRET"] not in told
    assert rhumb.config_file.read_text() == before and rows(rhumb.data, "SELECT count(*) FROM user") == [(0,)]
    # What it says is good where it is written.
    toml = told.split("security:\n\n")[1].split("\n\nBefore that")[0]
    (rhumb.folder / "next.toml").write_text(before + "\n" + toml + "\n")
    rhumb.command("config", "check", rhumb.folder / "next.toml")


class World(Installation):
    """A data directory before the wizard."""

    def copy(self, data):
        one = World(super().copy(data).data, self.environment["HOME"])
        one.environment["SECRET"] = SECRETS["SECRET"]
        return one

    def state(self):
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        return state(self.data)


def test_a_kill_at_any_step_leaves_the_old_or_the_new(server, tmp_path):
    first = server(None, "--http", "0", "--https", "0")
    first.stop()
    with_administrator(first)  # the cost of passwords is measured then
    world = World(first.data, first.home)
    with contextlib.closing(sqlite3.connect(first.data / "rhumb.db")) as store:
        store.execute("DELETE FROM role_member")
        store.commit()
    arguments = ["security", "configure", "--users", "ldap", "--provider", f"urls={NOBODY}", "--provider", "user_base=dc=example",
                 "--provider", "bind_dn=cn=r,dc=example", "--secret-env", "SECRET", "--in-spite-of-test", "--administrator", "eve",
                 "--password-env", "PASSWORD"]
    end_at_every_step(make_ender(tmp_path), world, tmp_path, arguments, lambda copy: copy.must("config", "export"), 2)


def test_passwords_are_nowhere_but_sealed(rhumb):
    configure(rhumb, "--users", "ldap", "--provider", f"urls={NOBODY}", "--provider", "user_base=dc=example", "--provider", "bind_dn=cn=r,dc=example",
              "--secret-env", "SECRET", "--in-spite-of-test", *ADMINISTRATOR, "--yes", environment=SECRETS)
    every = b"".join(path.read_bytes() for path in rhumb.data.rglob("*") if path.is_file())
    assert SECRETS["SECRET"].encode() not in every and GOOD.encode() not in every
    trail = rows(rhumb.data, "SELECT what FROM event")
    for what in ("secret.added", "user.added", "role.given", "configuration.changed"):
        assert (what,) in trail


PAGE = pathlib.Path(__file__).parents[2] / "docs" / "tasks" / "set-up-security.md"
WALK = re.compile(r"(?<=<!-- a walk, checked by tests/system/test_security_configure\.py -->\n```text\n).*?(?=```\n)", re.S)


def test_the_page_shows_a_walk_as_it_is(rhumb):
    with Person(rhumb, "security", "configure") as person:
        give(person, [("Where users are kept", "1"), ("Where roles are kept", ""), ("Minutes a token counts", "?"), ("Minutes a token counts", "30"),
                      ("at most", ""), ("idle", "<"), ("at most", ""), ("idle", "soon"), ("idle", "60"), ("Hours", ""), ("Look at", ""),
                      ("Name to sign in with", "ada"), ("Full name", "Ada Lovelace"), ("Password", GOOD), ("once more", GOOD)])
        person.answer("Apply this", "yes")
        assert person.end() == 0, person.seen
    now = "\n".join(line.rstrip() for line in person.seen.replace("\r", "").strip().splitlines()) + "\n"
    page = PAGE.read_text()
    if os.environ.get("RHUMB_BLESS"):
        PAGE.write_text(WALK.sub(lambda _: now, page, count=1))
    else:
        assert WALK.search(page)[0] == now
