"""The administration API: who may what, what it says of itself, and that nothing is lost or half done."""

import base64
import concurrent.futures
import http.client
import io
import json
import re
import socket
import sqlite3
import subprocess
import time
import urllib.parse
import zipfile

import jsonschema
import pytest

from administration import PATH, Client, add_people, segment
from harness import openssl, wait_until
from people import Browser

RANK = {"nobody": -1, "view": 0, "publish": 1, "administer": 2}


@pytest.fixture(scope="module")
def rhumb(shared):
    one = shared(None, "--http", "0", "--https", "0")
    one.people = add_people(one)
    return one


@pytest.fixture(scope="module")
def admin(rhumb):
    return rhumb.people["administer"]


@pytest.fixture(scope="module")
def document(rhumb):
    return rhumb.people["nobody"].get("/openapi.json").json


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def schema_of(document, reference):
    """A schema that jsonschema can use: its references lead into the same document."""
    return {"$ref": reference, "components": document["components"]}


def fits(document, name, value):
    jsonschema.Draft202012Validator(schema_of(document, f"#/components/schemas/{name}")).validate(value)


def is_problem(document, answer, status, kind=None):
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["Content-Type"] == "application/problem+json"
    fits(document, "Problem", answer.json)
    assert answer.json["status"] == status
    if kind:
        assert answer.json["type"] == f"rhumb:{kind}", answer.json
    return answer.json


# What the API says of itself


def test_the_document_is_open_and_its_schemas_are_schemas(document):
    assert document["openapi"] == "3.1.0" and document["servers"] == [{"url": PATH}]
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids)) and len(ids) > 40
    for method, path, operation in operations(document):
        placeholders = set(re.findall(r"{(\w+)}", path))
        named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert placeholders == named, path
        assert operation["x-rhumb-privilege"] in RANK
        assert "default" in operation["responses"] and len(operation["responses"]) == 2


def test_every_list_and_look_answers_as_its_schema_says(document, admin):
    arguments = {"name": "ada", "id": "0", "number": "1", "folder": "x", "platform": "linux"}
    special = {"/roles/{name}": "/roles/administrators", "/certificates/{name}": "/certificates/auto", "/services/{name}": None, "/requests/{name}": None,
               "/services/{folder}/{name}": None, "/certificates/{name}/download": None, "/trust/bundle/{platform}": None,
               "/secrets/{name}": None, "/providers/{name}": None}
    seen = 0
    for method, path, operation in operations(document):
        if method != "GET":
            continue
        target = special.get(path, re.sub(r"{(\w+)}", lambda m: arguments[m[1]], path))
        if target is None:
            continue
        answer = admin.get(target)
        content = operation["responses"]["200"]["content"]
        reference = content["application/json"]["schema"]["$ref"]
        jsonschema.Draft202012Validator(schema_of(document, reference)).validate(answer.json)
        assert answer.headers["Content-Type"].startswith("application/json") and answer.etag
        assert answer.headers["Cache-Control"] == "no-store"
        seen += 1
    assert seen > 14


# Who may what


def test_every_route_asks_for_its_privilege(document, rhumb):
    """Every route × everybody. What may not is refused before anything else is looked at; what may gets further."""
    cases = 0
    for method, path, operation in operations(document):
        target = re.sub(r"{\w+}", "no-such-thing", path)
        for who, client in rhumb.people.items():
            may = RANK[who] >= RANK[operation["x-rhumb-privilege"]]
            # A body that no schema takes, so that nothing is changed by who may.
            answer = client.ask(method, target, raw=b"[]" if "requestBody" in operation else None,
                                headers={"Content-Type": "application/json", "If-Match": '"none"'})
            if who == "nobody":
                assert answer.status == 401, (method, path, answer.status, answer.body)
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            elif may:
                assert answer.status not in (401, 403, 405, 500), (method, path, who, answer.status, answer.body)
            else:
                assert is_problem(document, answer, 403, "privilege")["remedy"]
            cases += 1
    assert cases > 160


def test_nothing_is_served_in_the_clear(document, rhumb, admin):
    clear = http.client.HTTPConnection("localhost", rhumb.http_port, timeout=10)
    for method, path, operation in operations(document):
        for headers in ({}, {"Authorization": f"Bearer {admin.token}"}, {"Accept": "application/json"}):
            clear.request(method, PATH + path.replace("{", "").replace("}", ""), headers=headers)
            answer = clear.getresponse()
            body = answer.read()
            assert answer.status == 403, (method, path, answer.status)
            assert admin.token.encode() not in body


