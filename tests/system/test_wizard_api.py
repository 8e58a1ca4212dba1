"""The wizard over the administration API: the same steps, judged, tried, applied and taken back by somebody who may administer."""

import pytest

from administration import add_people

WIZARD = "/security/wizard"
NOBODY = "ldaps://127.0.0.1:1"
SECRET = "what rhumb searches with"


@pytest.fixture
def rhumb(server):
    one = server(None, "--http", "0", "--https", "0")
    one.people = add_people(one)
    one.command("user", "add", "local", "--password-file", "-", "--role", "administrators", data="correct horse battery\n")
    return one


@pytest.fixture
def admin(rhumb):
    return rhumb.people["administer"]


def answers(**more):
    return {"users": {"place": "new:ldap"}, "connection": {"name": "county", "urls": [NOBODY], "user_base": "dc=example", "bind_dn": "cn=r,dc=example",
                                                           "password": SECRET, **more}}


def post(client, path, body, status=200, **fields):
    answer = client.ask("POST", WIZARD + path, body, fields.get("headers"))
    assert answer.status == status, answer.body
    assert SECRET.encode() not in answer.body
    return answer.json


def test_only_administrators_see_it(rhumb):
    for privilege, status in (("nobody", 401), ("view", 403), ("publish", 403), ("administer", 200)):
        client = rhumb.people[privilege]
        assert client.ask("GET", WIZARD).status == status
        for path in ("", "/test", "/summary", "/apply", "/undo"):
            if privilege != "administer":
                assert client.ask("POST", WIZARD + path, {"answers": {}}).status == status, path


def test_the_steps_say_what_is_asked_and_what_is_wrong(admin):
    seen = admin.get(WIZARD).json
    assert [step["id"] for step in seen["steps"]] == ["users", "roles", "settings", "administrator", "summary"]
    assert seen["home"] == "store" and seen["administrators"] == ["local"] and not seen["can_undo"]
    places = seen["steps"][0]["fields"][0]
    assert places["kind"] == "choice" and places["present"] == "embedded"
    assert {"embedded", "new:ldap", "new:openid", "new:program"} <= {choice["value"] for choice in places["choices"]}

    judged = post(admin, "", {"answers": {"users": {"place": "new:ldap"}}, "step": "users"})
    assert judged["faults"] == [] and judged["next"] == "roles"
    assert [step["id"] for step in judged["steps"]][2] == "connection"
    judged = post(admin, "", {"answers": answers(urls=["http://x"]), "step": "connection"})
    assert [fault["field"] for fault in judged["faults"]] == ["urls"]
    judged = post(admin, "", {"answers": {**answers(), "roles": {}, "settings": {}}})
    assert judged["faults"] == [] and judged["next"] == "summary"


def test_a_connection_is_tried_and_a_summary_made_without_any_change(rhumb, admin):
    tried = post(admin, "/test", {"answers": answers()})["connections"]
    assert len(tried) == 1 and tried[0]["name"] == "county" and not tried[0]["good"]
    failed = tried[0]["steps"][-1]
    assert failed["said"] and failed["remedy"]
    summary = post(admin, "/summary", {"answers": answers()})
    assert "+users = \"county\"" in summary["difference"] and summary["changes_anything"]
    assert rhumb.json("secret", "list") in ([], {"secrets": []})
    assert admin.get("/configuration").json["revision"] == 1


def test_it_is_applied_to_the_state_that_was_looked_at_and_taken_back(rhumb, admin):
    seen = admin.get(WIZARD)
    order = {"answers": answers(), "comment": "to the county", "trial": False}
    post(admin, "/apply", order, 428)
    post(admin, "/apply", order, 412, headers={"If-Match": '"0123"'})
    problem = post(admin, "/apply", order, 409, headers={"If-Match": seen.etag})
    assert problem["type"] == "rhumb:connection" and "in_spite_of_test" in problem["remedy"]
    problem = post(admin, "/apply", {"answers": {"users": {"place": "nowhere"}}}, 422, headers={"If-Match": seen.etag})
    assert problem["faults"][0]["step"] == "users"
    assert admin.get("/configuration").json["revision"] == 1

    order["answers"] = answers(in_spite_of_test=True)
    done = post(admin, "/apply", order, headers={"If-Match": seen.etag})
    assert done["revision"] == 2 and done["changed"] and done["secrets"] == ["county-password"] and done["trial"] is None
    assert rhumb.json("config", "history")[0]["comment"] == "to the county"
    post(admin, "/apply", order, 412, headers={"If-Match": seen.etag})


def test_undo_makes_it_as_it_was_and_then_there_is_nothing_left(rhumb, admin):
    seen = admin.get(WIZARD)
    before = admin.get("/configuration").json["text"]
    order = {"answers": {"settings": {"idle_minutes": 12}}}
    done = post(admin, "/apply", order, headers={"If-Match": seen.etag})
    assert done["trial"]["good"], done["trial"]
    assert done["trial"]["results"]
    again = admin.get(WIZARD)
    assert again.json["can_undo"]
    assert "as it was" in post(admin, "/undo", None)["lines"][0]
    assert admin.get("/configuration").json["text"] == before
    post(admin, "/undo", None, 404)
