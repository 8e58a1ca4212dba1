"""Users and roles in a PostgreSQL: tables of ours and of somebody else, and what becomes of them when the server is not well."""

import concurrent.futures
import json
import time

import pytest

import postgresql
from harness import wait_until
from people import Browser
from test_store_outside import CONFIG, EMBEDDED, LOCAL_PASSWORD, PASSWORD, ask, get_token, order_token
from harness import copy_sample

pytestmark = pytest.mark.skipif(postgresql.programs() is None, reason="there is no PostgreSQL here")

# Made by crypt(3) of the password of all users outside.
BCRYPT_COST = 6
INJECTED = ["'; DROP TABLE accounts; --", "' OR '1'='1", "ann' --", "ann\\", "%", "ann\" OR \"a\"=\"a", ":name", "$1", "?", "ann'/*", "ａｎｎ"]

QUERIES = """
[security.provider.queries]
find_user = '''SELECT login AS name, hash AS password, full_name, NOT active AS disabled, valid_until AS expires
               FROM accounts WHERE lower(login) = lower(:name)'''
list_users = "SELECT login AS name, full_name FROM accounts WHERE login > :after AND position(:contains in lower(login)) > 0 ORDER BY login LIMIT :count"
roles_of = "SELECT team AS role FROM teams WHERE lower(login) = lower(:user)"
list_roles = "SELECT team AS role, login AS member, 'user' AS kind FROM teams"
"""

TABLES = """
CREATE TABLE accounts (login text PRIMARY KEY, hash text, full_name text, active boolean NOT NULL DEFAULT true, valid_until timestamptz);
CREATE TABLE teams (team text, login text);
INSERT INTO accounts VALUES ('ann', '{hash}', 'Ann O''Hara', true, NULL), ('bob', '{hash}', NULL, true, NULL), ('carl', '{hash}', 'Carl', false, NULL),
    ('dora', '{hash}', 'Dora', true, '2020-01-01'), ('eve', 'the county''s own password', 'Plain text', true, NULL), ('fay', NULL, 'Fay', true, NULL),
    ('gus', '25ab86bed149ca6ca9c1c0d5db7c9a91388ddeab', 'SHA-1', true, NULL);
INSERT INTO teams VALUES ('planners', 'ann'), ('gis-admins', 'bob'), (NULL, 'ann'), ('bad;name', 'ann'), (E'with\\ttab', 'ann');
GRANT SELECT ON accounts, teams TO rhumb;
"""


def crypt_hash(password):
    """By PostgreSQL's own crypt(), another hand than ours: pgcrypto's $2a$."""
    return f"crypt('{password}', gen_salt('bf', {BCRYPT_COST}))"


@pytest.fixture(scope="module")
def _running(tmp_path_factory):
    with postgresql.Postgres(tmp_path_factory.mktemp("postgresql")) as one:
        one.sql("CREATE EXTENSION pgcrypto")
        yield one


@pytest.fixture
def database(_running):
    """The module's server, well and empty."""
    if _running.process is None:
        _running.start()
    _running.go_on()
    _running.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO rhumb; DROP SCHEMA IF EXISTS rhumb CASCADE;"
                 "CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA public")
    return _running


def fill(database):
    hashed = database.sql("SELECT " + crypt_hash(PASSWORD.replace("'", "''")))
    database.sql(TABLES.format(hash=hashed))


