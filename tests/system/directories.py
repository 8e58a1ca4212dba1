"""Servers whose users are in a directory, and what their tests ask."""

import urllib.parse

from harness import wait_until
from slapd import GROUPS, PEOPLE, SERVICE_PASSWORD, group, person

LOCAL_PASSWORD = "correct horse battery staple"
PASSWORD = "a password of the directory"

CONFIG = """
[security]
users = "{users}"
roles = "{users}"

{provider}

[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/arcgis"
handler = "gis"

[[site.location]]
path = "/api/v1"
handler = "api"

[[site.location]]
path = "/private"
allow = ["authenticated"]

[[site.location]]
path = "/plans"
allow = ["role:planners"]
"""

ENTRIES = [
    *(person(name, PASSWORD) for name in ("ann", "bob", "carol", "dave", "erin")),
    person("a*b (c)\\", PASSWORD, name=f"cn=Odd\\, very\\+odd,{PEOPLE}"),
    person("twin", PASSWORD), person("twin", PASSWORD, name=f"cn=The other twin,{PEOPLE}"),
    group("drawers", "ann", "carol", "dave", "erin", f"cn=Odd\\, very\\+odd,{PEOPLE}"),
    group("planners", f"cn=drawers,{GROUPS}"),
    group("chiefs", "carol", f"cn=circle,{GROUPS}"),
    group("circle", f"cn=chiefs,{GROUPS}"),
]


def begin(server, provider, password=SERVICE_PASSWORD, **options):
    rhumb = server(CONFIG.format(users="embedded", provider=""), **options)
    rhumb.command("user", "add", "root", "--role", "administrators", "--password-file", "-", data=LOCAL_PASSWORD + "\n")
    rhumb.command("secret", "set", "county", "--value-file", "-", data=password + "\n")
    for place in ("private", "plans"):
        (rhumb.root / place).mkdir(parents=True)
        (rhumb.root / place / "index.html").write_text(f"{place}: only for some")
    (rhumb.root / "index.html").write_text("for anybody")
    use(rhumb, provider)
    return rhumb


def use(rhumb, provider):
    rhumb.configure(CONFIG.format(users="county", provider=provider))
    rhumb.reload()


def order(rhumb, user, password=PASSWORD):
    form = urllib.parse.urlencode({"username": user, "password": password, "client": "referer", "f": "json", "referer": "https://maps.test/"})
    return rhumb.fetch(rhumb.https("/arcgis/tokens/generateToken"), "--data", form).json()


def get_token(rhumb, user, password=PASSWORD):
    answer = order(rhumb, user, password)
    assert "token" in answer, f"{answer}\n{rhumb.log.text()}"
    return answer["token"]


def refusal(rhumb, user, password=PASSWORD):
    return order(rhumb, user, password).get("error", {}).get("code")


def ask(rhumb, path, token):
    return rhumb.fetch(rhumb.https(path), "--header", f"X-Esri-Authorization: Bearer {token}", "--referer", "https://maps.test/").status


def is_back(rhumb, user="ann"):
    return wait_until(lambda: order(rhumb, user).get("token"), 60, "the directory being used again")


def health(rhumb):
    return rhumb.json("status")["security"]["running"]["providers"][0]["health"]