def test_who_comes_with_no_good_token_is_nobody(document, rhumb):
    for token in ("", "rh1x", "x" * 3000, "bad token"):
        is_problem_or_401 = Client(rhumb, token or "none").ask("GET", "/users")
        assert is_problem_or_401.status == 401, is_problem_or_401.body


def test_who_loses_his_role_is_out_at_once(server):
    one = server(None, "--http", "0", "--https", "0")
    people = add_people(one)
    one.command("user", "add", "eve", "--no-password", "--role", "administrators")
    eve = Client(one, one.json("token", "issue", "eve")["token"])
    eve.get("/users")
    assert people["administer"].ask("DELETE", "/roles/administrators/members/user:eve").status == 204
    assert eve.ask("GET", "/users").status == 403
    assert people["administer"].ask("DELETE", "/users/eve").status == 204
    assert eve.ask("GET", "/users").status == 401


def test_a_sessions_cookie_changes_things_for_pages_of_this_origin_alone(rhumb):
    password = "a sentence for this test"
    rhumb.command("user", "add", "sue", "--password-file", "-", "--role", "administrators", data=password + "\n")
    browser = Browser(rhumb)
    browser.sign_in("sue", password)
    cookie = {"Cookie": f"__Host-rhumb-session={browser.session}"}
    here = f"https://localhost:{rhumb.https_port}"
    sue = Client(rhumb)
    assert sue.ask("GET", "/users", headers={**cookie, "Sec-Fetch-Site": "same-origin"}).status == 200

    def add(name, **fields):
        return sue.ask("POST", "/roles", {"name": name}, {**cookie, **{key.replace("_", "-"): value for key, value in fields.items()}}).status

    assert add("from-another-site", Sec_Fetch_Site="cross-site") == 401
    assert add("from-a-neighbour", Sec_Fetch_Site="same-site") == 401
    assert add("from-another-origin", Origin="https://evil.example") == 401
    assert add("from-another-port", Origin="https://localhost:1") == 401
    assert add("from-a-frame", Origin="null") == 401
    assert add("unsaid") == 401
    assert add("guessed", X_Rhumb_Form="x" * 22) == 401
    assert add("by-the-page", Sec_Fetch_Site="same-origin") == 201
    assert add("by-an-older-page", Origin=here) == 201
    names = {one["name"] for one in rhumb.json("role", "list")}
    assert {"by-the-page", "by-an-older-page"} <= names and not names & {"from-another-site", "unsaid", "guessed"}


# Wrong questions


def test_paths_and_methods_that_mean_nothing(document, admin):
    is_problem(document, admin.ask("GET", "/nothing"), 404)
    is_problem(document, admin.ask("GET", "/users/ann/bob/eve"), 404)
    answer = admin.ask("PATCH", "/users")
    is_problem(document, answer, 405, "method")
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    answer = admin.ask("OPTIONS", "/users", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
    assert answer.status == 204 and not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("raw, kind, status, says", [
    (b"", "application/json", 400, "no JSON"),
    (b"{", "application/json", 400, "no JSON"),
    (b"[]", "application/json", 400, "type object"),
    (b'{"name":"x","colour":1}', "application/json", 400, "no member «colour»"),
    (b'{"full_name":"x"}', "application/json", 400, "lacks the member «name»"),
    (b'{"name":7}', "application/json", 400, "type string"),
    (b'{"name":"a","name":"b"}', "application/json", 400, "twice"),
    (b'{"name":"\xff"}', "application/json", 400, "no JSON"),
    (b"[" * 5000, "application/json", 400, "deeper"),
    (b'{"name":"x"}', "text/plain", 415, "JSON"),
    (b"name=x", "application/x-www-form-urlencoded", 415, "JSON"),
    (b'{"name":"' + b"x" * (1 << 20) + b'"}', "application/json", 413, ""),
    (b'{"name":"a/b"}', "application/json", 400, "name"),
    (b'{"name":"new","password":"short"}', "application/json", 400, "password"),
    (b'{"name":"new","expires":"someday"}', "application/json", 400, "expires"),
])
def test_bodies_that_are_refused(document, admin, raw, kind, status, says):
    answer = admin.ask("POST", "/users", raw=raw, headers={"Content-Type": kind})
    assert says in is_problem(document, answer, status)["detail"]
    assert admin.ask("GET", "/users/new").status == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "what=1", "limit=1&limit=2", "after=%ff", "after=%zz"])
def test_queries_that_are_refused(document, admin, query):
    is_problem(document, admin.ask("GET", f"/users?{query}"), 400, "invalid")