def begin(server, database, more="", queries=""):
    """A server whose users and roles are there, with a local administrator."""
    rhumb = server(EMBEDDED.format(provider=""), start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    rhumb.command("user", "add", "root", "--role", "administrators", "--password-file", "-", data=LOCAL_PASSWORD + "\n")
    for place in ("private", "plans"):
        (rhumb.root / place).mkdir(parents=True)
        (rhumb.root / place / "index.html").write_text(f"{place}: only for some")
    rhumb.configure(CONFIG.format(provider=database.provider(more='administrators = ["gis-admins"]\n' + more + queries)))
    rhumb.reload()
    return rhumb


@pytest.fixture
def foreign(server, database):
    """Users in tables of somebody else."""
    fill(database)
    return begin(server, database, "time_limit_seconds = 1\nremember_seconds = 1\n", QUERIES)


@pytest.fixture
def own(server, database):
    """Users in tables of ours."""
    rhumb = begin(server, database)
    database.sql("GRANT CREATE ON DATABASE people TO rhumb")
    rhumb.command("security", "make-tables", "county")
    return rhumb


def add(rhumb, name, *arguments):
    return rhumb.command("user", "add", name, "--password-file", "-", *arguments, data=PASSWORD + "\n")


def is_refused(answer):
    return answer.json().get("error", {}).get("code") == 400


def test_users_in_tables_of_ours_are_made_changed_and_removed_from_here(own, database):
    rhumb = own
    assert "there already" in rhumb.command("security", "make-tables", "county").stdout
    rhumb.command("role", "add", "planners")
    add(rhumb, "Ann", "--full-name", "Ann O'Hara", "--role", "planners")
    add(rhumb, "bob")
    assert database.rows("SELECT name_key, name, full_name FROM rhumb.rhumb_user ORDER BY 1") == ["ann|Ann|Ann O'Hara", "bob|bob|"]
    assert database.sql("SELECT password FROM rhumb.rhumb_user WHERE name_key = 'ann'").startswith("$argon2id$")
    ann = get_token(rhumb, "ann")
    assert ask(rhumb, "/plans/", ann).text == "plans: only for some"
    assert ask(rhumb, "/plans/", get_token(rhumb, "bob")).status == 403
    assert is_refused(order_token(rhumb, "ann", "wrong")) and is_refused(order_token(rhumb, "nobody"))
    browser = Browser(rhumb)
    assert browser.sign_in("ANN", PASSWORD).status == 200 and browser.user() == "Ann"

    rhumb.command("user", "remove", "ann", "--yes")
    assert database.rows("SELECT name FROM rhumb.rhumb_user") == ["bob"] and database.rows("SELECT * FROM rhumb.rhumb_member") == []
    wait_until(lambda: ask(rhumb, "/plans/", ann).status != 200, 70, "the end of the token")
    trail = json.dumps(rhumb.json("audit"))
    assert "provider.tables-made" in trail and "user.added" in trail and "user.removed" in trail and "argon2id" not in trail


def test_users_in_existing_tables_sign_in_and_the_tables_stay_as_they_are(foreign, database):
    rhumb = foreign
    assert ask(rhumb, "/plans/", get_token(rhumb, "ann")).text == "plans: only for some"
    assert ask(rhumb, "/plans/", get_token(rhumb, "bob")).status == 403
    for name in ("ann", "carl", "dora", "eve", "fay", "gus", "nobody"):
        password = "wrong password" if name == "ann" else PASSWORD
        assert is_refused(order_token(rhumb, name, password)), name
    assert is_refused(order_token(rhumb, "gus", "25ab86bed149ca6ca9c1c0d5db7c9a91388ddeab"))
    assert rhumb.log.find("in a form that is not looked at", 5)
    roles = {role["name"] for role in rhumb.json("role", "list")}
    assert "planners" in roles and "bad;name" not in roles and "with\ttab" not in roles
    refused = rhumb.command("user", "remove", "ann", "--store", "county", "--yes", check=False)
    assert refused.returncode != 0 and database.sql("SELECT count(*) FROM accounts") == "7"


def test_injected_sql_is_a_name_and_a_password_like_any_other(foreign, database):
    rhumb = foreign
    for text in INJECTED:
        assert is_refused(order_token(rhumb, text)), text
    # Who guesses waits: no more than a few for one account.
    assert is_refused(order_token(rhumb, "ann", INJECTED[0])) and is_refused(order_token(rhumb, "bob", INJECTED[1]))
    rhumb.json("user", "list", "--store", "county", "--contains", "'; DROP TABLE accounts; --")
    assert database.sql("SELECT count(*) FROM accounts") == "7"
    assert get_token(rhumb, "ann")


def test_somebody_who_is_removed_or_disabled_there_is_out_soon(foreign, database):
    rhumb = foreign
    ann, bob = get_token(rhumb, "ann"), get_token(rhumb, "bob")
    assert ask(rhumb, "/private/", ann).status == 200 and ask(rhumb, "/private/", bob).status == 200
    database.sql("DELETE FROM accounts WHERE login = 'ann'; UPDATE accounts SET active = false WHERE login = 'bob'")
    # remember_seconds is 1.
    wait_until(lambda: ask(rhumb, "/private/", ann).status != 200, 5, "the removed one's end")
    wait_until(lambda: ask(rhumb, "/private/", bob).status != 200, 5, "the disabled one's end")


def is_unavailable(answer):
    return answer.status == 503 or answer.json().get("error", {}).get("code") in (500, 503)


def stays_usable(rhumb):
    """What needs nobody from outside goes on."""
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    assert ask(rhumb, "/arcgis/rest/services/Countries/MapServer?f=json").status == 200


def comes_back(rhumb, seconds=30):
    wait_until(lambda: "token" in order_token(rhumb, "ann").json(), seconds, "the way back in")


@pytest.mark.parametrize("trouble", ["killed", "hung", "stopped"])
def test_a_server_that_is_killed_hangs_or_stops_denies_and_is_used_again(foreign, database, trouble):
    rhumb = foreign
    ann = get_token(rhumb, "ann")
    assert ask(rhumb, "/private/", ann).status == 200
    {"killed": database.kill, "hung": database.hang, "stopped": database.end}[trouble]()
    try:
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda number: order_token(rhumb, f"user{number}"), range(12)))
        assert not any("token" in answer.json() for answer in answers)
        assert all(is_unavailable(answer) for answer in answers), [answer.text for answer in answers]
        assert time.monotonic() - begun < 15
        wait_until(lambda: ask(rhumb, "/private/", ann).status == 503, 10, "the end of what is remembered")
        stays_usable(rhumb)
    finally:
        database.go_on() if trouble == "hung" else database.start()
    comes_back(rhumb)
    assert ask(rhumb, "/private/", ann).status == 200
    assert rhumb.stop() == 0


