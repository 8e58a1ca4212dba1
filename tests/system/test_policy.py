"""rhumb policy, rhumb service secure, rhumb folder secure: what is said about who may, and why somebody gets in."""

import pytest

from harness import wait_until

CONFIG = """[[site]]
name = "Maps"
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
access_log = "off"

[[site.location]]
path = "/plans"
require_https = "redirect"
allow = ["role:planners"]

[[site.location]]
path = "/plans/open"
require_https = "no"
allow = ["anyone"]

[[site.location]]
path = "/inside"
allow = ["address:192.0.2.0/24"]

[[site.location]]
path = "/secure"
require_https = "refuse"

[[site.location]]
path = "/arcgis"
handler = "gis"
"""
PASSWORD = "correct horse battery"


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made, with its two samples; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    return one


def add_user(rhumb, name, *options):
    rhumb.command("user", "add", name, "--password-file", "-", *options, data=PASSWORD + "\n")


def explain(rhumb, *words):
    return rhumb.json("policy", "explain", *words)


def refused(rhumb, *words):
    done = rhumb.command(*words, check=False)
    assert done.returncode != 0, done.stdout
    return done


def test_rules_are_set_told_explained_and_removed(rhumb):
    rhumb.command("role", "add", "planners")
    add_user(rhumb, "ann", "--role", "planners")
    add_user(rhumb, "bob")

    said = rhumb.command("policy", "set", "/plans/", "--allow", "role:planners,user:carl", "--require-https", "redirect")
    assert "there is no user «carl» (yet)" in said.stderr
    rhumb.command("policy", "set", "/plans/open", "--allow", "anyone")

    rows = {row["path"]: row for row in rhumb.json("policy", "list") if row["site"] == "Default Web Site"}
    assert rows["/plans"]["allow"] == "role:planners, user:carl" and rows["/plans"]["require_https"] == "redirect"
    assert rows["/plans"]["place"].startswith("revision ")
    assert rows["/"]["allow"] == "anyone"
    assert "location /plans of site «Default Web Site»" in rhumb.command("policy", "list").stdout

    ann = explain(rhumb, "/plans/a.pdf", "--as", "ANN")
    assert (ann["user"], ann["roles"], ann["status"], ann["verdict"]) == ("ann", ["planners"], 200, "let in")
    assert ann["allow"][0]["by"] == "location /plans of site «Default Web Site»"
    assert explain(rhumb, "/plans/a.pdf", "--as", "bob")["status"] == 403
    assert explain(rhumb, "/plans/a.pdf")["status"] == 401
    assert explain(rhumb, "/plans/%2e%2e/plans/a.pdf")["status"] == 401
    assert explain(rhumb, "/plans/a.pdf", "--over", "http")["status"] == 308
    assert explain(rhumb, "/plans/a.pdf", "--over", "http", "--as", "ann")["substatus"] == 4
    assert explain(rhumb, "/plans/open/a.pdf")["status"] == 200

    rhumb.command("policy", "set", "/plans", "--allow", "inherit")
    assert explain(rhumb, "/plans/a.pdf")["status"] == 200
    assert explain(rhumb, "/plans/a.pdf", "--over", "http")["status"] == 308
    rhumb.command("policy", "remove", "/plans")
    rhumb.command("policy", "remove", "/plans/open")
    assert "/plans" not in rhumb.command("config", "export").stdout
    comments = [one["comment"] for one in rhumb.json("config", "history")]
    assert comments[0] == "policy of /plans/open: allow inherit, require_https inherit, client_certificate inherit"
    assert "policy of /plans: allow role:planners, user:carl, require_https redirect" in comments