def test_a_body_where_none_is_taken_is_refused(document, admin):
    is_problem(document, admin.ask("PUT", "/roles/publishers/members/user:ada", raw=b"{}"), 400)


# Users and roles


def test_a_user_is_added_changed_and_removed(document, admin):
    made = admin.ask("POST", "/users", {"name": "Ann O'Hara", "full_name": "Ann", "password": "a long sentence"})
    assert made.status == 201, made.body
    path = "/users/" + segment("Ann O'Hara")
    assert made.headers["Location"].replace("%27", "'") == PATH + path.replace("%27", "'")
    fits(document, "User", made.json)
    assert made.json["state"] == "active" and made.json["privilege"] == "view" and b"a long sentence" not in made.body

    changed = admin.change(path, lambda seen: {"full_name": seen["full_name"], "email": "ann@example.org", "disabled": True})
    assert changed.json["state"] == "disabled" and changed.json["email"] == "ann@example.org"
    changed = admin.change(path, lambda seen: {"expires": "2020-01-01T00:00:00Z"})
    assert changed.json["state"] == "expired" and changed.json["full_name"] == "" and not changed.json["disabled"]
    assert admin.ask("PUT", path + "/password", {"password": None}).status == 204
    assert admin.get(path).json["has_password"] is False
    is_problem(document, admin.ask("POST", "/users", {"name": "ann o'hara"}), 409, "conflict")
    renamed = admin.change(path, lambda seen: {"name": "ann"})
    assert renamed.json["name"] == "ann" and admin.ask("GET", path).status == 404
    assert admin.ask("DELETE", "/users/ann").status == 204
    assert admin.ask("DELETE", "/users/ann").status == 404


def test_a_role_is_added_given_and_removed(document, admin):
    made = admin.ask("POST", "/roles", {"name": "planners", "privilege": "view"})
    assert made.status == 201
    assert admin.ask("POST", "/users", {"name": "pia"}).status == 201
    assert admin.ask("PUT", "/roles/planners/members/user:pia").status == 204
    assert admin.ask("PUT", "/roles/planners/members/user:pia").status == 204
    assert admin.ask("PUT", "/roles/publishers/members/role:planners").status == 204
    assert admin.get("/users/pia").json["roles"] == ["planners", "publishers"]
    assert admin.get("/users/pia").json["privilege"] == "publish"
    is_problem(document, admin.ask("PUT", "/roles/planners/members/role:publishers"), 409, "conflict")
    is_problem(document, admin.ask("PUT", "/roles/planners/members/pia"), 400)
    admin.change("/roles/planners", lambda seen: {"description": "plan", "privilege": "administer"})
    assert admin.get("/users/pia").json["privilege"] == "administer"
    assert admin.ask("DELETE", "/roles/planners").status == 204
    assert admin.get("/users/pia").json["roles"] == []
    assert admin.ask("DELETE", "/roles/publishers/members/user:pia").status == 404
    assert admin.ask("DELETE", "/users/pia").status == 204


def test_the_last_administrator_stays(server):
    one = server(None, "--http", "0", "--https", "0")
    add_people(one)
    one.command("user", "password", "ada", "--password-file", "-", data="a long sentence\n")
    ada = Client(one, one.json("token", "issue", "ada")["token"])  # the tokens before ended with the password
    refused = ada.ask("DELETE", "/users/ada")
    assert refused.status == 409 and "administer" in refused.json["detail"], refused.body


def test_250_users_come_in_pages(document, admin):
    names = [f"page{number:03}" for number in range(250)]
    for name in names:
        assert admin.ask("POST", "/users", {"name": name}).status == 201
    seen, pages, path = [], 0, "/users?limit=60&contains=page"
    while path:
        answer = admin.get(path)
        fits(document, "Users", answer.json)
        seen += [user["name"] for user in answer.json["items"]]
        pages += 1
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json["next"] is None)
        path = re.fullmatch(r'<(.*)>; rel="next"', link)[1] if link else None
    assert seen == names and pages == 5
    for name in names:
        assert admin.ask("DELETE", f"/users/{name}").status == 204


# Lost updates