def test_a_slow_query_and_a_lock_end_at_the_limit(server, database):
    fill(database)
    rhumb = begin(server, database, "time_limit_seconds = 1\nremember_seconds = 1\n",
                  QUERIES.replace("WHERE lower(login)", "WHERE (SELECT pg_sleep(CASE WHEN :name = 'ann' THEN 20 ELSE 0 END)) IS NOT NULL AND lower(login)", 1))
    begun = time.monotonic()
    assert is_unavailable(order_token(rhumb, "ann"))
    assert time.monotonic() - begun < 8
    comes_back_as = wait_until(lambda: "token" in order_token(rhumb, "bob").json(), 20, "another user's way in")
    assert comes_back_as
    # Nothing is left running there.
    wait_until(lambda: database.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'rhumb' AND state = 'active'") == "0", 5, "the end of the query")


def test_sessions_are_bounded_and_a_full_server_is_told(foreign, database):
    rhumb = foreign
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda number: order_token(rhumb, "ann" if number % 2 else "nobody"), range(60)))
    assert any("token" in answer.json() for answer in answers)
    assert database.sessions() <= 8  # of two stores, users and roles, at most
    database.sql("ALTER ROLE rhumb CONNECTION LIMIT 0; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rhumb'")
    try:
        wait_until(lambda: is_unavailable(order_token(rhumb, "ann")), 10, "the refusal")
        stays_usable(rhumb)
    finally:
        database.sql("ALTER ROLE rhumb CONNECTION LIMIT -1")
    comes_back(rhumb)


