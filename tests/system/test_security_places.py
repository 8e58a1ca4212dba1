"""rhumb security configure against real places: applied on a running server, somebody from there signs in, and undo has the own store back."""

import json
import re

import pytest

import custom
import postgresql
from harness import wait_until
from openid_provider import SECRET, OpenIdProvider
from openid_provider import Person as PersonAtProvider
from people import Browser
from person import Person
from test_security_configure import GOOD, configure, give, rows, state, with_administrator

PASSWORD = custom.PASSWORD
TABLES = """
CREATE TABLE teams (team text, login text);
INSERT INTO teams VALUES ('gis-admins', 'ann'), ('planners', 'bob');
GRANT SELECT ON teams TO rhumb;
"""


@pytest.fixture
def rhumb(server):
    """A running server with a local administrator; its configuration lives in the store."""
    one = server(None, "--http", "0", "--https", "0")
    with_administrator(one)
    return one


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    if postgresql.programs() is None:
        pytest.skip("there is no PostgreSQL")
    with postgresql.Postgres(tmp_path_factory.mktemp("postgresql")) as one:
        one.sql(TABLES)
        one.sql(f"GRANT CREATE ON DATABASE {one.database} TO {one.user}")
        yield one


def sample(kind, folder):
    place = (custom.HttpSample if kind == "http" else custom.ProgramSample)(folder)
    place.add("ann", "gis-admins")
    place.add("bob", "planners")
    return place.start()


@pytest.fixture(params=["http", "program"])
def place(request, tmp_path):
    one = sample(request.param, tmp_path / request.param)
    yield one
    one.close()


@pytest.fixture
def service(tmp_path):
    one = sample("http", tmp_path / "http")
    yield one
    one.close()


def connection_of(place):
    if place.kind == "http":
        return {"url": place.url, "secret": place.secret}
    return {"command": [custom.PYTHON, str(place.program), "answer", str(place.file)]}


def apply(rhumb, answers, code=0):
    """Without questions, by a file of answers; gives what was told."""
    file = rhumb.folder / "answers.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(answers))
    done = configure(rhumb, "--answers", file, "--yes", "--json", check=False, seconds=120)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def signs_in(rhumb, user, password=PASSWORD):
    browser = Browser(rhumb)
    browser.sign_in(user, password)
    return browser.user() == user


def take_back(rhumb, user):
    """The own store is back, and nobody of that place is known."""
    configure(rhumb, "--undo", "--yes")
    shown = rhumb.json("security", "show")
    assert (shown["places"]["users"], shown["places"]["roles"]) == ("embedded", "embedded")
    assert rows(rhumb.data, "SELECT name FROM secret") == []
    wait_until(lambda: rhumb.json("status")["security"]["running"]["users"] == "embedded", 10, "the own store on the server")
    assert not signs_in(rhumb, user)
    assert signs_in(rhumb, "ada", GOOD)
    assert rhumb.command("user", "show", user, check=False).returncode != 0


def test_people_of_a_sample_sign_in_and_undo_has_the_own_store_back(rhumb, place):
    told = apply(rhumb, {"users": {"place": f"new:{place.kind}"}, "roles": {"place": f"new:{place.kind}"},
                         "connection": {"name": "county", "administrators": ["gis-admins"], **connection_of(place)}})
    assert told["trial"]["good"] and told["connections"][0]["good"]
    assert signs_in(rhumb, "ann") and signs_in(rhumb, "bob") and not signs_in(rhumb, "bob", "another password")
    assert signs_in(rhumb, "ada", GOOD)
    assert rhumb.json("user", "show", "ann")["privilege"] == "administer"
    take_back(rhumb, "ann")


def test_people_of_an_openid_provider_sign_in_and_undo_has_the_own_store_back(rhumb, tmp_path):
    provider = OpenIdProvider(tmp_path / "provider", f"https://localhost:{rhumb.https_port}", rhumb.root_file()).start()
    try:
        apply(rhumb, {"users": {"place": "openid"}, "roles": {"place": "openid"},
                      "connection": {"name": "county", "issuer": provider.issuer, "client_id": "rhumb", "client_secret": SECRET, "label": "County",
                                     "scopes": "openid, profile, email, groups", "roots_file": str(provider.authority.root),
                                     "administrators": "gis-admins"}})
        bob = PersonAtProvider(rhumb, provider)
        bob.sign_in_there("bob")
        assert bob.user() == "bob"
        assert rhumb.json("user", "show", "bob")["privilege"] == "administer"
        take_back(rhumb, "bob")
        assert bob.user() is None and "Sign in with County" not in Browser(rhumb).get("/login").text
    finally:
        provider.kill()


def test_users_and_roles_in_two_places_with_a_secret_each(rhumb, service, database):
    told = apply(rhumb, {"users": {"place": "new:http"}, "roles": {"place": "new:postgresql"},
                         "connection": {"name": "staff", **connection_of(service)},
                         "roles_connection": {"name": "teams", "host": database.host, "port": database.port, "database": database.database,
                                              "user": database.user, "password": database.password, "roots_file": str(database.roots_file),
                                              "roles_of": "SELECT team AS role FROM teams WHERE lower(login) = lower(:user)",
                                              "list_roles": "SELECT team AS role, login AS member, 'user' AS kind FROM teams",
                                              "administrators": ["gis-admins"]}})
    assert [(one["name"], one["good"]) for one in told["connections"]] == [("staff", True), ("teams", True)]
    assert told["applied"]["secrets"] == ["staff-secret", "teams-password"]
    assert rows(rhumb.data, "SELECT name FROM secret ORDER BY name") == [("staff-secret",), ("teams-password",)]
    assert signs_in(rhumb, "ann")
    assert rhumb.json("user", "show", "ann")["privilege"] == "administer"
    # Of the roles that the service of the users has, none counts.
    service.change(lambda people: people["bob"].update(roles=["gis-admins"]))
    assert rhumb.json("user", "show", "bob")["privilege"] != "administer"
    take_back(rhumb, "ann")