def test_a_change_needs_the_state_that_it_changes(document, admin):
    assert admin.ask("POST", "/users", {"name": "lou"}).status == 201
    is_problem(document, admin.ask("PUT", "/users/lou", {"email": "a@b"}), 428, "precondition-required")
    first = admin.get("/users/lou")
    assert admin.ask("PUT", "/users/lou", {"email": "first@b"}, {"If-Match": first.etag}).status == 200
    is_problem(document, admin.ask("PUT", "/users/lou", {"email": "second@b"}, {"If-Match": first.etag}), 412, "precondition")
    assert admin.get("/users/lou").json["email"] == "first@b"
    # Also where it is not asked for.
    is_problem(document, admin.ask("DELETE", "/users/lou", headers={"If-Match": first.etag}), 412)
    assert admin.ask("GET", "/users/lou", headers={"If-None-Match": admin.get("/users/lou").etag}).status == 304
    assert admin.ask("DELETE", "/users/lou").status == 204


# Tokens and sessions


def test_a_token_is_issued_inspected_and_revoked(document, rhumb, admin):
    made = admin.ask("POST", "/tokens", {"user": "VERA", "minutes": 5})
    assert made.status == 201
    fits(document, "IssuedToken", made.json)
    token = made.json["token"]
    assert made.json["user"] == "vera"
    assert Client(rhumb, token).get("/status").json["you"] == "vera"
    look = admin.ask("POST", "/tokens/inspect", {"token": token})
    assert look.json["good"] and look.json["facts"]["id"] == made.json["id"]
    assert admin.ask("POST", "/tokens/revoke", {"token": made.json["id"]}).status == 204
    wait_until(lambda: Client(rhumb, token).ask("GET", "/status").status == 401, what="the revocation")
    assert admin.ask("POST", "/tokens/inspect", {"token": token}).json["fault"]
    is_problem(document, admin.ask("POST", "/tokens", {"user": "nobody"}), 404)
    is_problem(document, admin.ask("POST", "/tokens", {"user": "vera", "ip": "::1", "referer": "x"}), 400)
    is_problem(document, admin.ask("POST", "/tokens/revoke", {}), 400)
    is_problem(document, admin.ask("POST", "/tokens/revoke", {"all": True, "user": "vera"}), 400)


def test_a_long_token_is_cut_to_the_long_time(admin):
    made = admin.ask("POST", "/tokens", {"user": "vera", "minutes": 100_000})
    begin, end = (time.mktime(time.strptime(made.json[which], "%Y-%m-%dT%H:%M:%SZ")) for which in ("issued", "expires"))
    assert end - begin == 1440 * 60


# The configuration


def test_the_configuration_is_checked_applied_and_taken_back(document, rhumb, admin):
    seen = admin.get("/configuration")
    text = seen.json["text"]
    other = text.replace("[[site]]", '[[site]]\nlisting = true', 1)
    check = admin.ask("POST", "/configuration/check", {"text": other})
    assert check.json["good"] and "+listing = true" in check.json["difference"]
    applied = admin.ask("PUT", "/configuration", {"text": other, "comment": "list files"}, {"If-Match": seen.etag})
    assert applied.status == 200, applied.body
    assert admin.get("/configuration").json["revision"] == applied.json["revision"] == seen.json["revision"] + 1
    is_problem(document, admin.ask("PUT", "/configuration", {"text": text}, {"If-Match": seen.etag}), 412)
    wait_until(lambda: admin.get("/status").json["revision"] == applied.json["revision"])
    history = admin.get("/configuration/history?limit=1").json
    assert history["items"][0]["comment"] == "list files" and history["items"][0]["author"] == "ada"
    back = admin.ask("POST", "/configuration/rollback", {"revision": seen.json["revision"]})
    assert back.status == 200 and admin.get("/configuration").json["text"] == text
    assert admin.get(f"/configuration/history/{applied.json['revision']}").json["text"] == other
    is_problem(document, admin.ask("GET", "/configuration/history/99999"), 404)
    is_problem(document, admin.ask("GET", "/configuration/history/x"), 404)


def test_a_bad_configuration_is_refused_with_every_fault(document, admin):
    seen = admin.get("/configuration")
    bad = seen.json["text"] + "\n[nonsense]\nx = 1\n"
    answer = admin.ask("PUT", "/configuration", {"text": bad}, {"If-Match": seen.etag})
    problem = is_problem(document, answer, 422, "configuration")
    fault = problem["faults"][0]
    assert fault["severity"] == "error" and fault["line"] == bad.count("\n", 0, bad.index("[nonsense]")) + 1
    assert admin.get("/configuration").etag == seen.etag


def test_a_configuration_in_a_file_is_changed_there(server):
    site = '[[site]]\nbindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]\n\n[[site.location]]\npath = "/api/v1"\nhandler = "api"\n'
    one = server(site)
    admin = add_people(one)["administer"]
    seen = admin.get("/configuration")
    assert seen.json["home"] == "file" and seen.json["text"] == site
    refused = admin.ask("PUT", "/configuration", {"text": site + "\n"}, {"If-Match": seen.etag})
    assert refused.status == 409 and "rhumb.toml" in refused.json["detail"]


