"""Users and roles in a directory: a real slapd that hangs, dies, is slow, shows bad certificates."""

import concurrent.futures
import time

import pytest

import machine
import slapd
from directories import ENTRIES, LOCAL_PASSWORD, PASSWORD, ask, begin, get_token, health, is_back, order, refusal, use
from fake_ldap import SlowRelay
from harness import binary, free_port, wait_until
from people import Browser
from slapd import GROUPS, PEOPLE, SERVICE, SERVICE_PASSWORD, Slapd

pytestmark = pytest.mark.skipif(not slapd.is_there(), reason="no slapd on this machine")


@pytest.fixture
def directory(tmp_path):
    with Slapd(tmp_path / "slapd", ENTRIES) as one:
        yield one


def test_people_sign_in_and_have_the_roles_of_groups_in_groups(server, directory):
    rhumb = begin(server, directory.provider(administrators=["Chiefs"]))
    ann, bob, carol = (get_token(rhumb, name) for name in ("ann", "bob", "carol"))
    assert [ask(rhumb, "/plans/", token) for token in (ann, bob, carol)] == [200, 403, 200]
    assert [ask(rhumb, "/private/", token) for token in (ann, bob)] == [200, 200]
    assert ask(rhumb, "/api/v1/users", carol) == 200
    assert ask(rhumb, "/api/v1/users", ann) == 403
    browser = Browser(rhumb)
    assert browser.sign_in("ANN", PASSWORD).status == 200
    assert browser.user() == "ann"
    assert {refusal(rhumb, *who) for who in (("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""))} == {400}
    assert refusal(rhumb, "twin") == 503, "which of them?"
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    assert "token" in order(rhumb, "bob"), "an ambiguous name is no fault of the place"


def test_by_start_tls_and_without_tls_where_that_is_said(server, directory):
    rhumb = begin(server, directory.provider(urls=[directory.plain_url]))
    assert get_token(rhumb, "ann")
    use(rhumb, directory.provider(urls=[directory.plain_url], insecurely_without_tls=True, roots_file=None))
    assert get_token(rhumb, "bob")


def test_direct_bind(server, directory):
    rhumb = begin(server, directory.provider(bind="direct", direct_dn=f"uid={{name}},{PEOPLE}"))
    assert ask(rhumb, "/plans/", get_token(rhumb, "ann")) == 200
    assert refusal(rhumb, "ann", "wrong") == refusal(rhumb, "ann", "") == refusal(rhumb, f"ann,{PEOPLE}") == 400


@pytest.mark.parametrize("name", ["*", "a*", "*)(uid=*", "ann)(objectClass=*", "ann\x00", "*))(|(uid=*", "\\61nn", "(", "ann)\x00(", f"ann,{PEOPLE}", "ann+cn=x"])
def test_what_somebody_types_is_a_value_and_nothing_more(server, directory, name):
    rhumb = begin(server, directory.provider())
    assert refusal(rhumb, name) == 400
    assert "token" in order(rhumb, "ann")


@pytest.mark.parametrize("environment", [
    {"LDAPTLS_REQCERT": "never", "LDAPTLS_CACERT": "/dev/null", "LDAPURI": "ldap://192.0.2.1", "LDAPTIMEOUT": "1", "LDAPSIZELIMIT": "1"},
    {"LDAPCONF": "{folder}/ldap.conf", "LDAPRC": "{folder}/ldap.conf"},
    {"SSL_CERT_FILE": "{root}", "SSL_CERT_DIR": "{folder}"},
])
def test_no_environment_and_no_ldap_conf_makes_a_certificate_good(server, directory, tmp_path, environment):
    (tmp_path / "ldap.conf").write_text("TLS_REQCERT never\nURI ldap://192.0.2.1\nTIMEOUT 1\nSIZELIMIT 1\n")
    filled = {key: value.format(folder=tmp_path, root=directory.roots_file) for key, value in environment.items()}
    rhumb = begin(server, directory.provider(roots_file=None), environment=filled)
    assert refusal(rhumb, "ann") == 503
    assert "which this system does not trust" in rhumb.log.text() and "rhumb trust" in rhumb.log.text()
    use(rhumb, directory.provider())
    is_back(rhumb)


def test_a_certificate_that_expired_or_is_for_another_name_lets_nobody_be_asked(server, directory):
    rhumb = begin(server, directory.provider())
    assert get_token(rhumb, "ann")
    for options, complaint in (({"days": (-10, -1)}, "has expired"), ({"host": "other.example.org"}, "not for localhost")):
        directory.kill()
        directory.renew(**options)
        directory.start()
        wait_until(lambda: refusal(rhumb, "ann") == 503 and complaint in rhumb.log.text() + str(health(rhumb)), 60, complaint)
    directory.kill()
    directory.renew()
    directory.start()
    is_back(rhumb)


def test_a_wrong_password_of_the_account_that_searches_is_told_and_not_shown(server, directory):
    wrong = "this is not what it searches with"
    rhumb = begin(server, directory.provider(), password=wrong)
    assert refusal(rhumb, "ann") == 503
    said = rhumb.log.text()
    assert SERVICE in said and "name or password is wrong" in said and wrong not in said
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    rhumb.command("secret", "set", "county", "--value-file", "-", data=SERVICE_PASSWORD + "\n")
    is_back(rhumb)


@pytest.mark.parametrize("how", ["kill", "hang"])
def test_a_directory_that_dies_or_hangs_denies_in_time_and_is_used_again(server, directory, how):
    rhumb = begin(server, directory.provider())
    token = get_token(rhumb, "ann")
    getattr(directory, how)()
    wait_until(lambda: ask(rhumb, "/private/", token) == 503, 20, "forgetting ann")
    begun = time.monotonic()
    assert refusal(rhumb, "bob") == 503
    assert time.monotonic() - begun < 5, "the limit is two seconds"
    assert rhumb.fetch(rhumb.https("/")).status == 200
    assert get_token(rhumb, "root", LOCAL_PASSWORD)
    if how == "kill":
        directory.start()
    else:
        directory.go_on()
    is_back(rhumb, "bob")
    assert ask(rhumb, "/private/", token) == 200


def test_a_directory_that_is_too_slow_denies_in_time(server, directory):
    rhumb = begin(server, directory.provider())
    with SlowRelay(directory.port, 0.05) as slow:
        use(rhumb, directory.provider(urls=[f"ldaps://localhost:{slow.port}"]))
        begun = time.monotonic()
        assert refusal(rhumb, "ann") == 503
        assert time.monotonic() - begun < 5, "the limit is two seconds"
        slow.seconds = 0
        is_back(rhumb)


def test_the_next_server_of_the_list_is_asked_and_the_first_again_when_it_is_back(server, directory, tmp_path):
    with Slapd(tmp_path / "other", ENTRIES[:1]) as second:
        nowhere = f"ldaps://localhost:{free_port()}"
        roots = tmp_path / "roots.pem"
        roots.write_text(directory.roots_file.read_text() + second.roots_file.read_text())
        rhumb = begin(server, directory.provider(urls=[nowhere, directory.url, second.url], roots_file=str(roots)))
        assert get_token(rhumb, "bob"), "who is on the first that lives alone"
        directory.kill()
        wait_until(lambda: order(rhumb, "ann").get("token"), 20, "going on with the last")
        assert refusal(rhumb, "bob") == 400, "who is not there"
        directory.start()
        second.kill()
        is_back(rhumb, "bob")


@pytest.mark.parametrize("change", ["remove", "lock", "password"])
def test_who_is_removed_or_disabled_or_has_another_password_is_out_within_the_stated_time(server, directory, change):
    rhumb = begin(server, directory.provider())
    token, other = get_token(rhumb, "ann"), get_token(rhumb, "carol")
    assert ask(rhumb, "/plans/", token) == ask(rhumb, "/plans/", other) == 200
    until = time.monotonic() + 1.1
    while time.monotonic() < until:  # times in a directory have whole seconds
        time.sleep(0.05)
    name = f"uid=ann,{PEOPLE}"
    if change == "remove":
        directory.remove(name)
    elif change == "lock":
        directory.change(name, "replace: pwdAccountLockedTime", "pwdAccountLockedTime: 000001010000Z")
    else:
        directory.set_password("ann", "another password of ann")
    begun = time.monotonic()
    wait_until(lambda: ask(rhumb, "/plans/", token) == 401, 6, "being out")
    assert time.monotonic() - begun < 4, "remember_seconds is 2"
    assert ask(rhumb, "/plans/", other) == 200
    assert refusal(rhumb, "ann") == 400
    if change == "password":
        assert ask(rhumb, "/plans/", get_token(rhumb, "ann", "another password of ann")) == 200


def test_who_leaves_a_group_loses_its_roles(server, directory):
    rhumb = begin(server, directory.provider())
    token = get_token(rhumb, "ann")
    assert ask(rhumb, "/plans/", token) == 200
    directory.change(f"cn=drawers,{GROUPS}", "delete: member", f"member: uid=ann,{PEOPLE}")
    wait_until(lambda: ask(rhumb, "/plans/", token) == 403, 6, "a role taken away")


def windows_user(name, control=512, **more):
    return slapd.entry(f"cn=Person {name},{PEOPLE}", "user", cn=f"Person {name}", sn=name, uid=name, sAMAccountName=name, userPrincipalName=f"{name}@corp.test",
                       userAccountControl=control, objectCategory="person", displayName=f"Person {name}", userPassword=slapd.hashed(PASSWORD),
                       pwdLastSet=133_801_632_000_000_000, accountExpires=2**63 - 1, **more)


def windows_group(name, *members):
    return slapd.entry(f"cn={name},{GROUPS}", "group", cn=name, sAMAccountName=name, member=list(members))


def test_the_attributes_of_active_directory(server, tmp_path):
    entries = [windows_user("ann"), windows_user("bob", control=514), windows_user("root"),
               slapd.entry(f"cn=Person old,{PEOPLE}", "user", cn="Person old", sn="old", sAMAccountName="old", objectCategory="person",
                           userPassword=slapd.hashed(PASSWORD), accountExpires=133_000_000_000_000_000),
               windows_group("drawers", f"cn=Person ann,{PEOPLE}"), windows_group("planners", f"cn=drawers,{GROUPS}")]
    with Slapd(tmp_path / "slapd", entries, schema=slapd.SCHEMA_OF_ACTIVE_DIRECTORY, index="index sAMAccountName,userPrincipalName eq") as directory:
        rhumb = begin(server, directory.provider(kind="active-directory"))
        assert ask(rhumb, "/plans/", get_token(rhumb, "ann")) == 200
        assert ask(rhumb, "/plans/", get_token(rhumb, "ann@corp.test")) == 200
        assert refusal(rhumb, "bob") == refusal(rhumb, "old") == 400
        # By another of his names nobody becomes a local administrator.
        assert refusal(rhumb, "root@corp.test") == 400
        directory.change(f"cn=Person ann,{PEOPLE}", "replace: userAccountControl", "userAccountControl: 514")
        assert wait_until(lambda: refusal(rhumb, "ann") == 400, 6, "being disabled")


def test_ten_thousand_people_in_groups_of_groups(server, tmp_path):
    with Slapd(tmp_path / "slapd", slapd.crowd(10_000, PASSWORD)) as directory:
        rhumb = begin(server, directory.provider(publishers=["everybody"]))
        names = [f"user{number:05}" for number in range(0, 10_000, 500)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            tokens = list(pool.map(lambda name: get_token(rhumb, name), names))
            assert set(pool.map(lambda token: ask(rhumb, "/private/", token), tokens)) == {200}
        root = get_token(rhumb, "root", LOCAL_PASSWORD)
        page = rhumb.fetch(rhumb.https("/api/v1/users?limit=50"), "--header", f"X-Esri-Authorization: Bearer {root}", "--referer", "https://maps.test/")
        assert page.status == 200 and "user00000" in page.text


def test_a_root_that_was_installed_on_this_machine_counts_at_once(server, directory, tmp_path, monkeypatch):
    changed = machine.Machine(tmp_path / "machine")
    try:
        monkeypatch.setenv("RHUMB_BINARY", changed.wrapped(binary()))
        rhumb = begin(server, directory.provider(roots_file=None))
        assert refusal(rhumb, "ann") == 503
        rhumb.command("trust", "install", directory.roots_file, "--store", "system")
        is_back(rhumb)
    finally:
        changed.close()