def walk_to_the_database(person, database):
    """Up to what the trial of its connection says; tables of Rhumb's own are not there yet."""
    give(person, [("Where users are kept", "new:postgresql"), ("Where roles are kept", "new:postgresql"), ("What Rhumb calls it", "county"),
                  ("Name of the database server", database.host), ("Database", database.database), ("User of the database", database.user),
                  ("Password of that user", database.password), ("may administer here", "gis-admins"), ("may publish here", ""),
                  ("Look at the other", "yes"), ("Port", str(database.port)), ("Where that password is", ""), ("Schema of", ""),
                  ("File with the root", str(database.roots_file))])
    while not re.search("Connections at a time", person.seen):
        person.wait_for(r"[:\]] $")
        person.type("\n")
    person.wait_for(r"What now[^\n]*: $")


SETTINGS = [("Minutes a token counts", ""), ("at most", ""), ("idle", ""), ("Hours", ""), ("Look at", "")]


def fresh(database):
    database.sql("DROP SCHEMA IF EXISTS rhumb CASCADE")


def test_tables_of_a_new_database_are_made_with_the_rest(rhumb, database):
    fresh(database)
    with Person(rhumb, "security", "configure", seconds=60) as person:
        walk_to_the_database(person, database)
        person.type("\n")  # as it is offered
        give(person, SETTINGS)
        person.wait_for(r"tables of Rhumb's own are made in «county»")
        assert database.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'rhumb'") == "0"
        person.answer("Apply this", "yes")
        assert person.end() == 0, person.seen
        assert "Tables were made in «county»" in person.seen and "what the configuration says" in person.seen
        assert database.password not in person.seen
    rhumb.command("role", "add", "gis-admins")
    rhumb.command("user", "add", "ann", "--password-file", "-", "--role", "gis-admins", data=PASSWORD + "\n")
    assert database.sql("SELECT name FROM rhumb.rhumb_user") == "ann"
    assert signs_in(rhumb, "ann")
    assert rhumb.json("user", "show", "ann")["privilege"] == "administer"
    take_back(rhumb, "ann")
    assert database.sql("SELECT name FROM rhumb.rhumb_user") == "ann"  # its users stay there


def test_tables_that_cannot_be_made_leave_all_as_it_was(rhumb, database):
    fresh(database)
    connection = {"name": "county", "host": database.host, "port": database.port, "database": database.database, "user": database.user,
                  "password": database.password, "roots_file": str(database.roots_file)}
    answers = {"users": {"place": "new:postgresql"}, "connection": connection}
    before = state(rhumb.data)
    told = apply(rhumb, answers, 3)
    assert "make_tables" in told["connections"][0]["steps"][-1]["remedy"], told
    connection["make_tables"] = True
    database.sql(f"REVOKE CREATE ON DATABASE {database.database} FROM {database.user}")
    try:
        file = rhumb.folder / "refused.json"
        file.write_text(json.dumps(answers))
        done = configure(rhumb, "--answers", file, "--yes", check=False)
        assert done.returncode != 0 and "nothing was changed" in done.stderr, done.stdout + done.stderr
        assert database.password not in done.stdout + done.stderr
        assert state(rhumb.data) == before
    finally:
        database.sql(f"GRANT CREATE ON DATABASE {database.database} TO {database.user}")
    assert apply(rhumb, answers)["applied"]["tables"] == ["county"]


@pytest.mark.parametrize("answer,code", [("yes", 0), ("no", 3)])
def test_a_trial_that_fails_offers_to_take_everything_back(rhumb, service, answer, code):
    before = rows(rhumb.data, "SELECT text FROM revision ORDER BY number")[-1]
    service.kill()
    with Person(rhumb, "security", "configure", seconds=60) as person:
        give(person, [("Where users are kept", "new:http"), ("Where roles are kept", "new:http"), ("What Rhumb calls it", "county"),
                      ("Address of the service", service.url), ("Secret that signs", service.secret), ("may administer here", ""),
                      ("may publish here", ""), ("Look at the other", ""), ("What now", "on"), *SETTINGS])
        person.answer("Apply this", "yes")
        person.wait_for("Test of access:")
        person.answer("Take it all back now", answer)
        assert person.end() == code, person.seen
        assert service.secret not in person.seen
    is_back = rows(rhumb.data, "SELECT text FROM revision ORDER BY number")[-1] == before
    assert is_back == (answer == "yes")
    assert rows(rhumb.data, "SELECT name FROM secret") == ([] if is_back else [("county-secret",)])
    assert signs_in(rhumb, "ada", GOOD)


def test_roles_of_openid_are_offered_where_users_are_alone(rhumb):
    with Person(rhumb, "security", "configure") as person:
        person.answer("Where users are kept", "new:ldap")
        person.wait_for("Step 2 of 6")
        person.wait_for("Where roles are kept")
        assert "OpenID" not in person.seen.partition("Step 2 of 6")[2]
        give(person, [(r".*\[1\]", "<"), ("Where users are kept", "new:openid")])
        person.wait_for("OpenID Connect, where users are")
        give(person, [("Where roles are kept", "new:openid")])
        person.wait_for("/login/openid/callback")
        person.answer("What Rhumb calls it", "q")
        assert person.end() == 1