# Services


def test_a_service_is_published_secured_stopped_and_removed(document, rhumb, admin):
    source = rhumb.data / rhumb.json("service", "list")[0]["source"]
    made = admin.ask("POST", "/services", {"name": "Api/Test", "source": str(source), "title": "T"})
    assert made.status == 201, made.body
    fits(document, "PublishedService", made.json)
    path = "/services/Api/Test"
    assert admin.get(path).json["started"] is True
    secured = admin.change(path, lambda _: {"allow": ["role:administrators"], "require_https": "refuse"}, "PATCH")
    assert secured.json["allow"] == ["role:administrators"] and secured.json["title"] == "T"
    assert rhumb.people["publish"].get(path).json["source"] == str(source)
    # Who may not use it does not see it.
    wait_until(lambda: rhumb.people["view"].ask("GET", path).status == 404, what="the rule")
    assert "Api/Test" not in [one["name"] for one in rhumb.people["view"].get("/services").json["items"]]
    is_problem(document, admin.ask("PATCH", path, {"allow": ["nobody"]}, {"If-Match": "*"}), 400)
    is_problem(document, admin.ask("POST", "/services", {"name": "Api/Test", "source": str(source)}), 409)
    is_problem(document, admin.ask("POST", "/services", {"name": "Bad", "source": "/etc/passwd"}), 400)
    stopped = admin.change(path, lambda _: {"started": False}, "PATCH")
    assert stopped.json["started"] is False and "Api/Test" in [one["name"] for one in admin.get("/services").json["items"]]
    assert admin.ask("DELETE", path).status == 204
    is_problem(document, admin.ask("GET", path), 404)


# Certificates


def test_a_certificate_is_made_seen_bound_removed_and_restored(document, rhumb, admin):
    made = admin.ask("POST", "/certificates/self-sign", {"names": ["api.example.org"], "name": "api", "days": 30})
    assert made.status == 201, made.body
    fits(document, "CertificateChange", made.json)
    shown = admin.get("/certificates/api").json
    assert shown["names"] == ["api.example.org"] and shown["self_signed"] and "PRIVATE" not in shown["chain_pem"]
    assert any("api.example.org" in use for use in shown["uses"])
    is_problem(document, admin.ask("POST", "/certificates/self-sign", {"names": ["api.example.org"], "name": "api"}), 409)
    is_problem(document, admin.ask("POST", "/certificates/self-sign", {"names": ["not a name!"]}), 400)
    issued = admin.ask("POST", "/certificates/issue", {"names": ["localhost"], "name": "issued"})
    assert issued.status == 201, issued.body
    for form in ("der", "pem", "chain", "p7b"):
        file = admin.get(f"/certificates/issued/download?format={form}")
        assert file.body and b"PRIVATE" not in file.body and "attachment" in file.headers["Content-Disposition"]
    is_problem(document, admin.ask("GET", "/certificates/issued/download?format=pfx"), 400)
    for name in ("api", "issued"):
        removed = admin.ask("DELETE", f"/certificates/{name}?even_if_used=true")
        assert removed.status == 200, removed.body
    restored = admin.ask("POST", "/certificates/api/restore", {})
    assert restored.status == 200, restored.body
    admin.ask("DELETE", "/certificates/api?even_if_used=true")
    assert "BEGIN CERTIFICATE" in admin.get("/authority").json["roots"][0]["root_pem"]


def run_openssl(*arguments):
    subprocess.run([openssl(), *map(str, arguments)], check=True, capture_output=True, timeout=30)


def make_foreign(folder, name="foreign.example.org"):
    """A certificate and its key, made by another program, as PEM."""
    key, certificate = folder / "foreign.key", folder / "foreign.crt"
    run_openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate)
    return certificate, key