def test_the_site_itself_has_rules(rhumb):
    rhumb.command("policy", "set", "/", "--allow", "authenticated", "--client-certificate", "accept")
    whole = explain(rhumb, "/x")
    assert (whole["allow"][0]["by"], whole["client_certificate"]["value"], whole["status"]) == ("site «Default Web Site»", "accept", 401)
    assert explain(rhumb, "/login")["status"] == 200
    assert explain(rhumb, "/arcgis/tokens/generateToken")["answers"]["handler"] == "token service"
    assert explain(rhumb, "/arcgis/tokens/generateToken", "--over", "http")["substatus"] == 4
    assert explain(rhumb, "/trust", "--over", "http")["status"] == 200
    rhumb.command("policy", "set", "/", "--allow", "inherit", "--client-certificate", "inherit")
    assert explain(rhumb, "/x")["status"] == 200


def test_roles_are_told_with_the_way_to_them(rhumb):
    for role in ("planners", "editors", "drafters"):
        rhumb.command("role", "add", role)
    rhumb.command("role", "give", "planners", "--to", "role:editors")
    rhumb.command("role", "give", "editors", "--to", "role:drafters")
    add_user(rhumb, "ann", "--role", "drafters")
    assert explain(rhumb, "/", "--as", "ann")["roles"] == ["drafters", "editors ← drafters", "planners ← editors ← drafters"]

    rhumb.command("user", "disable", "ann")
    rhumb.command("policy", "set", "/p", "--allow", "role:planners")
    disabled = explain(rhumb, "/p", "--as", "ann")
    assert disabled["user"] == "" and "disabled" in disabled["note"] and disabled["status"] == 401
    assert "there is no user «zoe»" in explain(rhumb, "/p", "--as", "zoe")["note"]


def test_services_folders_and_layers_have_rules(rhumb):
    rivers = "/arcgis/rest/services/Hydrography/Rivers/MapServer"
    rhumb.command("folder", "secure", "hydrography", "--allow", "role:hydrologists")
    assert explain(rhumb, rivers)["allow"][0]["by"] == "folder Hydrography"
    rhumb.command("service", "secure", "hydrography/rivers", "--allow", "authenticated", "--require-https", "redirect")
    rhumb.command("service", "secure", "Hydrography/Rivers", "--layer", "1", "--allow", "user:ann")

    assert explain(rhumb, rivers.upper())["allow"][0] | {"place": ""} == {
        "by": "service Hydrography/Rivers", "place": "", "value": "authenticated"}
    assert explain(rhumb, rivers + "/1/query")["allow"][0]["by"] == "layer 1 of service Hydrography/Rivers"
    assert explain(rhumb, rivers + "/1", "--over", "http")["status"] == 308
    layer = refused(rhumb, "service", "secure", "Hydrography/Rivers", "--layer", "1", "--require-https", "no")
    assert layer.returncode == 2 and "--allow alone" in layer.stderr

    rhumb.command("service", "secure", "Hydrography/Rivers", "--layer", "1", "--allow", "inherit")
    assert explain(rhumb, rivers + "/1")["allow"][0]["by"] == "service Hydrography/Rivers"
    rhumb.command("folder", "secure", "Hydrography", "--allow", "inherit", "--require-https", "inherit")
    assert "gis.folder" not in rhumb.command("config", "export").stdout
    assert "no service is in a folder" in refused(rhumb, "folder", "secure", "Nowhere", "--allow", "anyone").stderr
    assert "there is no service" in refused(rhumb, "service", "secure", "Nowhere", "--allow", "anyone").stderr


@pytest.mark.parametrize("words, code, message", [
    (["set", "/a"], 2, "say what is to hold"),
    (["set", "a", "--allow", "anyone"], 2, "must begin with"),
    (["set", "/a/../b", "--allow", "anyone"], 2, "segments"),
    (["set", "/a", "--allow", "planners"], 2, "did you mean “role:planners”"),
    (["set", "/a", "--allow", "anyone,role:b"], 2, "lets everybody in"),
    (["set", "/a", "--require-https", "yes"], 2, "no, refuse, redirect, or inherit"),
    (["set", "/a", "--site", "Nowhere", "--allow", "anyone"], 1, "there is no site «Nowhere»"),
    (["set", "/arcgis/rest/services/Countries", "--allow", "anyone"], 1, "rhumb service secure"),
    (["remove", "/nothing"], 1, "has no location /nothing"),
    (["explain", "plans"], 2, "neither an address"),
    (["explain", "/a%2fb"], 2, "encoded slash"),
    (["explain", "https://localhost:1/a"], 1, "no site answers «localhost» on port 1"),
    (["explain", "/a", "--over", "ftp"], 2, "http or https"),
    (["explain", "/a", "--from", "here"], 2, "no IP address"),
])
def test_what_is_wrong_is_said(rhumb, words, code, message):
    done = refused(rhumb, "policy", *words)
    assert done.returncode == code and message in done.stderr, done.stderr