HOSTILE = {
    "a value of 50 MB": "SELECT 'ann' AS name, repeat('x', 50000000) AS full_name WHERE :name <> ''",
    "a million rows": "SELECT 'ann' || i AS name FROM generate_series(1, 1000000) AS t (i) WHERE :name <> ''",
    "no name": "SELECT NULL AS name WHERE :name <> ''",
    "another name": "SELECT 'root' AS name, hash AS password FROM accounts WHERE login = 'ann' AND :name <> ''",
    "control characters": "SELECT 'ann' || chr(9) || chr(7) AS name WHERE :name <> ''",
    "two of them": "SELECT login AS name, hash AS password FROM accounts WHERE :name <> '' UNION ALL SELECT 'ANN', 'x'",
    "other types": "SELECT 1 AS name, point(1, 2) AS password WHERE :name <> ''",
    "a time that is none": "SELECT 'ann' AS name, (SELECT hash FROM accounts WHERE login = 'ann') AS password, 'never' AS expires WHERE :name <> ''",
    "a costly hash": "SELECT 'ann' AS name, '$6$rounds=999999999$salt$' || repeat('a', 86) AS password WHERE :name <> ''",
    "a change": "DELETE FROM accounts WHERE login = :name RETURNING login AS name",
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_answers_let_nobody_in(server, database, query):
    fill(database)
    database.sql("GRANT DELETE ON accounts TO rhumb")
    queries = f"[security.provider.queries]\nfind_user = '''{query}'''\n"
    rhumb = begin(server, database, "time_limit_seconds = 5\nremember_seconds = 1\n", queries + 'roles_of = "SELECT 1 AS role WHERE :user <> \'\'"\n')
    answer = order_token(rhumb, "ann")
    assert "token" not in answer.json(), answer.text
    stays_usable(rhumb)
    assert database.sql("SELECT count(*) FROM accounts") == "7"


def test_bytes_that_are_no_utf8_are_left_out(server, tmp_path):
    with postgresql.Postgres(tmp_path / "ascii", encoding="SQL_ASCII") as database:
        fill_text = TABLES.format(hash="x")
        database.sql(fill_text)
        database.sql("INSERT INTO accounts VALUES (E'h\\xfcgo', 'x', E'H\\xfcgo'), ('ida', 'x', E'Id\\xe4')")
        rhumb = begin(server, database, "remember_seconds = 1\n", QUERIES)
        users = {user["name"]: user for user in rhumb.json("user", "list", "--store", "county")}
        assert set(users) == {"ann", "bob", "carl", "dora", "eve", "fay", "gus", "ida"}
        assert users["ida"]["full_name"] == ""
        assert is_refused(order_token(rhumb, "ida")) and is_refused(order_token(rhumb, "hügo"))


CERTIFICATES = {
    "expired": {"days": (-20, -10)},
    "of another name": {"host": "elsewhere.test", "address": ""},
}


@pytest.mark.parametrize("certificate", CERTIFICATES, ids=CERTIFICATES.keys())
def test_a_bad_certificate_is_never_shown_the_password(foreign, database, certificate):
    rhumb = foreign
    good = database.home / "server.pem", database.home / "server.key"
    kept = [path.read_bytes() for path in good]
    database.use_certificate(*database.authority.issue(certificate.replace(" ", "-"), **CERTIFICATES[certificate]))
    try:
        database.end()
        database.start()
        wait_until(lambda: is_unavailable(order_token(rhumb, "ann")), 10, "the refusal")
        stays_usable(rhumb)
        assert rhumb.log.find("certificate", 10)
    finally:
        for path, text in zip(good, kept):
            path.write_bytes(text)
        database.end()
        database.start()
    comes_back(rhumb)


def test_a_wrong_password_of_ours_is_told_and_a_new_one_counts(server, database):
    fill(database)
    wrong = database.folder / "wrong-password"
    wrong.write_text("wrong secret of the county\n")
    wrong.chmod(0o600)
    rhumb = server(EMBEDDED.format(provider=""), start=False)
    copy_sample(rhumb.folder)
    rhumb.start()
    rhumb.configure(CONFIG.format(provider=database.provider(secret_file=wrong, more=QUERIES)))
    rhumb.reload()
    assert is_unavailable(order_token(rhumb, "ann"))
    assert rhumb.log.find("user or the password is wrong", 10)
    assert "wrong secret of the county" not in rhumb.transcript()
    rhumb.configure(CONFIG.format(provider=database.provider(more=QUERIES)))
    rhumb.reload()
    comes_back(rhumb)


def test_ten_thousand_users_are_listed_in_pages(own, database):
    rhumb = own
    database.sql("INSERT INTO rhumb.rhumb_user (name_key, name, full_name, email, description, password, created)"
                 " SELECT 'user' || lpad(i::text, 5, '0'), 'User' || lpad(i::text, 5, '0'), 'Number ' || i, '', '', '', 0 FROM generate_series(0, 9999) AS t (i)")
    first = rhumb.json("user", "list", "--store", "county")
    assert first[0]["name"] == "User00000" and len(first) >= 100
    found = rhumb.json("user", "list", "--store", "county", "--contains", "USER0777")
    assert [user["name"] for user in found] == [f"User0777{digit}" for digit in range(10)]