def test_a_certificate_is_imported_with_its_key_which_is_never_said(document, rhumb, admin, tmp_path):
    certificate, key = make_foreign(tmp_path)
    order = {"files": [certificate.read_text(), key.read_text()], "name": "foreign"}
    secret = key.read_text().split("\n")[1]
    is_problem(document, admin.ask("POST", "/certificates", {**order, "files": order["files"][:1]}), 400)
    is_problem(document, admin.ask("POST", "/certificates", {"files": []}), 400)
    is_problem(document, admin.ask("POST", "/certificates", {"files": ["nothing of the kind"]}), 400)
    made = admin.ask("POST", "/certificates", order)
    assert made.status == 201, made.body
    fits(document, "CertificateChange", made.json)
    assert made.headers["Location"] == PATH + "/certificates/foreign"
    shown = admin.get("/certificates/foreign")
    assert shown.json["names"] == ["foreign.example.org"]
    is_problem(document, admin.ask("POST", "/certificates", order), 409, "conflict")
    assert secret.encode() not in made.body + shown.body and secret not in rhumb.transcript()
    event = admin.get("/audit?what=certificate&limit=1").json["items"][0]
    assert event["who"] == "ada" and event["subject"] == "foreign" and secret not in json.dumps(event)
    assert admin.ask("DELETE", "/certificates/foreign?even_if_used=true").status == 200


def test_a_pkcs12_file_is_imported_with_its_password(document, admin, tmp_path):
    certificate, key = make_foreign(tmp_path, "locked.example.org")
    run_openssl("pkcs12", "-export", "-in", certificate, "-inkey", key, "-out", tmp_path / "locked.p12", "-passout", "pass:open it")
    order = {"files": [base64.b64encode((tmp_path / "locked.p12").read_bytes()).decode()], "name": "locked"}
    is_problem(document, admin.ask("POST", "/certificates", order), 403, "denied")
    refused = admin.ask("POST", "/certificates", {**order, "password": "not this one"})
    is_problem(document, refused, 403, "denied")
    assert b"not this one" not in refused.body
    made = admin.ask("POST", "/certificates", {**order, "password": "open it"})
    assert made.status == 201 and b"open it" not in made.body, made.body
    assert admin.ask("DELETE", "/certificates/locked?even_if_used=true").status == 200


def test_a_certificate_is_renewed_before_its_time(document, admin):
    before = admin.get("/certificates/auto").json
    renewed = admin.ask("POST", "/certificates/auto/renew")
    assert renewed.status == 200, renewed.body
    fits(document, "CertificateChange", renewed.json)
    assert renewed.json["name"] == "auto" and renewed.json["seen"]
    after = admin.get("/certificates/auto").json
    assert after["chain_pem"] != before["chain_pem"] and set(before["names"]) <= set(after["names"])
    [event] = admin.get("/audit?what=certificate.replaced&who=ada").json["items"]
    assert event["subject"] == "auto" and event["from"] == "127.0.0.1"
    is_problem(document, admin.ask("POST", "/certificates/none/renew"), 404)


# Trust and the doctor


def test_the_roots_are_handed_out_with_bundles_for_every_platform(document, rhumb):
    viewer = rhumb.people["view"]
    trust = viewer.get("/trust").json
    fits(document, "Trust", trust)
    assert [root["root_pem"] for root in trust["roots"]] == [root["root_pem"] for root in viewer.get("/authority").json["roots"]]
    assert {bundle["platform"] for bundle in trust["bundles"]} == {"windows", "macos", "ios", "android", "linux", "firefox", "java"}
    for bundle in trust["bundles"]:
        assert bundle["href"].startswith(f"https://localhost:{rhumb.https_port}{PATH}/trust/bundle/")
        file = viewer.get(urllib.parse.urlsplit(bundle["href"]).path)
        assert file.headers["Content-Type"] == "application/zip" and f"rhumb-{bundle['platform']}.zip" in file.headers["Content-Disposition"]
        archive = zipfile.ZipFile(io.BytesIO(file.body))
        assert archive.testzip() is None and any(name.endswith("README.txt") for name in archive.namelist())
        assert not any(b"PRIVATE" in archive.read(name) for name in archive.namelist())
    is_problem(document, viewer.ask("GET", "/trust/bundle/amiga"), 404)


def test_the_trust_stores_of_the_machine_are_asked(document, rhumb, admin):
    stores = admin.get("/trust/stores").json
    fits(document, "TrustStores", stores)
    assert [root["fingerprint_sha256"] for root in stores["roots"]] == [root["fingerprint_sha256"] for root in admin.get("/trust").json["roots"]]
    told = json.loads(rhumb.command("trust", "status", "--level", "machine", "--json", check=False).stdout)
    kinds = [(store["store"], store["location"], store["trusted"]) for store in told["roots"][0]["stores"]]
    assert [(store["store"], store["location"], store["trusted"]) for store in stores["roots"][0]["stores"]] == kinds