def test_a_configuration_in_a_file_is_told_by_its_lines_and_not_changed(server):
    rhumb = server(CONFIG)
    text = rhumb.config_file.read_text()
    plans = explain(rhumb, rhumb.https("/plans/x"))
    assert plans["allow"][0]["place"] == f"{rhumb.config_file}:9"
    assert plans["require_https"]["place"] == f"{rhumb.config_file}:8"
    assert plans["client_certificate"]["place"] == f"{rhumb.config_file}:1"

    done = refused(rhumb, "policy", "set", "/new", "--allow", "role:planners", "--require-https", "refuse")
    for line in ("[[site.location]]", 'path = "/new"', 'allow = ["role:planners"]', 'require_https = "refuse"', str(rhumb.config_file)):
        assert line in done.stderr
    done = refused(rhumb, "service", "secure", "A", "--layer", "2", "--allow", "user:ann")
    assert "[[gis.service.layer]]" in done.stderr and "id = 2" in done.stderr
    assert rhumb.config_file.read_text() == text


def test_what_is_explained_is_what_happens(server):
    rhumb = server(CONFIG)
    for name in ("plans", "plans/open", "inside", "secure"):
        (rhumb.root / name).mkdir(parents=True, exist_ok=True)
        (rhumb.root / name / "a.txt").write_text(name)
    for path in ("/plans/a.txt", "/PLANS/a.txt", "/plans/open/a.txt", "/plans/%2e/a.txt", "//plans//a.txt", "/inside/a.txt", "/secure/a.txt",
                 "/arcgis/rest/services", "/arcgis/tokens/"):
        for url in (rhumb.https(path), rhumb.http(path)):
            told = explain(rhumb, url)
            got = rhumb.fetch(url, "--path-as-is", "--header", "Accept: application/json")
            if told["status"] == 200:
                assert got.status in (200, 404), (url, got, told)  # what is not there is not there
            else:
                assert got.status == told["status"], (url, got, told)
                # Programs read it as JSON, people on a page.
                assert not told["substatus"] or f"403.{told['substatus']}" in got.text or got.json()["substatus"] == told["substatus"]


def test_a_change_holds_within_a_second(server):
    rhumb = server(None, "--http", "0", "--https", "0")
    (rhumb.root / "plans").mkdir(parents=True)
    (rhumb.root / "plans" / "a.txt").write_text("a plan")

    def status():
        return rhumb.fetch(rhumb.https("/plans/a.txt"), "--header", "Accept: application/json").status

    assert status() == 200
    rhumb.command("policy", "set", "/plans", "--allow", "authenticated")
    wait_until(lambda: status() == 401, what="the rule")
    rhumb.command("policy", "remove", "/plans")
    wait_until(lambda: status() == 200, what="its end")


def test_names_that_no_store_knows_are_told_by_config_check(rhumb, tmp_path):
    rhumb.command("role", "add", "planners")
    file = tmp_path / "new.toml"
    file.write_text(CONFIG.replace("role:planners", "role:planers\", \"user:zoe"))
    done = rhumb.command("config", "check", file)
    assert f"{file}:9:1: location /plans of site «Maps»: there is no role «planers» (yet); did you mean «planners»?" in done.stdout
    assert "there is no user «zoe» (yet)" in done.stdout
