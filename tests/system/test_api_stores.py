"""The administration API where users and roles are kept outside: which store, who may change what, and how a place does."""

import pytest

from administration import Client
from fake_store import FakeStore
from harness import wait_until

GOOD = "correct horse battery staple"


@pytest.fixture
def county():
    with FakeStore({"ann": {"password": GOOD, "roles": ["planners"]}, "zoe": {"password": GOOD, "roles": ["chiefs"]}}) as store:
        yield store


@pytest.fixture
def rhumb(server, county):
    """A server whose users and roles are at the county; root is a local administrator."""
    one = server(None, "--http", "0", "--https", "0")
    for name, roles in (("root", ["--role", "administrators"]), ("bob", [])):
        one.command("user", "add", name, *roles, "--password-file", "-", data=GOOD + "\n")
    one.command("secret", "set", "county", "--value-file", "-", data=county.secret + "\n")
    file = one.folder / "outside.toml"
    file.write_text(one.command("config", "export").stdout + '[security]\nusers = "county"\nroles = "county"\n' + county.provider())
    one.command("config", "apply", file)
    token = one.json("token", "issue", "root", "--lifetime", "1h")["token"]
    one.admin = Client(one, token)
    wait_until(lambda: any(item["has_users"] for item in one.admin.get("/providers").json["items"]))
    return one


def names(rhumb, path):
    return [item["name"] for item in rhumb.admin.get(path).json["items"]]


def test_users_and_roles_are_those_of_the_store_that_is_asked_for(rhumb):
    assert names(rhumb, "/users") == ["ann", "root", "zoe"]
    assert names(rhumb, "/users?store=embedded") == ["bob", "root"]
    assert names(rhumb, "/users?store=county") == ["ann", "zoe"]
    assert rhumb.admin.get("/users/zoe").json["privilege"] == "administer"
    assert rhumb.admin.get("/users/bob", 404) and rhumb.admin.get("/users/bob?store=embedded")
    assert "administrators" in names(rhumb, "/roles?store=embedded")
    assert set(names(rhumb, "/roles?store=county")) >= {"planners", "chiefs"}
    nowhere = rhumb.admin.get("/users?store=nowhere", 404)
    assert "nowhere" in nowhere.json["detail"]


def test_what_is_kept_elsewhere_is_changed_there_and_what_is_here_here(rhumb):
    refused = rhumb.admin.ask("POST", "/users", {"name": "new"})
    assert refused.status == 403 and "county" in refused.json["detail"] and "store=embedded" in refused.json["detail"]
    made = rhumb.admin.ask("POST", "/users?store=embedded", {"name": "new"})
    assert made.status == 201 and made.headers["Location"].endswith("/users/new?store=embedded")
    rhumb.admin.change("/users/new?store=embedded", lambda seen: {"email": "new@example.org"})
    assert rhumb.admin.ask("DELETE", "/users/new?store=embedded").status == 204
    assert rhumb.admin.ask("POST", "/roles", {"name": "r"}).status == 403
    assert rhumb.admin.ask("POST", "/roles?store=embedded", {"name": "r"}).status == 201
    assert rhumb.admin.ask("PUT", "/roles/r/members/user:ann?store=embedded").status == 204
    assert rhumb.admin.get("/roles/r?store=embedded").json["users"] == ["ann"]
    assert rhumb.admin.ask("PUT", "/users/ann/password", {"password": "another good sentence"}).status == 403
    # A local administrator is at home here. His tokens end with his password, so this comes last.
    assert rhumb.admin.ask("PUT", "/users/root/password", {"password": "another good sentence"}).status == 204


def test_providers_are_listed_and_tried(rhumb, county):
    provider = rhumb.admin.get("/providers/county").json
    assert (provider["kind"], provider["has_users"], provider["has_roles"], provider["administrators"]) == ("http", True, True, ["chiefs"])
    assert county.secret not in rhumb.admin.get("/providers").body.decode()
    good = rhumb.admin.ask("POST", "/providers/county/test")
    assert good.status == 200 and good.json["good"] and all(step["good"] for step in good.json["steps"])
    county.go()
    bad = rhumb.admin.ask("POST", "/providers/county/test")
    assert bad.status == 200 and not bad.json["good"] and bad.json["steps"][-1]["remedy"]
    assert county.secret not in bad.body.decode()
    assert rhumb.admin.ask("POST", "/providers/nowhere/test").status == 404


def test_a_place_that_is_gone_is_503_and_the_own_store_answers(rhumb, county):
    county.go()
    assert rhumb.admin.get("/users", 503).headers["Retry-After"]
    assert names(rhumb, "/users?store=embedded") == ["bob", "root"]
    rhumb.admin.get("/users?store=county", 503)


def test_only_administrators_see_stores_and_secrets(rhumb):
    nobody = Client(rhumb)
    for path in ("/users?store=embedded", "/providers", "/secrets", "/providers/county"):
        assert nobody.ask("GET", path).status == 401