def test_this_installation_is_examined(document, admin):
    answer = admin.ask("POST", "/doctor", {"seconds": 30})
    assert answer.status == 200, answer.body
    fits(document, "Examination", answer.json)
    examined = answer.json["examined"]
    assert examined[0]["about"] == "this installation" and examined[0]["passed"]
    assert any(one["about"].startswith("https://") and one["clients"] for one in examined[1:])
    found = [finding["severity"] for one in examined for finding in one["findings"]]
    assert [answer.json[word] for word in ("errors", "warnings", "notes")] == [found.count(word) for word in ("error", "warning", "note")]


def test_a_server_is_examined_as_the_command_line_does_it_and_the_trail_tells(document, rhumb, admin):
    origin = f"https://elsewhere.test:{rhumb.https_port}"
    answer = admin.ask("POST", "/doctor", {"url": origin + "/?token=secret-of-a-map", "at": "127.0.0.1", "http": rhumb.http_port})
    assert answer.status == 200, answer.body
    fits(document, "Examination", answer.json)
    [one] = answer.json["examined"]
    told = json.loads(rhumb.command("doctor", origin, "--at", "127.0.0.1", "--http", str(rhumb.http_port), "--json", check=False).stdout)["examined"][0]
    assert one["about"] == told["about"] == origin and list(one) == list(told)
    ids = {finding["id"] for finding in one["findings"]}
    assert ids == {finding["id"] for finding in told["findings"]} and any(name.startswith("cert.") for name in ids)
    events = admin.get("/audit?what=server.examined").json["items"]
    assert [(event["who"], event["from"], event["subject"], event["detail"]) for event in events] == [("ada", "127.0.0.1", origin, "at 127.0.0.1")]


@pytest.mark.parametrize("order", [
    {"url": "ftp://x.test"}, {"url": "https://a:b@x.test"}, {"url": "https://x.test", "at": "y.test"}, {"at": "127.0.0.1"}, {"seconds": 31}, {"seconds": 0},
])
def test_examinations_that_are_refused(document, admin, order):
    is_problem(document, admin.ask("POST", "/doctor", order), 400, "invalid")


def test_one_examination_runs_at_a_time_and_ends_in_its_time(document, rhumb, admin):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        order = {"url": f"https://127.0.0.1:{silent.getsockname()[1]}", "seconds": 3}
        second = Client(rhumb, admin.token)
        with concurrent.futures.ThreadPoolExecutor() as threads:
            begin = time.monotonic()
            first = threads.submit(admin.ask, "POST", "/doctor", order)
            kept, _ = silent.accept()  # it waits for a greeting that never comes
            refused = second.ask("POST", "/doctor", {})
            is_problem(document, refused, 503, "unavailable")
            assert refused.headers["Retry-After"]
            answer = first.result(timeout=25)
            kept.close()
        assert answer.status == 200 and time.monotonic() - begin < 15
        unfinished = answer.json["examined"][0]["unfinished"]
        assert any("no time was left" in sentence for sentence in unfinished), answer.json
    assert admin.ask("POST", "/doctor", {"url": order["url"], "seconds": 3}).status == 200


# Audit and backups


def test_every_change_is_in_the_audit_trail_with_user_and_address(admin):
    admin.ask("POST", "/users", {"name": "traced", "password": "a long sentence"})
    admin.ask("DELETE", "/users/traced")
    events = admin.get("/audit?subject=traced").json["items"]
    assert [event["what"] for event in events] == ["user.removed", "user.added"]
    assert {(event["who"], event["from"]) for event in events} == {("ada", "127.0.0.1")}
    assert "a long sentence" not in json.dumps(events)
    assert [event["what"] for event in admin.get("/audit?who=ada&what=user.removed&limit=1").json["items"]] == ["user.removed"]
    first = admin.get("/audit?limit=2").json
    second = admin.get(f"/audit?limit=2&after={first['next']}").json
    assert first["items"][-1]["id"] == second["items"][0]["id"] + 1


def test_a_change_of_every_kind_leaves_an_event(server):
    one = server(None, "--http", "0", "--https", "0")
    admin = add_people(one)["administer"]
    before = admin.get("/audit?limit=1").json["items"][0]["id"]

    def done(method, path, body=None, etag=None):
        answer = admin.ask(method, path, body, {"If-Match": etag} if etag else None)
        assert answer.status in (200, 201, 204), (method, path, answer.status, answer.body)
        return answer

    done("POST", "/users", {"name": "tim"})
    done("PUT", "/users/tim", {"email": "t@example.org"}, "*")
    done("PUT", "/users/tim/password", {"password": "a long sentence"})
    done("POST", "/roles", {"name": "timers"})
    done("PUT", "/roles/timers", {"description": "time"}, "*")
    done("PUT", "/roles/timers/members/user:tim")
    done("DELETE", "/roles/timers/members/user:tim")
    done("DELETE", "/roles/timers")
    token = done("POST", "/tokens", {"user": "tim"}).json
    done("POST", "/tokens/revoke", {"token": token["id"]})
    done("POST", "/users/tim/tokens/revoke")
    done("DELETE", "/users/tim")
    seen = admin.get("/configuration")
    done("PUT", "/configuration", {"text": seen.json["text"] + "\n# a line\n"}, seen.etag)
    service = admin.get("/services").json["items"][0]["name"]
    done("PATCH", "/services/" + service, {"title": "Another"}, "*")
    done("POST", "/configuration/rollback", {"revision": seen.json["revision"]})
    done("POST", "/certificates/self-sign", {"names": ["x.example.org"], "name": "x"})
    done("DELETE", "/certificates/x?even_if_used=true")
    done("POST", "/requests", {"names": ["y.example.org"], "name": "y"})
    done("DELETE", "/requests/y")
    done("POST", "/backups")

    events = [event for event in reversed(admin.get("/audit?limit=1000").json["items"]) if event["id"] > before]
    assert [event["what"] for event in events if event["who"] == "ada"] == [
        "user.added", "user.changed", "user.password-changed", "role.added", "role.changed", "role.given", "role.taken", "role.removed",
        "token.issued", "token.revoked", "tokens.revoked", "user.removed", "configuration.applied", "configuration.changed",
        "configuration.rolled-back", "certificate.self-signed", "certificate.removed", "request.created", "request.cancelled", "backup.created"]
    assert {event["from"] for event in events if event["who"] == "ada"} == {"127.0.0.1"}


def test_the_trail_holds_together_and_a_change_shows(document, server):
    one = server(None, "--http", "0", "--https", "0")
    admin = add_people(one)["administer"]
    report = wait_until(lambda: next((r for r in [admin.get("/audit/verify").json] if r["sealed"] == r["head"]), None), what="the seal")
    assert report["good"] and report["events"] == report["head"]["id"]
    with sqlite3.connect(one.data / "rhumb.db") as database:
        database.executescript("DROP TRIGGER event_is_never_changed; UPDATE event SET who = 'eve' WHERE id = 3")
    report = admin.get("/audit/verify").json
    assert not report["good"] and [(fault["kind"], fault["id"]) for fault in report["faults"]] == [("changed", 3)]


def test_a_backup_is_made_in_the_data_directory(document, rhumb, admin):
    made = admin.ask("POST", "/backups")
    assert made.status == 201, made.body
    assert made.json["file"].startswith(str(rhumb.data / "backups"))
    rhumb.command("backup", "check", made.json["file"])
    assert made.json["file"] in [backup["file"] for backup in admin.get("/backups").json["backups"]]


def test_no_token_is_in_a_log(rhumb, admin):
    def logs():
        return rhumb.transcript() + "".join(path.read_text() for path in (rhumb.data / "logs").glob("*"))

    wait_until(lambda: "/api/v1/users" in logs(), what="the access log")
    assert admin.token not in logs() and "a long sentence" not in logs()


# Requests and policy


def test_a_request_is_made_and_cancelled(document, admin):
    made = admin.ask("POST", "/requests", {"names": ["request.example.org"], "organization": "Maps", "country": "DE"})
    assert made.status == 201, made.body
    fits(document, "Request", made.json)
    assert "BEGIN CERTIFICATE REQUEST" in made.json["request_pem"] and "PRIVATE" not in made.body.decode()
    path = "/requests/" + segment(made.json["name"])
    assert admin.get(path).json["created_by"] == "ada"
    is_problem(document, admin.ask("POST", path + "/install", {"answer_pem": "nothing"}), 400)
    assert admin.ask("DELETE", path).status == 204
    is_problem(document, admin.ask("GET", path), 404)


def test_the_policy_is_listed_and_explained(document, admin):
    listed = admin.get("/policy/statements").json
    fits(document, "Statements", listed)
    assert listed["statements"][0]["path"] == "/" and listed["statements"][0]["allow"] == ["anyone"]
    told = admin.get("/policy/explain?path=/login&over=http").json
    fits(document, "Explanation", told)
    assert told["status"] == 403 and told["substatus"] == 4
    assert admin.get("/policy/explain?path=/a/%252e%252e/x&user=vera").json["path"] == "/x"
    is_problem(document, admin.ask("GET", "/policy/explain?user=nobody-of-this-name"), 404)
    is_problem(document, admin.ask("GET", "/policy/explain?over=ftp"), 400)
